"""Modules and functions stay small, and every module has its tests; exceptions have a reason."""

import ast
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

CHECKOUT = Path(__file__).parent.parent.parent
FOLDERS = (
    *("kling_lipsync", "mock_server", "contract_tests", "demo", "bench"),
    *("spec/client", "spec/clients"),
)
LONGEST_MODULE = 250
LONGEST_FUNCTION = 40
MOST_EXCEPTIONS = 5

OVER_BUDGET = {
    "mock_server/app.py create_server": "the only wiring: a list, of which every line is a part",
    "mock_server/creating.py _make_task": "one value with eighteen parts, and its changes",
    "mock_server/store.py": "the seam, the changes that pass it, and the reference in memory",
    "mock_server/stores/tests/test_agreement.py": "one state machine, for three stores",
}
"""What may be larger, with the reason; a path, or a path and a function."""

UNTESTED = {
    "mock_server/control_call.py": "a value and two types, without behaviour",
    "mock_server/context.py": "values and a Protocol, without behaviour",
    "mock_server/values.py": "values without behaviour",
}
"""Modules without a test module of their own, with the reason."""


def _modules() -> Iterator[Path]:
    for folder in FOLDERS:
        for module in sorted((CHECKOUT / folder).rglob("*.py")):
            if "node_modules" not in module.parts:
                yield module


def _name(module: Path) -> str:
    return module.relative_to(CHECKOUT).as_posix()


def _functions(module: Path) -> Iterator[tuple[str, int]]:
    """Yield the name and the length of every function, without its docstring."""
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0]
            documented = ast.get_docstring(node, clean=False) is not None
            docstring = (first.end_lineno or 0) - first.lineno + 1 if documented else 0
            yield node.name, (node.end_lineno or 0) - node.lineno + 1 - docstring


@lru_cache(maxsize=1)
def _large_modules() -> set[str]:
    return {
        _name(module)
        for module in _modules()
        if len(module.read_text("utf-8").splitlines()) > LONGEST_MODULE
    }


@lru_cache(maxsize=1)
def _long_functions() -> set[str]:
    return {
        f"{_name(module)} {name}"
        for module in _modules()
        for name, length in _functions(module)
        if length > LONGEST_FUNCTION
    }


def test_nothing_is_over_budget_without_a_reason() -> None:
    """A module over 250 lines, or a function over 40, is on the list."""
    assert sorted((_large_modules() | _long_functions()) - set(OVER_BUDGET)) == []


def test_the_list_of_exceptions_is_short_and_true() -> None:
    """At most five entries, each of which is still over budget and says why."""
    assert len(OVER_BUDGET) <= MOST_EXCEPTIONS
    assert sorted(set(OVER_BUDGET) - _large_modules() - _long_functions()) == []
    assert all(OVER_BUDGET.values())


def test_every_module_has_its_tests() -> None:
    """`lifecycle.py` has `tests/test_lifecycle.py`; what has none is listed with a reason."""
    modules = [
        module
        for folder in ("kling_lipsync", "kling_lipsync/rules", "mock_server")
        for module in sorted((CHECKOUT / folder).glob("*.py"))
        if module.name != "__init__.py"
    ]
    untested = {_name(m) for m in modules if not _test_of(m).is_file()}

    assert untested == set(UNTESTED)


def _test_of(module: Path) -> Path:
    return module.parent / "tests" / f"test_{module.stem.strip('_')}.py"

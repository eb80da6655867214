"""What is public has no underscore, and packages do nothing when they are imported."""

import ast
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parent.parent.parent
PACKAGES = ("kling_lipsync", "kling_lipsync.rules", "mock_server", "mock_server.media")


def _modules() -> Iterator[Path]:
    for package in ("kling_lipsync", "mock_server"):
        yield from sorted((CHECKOUT / package).rglob("*.py"))


def _imported(module: Path) -> Iterator[tuple[str, str]]:
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                yield node.module, alias.name


def test_no_module_uses_the_private_names_of_another() -> None:
    """A name that is used elsewhere is public, and says so."""
    private = [
        f"{module.relative_to(CHECKOUT)}: {source}.{name}"
        for module in _modules()
        for source, name in _imported(module)
        if source.startswith(("kling_lipsync", "mock_server"))
        and name.startswith("_")
        and name != "__main__"
    ]

    assert private == []


@pytest.mark.parametrize("name", PACKAGES)
def test_a_package_exports_what_it_says(name: str) -> None:
    """Every name of `__all__` is there, once."""
    package = import_module(name)
    exported = list(getattr(package, "__all__", []))

    assert len(exported) == len(set(exported))
    assert [given for given in exported if not hasattr(package, given)] == []


@pytest.mark.parametrize("name", ["kling_lipsync", "mock_server", "mock_server.media"])
def test_a_package_only_introduces_itself(name: str) -> None:
    """Its `__init__` is a docstring, and imports at most what it exports, if need be late."""
    source = Path(import_module(name).__file__ or "").read_text("utf-8")
    body = ast.parse(source).body
    rest = [n for n in body[1:] if not isinstance(n, ast.Import | ast.ImportFrom | ast.Assign)]
    late = ("if TYPE_CHECKING:", "def __getattr__(", "def __dir__(")
    rest = [n for n in rest if not ast.unparse(n).startswith(late)]

    assert ast.get_docstring(ast.parse(source))
    assert rest == []


@pytest.mark.parametrize("package", ["kling_lipsync", "mock_server"])
def test_types_are_shipped(package: str) -> None:
    """A type checker of a user's project reads them."""
    assert (CHECKOUT / package / "py.typed").is_file()

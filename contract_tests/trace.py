"""From clause to test and back: `python -m contract_tests.trace` (`make trace`).

For every rule it says where it is printed, what enforces it and which tests hold it, and ends
with 1 when a rule has no test, or when a test or the code names a rule that does not exist.
"""

import contextlib
import io
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest
from attrs import field, frozen

from contract_tests import spec
from kling_lipsync.rulebook import Rule
from kling_lipsync.rules import CHECKS

FOLDER = Path(__file__).parent
SIDES = frozenset({"positive", "negative", "boundary"})
"""What every rule that refuses has a property for: it is obeyed, it is broken, and just so."""
SHOWN = 64


class _Collector:
    """Keeps what pytest found."""

    def __init__(self) -> None:
        self.items: list[pytest.Item] = []

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self.items = list(session.items)


@frozen
class Trace:
    """The names of the tests of each rule, how many tests there are, and the sides they hold."""

    tests: Mapping[str, tuple[str, ...]]
    count: int
    sides: Mapping[str, frozenset[str]] = field(factory=dict)

    @property
    def untested(self) -> list[str]:
        """The rules of the rulebook that no test holds."""
        return [name for name in spec.rulebook().rules if not self.tests.get(name)]

    @property
    def one_sided(self) -> list[str]:
        """What the rules that refuse lack of the three sides, one line each."""
        return [
            f"{name} has no {side} property"
            for name in spec.refusing()
            for side in sorted(SIDES - self.sides.get(name, frozenset()))
        ]

    @property
    def unknown(self) -> list[str]:
        """The rules that a test names and the rulebook does not."""
        return sorted(set(self.tests) - set(spec.rulebook().rules))


def collect() -> Trace:
    """Find the tests without running them."""
    collector = _Collector()
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        arguments = ["--collect-only", "-qq", "-p", "no:cacheprovider", str(FOLDER)]
        end = pytest.main(arguments, plugins=[collector])
    if end != pytest.ExitCode.OK:
        msg = f"the tests could not be collected:\n{said.getvalue()}"
        raise RuntimeError(msg)
    return traced(collector.items)


def traced(items: Iterable[pytest.Item]) -> Trace:
    """Sort tests by the rules that their markers name."""
    tests: dict[str, list[str]] = defaultdict(list)
    sides: dict[str, frozenset[str]] = defaultdict(frozenset)
    found = list(items)
    for item in found:
        where = item.nodeid.rpartition("contract_tests/")[2]
        for mark in item.iter_markers("rule"):
            for name in mark.args:
                tests[name].append(where)
                for side in item.iter_markers("side"):
                    sides[name] |= frozenset(side.args)
    return Trace({name: tuple(names) for name, names in tests.items()}, len(found), sides)


def unknown_checks() -> list[str]:
    """Return the rules that the code enforces and the rulebook does not know."""
    return sorted(set(CHECKS) - set(spec.rulebook().rules))


def enforced_by(rule: Rule) -> str:
    """Say what makes the rule true: functions, schema, or how the server behaves."""
    parts = []
    if rule.name in CHECKS:
        check = CHECKS[rule.name]
        parts.append(f"{check.__module__.rpartition('.')[2]}.{check.__name__}")
    parts += ["schema " + pointer.removeprefix("/components/") for pointer in rule.pointers]
    if "staged" in rule.note.lower():
        parts.append("staged")
    return "; ".join(parts) or "the server's behaviour"


def clause_of(rule: Rule) -> str:
    """Return the vendor's words, or else where the rule comes from."""
    return f'"{rule.quotes[0]}"' if rule.quotes else f"({', '.join(rule.sources)})"


def table(trace: Trace) -> str:
    """Return the trace of every rule as text, two lines each."""
    lines = []
    for rule in spec.rulebook().rules.values():
        tests = trace.tests.get(rule.name, ())
        code = "-" if rule.code is None else "/".join(map(str, rule.codes))
        held = f"{len(tests)} tests, such as {_plain(tests[0])}" if tests else "NO TEST"
        lines += [
            f"{rule.name:<34} {rule.kind:<8} {rule.evidence:<11} {code:<15} {clause_of(rule)}",
            f"    {_cut(enforced_by(rule)):<{SHOWN}} {held}",
        ]
    return "\n".join(lines)


def main() -> int:
    """Print the table; return 1 when something is missing."""
    trace = collect()
    missing = [
        *(f"no test holds {name}" for name in trace.untested),
        *trace.one_sided,
        *(f"a test names {name}, which the rulebook does not know" for name in trace.unknown),
        *(f"CHECKS has {name}, which the rulebook does not know" for name in unknown_checks()),
    ]
    summary = f"{len(spec.rulebook().rules)} rules, {trace.count} tests"
    sys.stdout.write(table(trace) + "\n\n" + "".join(f"{line}\n" for line in missing))
    sys.stdout.write(f"{summary}, {len(missing) or 'none'} missing\n")
    return 1 if missing else 0


def _plain(test: str) -> str:
    return test.partition("[")[0]


def _cut(text: str) -> str:
    return text if len(text) <= SHOWN else text[: SHOWN - 3] + "..."


if __name__ == "__main__":
    sys.exit(main())

"""Which tests meet a changed server first, and the run that ends with the first failure."""

import signal
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from math import inf
from pathlib import Path
from time import perf_counter

import pytest
from _pytest.runner import runtestprotocol

from contract_tests.conformance import capabilities
from contract_tests.conformance.recording import name_of
from contract_tests.conformance.skipping import rules_of
from contract_tests.selftest.jobs import KILLED, LIVED, Fate, Job

BROAD = 20
"""A test that names more rules than this is of no rule in particular."""
SLOWEST_S = 90.0
"""A test that takes longer (s) has failed: a changed server may never answer."""

LEFT_OUT = ("test_fuzz.py", "test_schemathesis.py")
"""What draws another seed in each run is no figure, and the yardstick has columns of its own."""

_LONGEST_REASON = 300
_START_S = 0.05


class TooSlow(BaseException):
    """A test did not end in time; no Exception, so that no server takes it for one of its own."""


def asked(items: Sequence[pytest.Item]) -> list[pytest.Item]:
    """Return the seeded tests that hold a server to something, without those to be skipped."""
    return [
        item
        for item in items
        if capabilities.touches_a_target(item)
        and item.get_closest_marker("skip") is None
        and not name_of(item).startswith(LEFT_OUT)
    ]


def ordered(
    items: Sequence[pytest.Item],
    job: Job,
    seconds: Mapping[str, float],
    noticed: Mapping[str, int],
) -> list[pytest.Item]:
    """Return the tests of the job's rules, and those named like its modules, before all others.

    Of each kind those come first that noticed most of the changes like this one in a second of
    theirs, and then the quick ones.
    """
    files = tuple(f"test_{Path(path).stem}" for path in job.files)

    def place(item: pytest.Item) -> tuple[bool, float, float]:
        named, name = rules_of(item), name_of(item)
        own = len(named) <= BROAD and not set(named).isdisjoint(job.rules)
        own = own or name.startswith(files)
        took = seconds.get(name, 0.0)
        return not own, -noticed.get(name, 0) / (took + _START_S), took

    return sorted(items, key=place)


def play(
    job: Job, items: Sequence[pytest.Item], seconds: dict[str, float], budget_s: float = inf
) -> Fate:
    """Run tests until one fails, or `budget_s` (s) have passed; note how long each took."""
    began = perf_counter()
    for count, item in enumerate(items):
        started = perf_counter()
        if started - began > budget_s:
            return Fate(job.name, job.seed, LIVED, "", "no time left", count, _since(began))
        following = items[count + 1] if count + 1 < len(items) else None
        with _watched():
            reports = runtestprotocol(item, nextitem=following, log=False)
        seconds[name_of(item)] = perf_counter() - started
        failed = next((report for report in reports if report.failed), None)
        if failed is not None:
            return Fate(
                job.name,
                job.seed,
                KILLED,
                name_of(item),
                _reason(failed),
                count + 1,
                _since(began),
            )
    return Fate(job.name, job.seed, LIVED, tests=len(items), seconds=_since(began))


def _since(began: float) -> float:
    return round(perf_counter() - began, 3)


@contextmanager
def _watched() -> Iterator[None]:
    """Raise TooSlow in what takes too long, and again every 5 s until it ends."""

    def late(_signal: int, _frame: object) -> None:
        msg = f"no end after {SLOWEST_S:.0f} s"
        raise TooSlow(msg)

    signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, SLOWEST_S, 5.0)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0.0)


def _reason(report: pytest.TestReport) -> str:
    crash = getattr(report.longrepr, "reprcrash", None)
    text = str(report.longrepr) if crash is None else str(crash.message)
    return " ".join(text.split())[:_LONGEST_REASON]

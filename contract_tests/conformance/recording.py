"""The pytest plugin of a run: makes an outcome of every test, with what went over the wire.

Loaded by `-p contract_tests.conformance.recording`, in this process and in workers of xdist,
which send their outcomes along with their reports.
"""

import gc
import os
import re
from collections.abc import Callable, Generator
from functools import wraps
from http.client import HTTPException
from typing import Any

import pytest
from attrs import asdict, evolve
from hypothesis import settings
from hypothesis.errors import HypothesisException

from contract_tests.conformance import skipping
from contract_tests.conformance.foreign import WouldBillError, credentials_in
from contract_tests.conformance.results import Outcome, outcome_from
from contract_tests.conformance.session import QUICK_EXAMPLES, aim_of, log_of
from contract_tests.conformance.wire import Log, secrets_of
from contract_tests.exchanges import NoDataError
from contract_tests.targets import ControlRefused

ATTRIBUTE = "lipsync_outcome"
LONGEST_REASON = 1500

_OURS = (HypothesisException, OSError, HTTPException, ControlRefused, WouldBillError)
"""What the suite or the way to the server is to blame for, and not the server's answers."""

_BLOB = re.compile(r"\n+You can reproduce this test case by.*", re.DOTALL)


class Recorder:
    """Gathers the outcomes of a run, in the order of their tests."""

    def __init__(self, said: Callable[[Outcome], None]) -> None:
        self.outcomes: dict[str, Outcome] = {}
        self.listed: list[tuple[str, tuple[str, ...], str | None]] = []
        self._said = said

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take the outcome that a test's report brings; the worst of its phases counts."""
        found = getattr(report, ATTRIBUTE, None)
        if found is None:
            return
        outcome = outcome_from(found)
        if outcome.test not in self.outcomes or outcome.verdict == "ERROR":
            self.outcomes[outcome.test] = outcome
            self._said(outcome)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Keep what there is to run, and why some of it would be skipped."""
        gc.collect()
        gc.freeze()  # what is there now stays, and need not be looked through again and again
        for item in session.items:
            skip = item.get_closest_marker("skip")
            reason = None if skip is None else str(skip.kwargs.get("reason", ""))
            self.listed.append((name_of(item), skipping.rules_of(item), reason))


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a run choose its tests."""
    parser.addoption(
        "--only-rule", default="", help="beginning of a rule's name, or part of a test"
    )
    parser.addoption("--only-tests", default="", help="file with the names of tests, one a line")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what this run has not chosen, and let the log begin anew with each example."""
    option = config.getoption
    quick = option("--examples") == "quick"
    chosen = skipping.chosen(items, option("--only-rule"), quick=quick)
    names = None
    if option("--only-tests"):
        with open(option("--only-tests"), encoding="utf-8") as lines:  # noqa: PTH123 - one line
            names = set(lines.read().splitlines())
    kept = [item for item in chosen.kept if names is None or name_of(item) in names]
    gone = set(items) - set(kept)
    config.hook.pytest_deselected(items=[item for item in items if item in gone])
    items[:] = kept
    for test in {id(test): test for test in map(_test_of, items) if test is not None}.values():
        _follow_examples(test, log_of(config))
        if quick:
            _draw_few(test)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add the outcome to a report that decides one."""
    report = yield
    if report.when == "call" or report.outcome != "passed":
        setattr(report, ATTRIBUTE, asdict(_outcome(item, call, report)))
    return report


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Forget what the test before this one sent."""
    log = log_of(item.config)
    log.begin()
    log.open_points.clear()


def name_of(item: pytest.Item) -> str:
    """Return a test's name without the folder that the suite is installed in."""
    return item.nodeid.rpartition("contract_tests/")[2]


def _test_of(item: pytest.Item) -> Any:  # noqa: ANN401 - a function that Hypothesis may have changed
    return getattr(item, "obj", None)


def _follow_examples(test: Any, log: Log) -> None:  # noqa: ANN401 - the same
    handle = getattr(test, "hypothesis", None)
    if handle is None:
        return
    inner = handle.inner_test

    @wraps(inner)
    def example(*arguments: object, **named: object) -> object:
        log.begin()
        return inner(*arguments, **named)

    handle.inner_test = example


def _draw_few(test: Any) -> None:  # noqa: ANN401 - the same
    chosen = getattr(test, "_hypothesis_internal_use_settings", None)
    if chosen is not None and chosen.max_examples > QUICK_EXAMPLES:
        test._hypothesis_internal_use_settings = settings(chosen, max_examples=QUICK_EXAMPLES)


def _outcome(item: pytest.Item, call: pytest.CallInfo[None], report: pytest.TestReport) -> Outcome:
    test = _test_of(item)
    log = log_of(item.config)
    outcome = Outcome(
        test=name_of(item),
        rules=skipping.rules_of(item),
        promise=" ".join((getattr(test, "__doc__", None) or "").split()),
        verdict="PASS",
        reason="",
        seconds=round(report.duration, 3),
    )
    if report.outcome == "skipped":
        return evolve(outcome, verdict="SKIPPED", reason=_skip_reason(report))
    if report.outcome == "passed":
        points = "; ".join(log.open_points)
        return evolve(outcome, verdict="INFO" if points else "PASS", reason=points)
    error = call.excinfo.value if call.excinfo is not None else None
    verdict = verdict_of(error) if report.when == "call" else "ERROR"
    aim = aim_of(item.config)
    secrets = secrets_of(credentials_in(os.environ)) if aim.origin else ()
    return evolve(outcome, verdict=verdict, reason=reason_of(error), sent=log.sent(secrets))


def verdict_of(error: BaseException | None) -> str:
    """Return what an exception in a test says of the server."""
    if isinstance(error, BaseExceptionGroup):
        return min(
            (verdict_of(one) for one in error.exceptions), key=("FAIL", "BLOCKED", "ERROR").index
        )
    if isinstance(error, NoDataError):
        return "BLOCKED"
    return "ERROR" if isinstance(error, _OURS) or error is None else "FAIL"


def reason_of(error: BaseException | None) -> str:
    """Return what an exception says, without how Hypothesis repeats it."""
    if error is None:
        return ""
    text = _BLOB.sub("", str(error)).strip()
    if not isinstance(error, AssertionError):
        text = f"{type(error).__name__}: {text}"
    return text[:LONGEST_REASON]


def _skip_reason(report: pytest.TestReport) -> str:
    found: Any = report.longrepr
    text = found[2] if isinstance(found, tuple) else str(found)
    return str(text).removeprefix("Skipped: ")

"""The command, its verdicts and its reports: what they say, and what they end with."""

from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Tree

import pytest
from attrs import evolve

from contract_tests import spec
from contract_tests.conformance import (
    alarms,
    capabilities,
    cli,
    console,
    curl,
    html,
    junit,
    results,
)
from contract_tests.conformance.aim import Aim, AimError
from contract_tests.conformance.recording import reason_of, verdict_of
from contract_tests.conformance.results import Outcome, Run, Sent
from contract_tests.exchanges import NoDataError
from contract_tests.targets import ControlRefused, Credentials

ACCOUNT = Credentials("ak", "sk", ("key",))
ENVIRONMENT = {"KLING_ACCESS_KEY": "ak", "KLING_SECRET_KEY": "sk"}
CALL = Sent("POST", "/v1/x?a=1", {"a": "it's"}, '{"é": 1}', 200, {}, '{"code": 0}')


def outcome(verdict: str, **fields: Any) -> Outcome:  # noqa: ANN401 - fields of any type
    """Return an outcome of that verdict."""
    made = Outcome("test_x.py::test_y", ("list.page-size",), "A promise.", verdict, "why", 0.1)
    return evolve(made, **fields)


def run_of(*verdicts: str) -> Run:
    """Return a run with an outcome of each verdict."""
    outcomes = tuple(
        outcome(verdict, test=f"test_x.py::test_{n}", sent=(CALL,))
        for n, verdict in enumerate(verdicts)
    )
    return Run(
        suite="1",
        spec="abc",
        target="it",
        profile="black-box",
        capabilities=("clock",),
        quick=False,
        only="",
        seed=7,
        started="2026-01-01T00:00:00+00:00",
        seconds=1.5,
        outcomes=outcomes,
    )


@pytest.mark.parametrize(
    ("verdicts", "conforms"),
    [
        (("PASS", "SKIPPED", "INFO"), True),
        (("SKIPPED",), False),
        ((), False),
        (("PASS", "FAIL"), False),
        (("PASS", "ERROR"), False),
        (("PASS", "BLOCKED"), False),
    ],
)
def test_a_server_conforms_when_something_held_and_nothing_failed(
    verdicts: tuple[str, ...],
    conforms: bool,  # noqa: FBT001 - what is expected
) -> None:
    """A run in which everything was skipped shows nothing, and conforms to nothing."""
    assert run_of(*verdicts).conforms is conforms


def test_a_result_is_read_as_it_was_written(tmp_path: Path) -> None:
    """result.json holds everything that a run found."""
    path, run = tmp_path / "result.json", run_of(*results.VERDICTS)
    path.write_text(results.written(run), "utf-8")

    assert results.read(path) == run


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": 2}', '{"format": 1, "counts": 1}'])
def test_what_is_no_result_is_said_to_be_none(tmp_path: Path, text: str) -> None:
    """Any other file is refused by name."""
    path = tmp_path / "other.json"
    path.write_text(text, "utf-8")

    with pytest.raises(results.ResultError, match=r"other\.json"):
        results.read(path)


def test_junit_counts_what_the_run_counts() -> None:
    """Failures, errors and skips stand in their own elements, whatever characters they hold."""
    run = run_of("FAIL", "ERROR", "BLOCKED", "SKIPPED", "INFO", "PASS")
    broken = evolve(run, outcomes=(*run.outcomes, outcome("FAIL", reason="\x00<&")))
    suite = Tree.fromstring(junit.written(broken))  # noqa: S314 - our own text

    assert (suite.get("failures"), suite.get("errors"), suite.get("skipped")) == ("2", "2", "1")
    assert len(suite.findall("testcase/failure")) == 2
    assert len(suite.findall("testcase/error")) == 2


def test_the_page_needs_nothing_else_and_tells_every_rule() -> None:
    """No address is loaded from; each rule has its row, and what a server says cannot act."""
    bad = outcome("FAIL", reason="<script>alert(1)</script>", sent=(CALL, CALL))
    page = html.written(evolve(run_of("PASS"), outcomes=(bad,)), "http://h")

    assert all(f'id="{name}"' in page for name in spec.rulebook().rules)
    assert "<script" not in page
    assert "src=" not in page
    assert "@import" not in page
    assert spec.rule("list.page-size").sentence.split("`")[0] in page


def test_a_failure_on_the_console_can_be_taken_up_from_there() -> None:
    """It names rule, vendor's words, request, curl and seed."""
    text = console.summary(run_of("FAIL"), "http://h")

    assert "DOES NOT CONFORM" in text
    assert console.vendor_words("list.page-size") in text
    assert "POST /v1/x?a=1" in text
    assert "curl -si -X POST" in text
    assert "--seed 7" in text


def test_an_alarm_is_told_with_its_run_and_counted() -> None:
    """What does not conform is one, with the seed that brings it back; an open point is none."""
    tried = [
        alarms.Tried("mock-full", "observed", run_of(*verdicts))
        for verdicts in (("PASS", "INFO"), ("FAIL", "BLOCKED", "PASS"))
    ]
    lines = [line for one in tried for line in one.alarms]

    assert len(lines) == 2
    assert all(line.startswith("seed 7, mock-full, the mock as observed: ") for line in lines)
    assert alarms.told(tried).endswith("2 false alarms in 2 runs")


def test_curl_quotes_for_the_shell() -> None:
    """A quote in a header, and bytes that are no text, come through."""
    line = curl.of(CALL, "http://h")
    piped = curl.of(evolve(CALL, body="base64:/w=="), "http://h")

    assert "'a: it'\"'\"'s'" in line
    assert piped.startswith("printf %s /w== | base64 -d | curl")


def test_an_exception_says_whose_fault_it_is() -> None:
    """Assertions and unreadable replies are the server's, all that is the suite's is an error."""
    told = {
        kind: verdict_of(kind("x"))
        for kind in (AssertionError, KeyError, NoDataError, ControlRefused, OSError)
    }

    assert list(told.values()) == ["FAIL", "FAIL", "BLOCKED", "ERROR", "ERROR"]
    assert verdict_of(ExceptionGroup("x", [OSError(), AssertionError()])) == "FAIL"
    assert reason_of(KeyError("data")) == "KeyError: 'data'"


def test_real_safe_takes_permission_and_credentials() -> None:
    """It is never run by accident."""
    url = "https://api.example.com"
    for aim in (Aim(profile="real-safe"), Aim(origin=url, profile="real-safe")):
        with pytest.raises(AimError, match="permission"):
            aim.checked(ENVIRONMENT)
    permitted = Aim(origin=url, profile="real-safe", permitted=True)

    assert permitted.checked(ENVIRONMENT) is permitted
    assert permitted.capabilities(ENVIRONMENT) == frozenset()


@pytest.mark.parametrize(
    "arguments",
    [
        ["--base-url", "http://127.0.0.1:1"],
        ["--profile", "real-safe"],
        ["--can", "flying"],
        ["--replay", "no-such-file.json"],
        ["--base-url", "no url"],
    ],
)
def test_what_cannot_be_done_ends_with_two(
    arguments: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without credentials, permission or a file there is a sentence, and no run."""
    for name in ENVIRONMENT:
        monkeypatch.delenv(name, raising=False)

    assert cli.main(arguments) == 2
    assert capsys.readouterr().err.startswith("lipsync-conformance: ")


def test_capabilities_are_read_off_the_code() -> None:
    """What a test calls, also by way of others, is what it needs."""
    from contract_tests import test_clock, test_granting, test_races  # noqa: PLC0415 - its subject

    scope = test_granting.test_another_account_knows_nothing_of_it

    assert "accounts" in capabilities.needs_of(scope)
    assert "described-media" in capabilities.needs_of(scope)
    assert "clock" not in capabilities.needs_of(scope)
    assert any("clock" in capabilities.needs_of(f) for f in _tests(test_clock))
    assert all("control" in capabilities.needs_of(f) for f in _tests(test_races))


def _tests(module: object) -> list:  # type: ignore[type-arg]
    return [f for name, f in vars(module).items() if name.startswith("test_")]

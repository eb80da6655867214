"""The command, its verdicts and its reports: what they say, and what they end with."""

import json
from pathlib import Path
from random import Random
from xml.etree import ElementTree as Tree

import pytest
from attrs import evolve

from contract_tests import spec
from contract_tests.conformance import (
    billing_risk,
    capabilities,
    cli,
    console,
    curl,
    html,
    junit,
    paper,
    results,
    singles,
    vectors,
)
from contract_tests.conformance.aim import Aim, AimError
from contract_tests.conformance.foreign import Foreign, Guarded, Limited, WouldBillError
from contract_tests.conformance.picture import Faulty
from contract_tests.conformance.recording import reason_of, verdict_of
from contract_tests.conformance.results import Outcome, Run, Sent
from contract_tests.exchanges import NoDataError
from contract_tests.targets import ControlRefused, Credentials, InProcess

ACCOUNT = Credentials("ak", "sk", ("key",))
ENVIRONMENT = {"KLING_ACCESS_KEY": "ak", "KLING_SECRET_KEY": "sk"}
CALL = Sent("POST", "/v1/x?a=1", {"a": "it's"}, '{"é": 1}', 200, {}, '{"code": 0}')


def outcome(verdict: str, **fields: object) -> Outcome:
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


def test_single_and_longer_rules_are_all_that_refuse() -> None:
    """Each refusing rule is decided by one exchange, or has a reason why not."""
    assert set(singles.SINGLE) | set(singles.LONGER) == set(spec.refusing())
    assert not set(singles.SINGLE) & set(singles.LONGER)


@pytest.mark.parametrize("name", sorted(singles.LONGER))
def test_a_longer_rule_cannot_be_put_on_paper(name: str) -> None:
    """What one exchange was said not to decide needs more, or is judged after what is unknown."""
    known = spec.refusing().index("create.session-known")
    needing = {"identify.no-face", "transport.unknown-fields", "retention.session-life"}
    later = spec.refusing().index(name) > known or name in needing
    try:
        for seed in range(20):
            singles._on_paper(singles.breaking.BY_RULE[name][0], Random(seed))  # noqa: S311
    except paper.NeedsMoreError:
        later = True

    assert later


@pytest.mark.parametrize("name", singles.SINGLE)
def test_no_single_request_could_be_billed(name: str) -> None:
    """Each names nothing that exists, so that even a faulty server refuses it."""
    drawn = [singles.broken(name, Random(seed)).request for seed in range(30)]  # noqa: S311

    assert [billing_risk.of(one.method, one.body) for one in drawn] == [None] * 30


@pytest.mark.parametrize(
    ("body", "safe"),
    [
        (b'{"session_id": "850508686686064678"}', False),
        (b'{"video_url": "https://example.com/a.mp4"}', False),
        (b'{"video_id": "850508686686064678"}', False),
        ('{"video_url": "https://example.com/a.mp4"}'.encode("utf-16"), False),
        (b'{"video_url": "http://described.test/video"}', True),
        (b'{"session_id": "1"}', True),
    ],
)
def test_what_could_be_billed_is_not_sent(body: bytes, safe: bool) -> None:  # noqa: FBT001
    """The guard looks at bytes, for a server may read what is no JSON."""
    nobody = Guarded(Foreign("http://127.0.0.1:1", ACCOUNT, capabilities.NOTHING))

    with pytest.raises(ConnectionRefusedError if safe else WouldBillError):
        nobody.request("POST", "/v1/videos/identify-face", body=body)


def test_a_recipe_makes_the_header_again() -> None:
    """What was read off a token on paper makes the same kind of token for any account."""
    for name in (rule for rule in singles.SINGLE if rule.startswith("auth.")):
        recipe = singles.broken(name, Random(3)).request.authorization  # noqa: S311
        header = paper.header_from(recipe, ACCOUNT)

        assert (header is None) is (recipe is None)
        assert "$" not in (header or "")


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


def test_vectors_are_fresh() -> None:
    """contract_tests/vectors is what the strategies make."""
    assert vectors.stale() == [], "run: make vectors"


def test_a_vector_is_what_the_mock_answers() -> None:
    """Each vector, sent as its file says, gets one of the answers that it expects."""
    server = Limited(InProcess())
    wrong = []
    for path in sorted(vectors.FOLDER.glob("*.json")):
        for vector in json.loads(path.read_text("utf-8")) if path.name != "rules.json" else ():
            sent = vector["request"]
            header = paper.header_from(sent["authorization"], server.credentials)
            headers = sent["headers"] | ({} if header is None else {"authorization": header})
            body = results.body_of(sent.get("body", ""))
            answer = server.request(sent["method"], sent["path"], headers=headers, body=body)
            if {"status": answer.status, "code": answer.code} not in vector["expected"]:
                wrong.append(vector["id"])
    server.close()

    assert wrong == []


def test_a_faulty_server_is_found_out() -> None:
    """The planted faults change what goes in, and the status that comes out."""
    server = Limited(Faulty(InProcess()))
    case = singles.broken("get.known-task", Random(1))  # noqa: S311
    header = paper.header_from(case.request.authorization, server.credentials) or ""
    answer = server.request("GET", case.request.path, headers={"authorization": header})
    server.close()

    assert (answer.status, answer.code) not in singles.due(case)


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

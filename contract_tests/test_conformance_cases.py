"""The single-exchange cases and their vectors: complete, safe to send, fresh and true."""

import json
from random import Random

import pytest

from contract_tests import breaking, spec
from contract_tests.conformance import billing_risk, capabilities, paper, results, singles, vectors
from contract_tests.conformance.foreign import Foreign, Guarded, Limited, WouldBillError
from contract_tests.conformance.picture import Faulty
from contract_tests.targets import Credentials, InProcess

ACCOUNT = Credentials("ak", "sk", ("key",))


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
            singles._on_paper(breaking.BY_RULE[name][0], Random(seed))  # noqa: S311
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

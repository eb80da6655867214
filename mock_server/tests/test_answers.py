"""Every decision becomes a reply in the vendor's envelope, with its reason beside it."""

import json

import pytest

from kling_lipsync.rules import Refusal
from kling_lipsync.rules.facts import Finding
from mock_server import render
from mock_server.answers import Answers
from mock_server.context import Accepted
from mock_server.ids import Ids
from mock_server.staging import new_fault
from mock_server.tests.builders import KEY, NOW, account, call, contract, reply_check, task
from mock_server.values import Explanation, Reply

BOOK = contract().rulebook
ANSWERS = Answers(contract(), reply_check())
ACCOUNT = account()


def _refused(rule: str, code: int, finding: Finding) -> Reply:
    refusal = Refusal(BOOK.rules[rule], code, finding)
    return ANSWERS.refused(ACCOUNT, Ids("s", lambda: 0), NOW, "create", refusal)


def _message(reply: Reply) -> str:
    return str(json.loads(reply.body)["message"])


def test_an_accepted_call_is_200_and_0() -> None:
    """With the data, an id of its own, and no explanation."""
    accepted = Accepted(render.created(task()), task_id=task().task_id)

    reply = ANSWERS.accepted(ACCOUNT, Ids("s", lambda: 0), NOW, "create", accepted)

    body = json.loads(reply.body)
    assert (reply.status, reply.code, reply.explanation) == (200, 0, None)
    assert (reply.access_key, reply.task_id) == (KEY, task().task_id)
    assert body["request_id"] == reply.request_id
    assert body["data"]["task_id"] == task().task_id


def test_a_refused_call_has_the_status_of_its_code() -> None:
    """The vendor's table pairs them; the finding is kept beside the body."""
    reply = _refused("create.session-known", 1203, Finding("7", "session_id", "8"))

    assert (reply.status, reply.code) == (404, 1203)
    assert json.loads(reply.body) == {
        "code": 1203,
        "message": "Session id not found: 7",
        "request_id": reply.request_id,
    }
    assert reply.explanation == Explanation("create.session-known", "session_id", "7", "8")


def test_a_reading_changes_status_and_code_but_not_the_words() -> None:
    """The same refusal is 400 and 1201 under the observed reading."""
    reply = _refused("create.session-known", 1201, Finding("7", "session_id"))

    assert (reply.status, reply.code, _message(reply)) == (400, 1201, "Session id not found: 7")


def test_a_code_of_several_has_its_own_words() -> None:
    """5001 is not told in the words of 5000."""
    reply = _refused("envelope.server-fault", 5001, Finding("staged", "fault", code=5001))

    assert (reply.status, _message(reply)) == (503, BOOK.codes[5001].explanation)


def test_a_caller_without_account_is_answered_too() -> None:
    """A refusal before anybody is known."""
    refusal = Refusal(BOOK.rules["auth.header-present"], 1001, Finding(None, "Authorization"))

    reply = ANSWERS.refused(None, Ids("s", lambda: 0), NOW, "", refusal)

    assert (reply.status, reply.access_key) == (401, "")
    assert reply.explanation is not None
    assert reply.explanation.value == ""


@pytest.mark.parametrize("code", [code for code in BOOK.codes if code])
def test_a_staged_refusal_looks_like_a_real_one(code: int) -> None:
    """Status and code of the table, words without an unfilled placeholder, marked as staged."""
    reply = ANSWERS.staged(
        ACCOUNT, Ids("s", lambda: 0), NOW, "create", new_fault(BOOK, "1", {"code": code})
    )

    assert (reply.status, reply.code) == (BOOK.codes[code].http_status, code)
    assert "{" not in _message(reply)
    assert _message(reply)
    assert reply.explanation is not None
    assert reply.explanation.staged


def test_a_staged_refusal_has_the_words_that_were_asked_for() -> None:
    """Whatever they are, they are not filled in."""
    fault = new_fault(BOOK, "1", {"code": 1303, "message": "busy {value}"})

    assert (
        _message(ANSWERS.staged(ACCOUNT, Ids("s", lambda: 0), NOW, "create", fault))
        == "busy {value}"
    )


def test_a_failure_of_our_own_is_500_and_5000() -> None:
    """The reply says that it is the mock's, where the client does not look."""
    reply = ANSWERS.own_fault(call(), Ids("s", lambda: 0))

    assert (reply.status, reply.code) == (500, 5000)
    assert _message(reply) == "Server internal error"
    assert reply.explanation is not None
    assert "a bug of the mock" in reply.explanation.value

"""Polling is judged by both clocks, and going on after an error by what the refusal says."""

import json

import pytest

from mock_server.findings.flow import (
    polls_too_fast,
    token_expired,
    unread_fields,
    went_on_after_error,
)
from mock_server.findings.values import History
from mock_server.journal import Entry
from mock_server.routes import TASKS_PATH
from mock_server.tests.builders import KEY, NOW, contract
from mock_server.tests.entries import entry
from mock_server.values import Explanation


def _history(*entries: Entry) -> History:
    return History(KEY, entries, (), contract())


def _poll(sequence: int, at: int, host_ms: int, status: str = "processing") -> Entry:
    answer = json.dumps({"code": 0, "data": {"task_status": status}}).encode()
    return entry(
        sequence=sequence,
        operation="get",
        task_id="7",
        at=NOW + at,
        host_ms=NOW + host_ms,
        answer=answer,
    )


def _refused(sequence: int, operation: str, rule: str, field: str = "", **parts: object) -> Entry:
    staged = bool(parts.pop("staged", False))
    parts["fault_id"] = "9" if staged else ""
    why = Explanation(rule, field, "", "", staged=staged)
    return entry(
        sequence=sequence, operation=operation, code=1201, status=400, explanation=why, **parts
    )


@pytest.mark.parametrize(
    ("at", "host_ms", "found"),
    [(0, 0, 1), (999, 999, 1), (1000, 0, 0), (0, 1000, 0), (60_000, 1, 0)],
)
def test_a_client_waits_by_either_clock(at: int, host_ms: int, found: int) -> None:
    """A frozen clock judges nobody who waits on the host's, nor a fast one who waits on it."""
    assert len(list(polls_too_fast(_history(_poll(1, 0, 0), _poll(2, at, host_ms))))) == found


@pytest.mark.parametrize(("first", "second"), [("succeed", "succeed"), ("processing", "failed")])
def test_only_an_open_task_is_polled(first: str, second: str) -> None:
    """Once it has ended a query is no poll."""
    history = _history(_poll(1, 0, 0, first), _poll(2, 0, 0, second), _poll(3, 0, 0, second))

    assert list(polls_too_fast(history)) == []


def test_a_strange_answer_is_no_poll() -> None:
    """Such as one that was cut."""
    strange = [entry(operation="get", answer=answer) for answer in (b"", b"[]", b'{"data": 1}')]

    assert list(polls_too_fast(_history(*strange, *strange))) == []


def test_a_staged_1004_is_nobodys_habit() -> None:
    """A real one says when the token ended, where that is known."""
    staged = _refused(1, "list", "auth.not-expired", staged=True)
    real = _refused(2, "list", "auth.not-expired")

    assert [seen.sequences for seen in token_expired(_history(staged, real))] == [(2,)]


@pytest.mark.parametrize(
    ("refused", "later", "found"),
    [
        ("identify", _refused(2, "create", "create.session-known"), True),
        ("identify", _refused(2, "create", "create.required-fields", "session_id"), True),
        ("identify", _refused(2, "create", "create.required-fields", "face_choose"), False),
        ("identify", _refused(2, "create", "create.session-known", staged=True), False),
        ("identify", _refused(2, "create", "create.crop-length"), False),
        ("create", _refused(2, "create", "create.session-known"), False),
        ("create", _refused(2, "get", "get.known-task", path=f"{TASKS_PATH}/None"), True),
        ("create", _refused(2, "", "transport.known-path", path=f"{TASKS_PATH}/"), True),
        ("create", _refused(2, "get", "get.known-task", path=f"{TASKS_PATH}/mine"), False),
        ("create", _refused(2, "", "transport.known-path", path="/v1/else"), False),
        ("identify", _refused(2, "get", "get.known-task", path=f"{TASKS_PATH}/7"), False),
    ],
)
def test_going_on_needs_an_error_that_gave_nothing(
    refused: str,
    later: Entry,
    found: bool,  # noqa: FBT001 - what the test expects
) -> None:
    """The call that went on lacks exactly what the refused one would have given."""
    body = b'{"external_task_id": "mine"}' if refused == "create" else b"{}"
    first = _refused(1, refused, "envelope.server-fault", body=body)

    assert [seen.sequences for seen in went_on_after_error(_history(first, later))] == (
        [(1, 2)] if found else []
    )


def test_a_success_after_the_error_mends_it() -> None:
    """What is refused then is refused for another reason."""
    history = _history(
        _refused(1, "identify", "envelope.server-fault"),
        entry(sequence=2, operation="identify"),
        _refused(3, "create", "create.session-known"),
    )

    assert list(went_on_after_error(history)) == []


def test_a_field_is_found_once_with_all_its_calls() -> None:
    """At most ten of them are named."""
    entries = [entry(sequence=number, query="debug=1") for number in range(1, 31)]
    (seen,) = unread_fields(_history(*entries))

    assert seen.text == "list was sent /query/debug 30 times"
    assert seen.sequences == tuple(range(1, 11))

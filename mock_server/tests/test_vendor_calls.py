"""A call is answered at once where nothing has to be waited for, and alike in both ways."""

import json
import re
from functools import partial

import pytest

from mock_server.http import Message, Scope, Target
from mock_server.routes import IDENTIFY_PATH, TASKS_PATH
from mock_server.tests.builders import VIDEO
from mock_server.tests.served import Sent, Served
from mock_server.vendor_calls import Later

HEADERS = {
    b"host": b"127.0.0.1:8787",
    b"authorization": b"Bearer local-api-key",
    b"content-type": b"application/json",
}
_SAMPLE = json.dumps({"video_url": VIDEO}).encode()


def _at_once(served: Served, method: str, target: Target, body: bytes) -> bytes | Later:
    calls, peer = served.server.application.calls, ("http", ("127.0.0.1", 50_000))

    async def step() -> bytes | Later:
        sender = calls.sender_of(HEADERS, peer)
        return calls.at_once(calls.call_of(method, target, sender, body))

    return served.run(step)


def _plain(answer: bytes) -> bytes:
    """Without the ids that are new in each answer."""
    return re.sub(rb"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9]{18}", b"ID", answer)


@pytest.mark.parametrize(
    ("method", "path", "query", "body"),
    [
        ("GET", TASKS_PATH, "", b""),
        ("GET", TASKS_PATH, "pageNum=0", b""),
        ("GET", f"{TASKS_PATH}/none", "", b""),
        ("POST", IDENTIFY_PATH, "", _SAMPLE),
        ("POST", IDENTIFY_PATH, "", b"{"),
        ("POST", TASKS_PATH, "", b"{}"),
        ("POST", "/v1/nowhere", "", b""),
    ],
)
def test_what_is_answered_at_once_is_what_an_asgi_server_is_given(
    served: Served, method: str, path: str, query: str, body: bytes
) -> None:
    """Status, headers and body; only the ids differ."""
    scope = {
        "method": method,
        "path": path,
        "query_string": query.encode(),
        "headers": list(HEADERS.items()),
    }
    sent: Sent = served.raw(scope, [body])

    answer = _at_once(served, method, Target(path, path.encode(), query), body)

    assert isinstance(answer, bytes)
    head, _, content = answer.partition(b"\r\n\r\n")
    first, *fields = head.split(b"\r\n")
    assert first.startswith(b"HTTP/1.1 %d " % sent.status)
    headers = dict(field.split(b": ", 1) for field in fields)
    assert {k: _plain(v) for k, v in headers.items()} == {
        k: _plain(v) for k, v in sent.headers.items()
    }
    assert _plain(content) == _plain(sent.body)


def test_a_call_that_has_to_wait_says_what_is_left_to_do(served: Served) -> None:
    """A medium is fetched, and the reply is sent; the call is on record once."""
    body = json.dumps({"video_url": "http://127.0.0.1:1/none.mp4"}).encode()
    target = Target(IDENTIFY_PATH, IDENTIFY_PATH.encode(), "")
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)

    later = _at_once(served, "POST", target, body)
    assert not isinstance(later, bytes)
    scope: Scope = {"type": "http", "method": "POST"}
    served.run(partial(later, scope, receive, send))

    assert [message["type"] for message in sent] == ["http.response.start", "http.response.body"]
    assert json.loads(sent[1]["body"])["code"] == 1201
    assert len(served.happening("GET", "/journal")["entries"]) == 1


def test_a_staged_reply_is_sent_as_its_fault_wants_it(served: Served) -> None:
    """It is never written as a plain reply is."""
    served.happening("POST", "/faults", {"transport": "reset"})

    answer = _at_once(served, "GET", Target(TASKS_PATH, TASKS_PATH.encode(), ""), b"")

    assert not isinstance(answer, bytes)

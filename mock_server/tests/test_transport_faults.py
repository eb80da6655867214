"""A reply comes late, broken or not at all, and the journal knows."""

import asyncio
import json
import time
from typing import Any

import pytest

from mock_server.http import Message
from mock_server.routes import IDENTIFY_PATH, TASKS_PATH
from mock_server.store import MemoryStore
from mock_server.tests.builders import create_body
from mock_server.tests.served import LOCAL_KEY, Served, serving
from mock_server.transport_faults import CONNECTION, pass_time

SCOPE: dict[str, Any] = {
    "path": TASKS_PATH,
    "headers": [(b"authorization", b"Bearer local-api-key")],
}


class _Broken(Exception):
    """The connection was aborted."""


class _Line:
    def abort(self) -> None:
        raise _Broken


def _stage(served: Served, **fields: object) -> None:
    served.happening("POST", "/faults", fields)


def _video(served: Served) -> str:
    url = "http://described.test/video?duration=8000&face=0-8000"
    return str(served.happening("POST", "/media", {"url": url})["video_id"])


def _noted(served: Served) -> list[tuple[int, int]]:
    calls = served.happening("GET", "/journal?kind=call")["entries"]
    return [(call["status"], call["code"]) for call in calls]


@pytest.mark.parametrize("fault", ["reset", "stall", "truncate"])
def test_a_broken_connection_is_broken_by_its_own_means(served: Served, fault: str) -> None:
    """Whatever serves the application has put them into the scope."""
    _stage(served, transport=fault, latency="1ms")

    with pytest.raises(_Broken):
        served.raw(SCOPE | {"extensions": {CONNECTION: _Line()}})


@pytest.mark.parametrize("fault", ["reset", "stall"])
def test_without_a_connection_the_call_itself_breaks(served: Served, fault: str) -> None:
    """As one does whose peer is gone; the journal notes that there was no reply."""
    _stage(served, transport=fault, latency="1ms")

    with pytest.raises(ConnectionResetError, match="a staged fault"):
        served.raw(SCOPE)
    assert _noted(served) == [(0, 0)]


def test_a_gateway_answers_in_its_own_words(served: Served) -> None:
    """HTML, without an envelope and without a rule, and marked as staged."""
    _stage(served, transport="bad-gateway")

    reply = served.vendor("GET", TASKS_PATH)

    assert (reply.status_code, reply.headers["content-type"]) == (502, "text/html")
    assert "<h1>502 Bad Gateway</h1>" in reply.text
    assert reply.headers["x-mock-fault"] == "bad-gateway"
    assert "x-mock-rule" not in reply.headers
    assert _noted(served) == [(502, 0)]


def test_a_gateway_can_have_another_status(served: Served) -> None:
    """504 is one that gateways have."""
    _stage(served, transport="bad-gateway", http_status=504)

    assert "504 Gateway Timeout" in served.vendor("GET", TASKS_PATH).text


def test_a_code_can_come_with_another_status(served: Served) -> None:
    """HTTP 200 with a code that is not 0."""
    _stage(served, code=1303, http_status=200)

    reply = served.vendor("GET", TASKS_PATH)

    assert (reply.status_code, reply.json()["code"]) == (200, 1303)
    assert "data" not in reply.json()


@pytest.mark.parametrize("phase", ["before", "after"])
@pytest.mark.parametrize(
    "fields", [{"transport": "bad-gateway"}, {"code": 5002}, {"code": 1303}, {"transport": "reset"}]
)
def test_a_call_takes_effect_or_not(served: Served, fields: dict[str, Any], phase: str) -> None:
    """Whatever the client gets, the task exists after commit, and does not before."""
    _stage(served, **fields, phase=phase, operations=["create"])
    session = served.data("POST", IDENTIFY_PATH, {"video_id": _video(served)})

    try:
        served.vendor("POST", TASKS_PATH, create_body(session["session_id"]))
    except ConnectionResetError:
        assert fields == {"transport": "reset"}

    assert len(served.data("GET", TASKS_PATH)) == (phase == "after")
    last = served.happening("GET", "/journal?kind=call")["entries"][1]
    assert bool(last["task_id"]) is (phase == "after")


@pytest.mark.parametrize("fields", [{}, {"phase": "after"}, {"code": 1303}, {"fail_task": "why"}])
def test_latency_is_time_of_the_host(served: Served, fields: dict[str, Any]) -> None:
    """Before the reply leaves, also where the account's clock stands still."""
    session = served.data("POST", IDENTIFY_PATH, {"video_id": _video(served)})
    _stage(served, **fields, latency="60ms", operations=["create"])
    started = time.perf_counter()
    reply = served.vendor("POST", TASKS_PATH, create_body(session["session_id"]))

    assert time.perf_counter() - started >= 0.06
    assert reply.json()["code"] == fields.get("code", 0)
    assert reply.headers["x-mock-fault"] in ("latency", "1303", "fail-task")


@pytest.mark.parametrize(("phase", "made"), [("before", 0), ("after", 1)])
def test_latency_comes_before_or_after_the_effect(phase: str, made: int) -> None:
    """While the reply is held back, the call has taken effect or not; in the end it has."""
    store = MemoryStore()
    with serving(given=store) as served:
        meanwhile, lines = _held_back(served, store, phase)

    assert (meanwhile, lines) == (made, 1)


def _held_back(served: Served, store: MemoryStore, phase: str) -> tuple[int, int]:
    body = {"video_id": _video(served)}
    _stage(served, latency="200ms", phase=phase)
    content = json.dumps(body).encode()
    headers = [*SCOPE["headers"], (b"content-type", b"application/json")]
    scope = {
        "type": "http",
        "method": "POST",
        "query_string": b"",
        "path": IDENTIFY_PATH,
        "headers": headers,
    }

    async def receive() -> Message:
        return {"type": "http.request", "body": content}

    async def send(_message: Message) -> None:
        return

    async def ask() -> int:
        asked = asyncio.ensure_future(served.server.application(scope, receive, send))
        await asyncio.sleep(0.05)
        meanwhile = len(store.page(LOCAL_KEY, "ledger", 1, 9))
        await asked
        return meanwhile

    return served.run(ask), len(served.happening("GET", "/ledger")["lines"])


def test_time_ends_when_the_client_has_gone() -> None:
    """Nobody waits for somebody who is not there."""

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    started = time.perf_counter()
    asyncio.run(pass_time({"type": "http"}, receive, 60_000))

    assert time.perf_counter() - started < 5


def test_time_passes_whole_where_the_server_has_other_news() -> None:
    """A server that repeats the request says nothing about its client."""

    async def receive() -> Message:
        return {"type": "http.request", "body": b""}

    started = time.perf_counter()
    asyncio.run(pass_time({"type": "http"}, receive, 30))

    assert time.perf_counter() - started >= 0.03

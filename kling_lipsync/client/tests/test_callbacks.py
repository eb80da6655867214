"""Callbacks: what is let through, what is not, and how often."""

import asyncio
import base64
import hmac
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
import standardwebhooks
from hypothesis import given
from hypothesis import strategies as st
from kling_lipsync_api.models import CallbackPayload

from kling_lipsync.client.callbacks import CallbackGuard, parse_callback
from kling_lipsync.client.errors import BadSignature, CallbackContradicted, CallbackRejected
from kling_lipsync.client.receiver import LARGEST_BODY, CallbackReceiver
from kling_lipsync.client.tests.both import on_both
from kling_lipsync.client.tests.service import START, Service, World

SECRET = "whsec_" + base64.b64encode(b"a key that only two know").decode()
NOW = int(START)


def body(status: str = "succeed", updated_at: int = 2, task_id: str = "t1") -> bytes:
    """Return what the service posts."""
    told = {
        "task_id": task_id,
        "task_status": status,
        "task_status_msg": "",
        "created_at": 1,
        "updated_at": updated_at,
        "task_info": {"parent_video": {"id": "v", "url": "u", "duration": "8"}},
    }
    return json.dumps(told).encode()


def signed(content: bytes, now: int = NOW, secret: str = SECRET) -> dict[str, str]:
    """Return the headers that the standard's own library makes."""
    instant = datetime.fromtimestamp(now, UTC)
    signature = standardwebhooks.Webhook(secret).sign("id", instant, content.decode())
    return {"webhook-id": "id", "webhook-timestamp": str(now), "webhook-signature": signature}


def test_a_callback_is_read_as_the_generated_model() -> None:
    """Also in a state that nobody knows."""
    told = parse_callback(body("paused"))

    assert isinstance(told, CallbackPayload)
    assert told.task_status.value == "paused"


@pytest.mark.parametrize("off", [-300, 0, 300])
def test_a_signature_of_the_standards_library_passes(off: int) -> None:
    """Up to 300 s off, one of several signatures, whatever the case of the headers."""
    headers = {name.title(): value for name, value in signed(body(), NOW + off).items()}
    headers["Webhook-Signature"] = "v1,AAAA v2,x " + headers["Webhook-Signature"]

    assert parse_callback(body(), headers, secret=SECRET, now=NOW).task_id == "t1"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        signed(body(), NOW - 301),
        signed(body(), NOW + 301),
        signed(body("failed")),
        signed(body(), secret="whsec_" + base64.b64encode(b"another").decode()),
        {**signed(body()), "webhook-timestamp": "²"},
        {**signed(body()), "webhook-timestamp": "-1"},
        {**signed(body()), "webhook-timestamp": "9" * 400},
        {**signed(body()), "webhook-signature": "v1,é"},
        {**signed(body()), "webhook-id": "other"},
    ],
)
def test_no_other_signature_passes(headers: dict[str, str]) -> None:
    """Missing, too old, of the future, of another body or secret, or nonsense."""
    with pytest.raises(BadSignature):
        parse_callback(body(), headers, secret=SECRET, now=NOW)


def test_signatures_are_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every one of them, with the standard library's comparison."""
    compared: list[Any] = []
    real = hmac.compare_digest

    def noted(wanted: bytes, given: bytes) -> bool:
        compared.append(given)
        return real(wanted, given)

    monkeypatch.setattr(hmac, "compare_digest", noted)
    headers = signed(body())
    headers["webhook-signature"] += " v1,AAAA v1,BBBB"

    parse_callback(body(), headers, secret=SECRET, now=NOW)

    assert len(compared) == 3


@given(st.one_of(st.binary(), st.text().map(str.encode)))
def test_what_is_no_callback_is_rejected(content: bytes) -> None:
    """And nothing else comes out."""
    with pytest.raises(CallbackRejected):
        parse_callback(content)


def test_a_wrong_secret_is_told_without_showing_it() -> None:
    """A secret has a form of its own."""
    with pytest.raises(ValueError, match="whsec_") as caught:
        parse_callback(body(), {}, secret="hunter2")

    assert "hunter2" not in str(caught.value)


@given(st.permutations([("submitted", 1), ("processing", 2), ("succeed", 3)] * 2))
def test_changes_come_through_once_and_forward(order: list[tuple[str, int]]) -> None:
    """In whatever order and however often they are sent."""
    guard = CallbackGuard()
    let = [stamp for status, stamp in order if guard.accept(parse_callback(body(status, stamp)))]

    assert let == sorted(set(let))
    assert let[-1] == 3


def test_a_guard_forgets_the_oldest_tasks() -> None:
    """So that it does not grow for ever."""
    guard = CallbackGuard(keep=2)
    told = [parse_callback(body(task_id=name)) for name in ("a", "b", "c")]

    assert all(guard.accept(one) for one in told)
    assert not guard.accept(told[2])
    assert guard.accept(told[0])


def post(receiver: CallbackReceiver, content: bytes, method: str = "POST", **headers: str) -> int:
    """Return what a receiver answers."""

    async def run() -> int:
        transport = httpx.ASGITransport(receiver)
        async with httpx.AsyncClient(transport=transport, base_url="http://me.test") as client:
            reply = await client.request(method, "/", content=content, headers=headers)
            return reply.status_code

    return asyncio.run(run())


def test_a_receiver_calls_once_for_each_change() -> None:
    """And answers 200 to what it already knows."""
    seen: list[str] = []
    receiver = CallbackReceiver(lambda told: seen.append(told.task_status.value))

    statuses = [post(receiver, body("processing", 1)), post(receiver, body())]
    statuses += [post(receiver, body()), post(receiver, body("processing", 1))]

    assert statuses == [200] * 4
    assert seen == ["processing", "succeed"]


def test_a_receiver_awaits_and_is_told_again_after_a_failure() -> None:
    """A change that could not be taken in may come once more."""
    seen: list[str] = []

    async def on_task(told: CallbackPayload) -> None:
        seen.append(told.task_id)
        if len(seen) == 1:
            raise OSError

    receiver = CallbackReceiver(on_task)

    assert [post(receiver, body()) for _ in range(3)] == [500, 200, 200]
    assert seen == ["t1", "t1"]


def test_a_receiver_refuses_what_is_not_for_it() -> None:
    """Each with the status that says why."""
    never: Callable[[CallbackPayload], None] = lambda _: pytest.fail("called")  # noqa: E731
    receiver = CallbackReceiver(never, secret=SECRET)

    assert post(receiver, b"", "GET") == 405
    assert post(receiver, b"x" * (LARGEST_BODY + 1)) == 413
    assert post(receiver, body()) == 401
    assert post(CallbackReceiver(never), b"{}") == 400


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({}, ""),
        ({"created_at": 5}, "created_at"),
        ({"updated_at": 9e15}, "updated_at"),
        ({"task_status": "failed"}, "task_status"),
        ({"task_status_msg": "x"}, "task_status_msg"),
        ({"task_result": {"videos": []}}, "task_result"),
    ],
)
def test_a_callback_is_compared_with_a_query(change: dict[str, Any], named: str) -> None:
    """What is said differently is named; a callback that the task has overtaken is fine."""
    service = Service(World(), life=["succeed"])
    service._keep({"external_task_id": "mine"})
    task = {**service.tasks["t1"], "task_status": "succeed"}
    task["task_result"] = {"videos": [{"id": "r", "url": "u", "duration": "8"}]}
    told = parse_callback(json.dumps({**task, **change}).encode())

    outcome = on_both(service, lambda client: client.confirm(told))

    if named:
        assert isinstance(outcome.error, CallbackContradicted)
        assert outcome.error.message.endswith(f": {named}")
    else:
        assert outcome.value.task_id == "t1"

"""A reply is a success or one of two errors, whatever its bytes are."""

import asyncio
import json
import pickle
from collections.abc import Callable
from typing import Any, get_args

import attrs
import httpx
import pytest
import respx
from hypothesis import given
from hypothesis import strategies as st
from kling_lipsync_api import (
    SERVICE_CODES,
    ApiError,
    AuthenticatedClient,
    LipSyncApiError,
    UnexpectedReply,
)
from kling_lipsync_api.api.lip_sync import get_lip_sync_task, list_lip_sync_tasks
from kling_lipsync_api.errors import Retry, read_reply
from kling_lipsync_api.models import ServiceCode, TaskEnvelope, TaskStatus

TASK = {
    "task_id": "850512470691213348",
    "task_status": "submitted",
    "task_status_msg": "",
    "task_info": {"parent_video": {"id": "1", "url": "https://a.example", "duration": "5.2"}},
    "watermark_info": {"enabled": False},
    "created_at": 1722769557708,
    "updated_at": 1722769557708,
}
SUCCESS = {"code": 0, "message": "SUCCEED", "request_id": "r-1", "data": TASK}
REFUSAL = {"code": 1303, "message": "parallel task over resource pack limit", "request_id": "r-2"}
HTML = b"<html>502 Bad Gateway" + b"." * 1000


def test_a_success_is_returned(respx_mock: respx.MockRouter, call: Callable[..., Any]) -> None:
    """An accepted call returns status, headers, bytes and the decoded envelope."""
    respx_mock.get().respond(json=SUCCESS, headers={"x-trace": "7"})

    reply = call(get_lip_sync_task, task_id="1")

    assert (reply.status_code, reply.headers["x-trace"]) == (200, "7")
    assert reply.parsed.data.task_status is TaskStatus.SUBMITTED
    assert json.loads(reply.content) == SUCCESS == reply.parsed.to_dict()


def test_the_short_functions_return_the_envelope(
    respx_mock: respx.MockRouter, client: AuthenticatedClient
) -> None:
    """`sync` and `asyncio` return what `sync_detailed` has decoded."""
    respx_mock.get().respond(json=SUCCESS)

    envelope = get_lip_sync_task.sync("1", client=client)

    assert envelope.to_dict() == SUCCESS
    assert asyncio.run(get_lip_sync_task.asyncio("1", client=client)) == envelope


@pytest.mark.parametrize("status", [200, 400, 401, 404, 429, 499, 500, 503, 520, 599])
def test_a_refusal_is_raised(
    respx_mock: respx.MockRouter, call: Callable[..., Any], status: int
) -> None:
    """A code other than 0 is an ApiError with all that the reply said, whatever its status."""
    respx_mock.get().respond(status, json=REFUSAL, headers={"retry-after": "3"})

    with pytest.raises(ApiError) as caught:
        call(get_lip_sync_task, task_id="1")

    error = caught.value
    assert (error.status_code, error.code, error.request_id) == (status, 1303, "r-2")
    assert (error.message, error.retry) == (REFUSAL["message"], "back-off")
    assert json.loads(error.body) == REFUSAL
    assert error.headers["Retry-After"] == "3"
    assert error.info == SERVICE_CODES[1303]


@pytest.mark.parametrize("code", sorted(ServiceCode))
def test_the_table_decides_about_trying_again(code: ServiceCode) -> None:
    """Each documented code carries the `retry` of the table."""
    with pytest.raises(ApiError) as caught:
        read_reply(httpx.Response(400, json={**REFUSAL, "code": code}), TaskEnvelope.from_dict)

    assert caught.value.retry == SERVICE_CODES[code].retry
    assert caught.value.retry in get_args(Retry)


def test_an_unknown_code_is_a_refusal() -> None:
    """A code that is not in the table is an ApiError without advice."""
    with pytest.raises(ApiError) as caught:
        read_reply(httpx.Response(418, json={**REFUSAL, "code": 1999}), TaskEnvelope.from_dict)

    assert (caught.value.code, caught.value.retry, caught.value.info) == (1999, None, None)


@pytest.mark.parametrize("rest", [{}, {"message": None, "request_id": None, "data": None}])
def test_a_code_alone_is_a_refusal(rest: dict[str, None]) -> None:
    """A refusal that says nothing but its code is still an ApiError."""
    with pytest.raises(ApiError) as caught:
        read_reply(httpx.Response(429, json={"code": 1302, **rest}), TaskEnvelope.from_dict)

    assert (caught.value.message, caught.value.request_id) == ("", None)
    assert caught.value.retry == "back-off"


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        (502, HTML, "it is not JSON"),
        (400, b"", "it is not JSON"),
        (200, b'{"code": 0, "data"', "it is not JSON"),
        (200, b'{"code": 0, "message": "\xff"}', "it is not JSON"),
        (200, b"[" * 100_000, "recursion"),
        (200, b"[]", "not a JSON object"),
        (404, b'{"status": 404, "error": "Not Found"}', "'code' is missing"),
        (400, b'{"code": "1201"}', "'code' is '1201', expected a whole number"),
        (200, b'{"code": 0, "message": "", "request_id": "r"}', "'data' is missing"),
        (200, b'{"code": 0, "message": "", "request_id": "r", "data": []}', "'data' is \\[\\]"),
        (500, json.dumps(SUCCESS).encode(), "code 0 does not go with this HTTP status"),
        (302, b"", "it is not JSON"),
    ],
)
def test_an_unexpected_reply_is_raised(
    respx_mock: respx.MockRouter, call: Callable[..., Any], status: int, body: bytes, reason: str
) -> None:
    """Anything but the service's envelope is an UnexpectedReply with status, body and cause."""
    respx_mock.get().respond(status, content=body)

    with pytest.raises(UnexpectedReply, match=reason) as caught:
        call(get_lip_sync_task, task_id="1")

    assert (caught.value.status_code, caught.value.body) == (status, body)
    assert caught.value.__cause__ is not None


@pytest.mark.parametrize("error", [httpx.ConnectError, httpx.ReadTimeout, httpx.DecodingError])
def test_transport_errors_pass(
    respx_mock: respx.MockRouter, call: Callable[..., Any], error: type[httpx.RequestError]
) -> None:
    """When there is no reply, httpx's own error arrives unchanged."""
    respx_mock.get().mock(side_effect=error)

    with pytest.raises(error):
        call(list_lip_sync_tasks)


def test_an_unknown_status_of_a_task_is_tolerated(
    respx_mock: respx.MockRouter, call: Callable[..., Any]
) -> None:
    """A task whose status the contract does not know can be read all the same."""
    respx_mock.get().respond(json={**SUCCESS, "data": [{**TASK, "task_status": "queued"}]})

    (task,) = call(list_lip_sync_tasks).parsed.data

    assert task.task_status == "queued"
    assert isinstance(task.task_status, TaskStatus)


@pytest.mark.parametrize(
    "error",
    [
        ApiError(429, 1303, "busy", "r-2", httpx.Headers({"a": "b"}), HTML),
        UnexpectedReply(502, "it is not JSON", httpx.Headers({"a": "b"}), HTML),
    ],
    ids=repr,
)
def test_errors_travel(error: LipSyncApiError) -> None:
    """An error keeps everything on its way to another process, and prints little of the body."""
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - written just now

    assert vars(again) == vars(error)
    assert str(again) == str(error)
    assert len(repr(error)) < 250
    assert "Bad Gateway" in repr(error)
    assert "Bad Gateway" not in str(error)


def test_messages_say_what_support_needs() -> None:
    """The text of a refusal holds the message, the code, the status and the request id."""
    error = ApiError(429, 1303, "busy", "r-2", httpx.Headers(), b"{}")

    assert str(error) == "busy (code 1303, HTTP 429, request_id r-2)"


def test_service_codes_are_those_of_the_spec(spec: dict[str, Any]) -> None:
    """SERVICE_CODES is `x-errors`, word for word, and cannot be changed."""
    rows = {
        str(code): attrs.asdict(info, filter=lambda _, value: value is not None)
        for code, info in SERVICE_CODES.items()
    }

    assert rows == {code: {"code": int(code), **row} for code, row in spec["x-errors"].items()}
    assert set(SERVICE_CODES) == {0, *ServiceCode}
    with pytest.raises(TypeError):
        SERVICE_CODES[0] = SERVICE_CODES[1000]  # type: ignore[index] # the point of the test


JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(), inner, max_size=2),
    max_leaves=4,
)


@st.composite
def damaged(draw: st.DrawFn, value: object) -> Any:  # noqa: ANN401 - any JSON at all
    """Draw what a value may turn into when one part of it is lost or replaced."""
    if not isinstance(value, dict) or draw(st.booleans()):
        return draw(JSON)
    name = draw(st.sampled_from(sorted(value)))
    others = {other: part for other, part in value.items() if other != name}
    return others if draw(st.booleans()) else {**others, name: draw(damaged(value[name]))}


@given(status=st.sampled_from([200, 201, 400, 502, 599]), envelope=damaged(SUCCESS))
def test_damage_is_read_or_refused(status: int, envelope: object) -> None:
    """Whatever JSON comes, it is decoded into something that can be encoded, or a typed error."""
    reply = httpx.Response(status, content=json.dumps(envelope).encode())
    try:
        decoded = read_reply(reply, TaskEnvelope.from_dict).parsed
    except LipSyncApiError:
        return
    assert decoded.code == 0
    assert isinstance(decoded.data.created_at, int)
    assert json.loads(json.dumps(decoded.to_dict()))["code"] == 0


@given(status=st.integers(100, 999), body=st.binary())
def test_bytes_are_refused(status: int, body: bytes) -> None:
    """Whatever bytes come, nothing but a typed error is raised."""
    with pytest.raises(LipSyncApiError):
        read_reply(httpx.Response(status, content=body), TaskEnvelope.from_dict)

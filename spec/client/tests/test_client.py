"""What the client sends, what it keeps to itself, and how long it waits."""

import json
from collections.abc import Callable, Generator
from types import ModuleType
from typing import Any

import httpx
import kling_lipsync_api
import pytest
import respx
from kling_lipsync_api import AuthenticatedClient
from kling_lipsync_api.api.lip_sync import (
    create_lip_sync_task,
    get_lip_sync_task,
    identify_face,
    list_lip_sync_tasks,
)
from kling_lipsync_api.models import CreateTaskInput, FaceChoice, IdentifyInput

ADDRESS = "https://api.example.com"
REFUSAL = {"code": 1201, "message": "no", "request_id": "r-1"}
PAGE = {"code": 0, "message": "SUCCEED", "request_id": "r-1", "data": []}


class Counting(httpx.Auth):
    """Sends another token with each request."""

    def __init__(self) -> None:
        self.sent = 0

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Put the next token into the request."""
        self.sent += 1
        request.headers["Authorization"] = f"Bearer token-{self.sent}"
        yield request


def sent_by(call: Callable[..., Any], operation: ModuleType, **given: object) -> httpx.Request:
    """Return the request that a call sends."""
    with respx.mock() as router:
        router.route().respond(400, json=REFUSAL)
        with pytest.raises(kling_lipsync_api.ApiError):
            call(operation, **given)
        request: httpx.Request = router.calls.last.request
        return request


@pytest.mark.parametrize(
    ("task_id", "path"),
    [
        ("850512470691213348", b"850512470691213348"),
        ("a/b ?ä%", b"a%2Fb%20%3F%C3%A4%25"),
        ("a%2Fb#c;d+e&f=g", b"a%252Fb%23c%3Bd%2Be%26f%3Dg"),
        ("greeting.17", b"greeting.17"),
        ("..", b"%2E%2E"),
        (".", b"%2E"),
        ("口型同步", b"%E5%8F%A3%E5%9E%8B%E5%90%8C%E6%AD%A5"),
    ],
)
def test_an_id_is_one_segment(call: Callable[..., Any], task_id: str, path: bytes) -> None:
    """An id of the caller's own stays one segment of the path, whatever its characters."""
    request = sent_by(call, get_lip_sync_task, task_id=task_id)

    assert (request.method, request.url.raw_path) == (
        "GET",
        b"/v1/videos/advanced-lip-sync/" + path,
    )


@pytest.mark.parametrize(
    ("arguments", "query"),
    [
        ({}, b""),
        ({"page_num": 2}, b"pageNum=2"),
        ({"page_num": 1, "page_size": 30}, b"pageNum=1&pageSize=30"),
    ],
)
def test_only_given_arguments_are_sent(
    call: Callable[..., Any], arguments: dict[str, int], query: bytes
) -> None:
    """A page number or size that is not given is not sent, and one that is given is."""
    request = sent_by(call, list_lip_sync_tasks, **arguments)

    assert request.url.path == "/v1/videos/advanced-lip-sync"
    assert request.url.query == query


def test_only_given_fields_are_sent(call: Callable[..., Any]) -> None:
    """A body holds the fields that were given, empty strings and zeros included."""
    request = sent_by(call, identify_face, body=IdentifyInput(video_id="", video_url="https://a"))

    assert (request.method, request.url.path) == ("POST", "/v1/videos/identify-face")
    assert request.headers["Content-Type"] == "application/json"
    assert json.loads(request.content) == {"video_id": "", "video_url": "https://a"}


def test_nested_models_are_sent(call: Callable[..., Any]) -> None:
    """A task is created with the JSON that its models spell."""
    face = FaceChoice("0", 0, sound_end_time=3000, sound_insert_time=1000, sound_volume=0)

    request = sent_by(call, create_lip_sync_task, body=CreateTaskInput("7", [face]))

    assert json.loads(request.content) == {
        "session_id": "7",
        "face_choose": [
            {
                "face_id": "0",
                "sound_start_time": 0,
                "sound_end_time": 3000,
                "sound_insert_time": 1000,
                "sound_volume": 0,
            }
        ],
    }


def test_the_token_is_sent(call: Callable[..., Any]) -> None:
    """Each call carries the token as a bearer token."""
    request = sent_by(call, list_lip_sync_tasks)

    assert request.headers["Authorization"] == "Bearer s3cret"


def test_the_token_is_not_printed(respx_mock: respx.MockRouter, call: Callable[..., Any]) -> None:
    """Neither the token nor a header shows in the client's text, before a call or after it."""
    client = AuthenticatedClient(
        ADDRESS,
        "s3cret",
        headers={"X-Key": "s3cret"},
        cookies={"a": "s3cret"},
        httpx_args={"params": {"key": "s3cret"}},
    )
    before = repr(client)
    respx_mock.get().respond(json=PAGE)

    call(list_lip_sync_tasks, client)

    assert ADDRESS in before
    assert "s3cret" not in before + repr(client) + str(client) + repr(client.with_timeout(1))


def test_the_headers_given_stay_as_they_are() -> None:
    """The credential is not written into the headers that the caller passed."""
    headers = {"X-Key": "1"}

    with AuthenticatedClient(ADDRESS, "s3cret", headers=headers) as client:
        sent = client.get_httpx_client().headers

    assert (sent["X-Key"], sent["Authorization"]) == ("1", "Bearer s3cret")
    assert headers == {"X-Key": "1"}


def test_a_transport_and_an_auth_can_be_given() -> None:
    """A transport of one's own gets the requests, each with what the auth of one's own put in."""
    seen = []

    def serve(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers["Authorization"])
        return httpx.Response(200, json=PAGE)

    arguments = {"transport": httpx.MockTransport(serve), "auth": Counting()}
    with AuthenticatedClient("http://mock", token="", httpx_args=arguments) as client:
        list_lip_sync_tasks.sync(client=client)
        list_lip_sync_tasks.sync(client=client)

    assert seen == ["Bearer token-1", "Bearer token-2"]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, httpx.Timeout(30)),
        ({"timeout": 2.5}, httpx.Timeout(2.5)),
        ({"timeout": httpx.Timeout(5, connect=1)}, httpx.Timeout(5, connect=1)),
        ({"timeout": None}, httpx.Timeout(None)),
    ],
)
def test_a_call_times_out(given: dict[str, Any], expected: httpx.Timeout) -> None:
    """A call waits 30 s, or as long as it is told, in both colours."""
    client = AuthenticatedClient(ADDRESS, "s3cret", **given)

    assert client.get_httpx_client().timeout == expected
    assert client.get_async_httpx_client().timeout == expected


def test_a_changed_client_is_another_one(client: AuthenticatedClient) -> None:
    """`with_timeout` and `with_headers` leave the client they are called on as it was."""
    first = client.get_httpx_client()
    changed = client.with_timeout(1).with_headers({"X-Key": "1"}).with_cookies({"a": "b"})

    assert changed.get_httpx_client().timeout == httpx.Timeout(1)
    assert changed.get_httpx_client().headers["X-Key"] == "1"
    assert (first.timeout, "X-Key" in first.headers) == (httpx.Timeout(30), False)


def test_exports_exist() -> None:
    """Everything in `__all__` can be imported, and the version is the spec's."""
    missing = [name for name in kling_lipsync_api.__all__ if not hasattr(kling_lipsync_api, name)]

    assert missing == []


def test_the_version_is_the_specs(spec: dict[str, Any]) -> None:
    """The client's version is the contract's."""
    assert kling_lipsync_api.__version__ == spec["info"]["version"]

"""An httpx transport onto an ASGI application: what arrives, and what breaks."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator

import httpx
import pytest

from mock_server.testing.background import Background
from mock_server.testing.transports import Message, MockTransport

Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

START = {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"4")]}


@pytest.fixture
def background() -> Iterator[Background]:
    """A running event loop."""
    loop = Background()
    yield loop
    loop.close()


async def _echo(scope: Message, receive: Receive, send: Send) -> None:
    host = dict(scope["headers"])[b"host"]
    text = f"{scope['scheme']} {host.decode()} {scope['path']} {scope['query_string'].decode()} "
    body = text.encode() + (await receive())["body"]
    await send({"type": "http.response.start", "status": 201, "headers": [(b"x-a", b"1")]})
    await send({"type": "http.response.body", "body": body})


async def _abort(scope: Message, _receive: Receive, _send: Send) -> None:
    scope["extensions"]["lipsync_mock.connection"].abort()


async def _half(_scope: Message, _receive: Receive, send: Send) -> None:
    await send(START)
    await send({"type": "http.response.body", "body": b"ab", "more_body": True})


async def _stall(_scope: Message, _receive: Receive, _send: Send) -> None:
    await asyncio.sleep(60)


def test_scheme_host_path_query_and_body_arrive(background: Background) -> None:
    """Whichever host the client calls."""
    client = httpx.Client(transport=MockTransport(_echo, background))

    reply = client.post("https://api.example.test/v1/a%20b?c=d", content=b"e")

    assert (reply.status_code, reply.headers["x-a"]) == (201, "1")
    assert reply.text == "https api.example.test /v1/a b c=d e"


def test_an_asynchronous_client_is_answered(background: Background) -> None:
    """From its own event loop."""

    async def ask() -> str:
        async with httpx.AsyncClient(transport=MockTransport(_echo, background)) as client:
            return (await client.get("http://a.test/b")).text

    assert asyncio.run(ask()) == "http a.test /b  "


def test_a_reset_connection_is_a_read_error(background: Background) -> None:
    """As over a socket."""
    client = httpx.Client(transport=MockTransport(_abort, background))

    with pytest.raises(httpx.ReadError):
        client.get("http://a.test/")


def test_a_body_that_breaks_off_is_a_protocol_error(background: Background) -> None:
    """As over a socket."""
    client = httpx.Client(transport=MockTransport(_half, background))

    with pytest.raises(httpx.RemoteProtocolError, match="after 2 of 4 bytes"):
        client.get("http://a.test/")


def test_a_stalled_reply_meets_the_client_s_timeout(background: Background) -> None:
    """Without waiting for the application."""
    client = httpx.Client(transport=MockTransport(_stall, background), timeout=0.05)

    with pytest.raises(httpx.ReadTimeout):
        client.get("http://a.test/")

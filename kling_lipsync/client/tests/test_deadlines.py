"""A limit on a whole exchange, over real sockets that drip."""

import asyncio
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from threading import Event, Thread

import pytest

from kling_lipsync.client.async_client import AsyncLipSync
from kling_lipsync.client.errors import NoUsableReply
from kling_lipsync.client.policy import RetryPolicy
from kling_lipsync.client.sync_client import LipSync

LIMIT_S = 0.4
ONCE = RetryPolicy(attempts=1)


def _drip(server: socket.socket, head: bytes, over: Event) -> None:
    with suppress(OSError):
        while not over.is_set():
            connection, _ = server.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(head)
                while not over.wait(0.05):
                    connection.sendall(b"x")


@pytest.fixture(params=["headers", "body"])
def dripping(request: pytest.FixtureRequest) -> Iterator[str]:
    """A server that sends one byte each 50 ms, for ever: within its headers, or in its body."""
    head = b"HTTP/1.1 200 OK\r\n"
    head += b"X-Endless: " if request.param == "headers" else b"Content-Length: 999999\r\n\r\n"
    over = Event()
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = Thread(target=_drip, args=(server, head, over), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        over.set()
        server.shutdown(socket.SHUT_RDWR)
    thread.join(5)


def test_a_dripping_server_is_left_at_the_limit(dripping: str) -> None:
    """Each byte alone would be in time; the whole is not."""
    began = time.monotonic()
    with (
        LipSync(api_key="k", base_url=dripping, timeout=LIMIT_S, retries=ONCE) as client,
        pytest.raises(NoUsableReply),
    ):
        client.get("t1")

    assert LIMIT_S <= time.monotonic() - began < LIMIT_S + 1


def test_a_dripping_server_is_left_at_the_limit_when_awaited(dripping: str) -> None:
    """The same, in asyncio."""

    async def run() -> None:
        async with AsyncLipSync(
            api_key="k", base_url=dripping, timeout=LIMIT_S, retries=ONCE
        ) as client:
            await client.get("t1")

    began = time.monotonic()
    with pytest.raises(NoUsableReply):
        asyncio.run(run())

    assert LIMIT_S <= time.monotonic() - began < LIMIT_S + 1

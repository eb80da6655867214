"""Connections through the proxy: joined with the mock, bounded, and ended with it."""

import asyncio
import socket
import ssl
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from attrs import evolve

from mock_server import proxy
from mock_server.proxy import LARGEST_HEAD, Proxy
from mock_server.tests.receivers import unused_port
from mock_server.tests.test_access import ACCESS
from mock_server.tests.test_proxy import head
from mock_server.tls import make_tls, trusting

Handle = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def _echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer a head with what it was, as a server that closes."""
    got = await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\n\r\n" + got)
    writer.close()


@asynccontextmanager
async def proxied(
    handle: Handle, context: ssl.SSLContext | None = None, trust: ssl.SSLContext | None = None
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """Yield a connection to a proxy that leads to a server of a test's own."""
    mock = await asyncio.start_server(handle, "127.0.0.1", 0, ssl=context)
    address = ("127.0.0.1", mock.sockets[0].getsockname()[1])
    running = Proxy(
        evolve(ACCESS, plain=address, tls=address), trust or ssl.create_default_context()
    )
    listener = socket.create_server(("127.0.0.1", 0))
    await running.start(listener)
    reader, writer = await asyncio.open_connection(*listener.getsockname())
    try:
        yield reader, writer
    finally:
        writer.close()
        await running.close()
        mock.close()


def exchange(sent: bytes, handle: Handle = _echo) -> bytes:
    """Send bytes through a proxy; return all that comes until it closes."""

    async def step() -> bytes:
        async with proxied(handle) as (reader, writer):
            writer.write(sent)
            return await asyncio.wait_for(reader.read(), 10)

    return asyncio.run(step())


def test_a_tunnel_passes_bytes_both_ways() -> None:
    """After the head of CONNECT, nothing is read or changed."""
    sent = head("CONNECT api.vendor.test:443 HTTP/1.1") + b"\x16\x03\x01\r\n\r\n"

    assert exchange(sent) == (
        b"HTTP/1.1 200 Connection established\r\n\r\nHTTP/1.1 200 OK\r\n\r\n\x16\x03\x01\r\n\r\n"
    )


def test_a_second_request_on_a_connection_goes_nowhere() -> None:
    """The first is answered, and the connection ends with it."""
    first = head("GET http://api.vendor.test/a HTTP/1.1")
    second = head("GET http://example.com/b HTTP/1.1")

    answer = exchange(first + second)
    assert answer.count(b"HTTP/1.1 200 OK") == 1
    assert b"GET /a HTTP/1.1" in answer
    assert b"/b" not in answer


def test_a_refusal_is_read_although_a_body_follows() -> None:
    """The body is thrown away, not answered with a reset."""
    sent = head("POST http://example.com/ HTTP/1.1", "Content-Length: 900000") + b"x" * 900_000

    async def step() -> bytes:
        async with proxied(_echo) as (reader, writer):
            writer.write(sent)
            await writer.drain()
            return await asyncio.wait_for(reader.read(), 10)

    answer = asyncio.run(step())
    assert answer.startswith(b"HTTP/1.1 403 Refused by lipsync-mock\r\n")
    assert b"example.com:80 is refused: this proxy leads to the lip-sync mock" in answer


def test_a_head_without_end_is_refused() -> None:
    """No more than its bound is kept."""
    sent = b"GET http://api.vendor.test/ HTTP/1.1\r\nX: " + b"x" * (2 * LARGEST_HEAD)

    assert exchange(sent).startswith(b"HTTP/1.1 431 ")


def test_a_head_that_does_not_come_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection is not held for ever."""
    monkeypatch.setattr(proxy, "HEAD_SECONDS", 0.05)

    assert exchange(b"GET http://api").startswith(b"HTTP/1.1 408 ")


def test_a_mock_that_is_gone_is_told() -> None:
    """As 502, with its address."""

    async def step() -> bytes:
        gone = evolve(ACCESS, tls=("127.0.0.1", unused_port()))
        running = Proxy(gone, ssl.create_default_context())
        listener = socket.create_server(("127.0.0.1", 0))
        await running.start(listener)
        reader, writer = await asyncio.open_connection(*listener.getsockname())
        writer.write(head("CONNECT api.vendor.test:443 HTTP/1.1"))
        writer.write_eof()
        answer = await reader.read()
        writer.close()
        await running.close()
        return answer

    answer = asyncio.run(step())
    assert answer.startswith(b"HTTP/1.1 502 ")
    assert b"the mock does not answer on 127.0.0.1:" in answer


def test_a_reset_of_the_mock_is_a_reset_for_the_client() -> None:
    """A staged transport fault looks the same through the proxy."""

    async def reset(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        connection = writer.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()

    with pytest.raises(ConnectionResetError):
        exchange(head("GET http://api.vendor.test/ HTTP/1.1"), reset)


def test_a_client_that_leaves_ends_its_connection_to_the_mock() -> None:
    """Nothing is left open behind it."""
    ended = asyncio.Event()

    async def wait(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert await reader.read() == b"hello"
        ended.set()
        writer.close()

    async def step() -> None:
        async with proxied(wait) as (reader, writer):
            writer.write(head("CONNECT api.vendor.test:443 HTTP/1.1"))
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"hello")
            await writer.drain()
            writer.close()
            await asyncio.wait_for(ended.wait(), 10)

    asyncio.run(step())


def test_a_closed_proxy_ends_what_is_under_way() -> None:
    """A tunnel that idles does not outlive the server."""

    async def idle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    async def step() -> bytes:
        async with proxied(idle) as (reader, writer):
            writer.write(head("CONNECT api.vendor.test:443 HTTP/1.1"))
            await reader.readuntil(b"\r\n\r\n")
        return await asyncio.wait_for(reader.read(), 10)

    assert asyncio.run(step()) == b""


def test_the_mock_is_verified_where_it_is_asked_by_tls(tmp_path: Path) -> None:
    """By its own authority, and for the vendor's name."""
    tls = make_tls(ACCESS.hosts, tmp_path, keep=False)

    async def step() -> bytes:
        async with proxied(_echo, tls.context, trusting(tls)) as (reader, writer):
            writer.write(head("GET https://api.vendor.test/x HTTP/1.1"))
            return await asyncio.wait_for(reader.read(), 10)

    assert b"GET /x HTTP/1.1\r\nHost: api.vendor.test" in asyncio.run(step())

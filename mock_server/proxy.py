"""The proxy for programs that have the vendor's hosts built in.

It reads the head of a request and no more.  `CONNECT host:443`, and a request whose target is a
whole URL, lead to the mock when the host is the vendor's; everything else is refused, and no
other connection is ever opened.  A connection carries one request, or one tunnel: what follows
on it reaches the mock or nobody, so that no later request goes elsewhere.
"""

import asyncio
import socket
import ssl
import struct
from collections.abc import Mapping
from contextlib import suppress
from urllib.parse import urlsplit

from attrs import frozen

from mock_server.access import HTTP_PORT, HTTPS_PORT, Access, Address

LARGEST_HEAD = 32 * 1024
HEAD_SECONDS = 10.0
_CONNECT_SECONDS = 5.0
_DRAIN_SECONDS = 1.0
_CHUNK = 64 * 1024
_ESTABLISHED = b"HTTP/1.1 200 Connection established\r\n\r\n"
_CLOSE_RESETS = struct.pack("ii", 1, 0)
_NOT_PASSED_ON = frozenset(
    b"host connection keep-alive proxy-connection proxy-authorization upgrade "
    b"http2-settings".split()
)
_PORTS = {"http": HTTP_PORT, "https": HTTPS_PORT}


@frozen
class Way:
    """Where a request leads, and the head to send there; a tunnel has none."""

    address: Address
    host: str
    head: bytes | None
    secure: bool = False


@frozen
class Refused:
    """A request that leads nowhere; the text says what would."""

    status: int
    text: str


def way_of(head: bytes, routes: Mapping[Address, Address]) -> Way | Refused:
    """Say where the request with this head (up to its empty line) leads."""
    line, _, fields = head.partition(b"\r\n")
    try:
        method, target, version = line.decode("ascii").split(" ")
        if not version.startswith("HTTP/1."):
            return Refused(505, f"this proxy speaks HTTP/1.1, not {version[:20]}")
        if method == "CONNECT":
            return _tunnel(target, routes)
        return _request(method, target, fields, routes)
    except ValueError:
        return Refused(400, "this proxy takes CONNECT HOST:443, and requests for http://HOST/...")


def _tunnel(target: str, routes: Mapping[Address, Address]) -> Way | Refused:
    parts = urlsplit(f"//{target}")
    host, port = _plain_name(parts.hostname), parts.port
    address = routes.get((host, port or 0))
    return _refused(target, routes) if address is None else Way(address, host, None)


def _request(
    method: str, target: str, fields: bytes, routes: Mapping[Address, Address]
) -> Way | Refused:
    parts = urlsplit(target)
    if parts.scheme not in _PORTS:
        msg = f"{target[:80]!r} is no whole URL"
        raise ValueError(msg)
    default = _PORTS[parts.scheme]
    host, port = _plain_name(parts.hostname), parts.port or default
    address = routes.get((host, port)) if port == default else None
    if address is None:
        return _refused(f"{host}:{port}", routes)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    kept = [
        field
        for field in fields.removesuffix(b"\r\n\r\n").split(b"\r\n")
        if field and field.partition(b":")[0].strip().lower() not in _NOT_PASSED_ON
    ]
    own = [f"{method} {path} HTTP/1.1".encode(), f"Host: {host}".encode(), b"Connection: close"]
    return Way(address, host, b"\r\n".join((*own, *kept, b"", b"")), parts.scheme == "https")


def _plain_name(host: str | None) -> str:
    return (host or "").lower().removesuffix(".")


def _refused(asked: str, routes: Mapping[Address, Address]) -> Refused:
    known = ", ".join(dict.fromkeys(host for host, _ in routes))
    return Refused(
        403,
        f"{asked[:200]} is refused: this proxy leads to the lip-sync mock and nowhere else; "
        f"it answers for {known} on their ports {HTTP_PORT} and {HTTPS_PORT}",
    )


class Proxy:
    """Accepts connections on one socket; `trust` verifies the mock where it is asked by TLS."""

    def __init__(self, access: Access, trust: ssl.SSLContext) -> None:
        self._routes = access.routes()
        self._trust = trust
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.Task[None]] = set()

    async def start(self, listener: socket.socket) -> None:
        """Listen; returns at once."""
        self._server = await asyncio.start_server(self._accept, sock=listener, limit=LARGEST_HEAD)

    async def close(self) -> None:
        """Listen no more, and end what is under way."""
        if self._server is not None:
            self._server.close()
        for task in tuple(self._open):
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(self._serve(reader, writer))
        self._open.add(task)
        task.add_done_callback(self._open.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            way = await self._way(reader)
            refused = await self._lead(way, reader, writer) if isinstance(way, Way) else way
            if refused is not None:
                await _refuse(refused, reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, TimeoutError):
            return
        finally:
            writer.close()

    async def _way(self, reader: asyncio.StreamReader) -> Way | Refused:
        try:
            async with asyncio.timeout(HEAD_SECONDS):
                head = await reader.readuntil(b"\r\n\r\n")
        except asyncio.LimitOverrunError:
            return Refused(431, f"the head of a request has at most {LARGEST_HEAD} bytes")
        except TimeoutError:
            return Refused(408, f"the head of a request arrives within {HEAD_SECONDS:.0f} s")
        return way_of(head, self._routes)

    async def _lead(
        self, way: Way, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> Refused | None:
        """Join the client with the mock until one of them is done."""
        host, port = way.address
        trust = self._trust if way.secure else None
        name = way.host if way.secure else None
        try:
            async with asyncio.timeout(_CONNECT_SECONDS):
                opened = asyncio.open_connection(host, port, ssl=trust, server_hostname=name)
                from_mock, to_mock = await opened
        except (OSError, TimeoutError) as error:
            return Refused(502, f"the mock does not answer on {host}:{port}: {error}")
        try:
            if way.head is None:
                writer.write(_ESTABLISHED)
            else:
                to_mock.write(way.head)
            await _join((reader, to_mock), (from_mock, writer))
        finally:
            to_mock.close()
        return None


Course = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def _join(there: Course, back: Course) -> None:
    sending = asyncio.ensure_future(_pass_on(*there))
    try:
        await _pass_on(*back)
    finally:
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)


async def _pass_on(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    """Pass bytes on; the target sees the end, or the reset, that the source came to."""
    try:
        while chunk := await source.read(_CHUNK):
            target.write(chunk)
            await target.drain()
    except OSError:
        _reset(target)
        return
    if target.can_write_eof():
        target.write_eof()
    else:
        target.close()


def _reset(target: asyncio.StreamWriter) -> None:
    """Break a connection as a peer sees it that dies."""
    with suppress(OSError):
        connection = target.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _CLOSE_RESETS)
    target.transport.abort()


async def _refuse(
    refused: Refused, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """Send the refusal, and throw away what still comes, so that it is read."""
    body = f"{refused.text}\n".encode("ascii", "replace")
    writer.write(
        f"HTTP/1.1 {refused.status} Refused by lipsync-mock\r\nContent-Type: text/plain\r\n"
        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode()
        + body
    )
    writer.write_eof()
    async with asyncio.timeout(_DRAIN_SECONDS):
        while await reader.read(_CHUNK):
            pass

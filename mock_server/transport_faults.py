"""Replies that come late, broken or not at all, because somebody asked for that.

Whatever serves the application puts the call's connection into the scope, where it can be
broken; where there is none, the application fails as a broken connection does.
"""

import asyncio
import socket
import struct
from typing import Protocol

from attrs import field, frozen

from mock_server.http import Message, Receive, Scope, Send, send_bytes
from mock_server.values import Reply

CONNECTION = "lipsync_mock.connection"
"""The key of the connection among the scope's extensions."""

_RESET_AT_ONCE = struct.pack("ii", 1, 0)
_CLOSED_WITHIN_S = 1.0


class Connection(Protocol):
    """What a call came in on."""

    def abort(self) -> None:
        """Break the connection: its client gets no further byte, but an error."""


@frozen(eq=False)
class SocketConnection:
    """A TCP connection, which can be reset or closed in the middle of a reply."""

    transport: asyncio.Transport
    closing: asyncio.Event = field(factory=asyncio.Event)
    """Set when the server shuts down."""

    def abort(self) -> None:
        """Reset the connection (RST)."""
        if not self.transport.is_closing():
            sock = self.transport.get_extra_info("socket")
            if sock is not None:
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_AT_ONCE)
            self.transport.abort()

    def close(self) -> None:
        """Close the connection once everything that was sent has left (FIN)."""
        self.transport.close()


async def pass_time(scope: Scope, receive: Receive, milliseconds: int) -> None:
    """Let host time pass; no longer than until the client has gone or the server shuts down."""
    waiting = {asyncio.ensure_future(_gone(receive))}
    connection = _connection(scope)
    if isinstance(connection, SocketConnection):
        waiting.add(asyncio.ensure_future(_set(connection.closing)))
    first = asyncio.FIRST_COMPLETED
    try:
        await asyncio.wait(waiting, timeout=milliseconds / 1000, return_when=first)
    finally:
        for one in waiting:
            one.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)


async def send_staged(
    scope: Scope,
    receive: Receive,
    send: Send,
    reply: Reply,
    headers: list[tuple[bytes, bytes]],
) -> None:
    """Send the reply as its fault wants it: late, not at all, half, or whole."""
    fault = reply.fault
    waited = fault is None or (fault.only_delays and fault.phase == "before")
    if fault is not None and fault.latency_ms and not waited:
        await pass_time(scope, receive, fault.latency_ms)
    if fault is not None and fault.transport in ("reset", "stall"):
        await _abort(scope, receive)
    elif fault is not None and fault.transport == "truncate":
        await _truncate(scope, receive, send, reply, headers)
    else:
        await send_bytes(scope, send, reply.status, headers, reply.body)


async def _truncate(
    scope: Scope,
    receive: Receive,
    send: Send,
    reply: Reply,
    headers: list[tuple[bytes, bytes]],
) -> None:
    """Declare the whole body, send half of it, and close."""
    declared = [*headers, (b"content-length", b"%d" % len(reply.body))]
    await send({"type": "http.response.start", "status": reply.status, "headers": declared})
    half = reply.body[: len(reply.body) // 2]
    await send({"type": "http.response.body", "body": half, "more_body": True})
    connection = _connection(scope)
    if isinstance(connection, SocketConnection):
        connection.close()
        await _closed(receive)
    else:
        await _abort(scope, receive)


async def _abort(scope: Scope, receive: Receive) -> None:
    connection = _connection(scope)
    if connection is None:
        msg = "a staged fault broke the connection"
        raise ConnectionResetError(msg)
    connection.abort()
    await _closed(receive)


async def _closed(receive: Receive) -> None:
    """Wait until the server knows that the connection is closed, and expects no reply."""
    await asyncio.wait_for(_gone(receive), _CLOSED_WITHIN_S)


def _connection(scope: Scope) -> Connection | None:
    found: Connection | None = (scope.get("extensions") or {}).get(CONNECTION)
    return found


async def _set(event: asyncio.Event) -> None:
    await event.wait()


async def _gone(receive: Receive) -> None:
    """Wait until the client has gone; forever, where the server has other news."""
    message: Message = await receive()
    if message["type"] != "http.disconnect":
        await asyncio.Event().wait()

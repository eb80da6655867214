"""ASGI in small pieces: reading a bounded body, and sending a reply."""

import http.client
import json
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from functools import lru_cache
from typing import Any

import msgspec
from attrs import frozen

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

Headers = Mapping[bytes, bytes]
"""Header fields by lower-case name; of several with one name, the first."""

_DRAINED = 64 * 1024 * 1024


@frozen
class Target:
    """What a request line asks for: the path, decoded and as it arrived, and the query."""

    path: str
    raw_path: bytes
    query: str


@frozen
class Body:
    """A body that was read whole, or one that is too large and was not kept."""

    content: bytes
    too_large: bool = False


@frozen
class Response:
    """One HTTP response outside the vendor's envelope."""

    status: int
    body: bytes
    content_type: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()


def json_response(status: int, value: object) -> Response:
    """Return a value as JSON for people: indented, ASCII."""
    return Response(status, msgspec.json.format(json.dumps(value).encode(), indent=2) + b"\n")


def header(scope: Scope, name: bytes) -> str | None:
    """Return the first header of that (lower-case) name, as Latin-1 text."""
    for key, value in scope["headers"]:
        if key == name:
            return str(value, "latin-1")
    return None


async def read_body(headers: Headers, receive: Receive, largest: int) -> Body:
    """Read a body of at most `largest` bytes; a larger one is drained within bounds, not kept.

    A sender that waits for `100 Continue` gets its answer before it sends anything.
    """
    declared = headers.get(b"content-length")
    if declared is not None and declared.isdigit() and int(declared) > largest:
        if headers.get(b"expect") is None:
            await _drain(receive, 0)
        return Body(b"", too_large=True)
    message = await receive()
    content = message.get("body", b"")
    if not message.get("more_body", False) and len(content) <= largest:
        return Body(content)
    parts, size = [content], len(content)
    while message.get("more_body", False) and size <= largest:
        message = await receive()
        part = message.get("body", b"")
        size += len(part)
        parts.append(part)
    if size > largest:
        await _drain(receive, size, more=bool(message.get("more_body", False)))
        return Body(b"", too_large=True)
    return Body(b"".join(parts))


async def send_response(scope: Scope, send: Send, response: Response) -> None:
    """Send a response whole; a HEAD gets its headers only."""
    headers = (("content-type", response.content_type), *response.headers)
    encoded = [(name.encode("ascii"), value.encode("ascii")) for name, value in headers]
    await send_bytes(scope, send, response.status, encoded, response.body)


async def send_bytes(
    scope: Scope, send: Send, status: int, headers: list[tuple[bytes, bytes]], body: bytes
) -> None:
    """Send status, headers and body."""
    headers.append((b"content-length", b"%d" % len(body)))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    content = b"" if scope["method"] == "HEAD" else body
    await send({"type": "http.response.body", "body": content})


def response_bytes(status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> bytes:
    """Return a response as HTTP/1.1 has it, on a connection that stays open."""
    parts = [_status_line(status)]
    for name, value in headers:
        parts += (name, b": ", value, b"\r\n")
    parts.append(b"content-length: %d\r\n\r\n" % len(body))
    parts.append(body)
    return b"".join(parts)


@lru_cache(maxsize=64)
def _status_line(status: int) -> bytes:
    phrase = http.client.responses.get(status, "")
    return f"HTTP/1.1 {status} {phrase}\r\n".encode("ascii")


async def _drain(receive: Receive, size: int, *, more: bool = True) -> None:
    """Throw away the rest of a body, so that its sender reads the answer; give up after 64 MiB."""
    while more and size < _DRAINED:
        message = await receive()
        size += len(message.get("body", b""))
        more = message["type"] == "http.request" and bool(message.get("more_body", False))

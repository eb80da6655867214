"""The ASGI shell: bytes in, bytes out.

`/__mock__/` and `/media/` are the mock's own; everything else speaks the vendor's envelope,
whatever goes wrong.
"""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from attrs import evolve

from mock_server.http import (
    Headers,
    Message,
    Receive,
    Scope,
    Send,
    Target,
    read_body,
    send_response,
)
from mock_server.media_host import MediaCall, MediaHost
from mock_server.vendor_calls import CONTROL_PREFIX, VendorCalls

if TYPE_CHECKING:
    from mock_server.control import Control

MEDIA_PREFIX = "/media/"


def _text(headers: Headers, name: bytes) -> str | None:
    value = headers.get(name)
    return None if value is None else value.decode("latin-1")


def _raw_path(scope: Scope) -> bytes:
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    return raw.partition(b"?")[0]


class Application:
    """The ASGI application; one per server, whatever serves it."""

    def __init__(
        self,
        calls: VendorCalls,
        control: Callable[[], "Control"],
        media_host: MediaHost,
        *,
        largest_body: int,
        begin: Callable[[], None],
        close: Callable[[], Awaitable[None]],
    ) -> None:
        self.calls = calls
        self._control = control
        self._media_host = media_host
        self._largest_body = largest_body
        self._begin = begin
        self._close = close

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or the server's lifespan events."""
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["type"] != "http":
            return
        elif scope["path"].startswith(CONTROL_PREFIX):
            headers = dict(reversed(scope["headers"]))
            control = self._control()
            body = await read_body(headers, receive, control.largest_body)
            await send_response(scope, send, await control.answer(scope, body))
        elif scope["path"].startswith(MEDIA_PREFIX):
            headers = dict(reversed(scope["headers"]))
            asked = MediaCall(
                method=scope["method"],
                path=scope["path"],
                raw_path=_raw_path(scope),
                query=scope["query_string"].decode("latin-1"),
                byte_range=_text(headers, b"range"),
                base_url=self.calls.base_url(scope.get("scheme", "http"), headers),
            )
            await send_response(scope, send, await self._media_host.answer(asked))
        else:
            await self._vendor(scope, receive, send)

    async def _vendor(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = dict(reversed(scope["headers"]))  # of several, the first
        body = await read_body(headers, receive, self._largest_body)
        query = scope["query_string"].decode("latin-1")
        target = Target(scope["path"], _raw_path(scope), query)
        peer = scope.get("scheme", "http"), scope.get("client")
        sender = self.calls.sender_of(headers, peer)
        call = self.calls.call_of(scope["method"], target, sender, body.content)
        if body.too_large:
            call = evolve(call, body_too_large=True)
        await self.calls.answer(call, scope, receive, send)

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            message: Message = await receive()
            if message["type"] == "lifespan.startup":
                self._begin()
                await send({"type": "lifespan.startup.complete"})
            else:
                await self._close()
                await send({"type": "lifespan.shutdown.complete"})
                return

"""What carries the requests of an httpx client to an ASGI application, without a socket."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, MutableMapping
from typing import Any
from urllib.parse import unquote

import httpx

from mock_server.testing.background import Background
from mock_server.transport_faults import CONNECTION

Message = MutableMapping[str, Any]
Application = Callable[
    [Message, Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]],
    Coroutine[Any, Any, None],
]

_CLIENT = ("127.0.0.1", 50_000)


class _Connection:
    """Stands for the connection of one request; `abort` breaks it off."""

    def __init__(self) -> None:
        self.aborted = False

    def abort(self) -> None:
        """Break the connection off: the client gets no more bytes."""
        self.aborted = True


class MockTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Answers requests to any host by one application; scheme and Host arrive as they were sent.

    One transport serves any number of clients, synchronous and asynchronous.
    """

    def __init__(self, application: Application, background: Background) -> None:
        self._application = application
        self._background = background

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request; a broken connection is an httpx.ReadError."""
        body = request.read()
        return self._background.call(lambda: self._exchange(request, body))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request of an asynchronous client."""
        body = await request.aread()
        future = self._background.submit(lambda: self._exchange(request, body))
        return await asyncio.wrap_future(future)

    def close(self) -> None:
        """Do nothing: the mock outlives its clients."""

    async def aclose(self) -> None:
        """Do nothing: the mock outlives its clients."""

    async def _exchange(self, request: httpx.Request, body: bytes) -> httpx.Response:
        messages: list[Message] = []
        connection, gone = _Connection(), asyncio.Event()
        unread = [body]

        async def receive() -> Message:
            if unread:
                return {"type": "http.request", "body": unread.pop(), "more_body": False}
            await gone.wait()
            return {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            messages.append(message)

        scope = _scope(request) | {"extensions": {CONNECTION: connection}}
        answering = asyncio.ensure_future(self._application(scope, receive, send))
        limit = _read_limit(request)
        await asyncio.wait([answering], timeout=limit)
        gone.set()
        if not answering.done():
            msg = f"no reply within {limit} s"
            raise httpx.ReadTimeout(msg, request=request)
        answering.result()
        return _response(request, messages, aborted=connection.aborted)


def _read_limit(request: httpx.Request) -> float | None:
    """Return how long the client waits for bytes, in s."""
    limit = request.extensions.get("timeout", {}).get("read")
    return None if limit is None else float(limit)


def _scope(request: httpx.Request) -> dict[str, Any]:
    target: bytes = request.extensions.get("target", request.url.raw_path)
    raw_path, _, query = target.partition(b"?")
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": request.url.scheme,
        "path": unquote(raw_path.decode("latin-1")),
        "raw_path": raw_path,
        "query_string": query,
        "root_path": "",
        "headers": [(name.lower(), value) for name, value in request.headers.raw],
        "client": _CLIENT,
        "server": (request.url.host, request.url.port),
    }


def _response(request: httpx.Request, messages: list[Message], *, aborted: bool) -> httpx.Response:
    if not messages:
        msg = "the connection was reset before any byte of the reply"
        raise httpx.ReadError(msg, request=request)
    start, *rest = messages
    content = b"".join(message.get("body", b"") for message in rest)
    declared = dict(start["headers"]).get(b"content-length", b"%d" % len(content))
    if request.method != "HEAD" and (aborted or len(content) < int(declared)):
        msg = f"the connection was closed after {len(content)} of {int(declared)} bytes"
        raise httpx.RemoteProtocolError(msg, request=request)
    return httpx.Response(
        start["status"], headers=start["headers"], content=content, request=request
    )

"""An ASGI application called without a socket, synchronously and fast.

The application's coroutines run on one private event loop.  What it leaves running (renders,
announcements) goes on whenever the loop runs again, that is, during the next calls.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, MutableMapping, Sequence
from typing import Any
from urllib.parse import unquote

import httpx

from contract_tests.exchanges import Exchange

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

_CLIENT = ("127.0.0.1", 50000)


class InProcessClient:
    """Calls one application; close it, so that the application can tidy up."""

    def __init__(self, application: Application, host: str = "127.0.0.1:8787") -> None:
        self._application = application
        self._host = host.encode()
        self._loop = asyncio.new_event_loop()
        self._events: asyncio.Queue[Message] = asyncio.Queue()
        self._noted: list[Message] = []
        self._lifespan = self._loop.create_task(self._live())
        self._tell("startup")

    def request(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
    ) -> Exchange:
        """Send one request and return its answer; the path has its query with it."""
        scope = self._scope(method, path, headers or {}, body)
        return self._loop.run_until_complete(self._exchange(scope, body))

    def at_once(self, calls: Sequence[tuple[str, str, Mapping[str, str], bytes]]) -> list[Exchange]:
        """Send requests (method, path, headers, body) that are all under way together."""

        async def together() -> list[Exchange]:
            under_way = (self._exchange(self._scope(*call), call[3]) for call in calls)
            return await asyncio.gather(*under_way)

        return self._loop.run_until_complete(together())

    def _scope(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Scope:
        raw_path, _, query = path.partition("?")
        pairs = [(b"host", self._host)]
        if body:
            pairs.append((b"content-length", str(len(body)).encode()))
        for name, value in headers.items():
            pairs.append((name.lower().encode("latin-1"), value.encode("latin-1")))
        return {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": unquote(raw_path),
            "raw_path": raw_path.encode("latin-1"),
            "query_string": query.encode("latin-1"),
            "root_path": "",
            "headers": pairs,
            "client": _CLIENT,
            "server": ("127.0.0.1", 8787),
        }

    def close(self) -> None:
        """Let the application shut down, and end what still runs."""
        if self._loop.is_closed():
            return
        self._tell("shutdown")
        self._loop.run_until_complete(self._lifespan)
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.close()

    async def _exchange(self, scope: Scope, body: bytes) -> Exchange:
        messages: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Message) -> None:
            messages.append(message)

        await self._application(scope, receive, send)
        start = messages[0]
        headers = {str(k, "latin-1"): str(v, "latin-1") for k, v in start["headers"]}
        content = b"".join(message.get("body", b"") for message in messages[1:])
        return Exchange(int(start["status"]), headers, content)

    async def _live(self) -> None:
        async def note(message: Message) -> None:
            self._noted.append(message)

        await self._application({"type": "lifespan"}, self._events.get, note)

    def _tell(self, event: str) -> None:
        self._events.put_nowait({"type": f"lifespan.{event}"})
        self._loop.run_until_complete(self._told(f"lifespan.{event}.complete"))

    async def _told(self, answer: str) -> None:
        while not any(message["type"] == answer for message in self._noted):
            await asyncio.sleep(0)
            if self._lifespan.done() and not self._noted:
                self._lifespan.result()


class InProcessTransport(httpx.BaseTransport):
    """Lets an httpx client, such as the generated one's, call through an InProcessClient."""

    def __init__(self, client: InProcessClient) -> None:
        self._client = client

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request of httpx."""
        exchange = self._client.request(
            request.method,
            request.url.raw_path.decode("ascii"),
            headers={name: value for name, value in request.headers.items() if name != "host"},
            body=request.read(),
        )
        return httpx.Response(exchange.status, headers=exchange.headers, content=exchange.body)

"""A mock server without a socket; it can listen on one as well, for programs that need it."""

import asyncio
import socket
from types import TracebackType
from typing import Any, Self

import httpx
import uvicorn

from mock_server.app import Server, create_server
from mock_server.settings import Settings
from mock_server.sockets import ConnectedProtocol
from mock_server.testing.background import Background
from mock_server.testing.transports import Message, MockTransport

_QUIET = Settings(time="frozen", quiet=True, validate_replies=True)


class InProcessMock:
    """One server for any number of accounts and threads; every reply is checked against the spec.

    `settings` default to frozen clocks.  Close it, or use it in a `with` block.
    """

    def __init__(self, settings: Settings = _QUIET) -> None:
        self._background = Background()
        self._server: Server = create_server(settings)
        self._events: asyncio.Queue[Message] = asyncio.Queue()
        self._listening: str | None = None
        self._uvicorn: uvicorn.Server | None = None
        self._carrier = MockTransport(self._server.application, self._background)
        self._told = self._background.call(self._started)

    @property
    def origin(self) -> str:
        """The origin of its URLs; no socket listens there unless `listen` was called."""
        return self._server.origin.url

    @property
    def transport(self) -> httpx.BaseTransport:
        """Answers whatever an httpx.Client sends, to whichever host."""
        return self._carrier

    @property
    def async_transport(self) -> httpx.AsyncBaseTransport:
        """Answers whatever an httpx.AsyncClient sends, to whichever host."""
        return self._carrier

    def ask(self, request: httpx.Request) -> httpx.Response:
        """Send one request and return its answer."""
        return self._carrier.handle_request(request)

    def listen(self) -> str:
        """Listen on a free port of 127.0.0.1 from now on, and return the origin."""
        if self._listening is None:
            self._listening = self._background.call(self._listen)
            self._server.origin.url = self._listening
        return self._listening

    def close(self) -> None:
        """Shut the server down; its files are gone."""
        self._background.call(self._stop)
        self._background.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    async def _started(self) -> "asyncio.Queue[Message]":
        told: asyncio.Queue[Message] = asyncio.Queue()
        scope: dict[str, Any] = {"type": "lifespan"}
        life = self._server.application(scope, self._events.get, told.put)
        self._life = asyncio.ensure_future(life)
        await self._tell(told, "startup")
        return told

    async def _tell(self, told: "asyncio.Queue[Message]", event: str) -> None:
        self._events.put_nowait({"type": f"lifespan.{event}"})
        await told.get()

    async def _stop(self) -> None:
        if self._uvicorn is not None:
            self._uvicorn.should_exit = True
            await self._serving
        await self._tell(self._told, "shutdown")
        await self._life

    async def _listen(self) -> str:
        listener = socket.create_server(("127.0.0.1", 0), backlog=2048)
        config = uvicorn.Config(
            self._server.application,
            http=ConnectedProtocol,
            lifespan="off",
            log_level="warning",
            access_log=False,
            server_header=False,
            date_header=False,
            timeout_graceful_shutdown=2,
        )
        self._uvicorn = uvicorn.Server(config)
        config.load()
        self._serving = asyncio.ensure_future(self._uvicorn._serve([listener]))
        while not self._uvicorn.started:
            await asyncio.sleep(0.001)
        return f"http://127.0.0.1:{listener.getsockname()[1]}"

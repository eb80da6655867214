"""A whole server in process, on an event loop of its own that runs while it is asked."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import httpx
from attrs import evolve, frozen

from mock_server.app import Server, create_server
from mock_server.http import Message
from mock_server.routes import IDENTIFY_PATH, TASKS_PATH
from mock_server.settings import Settings
from mock_server.store import Store
from mock_server.tests.builders import VIDEO, create_body

Result = TypeVar("Result")

BASE_URL = "http://127.0.0.1:8787"
LOCAL_KEY = "local-access-key"
BEARER = {"authorization": "Bearer local-api-key"}
QUIET = Settings(media="plain", time="frozen", validate_replies=True, quiet=True)


@frozen
class Sent:
    """What an application sent: status, headers and body."""

    status: int
    headers: dict[bytes, bytes]
    body: bytes


class Served:
    """Asks a server as HTTP clients do, without a socket."""

    def __init__(self, server: Server, runner: asyncio.Runner) -> None:
        self.server = server
        self._runner = runner
        self._told: list[str] = []
        self._events: asyncio.Queue[Message] = asyncio.Queue()
        self._life: asyncio.Future[None]

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        """The loop that everything of the server runs on."""
        return self._runner.get_loop()

    def run(self, step: Callable[[], Awaitable[Result]]) -> Result:
        """Run something of a test's own on the server's loop."""

        async def awaited() -> Result:
            return await step()

        return self._runner.run(awaited())

    def ask(
        self,
        method: str,
        path: str,
        *,
        body: object = None,
        content: bytes | None = None,
        headers: dict[str, str] | None = None,
        client: str = "127.0.0.1",
    ) -> httpx.Response:
        """Send one request; a `body` is sent as JSON."""
        sent = {"content-type": "application/json"} | (headers or {})
        data = json.dumps(body).encode() if body is not None else content

        async def step() -> httpx.Response:
            transport = httpx.ASGITransport(self.server.application, client=(client, 50_000))
            async with httpx.AsyncClient(transport=transport, base_url=BASE_URL) as asking:
                return await asking.request(method, path, content=data, headers=sent)

        return self.run(step)

    def vendor(self, method: str, path: str, body: object = None, **parts: Any) -> httpx.Response:  # noqa: ANN401 - as ask
        """Call an operation with the local account's API key."""
        headers = BEARER | parts.pop("headers", {})
        return self.ask(method, path, body=body, headers=headers, **parts)

    def data(self, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401 - JSON
        """Return the data of a call that is accepted."""
        reply = self.vendor(method, path, body)
        assert reply.status_code == 200, reply.text
        return reply.json()["data"]

    def control(self, method: str, path: str, body: object = None, **parts: Any) -> httpx.Response:  # noqa: ANN401 - as ask
        """Call the control API."""
        return self.ask(method, f"/__mock__{path}", body=body, **parts)

    def happening(self, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401 - JSON
        """Return what the control API answers to a request that it does."""
        reply = self.control(method, path, body)
        assert reply.status_code in (200, 201), reply.text
        return reply.json()

    def create(self, video_url: str = VIDEO, **changes: Any) -> str:  # noqa: ANN401 - JSON
        """Identify a described video and make a task; return its id."""
        session = self.data("POST", IDENTIFY_PATH, {"video_url": video_url})["session_id"]
        return str(self.data("POST", TASKS_PATH, create_body(session, **changes))["task_id"])

    def advance(self, span: str | int) -> Any:  # noqa: ANN401 - JSON
        """Move the local account's clock."""
        return self.happening("POST", "/clock", {"advance": span})

    def raw(self, scope: dict[str, Any], parts: Iterable[bytes] = (b"",)) -> Sent:
        """Send a request as an ASGI server does, in parts; return what was sent back."""
        left, sent = list(parts), list[Message]()

        async def receive() -> Message:
            part = left.pop(0) if left else b""
            return {"type": "http.request", "body": part, "more_body": bool(left)}

        async def send(message: Message) -> None:
            sent.append(message)

        async def step() -> None:
            await self.server.application(_scope() | scope, receive, send)

        self.run(step)
        body = b"".join(message.get("body", b"") for message in sent)
        return Sent(sent[0]["status"], dict(sent[0]["headers"]), body)

    def start_up(self) -> None:
        """Begin the server's life as its host does."""

        async def send(message: Message) -> None:
            self._told.append(message["type"])

        async def begin() -> None:
            application = self.server.application
            life = application({"type": "lifespan"}, self._events.get, send)
            self._life = asyncio.ensure_future(life)
            self._events.put_nowait({"type": "lifespan.startup"})
            while not self._told:
                await asyncio.sleep(0)

        self.run(begin)

    def shut_down(self) -> list[str]:
        """End the server as its host does; return what it answered to both."""
        if not self._told:
            self.start_up()

        async def end() -> None:
            self._events.put_nowait({"type": "lifespan.shutdown"})
            await self._life

        self.run(end)
        return self._told


def _scope() -> dict[str, Any]:
    return {
        "type": "http",
        "method": "GET",
        "scheme": "http",
        "path": "/",
        "raw_path": None,
        "query_string": b"",
        "headers": [(b"host", b"127.0.0.1:8787")],
        "client": ("127.0.0.1", 50_000),
    }


@contextmanager
def serving(given: Store | None = None, **changes: Any) -> Iterator[Served]:  # noqa: ANN401 - as Settings
    """Run a server with some settings changed, and shut it down properly."""
    with asyncio.Runner() as runner:
        served = Served(create_server(evolve(QUIET, **changes), given), runner)
        served.start_up()
        try:
            yield served
        finally:
            told = served.shut_down()
        assert told == ["lifespan.startup.complete", "lifespan.shutdown.complete"]

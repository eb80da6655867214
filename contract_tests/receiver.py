"""A receiver of announcements on 127.0.0.1, which keeps what it got."""

import json
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import TracebackType
from typing import Any, Self

from attrs import frozen


@frozen
class Announced:
    """One request that came in; header names are lower-case."""

    path: str
    headers: dict[str, str]
    raw: bytes

    @property
    def task(self) -> dict[str, Any]:
        """The task that it tells of."""
        value: dict[str, Any] = json.loads(self.raw)
        return value


Answer = int | Callable[[Announced], int]
"""The status that every POST is answered with, or what chooses it, in the receiver's thread."""


class Receiver:
    """Answers each POST with a status; `with` it, so that it stops listening."""

    def __init__(self, answer: Answer = 200) -> None:
        self.received: list[Announced] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self.received, answer))
        self._server.daemon_threads = True
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_port}/callback?tenant=7"

    @property
    def statuses(self) -> list[str]:
        """The statuses that were announced, in order."""
        return [str(announced.task["task_status"]) for announced in self.received]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _handler(received: list[Announced], answer: Answer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("content-length", "0"))
            headers = {name.lower(): value for name, value in self.headers.items()}
            announced = Announced(self.path, headers, self.rfile.read(length))
            received.append(announced)
            self.send_response(answer if isinstance(answer, int) else answer(announced))
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_parts: object) -> None:
            """Say nothing."""

    return Handler

"""A receiver of callbacks on 127.0.0.1 that keeps what it got and answers as it is told."""

import json
from collections import deque
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Condition, Thread
from time import monotonic, sleep
from types import TracebackType
from typing import Any, Self

from attrs import frozen

_PATIENCE_S = 5.0


@frozen
class Received:
    """One request that came in; header names are lower-case."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def task(self) -> dict[str, Any]:
        """The task that it tells of."""
        value: dict[str, Any] = json.loads(self.body)
        return value

    @property
    def status(self) -> str:
        """The task_status that it tells of."""
        return str(self.task["task_status"])


class CallbackReceiver:
    """Answers 200 unless it was told otherwise.  `with` it, or close it."""

    def __init__(self) -> None:
        self._received: list[Received] = []
        self._answers: deque[int] = deque()
        self._delay_s = 0.0
        self._came = Condition()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        )
        self._thread.start()

    @property
    def url(self) -> str:
        """What to give as callback_url."""
        return f"http://127.0.0.1:{self._server.server_port}/callback"

    @property
    def received(self) -> tuple[Received, ...]:
        """What came so far, in order."""
        with self._came:
            return tuple(self._received)

    @property
    def statuses(self) -> tuple[str, ...]:
        """The statuses that were told so far, in order."""
        return tuple(request.status for request in self.received)

    def answer(self, *statuses: int, delay_s: float = 0.0) -> None:
        """Answer the next requests with these HTTP statuses, each after `delay_s` seconds."""
        with self._came:
            self._answers.extend(statuses)
            self._delay_s = delay_s

    def wait(self, count: int, timeout_s: float = _PATIENCE_S) -> tuple[Received, ...]:
        """Return what came once there are `count` requests; raise TimeoutError if they do not."""
        end = monotonic() + timeout_s
        with self._came:
            while len(self._received) < count:
                if not self._came.wait(end - monotonic()):
                    msg = f"{len(self._received)} of {count} callbacks came within {timeout_s} s"
                    raise TimeoutError(msg)
            return tuple(self._received)

    def clear(self) -> None:
        """Forget what came, and the answers that were prepared."""
        with self._came:
            self._received.clear()
            self._answers.clear()
            self._delay_s = 0.0

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def take(self, request: Received) -> int:
        """Keep a request and return the status to answer it with."""
        with self._came:
            self._received.append(request)
            self._came.notify_all()
            status = self._answers.popleft() if self._answers else 200
            delay_s = self._delay_s
        sleep(delay_s)
        return status

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _handler(receiver: CallbackReceiver) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            length = int(self.headers.get("content-length", "0"))
            headers = {name.lower(): value for name, value in self.headers.items()}
            status = receiver.take(Received(self.path, headers, self.rfile.read(length)))
            self.send_response(status)
            self.send_header("content-length", "0")
            self.send_header("connection", "close")
            self.end_headers()

        def log_message(self, *_parts: object) -> None:
            """Say nothing."""

    return Handler

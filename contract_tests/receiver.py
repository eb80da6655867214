"""A receiver of announcements on 127.0.0.1, which keeps what it got."""

import base64
import hashlib
import hmac
import itertools
import json
from collections.abc import Callable, Iterator, Sequence
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

    def signed_with(self, key: bytes) -> bool:
        """Whether one of its signatures is the HMAC over id, timestamp and body."""
        name, stamp = self.headers["webhook-id"], self.headers["webhook-timestamp"]
        signed = b".".join((name.encode(), stamp.encode(), self.raw))
        mac = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        return f"v1,{mac}" in self.headers["webhook-signature"].split()


Meanwhile = Callable[[Announced], object]


class Receiver:
    """Answers each POST with one status; `with` it, so that it stops listening.

    The first ones get those of `first` in turn.  Each is given to `meanwhile`, in a thread of
    the receiver's, before it is answered.
    """

    def __init__(
        self, answer: int = 200, first: Sequence[int] = (), meanwhile: Meanwhile | None = None
    ) -> None:
        self.received: list[Announced] = []
        answers = itertools.chain(first, itertools.repeat(answer))
        handler = _handler(self.received, answers, meanwhile or id)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
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


def _handler(
    received: list[Announced], answers: Iterator[int], meanwhile: Meanwhile
) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("content-length", "0"))
            headers = {name.lower(): value for name, value in self.headers.items()}
            received.append(Announced(self.path, headers, self.rfile.read(length)))
            meanwhile(received[-1])
            self.send_response(next(answers))
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_parts: object) -> None:
            """Say nothing."""

    return Handler

"""Small HTTP servers on loopback, each with one way to behave, in threads of their own."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from attrs import frozen

Behave = Callable[[BaseHTTPRequestHandler], None]


@frozen
class Listening:
    """Where a receiver listens, and the requests that it has got: method, path and body."""

    url: str
    got: list[tuple[str, str, bytes]]
    headers: list[dict[str, str]]


@contextmanager
def receiving(behave: Behave) -> Iterator[Listening]:
    """Listen on a free port of loopback; every request is answered by `behave`."""
    got: list[tuple[str, str, bytes]] = []
    headers: list[dict[str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        """Notes the request and lets the test answer."""

        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length", "0"))
            got.append((self.command, self.path, self.rfile.read(length)))
            headers.append(dict(self.headers.items()))
            behave(self)

        do_POST = do_GET  # noqa: N815 - the name that http.server calls

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield Listening(f"http://127.0.0.1:{server.server_port}", got, headers)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def answering(status: int, body: bytes = b"", **headers: str) -> Behave:
    """Answer with this, whole."""

    def behave(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return behave


def unused_port() -> int:
    """Return a port of loopback on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

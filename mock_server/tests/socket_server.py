"""A server in a process of its own, spoken to by its sockets alone."""

import contextlib
import http.client
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from json import dumps, loads
from typing import Any

from mock_server.routes import TASKS_PATH

H11 = (
    "import sys; sys.modules['httptools'] = None; "
    "from mock_server.__main__ import main; sys.exit(main())"
)


class Process:
    """`lipsync-mock`, started by a command of Python's."""

    def __init__(self, *command: str) -> None:
        flags = ("--port", "0", "--media", "plain", "--quiet", "true")
        self.process = subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, *command, *flags],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        found = re.search(r"http://127\.0\.0\.1:(\d+)", self.process.stdout.readline())
        assert found is not None
        self.port = int(found[1])

    def stage(self, **fields: object) -> None:
        """Stage a fault."""
        self.control("POST", "/faults", fields)

    def control(self, method: str, path: str, fields: object = None) -> Any:  # noqa: ANN401 - JSON
        """Ask the control API; return its answer."""
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.port)) as asking:
            asking.request(method, f"/__mock__{path}", dumps(fields) if fields else None)
            return loads(asking.getresponse().read())

    def call(self, timeout: float = 10) -> socket.socket:
        """Send a list call; return the connection, from which nothing was read yet."""
        client = socket.create_connection(("127.0.0.1", self.port), timeout)
        client.sendall(
            f"GET {TASKS_PATH} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n"
            "Authorization: Bearer local-api-key\r\n\r\n".encode()
        )
        return client

    def stop(self) -> str:
        """End the server politely; return what it wrote on the console."""
        self.process.send_signal(signal.SIGTERM)
        _, told = self.process.communicate(timeout=10)
        return told


BOTH = [("-m", "mock_server"), ("-c", H11)]
"""With each of the two HTTP parsers that uvicorn may have."""


def running(*command: str) -> Iterator[Process]:
    """Run a server that must end without a word of an error."""
    variables = [name for name in os.environ if name.startswith("LIPSYNC_MOCK_")]
    assert variables == []
    process = Process(*command)
    yield process
    told = process.stop()
    assert "ERROR" not in told
    assert "Traceback" not in told


def read(client: socket.socket) -> bytes:
    """Return everything that comes until the end."""
    content = b""
    with contextlib.closing(client):
        while part := client.recv(65_536):
            content += part
    return content

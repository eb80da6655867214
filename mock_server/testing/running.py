"""A mock server that listens somewhere: one that was started for the purpose, or by somebody."""

import os
import subprocess
import sys
from collections.abc import Sequence
from types import TracebackType
from typing import Self

import httpx

from mock_server.testing.asking import control


class _Detached(subprocess.Popen[str]):
    """A process that is left to whoever has its pid; nobody waits for it here."""

    def __del__(self) -> None:
        """Do not warn that it still runs."""


class RunningMock:
    """A mock at an address.  What `start` started ends with `close`, unless it is detached."""

    transport: httpx.BaseTransport | None = None
    async_transport: httpx.AsyncBaseTransport | None = None

    def __init__(self, origin: str, process: "subprocess.Popen[str] | None" = None) -> None:
        self.origin = origin.rstrip("/")
        self._process = process
        self._client = httpx.Client(timeout=60, trust_env=False)

    @classmethod
    def start(cls, flags: Sequence[str] = (), *, detached: bool = False) -> Self:
        """Start a quiet server with frozen clocks on a free port, and wait until it listens.

        A `detached` one survives this process; its `pid` tells whom to end.
        """
        own = {k: v for k, v in os.environ.items() if not k.startswith("LIPSYNC_MOCK_")}
        command = [sys.executable, "-m", "mock_server", "--port", "0", "--quiet", *flags]
        kind = _Detached if detached else subprocess.Popen[str]
        process = kind(
            [*command, "--time", "frozen", "--validate-replies"],
            stdout=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            text=True,
            env=own,
            start_new_session=detached,
        )
        line = "" if process.stdout is None else process.stdout.readline()
        if not line.startswith("lipsync-mock at "):
            msg = f"the mock did not start; it ended with {process.wait(timeout=10)}"
            raise RuntimeError(msg)
        return cls(line.split()[2], process)

    @property
    def pid(self) -> int:
        """The process that was started; 0 for a mock of somebody else's."""
        return 0 if self._process is None else self._process.pid

    def ask(self, request: httpx.Request) -> httpx.Response:
        """Send one request and return its answer."""
        return self._client.send(request)

    def check(self) -> None:
        """Raise ControlRefused or httpx.TransportError if no mock answers there."""
        control(self, "GET", "/health")

    def close(self) -> None:
        """Close the connections, and end the server if it was started here."""
        self._client.close()
        if self._process is not None and not isinstance(self._process, _Detached):
            self._process.terminate()
            self._process.wait(timeout=10)
            if self._process.stdout is not None:
                self._process.stdout.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

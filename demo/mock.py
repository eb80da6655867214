"""The mock as a child process, and the part of its control API that the demo needs.

Nothing here knows the vendor's API; the generated client speaks that.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from attrs import frozen

TOKEN = "local-api-key"  # noqa: S105 - the default of lipsync-mock, printed on purpose
WAITING_MS, WORKING_MS = 5_000, 175_000
"""How long a task waits and is worked on; integrators saw about as much with the real service."""
FLAGS = ("--time", "frozen", "--pace", f"{WAITING_MS}+{WORKING_MS}", "--media", "decoding")

_PATIENCE_S = 120.0  # a clock that moves waits for what it renders
_STOPPING_S = 10.0


class MockFailed(Exception):
    """The mock did not start or refused a request of its control API; the text says how."""


@frozen
class Mock:
    """A mock that runs."""

    url: str
    http: httpx.Client

    def put(self, name: str, file: Path) -> str:
        """Put a file to the mock; return the URL that it is there at."""
        reply = self.http.put(f"{self.url}/__mock__/media/{name}", content=file.read_bytes())
        return str(_answer(reply)["url"])

    def advance(self, milliseconds: int) -> None:
        """Let time pass on the account's clock, with all that falls due."""
        _answer(self.http.post(f"{self.url}/__mock__/clock", json={"advance": milliseconds}))

    def download(self, url: str, target: Path) -> None:
        """Save what a URL of the mock's own media holds."""
        reply = self.http.get(url)
        if not reply.is_success:
            msg = f"GET {url}: HTTP {reply.status_code}, expected a file"
            raise MockFailed(msg)
        target.write_bytes(reply.content)


@contextmanager
def running_mock() -> Iterator[Mock]:
    """Start a mock on a free port, with media and a clock that stands still; end it afterwards."""
    command = (sys.executable, "-m", "mock_server", "--port", "0", "--quiet", *FLAGS)
    settings = ("LIPSYNC_MOCK_",)
    clean = {name: value for name, value in os.environ.items() if not name.startswith(settings)}
    with subprocess.Popen(  # noqa: S603 - our own interpreter and module
        command, env=clean, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            # The machine's proxies know nothing of a server on this machine.
            with httpx.Client(trust_env=False, timeout=_PATIENCE_S) as http:
                yield Mock(_address(process), http)
        finally:
            _stop(process)


def _address(process: "subprocess.Popen[str]") -> str:
    """Read the two lines that say that the mock is ready; return the address in the first."""
    greeting = "" if process.stdout is None else process.stdout.readline()
    found = re.search(r"http://[^ ]+", greeting)
    if process.stdout is None or found is None:
        msg = f"the mock did not start; its first line is {greeting!r}, expected its address"
        raise MockFailed(msg)
    process.stdout.readline()
    return found[0]


def _stop(process: "subprocess.Popen[str]") -> None:
    process.terminate()
    try:
        process.wait(_STOPPING_S)
    except subprocess.TimeoutExpired:
        process.kill()


def _answer(reply: httpx.Response) -> dict[str, Any]:
    if not reply.is_success:
        msg = f"{reply.request.method} {reply.url}: HTTP {reply.status_code}: {reply.text[:300]}"
        raise MockFailed(msg)
    return dict(reply.json())

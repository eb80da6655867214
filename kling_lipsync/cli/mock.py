"""The offline twin beside the client: started for one command, or found where it runs already."""

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from urllib.parse import quote, urlsplit

import httpx

from kling_lipsync.cli.exits import MockFailed

SERVER = "mock_server"
API_KEY = "local-api-key"
FLAGS = ("--host", "127.0.0.1", "--port", "0", "--time", "x60", "--quiet", "--api-key", API_KEY)
"""A free port, an hour in a minute, and the key that the client is given."""
LOOPBACK = ("127.0.0.1", "localhost", "::1")
_ADDRESS = re.compile(r"lipsync-mock at (http://[^ ]+)")
_STOPPING_S = 10.0
_ASKING_S = 5.0
_PUTTING_S = 120.0


@contextmanager
def started() -> Iterator[str]:
    """Start a mock, give its URL, and end it; raise MockFailed when it does not start."""
    command = (sys.executable, "-m", SERVER, *FLAGS)
    with (
        tempfile.TemporaryFile("w+", encoding="utf-8") as complaints,
        subprocess.Popen(  # noqa: S603 - our own interpreter and module
            command, stdout=subprocess.PIPE, stderr=complaints, text=True
        ) as process,
    ):
        try:
            yield _address(process, complaints)
        finally:
            _stop(process)


def _address(process: "subprocess.Popen[str]", complaints: IO[str]) -> str:
    greeting = "" if process.stdout is None else process.stdout.readline()
    found = _ADDRESS.match(greeting)
    if found is None:
        complaints.seek(0)
        lines = complaints.read().strip().splitlines() or [greeting.strip() or "it said nothing"]
        msg = f"the mock did not start: {lines[-1]}"
        raise MockFailed(msg)
    return found[1]


def _stop(process: "subprocess.Popen[str]") -> None:
    process.terminate()
    try:
        process.wait(_STOPPING_S)
    except subprocess.TimeoutExpired:
        process.kill()


def runs_at(base_url: str) -> bool:
    """Whether a mock of this machine answers there; nobody else is asked."""
    if urlsplit(base_url).hostname not in LOOPBACK:
        return False
    try:
        reply = httpx.get(f"{base_url}/__mock__/health", timeout=_ASKING_S, trust_env=False)
        return reply.is_success and "origin" in reply.json()
    except (httpx.HTTPError, ValueError):
        return False


def put(base_url: str, file: Path) -> str:
    """Put a local file to a mock, and return the URL that it is at.

    Raises OSError for the file, MockFailed when the mock does not take it.
    """
    target = f"{base_url}/__mock__/media/{quote(file.name, safe='')}"
    content = file.read_bytes()
    try:
        reply = httpx.put(target, content=content, timeout=_PUTTING_S, trust_env=False)
        if reply.is_success:
            return str(reply.json()["url"])
        reason = reply.json()["error"]
    except (httpx.HTTPError, ValueError, KeyError) as error:
        reason = f"{type(error).__name__} {error}"
    msg = f"the mock did not take {file}: {reason}"
    raise MockFailed(msg)


def has_media() -> bool:
    """Whether results are real video here: the extra `media` is installed."""
    from importlib.util import find_spec  # noqa: PLC0415 - for one verb

    return all(find_spec(name) is not None for name in ("av", "cv2", "numpy"))

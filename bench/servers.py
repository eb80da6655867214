"""The servers under load: child processes of one kind each, on one core, on a free port."""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from attrs import frozen

from bench import prism_package
from bench.calls import request

ROOT = Path(__file__).parent.parent
_TOKEN = re.compile(r"http://\S+?:(\d+)/\S+ -H 'Authorization: (Bearer \S+)'")
_START_S = 30.0


class StartError(RuntimeError):
    """A server did not start."""


@frozen
class Running:
    """A server that listens; `spawned` is when its process was started (perf_counter)."""

    name: str
    process: "subprocess.Popen[str]"
    port: int
    authorization: str
    spawned: float


@frozen
class Cores:
    """Which core the servers run on and which the load generator; None where it cannot be said."""

    servers: int | None
    generator: int | None


def cores() -> Cores:
    """Return two different cores where this process may use two."""
    if sys.platform != "linux":
        return Cores(None, None)
    usable = sorted(os.sched_getaffinity(0))
    return Cores(usable[0], usable[1]) if len(usable) > 1 else Cores(None, None)


@contextmanager
def on_core(core: int | None) -> Iterator[None]:
    """Keep this process, and the children that it starts meanwhile, on one core."""
    if core is None or sys.platform != "linux":
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


@contextmanager
def mock(core: int | None, *options: str) -> Iterator[Running]:
    """Run the mock as anybody starts it; its journal lines are written, and thrown away."""
    command = [sys.executable, "-m", "mock_server", "--port", "0", *options]
    with child(command, core) as (process, spawned):
        port, authorization = greeted(process)
        yield Running("mock", process, port, authorization, spawned)


@contextmanager
def raw(core: int | None, replies: Path, authorization: str) -> Iterator[Running]:
    """Run the fixed replies of raw_app."""
    with child([sys.executable, "-m", "bench.raw_app", str(replies)], core) as (process, spawned):
        yield Running("raw", process, int(line_of(process)), authorization, spawned)


@contextmanager
def prism(core: int | None, document: Path, authorization: str) -> Iterator[Running]:
    """Run Prism on the contract; it prints a dozen lines for each call, which are thrown away."""
    port = free_port()
    options = ["mock", "-p", str(port), "--host", "127.0.0.1", "--errors=false", str(document)]
    command = ["node", str(prism_package.COMMAND), *options]
    with child(command, core, subprocess.DEVNULL) as (process, spawned):
        wait_for(process, port)
        yield Running("prism", process, port, authorization, spawned)


def greeted(process: "subprocess.Popen[str]") -> tuple[int, str]:
    """Return the port and the Authorization header that the mock's two lines name."""
    first, second = line_of(process), line_of(process)
    found = _TOKEN.search(second)
    if found is None:
        msg = f"the mock did not print how to call it, but {first + second!r}"
        raise StartError(msg)
    return int(found[1]), found[2]


def first_reply_ms(server: Running) -> float:
    """Ask a server that just started for a list; return the ms since its process was started."""
    status, body = request("list", server.authorization, "").sent(server.port)
    passed = time.perf_counter() - server.spawned
    if status != 200:
        msg = f"{server.name} answered its first call with {status}: {body[:300]!r}"
        raise StartError(msg)
    return passed * 1000


@contextmanager
def child(
    command: Sequence[str], core: int | None, output: int = subprocess.PIPE
) -> Iterator[tuple["subprocess.Popen[str]", float]]:
    """Run a command, as a process that is ended with the block; give it and when it began."""
    with on_core(core):
        spawned = time.perf_counter()
        process = subprocess.Popen(  # noqa: S603 - commands of this file
            command,
            cwd=ROOT,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.DEVNULL,
            text=True,
        )
    with process:
        try:
            yield process, spawned
        finally:
            process.terminate()
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()


def _environment() -> Mapping[str, str]:
    """Return the environment without settings of the mock: it is measured with its defaults."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith("LIPSYNC_")}
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH", ""))))
    return kept | {"PYTHONPATH": path}


def line_of(process: "subprocess.Popen[str]") -> str:
    """Return the next line that a process prints; raise StartError when it ended."""
    output: IO[str] | None = process.stdout
    line = output.readline() if output is not None else ""
    if not line:
        msg = f"{process.args!r} ended without a word (exit code {process.wait(5)})"
        raise StartError(msg)
    return line


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def wait_for(process: "subprocess.Popen[str]", port: int) -> None:
    """Wait until a process listens on a port; raise StartError when it does not."""
    for _ in range(int(_START_S / 0.02)):
        with socket.socket() as attempt:
            if attempt.connect_ex(("127.0.0.1", port)) == 0:
                return
        if process.poll() is not None:
            break
        time.sleep(0.02)
    msg = f"{process.args!r} did not listen on port {port} within {_START_S:.0f} s"
    raise StartError(msg)

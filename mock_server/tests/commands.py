"""The command `lipsync-mock` as a process of its own, and what it prints."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from attrs import frozen

COMMAND = (sys.executable, "-m", "mock_server")


@frozen
class Running:
    """A mock that is ready: its process, all that it printed, and its plain port."""

    process: "subprocess.Popen[str]"
    greeting: str
    port: int

    def environment(self, *flags: str) -> str:
        """Return what `lipsync-mock env` prints for it."""
        command = (*COMMAND, "env", "--port", str(self.port), *flags)
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=30)  # noqa: S603 - ours
        return done.stdout

    def variables(self) -> dict[str, str]:
        """Return what leads unchanged programs to it."""
        given: dict[str, str] = json.loads(self.environment("--format", "json"))
        return given


@contextmanager
def running(*flags: str, lines: int) -> Iterator[Running]:
    """Start a mock on free ports, wait for that many lines of greeting, and stop it in the end."""
    command = (*COMMAND, "--port=0", "--media=plain", "--quiet", *flags)
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - ours
        assert process.stdout is not None
        try:
            greeting = "".join(process.stdout.readline() for _ in range(lines))
            found = re.search(r"lipsync-mock at http://127\.0\.0\.1:(\d+) ", greeting)
            assert found is not None, greeting
            yield Running(process, greeting, int(found[1]))
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(20)


def bare_environment() -> dict[str, str]:
    """Return what a program needs to start at all."""
    return {"PATH": os.environ["PATH"]}

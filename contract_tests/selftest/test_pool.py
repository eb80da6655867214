"""Nothing of the work in forks stays behind."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

ABANDONED = """\
import os, subprocess, sys, time
from pathlib import Path
from contract_tests.selftest.pool import forked

def work(folder):
    started = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    Path(folder, "pids").write_text(f"{os.getpid()} {started.pid}")
    time.sleep(60)  # until it is ended from outside

list(forked([sys.argv[1]], work, 1, 60.0))
"""
PATIENCE_S = 20.0


def lives(pid: int) -> bool:
    """Return whether there is such a process, and it is not only waited for."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat")
    return not state.exists() or state.read_text().rpartition(")")[2].split()[0] != "Z"


def within_patience(path: Path) -> list[int]:
    """Return the process ids that a file names once it is there."""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until and not (path.exists() and path.read_text()):
        time.sleep(0.02)  # another process writes it
    return [int(word) for word in path.read_text().split()]


def test_nothing_outlives_who_asked_for_it(tmp_path: Path) -> None:
    """A run that is killed takes its forks and all that they started with it."""
    command = [sys.executable, "-c", ABANDONED, str(tmp_path)]
    with subprocess.Popen(command) as run:  # noqa: S603 - ours
        pids = within_patience(tmp_path / "pids")
        run.send_signal(signal.SIGKILL)
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until and any(map(lives, pids)):
        time.sleep(0.02)  # they end when they notice

    assert [pid for pid in pids if lives(pid)] == []

"""Kills a server on SQLite in the middle of its work, again and again, and counts what is lost.

`python -m mock_server.tests.killing 100` kills it a hundred times and prints the figures.
"""

import contextlib
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from attrs import field, frozen, mutable

from mock_server.stores.sqlite_store import SqliteStore
from mock_server.tests.under_load import Acknowledged, Clients, Receiver

KEY = "local-access-key"
_PORT = re.compile(r"http://127\.0\.0\.1:(\d+)")
_PATIENCE_S = 60.0


@frozen
class Figures:
    """What was acknowledged in all, and what of it was not there afterwards."""

    kills: int
    tasks: int
    sessions: int
    cut_off: int
    lost: list[str]
    refused: list[str]
    twice: int
    """External ids that lead to another task than the acknowledged one."""
    not_told: int
    """Ends of tasks that were never called back."""
    told_again: int
    """Callbacks that came more than once."""

    @property
    def sound(self) -> bool:
        """Whether everything is as it was acknowledged."""
        return not (self.lost or self.refused or self.twice or self.not_told)


@mutable
class _Serving:
    """A server that dies, and where its next life listens."""

    path: Path
    port: int = 0
    lost: list[str] = field(factory=list)

    @contextlib.contextmanager
    def life(self) -> Iterator["subprocess.Popen[str]"]:
        """Start the server; it is killed in the end, if it was not before."""
        options = ["--store", f"sqlite:{self.path}", "--port", "0", "--pace", "20+40", "--quiet"]
        with subprocess.Popen(  # noqa: S603 - a command of this file
            [sys.executable, "-m", "mock_server", *options],
            stdout=subprocess.PIPE,
            text=True,
        ) as process:
            try:
                line = process.stdout.readline() if process.stdout is not None else ""
                found = _PORT.search(line)
                assert found is not None, line
                self.port = int(found[1])
                yield process
            finally:
                process.kill()


def lost(path: Path, known: Acknowledged) -> list[str]:
    """Return what was acknowledged and is not in the file."""
    store = SqliteStore(path)
    ledger = {line.subject for line in store.page(KEY, "ledger", 1, 10**9)}
    queue = {fault.fault_id for fault in store.get(KEY, "faults", "queue") or ()}
    missing = [name for name in known.tasks if store.get(KEY, "tasks", name) is None]
    missing += [name for name in known.sessions if store.get(KEY, "sessions", name) is None]
    missing += [f"ledger {name}" for name in known.sessions - ledger]
    missing += [f"fault {name}" for name in known.faults - queue]
    missing += [
        f"external {own}"
        for name, own in known.tasks.items()
        if store.get(KEY, "external_ids", own) != name
    ]
    store.close()
    return missing


def kill(times: int, seed: int = 0, clients: int = 4) -> Figures:
    """Kill a server so many times under load, each time 50 to 450 ms after it was up."""
    chance, receiver = random.Random(seed), Receiver()  # noqa: S311 - no secrets
    with tempfile.TemporaryDirectory() as folder:
        serving = _Serving(Path(folder) / "accounts.db")
        known = Acknowledged()
        for _ in range(times):
            with serving.life() as process:
                working = Clients(lambda: serving.port, receiver.url, clients)
                time.sleep(chance.uniform(0.05, 0.45))
                process.kill()
                process.wait()
                one = working.stop()
            serving.lost += lost(serving.path, one)
            known.tasks |= one.tasks
            known.sessions |= one.sessions
            known.faults |= one.faults
            known.refused += one.refused
            known.lost_calls += one.lost_calls
        with serving.life():
            until = time.monotonic() + _PATIENCE_S
            while receiver.missing(known.tasks) and time.monotonic() < until:
                time.sleep(0.05)
        serving.lost += lost(serving.path, known)
    told = [statuses.count("succeed") for statuses in receiver.told.values()]
    return Figures(
        kills=times,
        tasks=len(known.tasks),
        sessions=len(known.sessions),
        cut_off=known.lost_calls,
        lost=serving.lost,
        refused=known.refused,
        twice=len(known.tasks) - len(set(known.tasks.values())),
        not_told=len(receiver.missing(known.tasks)),
        told_again=sum(count - 1 for count in told if count > 1),
    )


def main() -> int:
    """Kill as often as asked, print the figures, and return 1 when anything was lost."""
    figures = kill(int(sys.argv[1]) if len(sys.argv) > 1 else 100)
    sys.stdout.write(
        f"killed {figures.kills} times: {figures.tasks} tasks and {figures.sessions} sessions "
        f"acknowledged, {len(figures.lost)} lost, {figures.twice} external ids twice, "
        f"{figures.not_told} ends not called back, {figures.told_again} called back again; "
        f"{figures.cut_off} calls cut off, {len(figures.refused)} refused {figures.refused[:1]}\n"
    )
    return 0 if figures.sound else 1


if __name__ == "__main__":
    sys.exit(main())

"""Kills one of three replicas on one Redis every second, under load, and counts what is lost.

`python -m mock_server.tests.replacing 60` does so for a minute and prints the figures.
"""

import random
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from attrs import field, frozen, mutable

from mock_server.stores.redis_store import RedisStore
from mock_server.tests.redis_server import redis_server
from mock_server.tests.under_load import Acknowledged, Clients, Receiver

KEY = "local-access-key"
REPLICAS = 3
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
    """External ids that more than one task has."""
    not_told: int
    """Ends of tasks that were never called back."""
    told_again: int
    """Callbacks that came more than once."""

    @property
    def sound(self) -> bool:
        """Whether everything is as it was acknowledged."""
        return not (self.lost or self.refused or self.twice or self.not_told)


@mutable
class _Replicas:
    """Processes that serve one Redis, and where they listen; a dead one's place is 0."""

    url: str
    processes: list["subprocess.Popen[str]"] = field(factory=list)
    ports: list[int] = field(factory=list)
    starting: list[threading.Thread] = field(factory=list)
    chance: random.Random = field(factory=lambda: random.Random(0))  # noqa: S311 - no secrets

    def port(self) -> int:
        """Return where one that is up listens, as a load balancer does."""
        up = [port for port in self.ports if port]
        return self.chance.choice(up) if up else 1

    def start(self, place: int) -> None:
        """Start a replica in a place, and wait until it is up."""
        options = ["--store", self.url, "--port", "0", "--pace", "50+150", "--quiet"]
        process = subprocess.Popen(  # noqa: S603 - a command of this file
            [sys.executable, "-m", "mock_server", *options], stdout=subprocess.PIPE, text=True
        )
        self.processes[place : place + 1] = [process]
        self.ports[place : place + 1] = [0]
        line = process.stdout.readline() if process.stdout is not None else ""
        found = _PORT.search(line)
        assert found is not None, line
        self.ports[place : place + 1] = [int(found[1])]

    def replace(self, place: int) -> None:
        """Start another in a dead one's place, which takes seconds on a busy machine."""
        thread = threading.Thread(target=self.start, args=(place,))
        thread.start()
        self.starting.append(thread)

    def settle(self) -> None:
        """Wait until all are up that were started."""
        for thread in self.starting:
            thread.join()

    def kill(self, place: int) -> None:
        """Kill a replica; the load balancer finds out by its next call."""
        process = self.processes[place]
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()
        self.ports[place] = 0


@contextmanager
def _replicas(url: str) -> Iterator[_Replicas]:
    replicas = _Replicas(url)
    try:
        for place in range(REPLICAS):
            replicas.start(place)
        yield replicas
    finally:
        for place in range(len(replicas.processes)):
            replicas.kill(place)


def lost(url: str, known: Acknowledged) -> tuple[list[str], int]:
    """Return what was acknowledged and is not in Redis, and how many external ids are not one's."""
    store = RedisStore(url)
    ledger = {line.subject for line in store.page(KEY, "ledger", 1, 10**9)}
    queue = {fault.fault_id for fault in store.get(KEY, "faults", "queue") or ()}
    missing = [name for name in known.tasks if store.get(KEY, "tasks", name) is None]
    missing += [name for name in known.sessions if store.get(KEY, "sessions", name) is None]
    missing += [f"ledger {name}" for name in known.sessions - ledger]
    missing += [f"fault {name}" for name in known.faults - queue]
    own = [task.external_task_id for task in store.page(KEY, "tasks", 1, 10**9)]
    wrong = len(own) - len(set(own))
    wrong += sum(store.get(KEY, "external_ids", own) != name for name, own in known.tasks.items())
    store.close()
    return missing, wrong


def replace(seconds: float, clients: int = 6) -> Figures:
    """Keep three replicas under load for so long, and kill one of them every second.

    On a busy machine a replica may take longer to start than that: the last one is left alone.
    """
    receiver, kills = Receiver(), 0
    with redis_server() as (url, _), _replicas(url) as replicas:
        working = Clients(replicas.port, receiver.url, clients)
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            time.sleep(1)
            up = [place for place, port in enumerate(replicas.ports) if port]
            if len(up) > 1:
                place = up[kills % len(up)]
                replicas.kill(place)
                kills += 1
                replicas.replace(place)
        replicas.settle()
        known = working.stop()
        patience = time.monotonic() + _PATIENCE_S
        while receiver.missing(known.tasks) and time.monotonic() < patience:
            time.sleep(0.05)
        missing, twice = lost(url, known)
    told = [statuses.count("succeed") for statuses in receiver.told.values()]
    return Figures(
        kills=kills,
        tasks=len(known.tasks),
        sessions=len(known.sessions),
        cut_off=known.lost_calls,
        lost=missing,
        refused=known.refused,
        twice=twice,
        not_told=len(receiver.missing(known.tasks)),
        told_again=sum(count - 1 for count in told if count > 1),
    )


def main() -> int:
    """Kill for as long as asked, print the figures, and return 1 when anything was lost."""
    figures = replace(float(sys.argv[1]) if len(sys.argv) > 1 else 60)
    sys.stdout.write(
        f"killed a replica {figures.kills} times: {figures.tasks} tasks and {figures.sessions} "
        f"sessions acknowledged, {len(figures.lost)} lost {figures.lost[:3]}, "
        f"{figures.twice} external ids twice, {figures.not_told} ends not called back, "
        f"{figures.told_again} called back again; "
        f"{figures.cut_off} calls cut off, {len(figures.refused)} refused {figures.refused[:1]}\n"
    )
    return 0 if figures.sound else 1


if __name__ == "__main__":
    sys.exit(main())

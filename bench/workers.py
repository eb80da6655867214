"""Processor time per request on Redis, with one worker and with four, in pairs of runs.

Counted is what the workers, their parent and the Redis server used while the load ran; what the
load generator used is not.  Both runs make the same requests over the same number of connections.
`python -m bench.workers` (`make bench-stores`) returns 1 when it grows by more than MOST_GROWTH.
"""

import itertools
import json
import os
import shutil
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from attrs import asdict, frozen, mutable

from bench.calls import OPERATIONS, request
from bench.load import Asked, Load, run
from bench.paths import Operation
from bench.servers import child, free_port, greeted, wait_for

PAIRS = 5
SLICES, REQUESTS = 4, 1_000
"""Of each operation, in each run: tasks that end meanwhile are then as many in both."""
_PACE = "100+400"
"""ms until a task ends: what its end takes is in the figures, too."""
FEW, MANY = 1, 4
MOST_GROWTH = 0.15
MISSING = "redis-server: apt-get install redis-server"
_LONGEST_S = 120.0
_TICKS = os.sysconf("SC_CLK_TCK")


@frozen
class Run:
    """What one run came to: ms of processor time per request, and requests per second.

    `redis_ms` is the part of Redis in `cpu_ms`.
    """

    workers: int
    cpu_ms: float
    redis_ms: float
    per_second: float
    p99: float


def cpu_s(process: int) -> float:
    """Return the processor time (s) of a process and its living children, from /proc."""
    used = 0.0
    for child_id in (process, *_children(process)):
        fields = Path(f"/proc/{child_id}/stat").read_text("ascii").rpartition(")")[2].split()
        used += (int(fields[11]) + int(fields[12])) / _TICKS
    return used


def _children(process: int) -> list[int]:
    text = Path(f"/proc/{process}/task/{process}/children").read_text("ascii")
    return [int(word) for word in text.split()]


@contextmanager
def redis() -> Iterator[tuple[str, int]]:
    """Run a Redis server that keeps nothing; give its URL and process id."""
    port = free_port()
    command = ["redis-server", "--port", str(port), "--save", "", "--appendonly", "no"]
    with child([*command, "--bind", "127.0.0.1"], None, subprocess.DEVNULL) as (process, _):
        wait_for(process, port)
        yield f"redis://127.0.0.1:{port}/0", process.pid


@mutable
class _Serving:
    """Workers on a Redis of their own, and what was used for them while they were asked."""

    workers: int
    process: int
    redis: int
    port: int
    authorization: str
    task_id: str
    used_s: float = 0.0
    redis_s: float = 0.0
    took_s: float = 0.0
    replies: int = 0
    worst: float = 0.0

    def ask(self, operation: Operation, load: Load) -> None:
        """Have requests of one kind answered."""
        asked = request(operation, self.authorization, self.task_id).encoded(self.port)
        before, stored = cpu_s(self.process), cpu_s(self.redis)
        measured = run(self.port, itertools.repeat(Asked(operation, asked)), load)
        stored = cpu_s(self.redis) - stored
        self.redis_s += stored
        self.used_s += cpu_s(self.process) - before + stored
        self.replies += measured.replies - measured.errors
        self.took_s += measured.replies / measured.per_second
        self.worst = max(self.worst, measured.p99)

    def told(self) -> Run:
        """Return what it all came to."""
        cpu_ms, redis_ms = (used / self.replies * 1000 for used in (self.used_s, self.redis_s))
        return Run(self.workers, cpu_ms, redis_ms, self.replies / self.took_s, self.worst)


@contextmanager
def serving(workers: int) -> Iterator[_Serving]:
    """Run so many workers on an empty Redis, with one task."""
    command = [sys.executable, "-m", "mock_server", "--port", "0", "--quiet", "--pace", _PACE]
    with redis() as (url, redis_id):
        options = ["--store", url, "--workers", str(workers)]
        with child([*command, *options], None) as (process, _):
            port, authorization = greeted(process)
            status, body = request("create", authorization, "").sent(port)
            if status != 200:
                msg = f"the first create was answered {status}: {body!r}"
                raise RuntimeError(msg)
            task_id = json.loads(body)["data"]["task_id"]
            yield _Serving(workers, process.pid, redis_id, port, authorization, task_id)


def pair(load: Load, slices: int) -> tuple[Run, Run]:
    """Ask few workers and many in turn, in slices, so that both meet the same machine."""
    with serving(FEW) as few, serving(MANY) as many:
        for number in range(slices):
            for operation in OPERATIONS:
                for each in (few, many) if number % 2 == 0 else (many, few):
                    each.ask(operation, load)
        return few.told(), many.told()


def measured(pairs: int = PAIRS, slices: int = SLICES, requests: int = REQUESTS) -> dict[str, Any]:
    """Return the runs of pairs and how much the processor time per request grew in each."""
    if shutil.which("redis-server") is None:
        return {"missing": MISSING}
    load = Load(connections=32, warm_up=0.0, seconds=_LONGEST_S, most=requests)
    runs, growths = [], []
    for _ in range(pairs):
        few, many = pair(load, slices)
        runs += [asdict(few), asdict(many)]
        growths.append(many.cpu_ms / few.cpu_ms - 1)
        sys.stderr.write(_line(few) + _line(many) + f"growth {growths[-1]:+.1%}\n")
    return {"runs": runs, "growths": growths, "growth": statistics.median(growths)}


def _line(one: Run) -> str:
    return (
        f"{one.workers} worker(s): {one.cpu_ms:.3f} ms (Redis {one.redis_ms:.3f}), "
        f"{one.per_second:.0f}/s, p99 {one.p99:.0f} ms; "
    )


def table(found: dict[str, Any]) -> str:
    """Return the runs' medians and the growth, for people."""
    if "missing" in found:
        return f"stores: not measured, needs {found['missing']}\n"
    text = "on Redis, processor time per request of workers and Redis together\n"
    for workers in (FEW, MANY):
        some = [run for run in found["runs"] if run["workers"] == workers]
        cpu, stored, rate = (
            statistics.median(run[name] for run in some)
            for name in ("cpu_ms", "redis_ms", "per_second")
        )
        text += (
            f"  {workers} worker(s): {cpu:.3f} ms, of it Redis {stored:.3f}; {rate:,.0f} req/s\n"
        )
    spread = f"{min(found['growths']):+.1%} to {max(found['growths']):+.1%}"
    return text + f"  growth: median {found['growth']:+.1%} ({spread})\n"


def main() -> int:
    """Measure pairs, and print them with the median of their growth."""
    found = measured()
    sys.stdout.write(table(found))
    return 1 if found.get("growth", 1.0) > MOST_GROWTH else 0


if __name__ == "__main__":
    sys.exit(main())

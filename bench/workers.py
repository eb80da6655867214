"""Processor time per request on Redis, with one worker and with four, in pairs of runs.

Counted is what the workers, their parent and the Redis server used while the load ran; what the
load generator used is not.  The same number of connections makes the load in both.
"""

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from attrs import frozen

from bench.calls import OPERATIONS, request
from bench.load import Load, run
from bench.servers import child, free_port, greeted, wait_for

PAIRS = 5
FEW, MANY = 1, 4
_TICKS = os.sysconf("SC_CLK_TCK")


@frozen
class Run:
    """What one run came to: ms of processor time per request, and requests per second."""

    workers: int
    cpu_ms: float
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
    with child(command, None, subprocess.DEVNULL) as (process, _):
        wait_for(process, port)
        yield f"redis://127.0.0.1:{port}/0", process.pid


def measure(workers: int, load: Load) -> Run:
    """Run the load, operation after operation, on so many workers with an empty Redis."""
    command = [sys.executable, "-m", "mock_server", "--port", "0", "--quiet"]
    with redis() as (url, redis_id):
        options = ["--store", url, "--workers", str(workers)]
        with child([*command, *options], None) as (process, _):
            port, authorization = greeted(process)
            status, body = request("create", authorization, "").sent(port)
            if status != 200:
                msg = f"the first create was answered {status}: {body!r}"
                raise RuntimeError(msg)
            task_id = json.loads(body)["data"]["task_id"]
            before = cpu_s(process.pid) + cpu_s(redis_id)
            replies, took, worst = 0, 0.0, 0.0
            for operation in OPERATIONS:
                asked = request(operation, authorization, task_id).encoded(port)
                measured = run(port, asked, load)
                replies += measured.replies
                took += load.seconds + load.warm_up
                worst = max(worst, measured.p99)
            used = cpu_s(process.pid) + cpu_s(redis_id) - before
    return Run(workers, used / replies * 1000, replies / took, worst)


def main() -> int:
    """Measure pairs, and print them with the median of their growth."""
    load = Load(connections=32, warm_up=0.5, seconds=4.0)
    growths = []
    for number in range(PAIRS):
        order = (FEW, MANY) if number % 2 == 0 else (MANY, FEW)
        runs = {workers: measure(workers, load) for workers in order}
        growths.append(runs[MANY].cpu_ms / runs[FEW].cpu_ms - 1)
        told = "; ".join(
            f"{one.workers} worker(s): {one.cpu_ms:.3f} ms, {one.per_second:.0f}/s, "
            f"p99 {one.p99:.0f} ms"
            for one in (runs[FEW], runs[MANY])
        )
        sys.stdout.write(f"{told}; growth {growths[-1]:+.1%}\n")
        sys.stdout.flush()
    spread = f"{min(growths):+.1%} to {max(growths):+.1%}"
    sys.stdout.write(f"median growth {statistics.median(growths):+.1%} ({spread})\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

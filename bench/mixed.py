"""The mixed load: all operations at once, on a mock that is full already.

One mock runs during all rounds, since it takes a while to fill; it gets fuller by what is made.
"""

import itertools
import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from attrs import frozen

from bench.calls import LONG_PAGE, request
from bench.load import Asked
from bench.paths import Operation
from bench.rounds import Others, Plan, Sample, ServerName, in_order, sample
from bench.servers import Running, child, line_of

MIX: Counter[Operation] = Counter(
    {"create": 6, "get": 8, "identify": 3, "list of 500": 1, "refused": 2}
)
"""How often each operation stands in twenty requests."""


@frozen
class Full:
    """A mock that is full, and the ids of some of its tasks."""

    running: Running
    task_ids: Sequence[str]


@contextmanager
def full_mock(core: int | None, count: int) -> Iterator[Full]:
    """Run a mock with so many tasks that have succeeded."""
    command = [sys.executable, "-m", "bench.full_mock", str(count)]
    with child(command, core) as (process, spawned):
        port, _, authorization = line_of(process).strip().partition(" ")
        running = Running("mock", process, int(port), authorization, spawned)
        yield Full(running, json.loads(line_of(process)))


def requests(server: Running, name: ServerName, task_ids: Sequence[str], count: int) -> list[Asked]:
    """Return the requests of the mix in their order, to be asked over and over.

    They go all over the store.  The raw application and Prism have nothing to look up, and are
    asked for one task and for the first page.  The raw application refuses nothing.
    """
    names, pages = itertools.cycle(task_ids), itertools.count(1)
    asked = []
    for operation in spread(len(task_ids)):
        page = next(pages) % min(1000, max(1, count // LONG_PAGE)) + 1 if name == "mock" else 1
        wanted = request(operation, server.authorization, next(names), page)
        data = wanted.encoded(server.port)
        if operation == "refused" and name != "raw":
            asked.append(Asked(operation, data, b"HTTP/1.1 4", b""))
        else:
            asked.append(Asked(operation, data))
    return asked


def spread(times: int) -> Iterator[Operation]:
    """Yield the mix so many times, no operation's requests all together."""
    places: list[tuple[float, Operation]] = sorted(
        ((number + 0.5) / often, operation)
        for operation, often in MIX.items()
        for number in range(often)
    )
    for _ in range(times):
        yield from (operation for _, operation in places)


def measure(plan: Plan, others: Others, count: int) -> Iterator[Sample]:
    """Measure the mixed cells on every server, the mock being full of so many tasks."""
    cells = [cell for cell in plan.cells if cell.operation == "mixed"]
    if not cells:
        return
    with full_mock(plan.cores.servers, count) as full:
        running = {"mock": full.running, **dict(others.running)}
        scripts = {
            name: requests(server, name, full.task_ids if name == "mock" else ["1"] * 10, count)
            for name, server in running.items()
        }
        for number in range(plan.rounds):
            for cell in cells:
                for name in in_order(number, tuple(running)):
                    asked = itertools.cycle(scripts[name])
                    yield sample(plan, number, cell, name, running[name], asked)

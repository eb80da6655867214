"""Rounds: every server under every load, side by side, so that a drifting machine hits all alike.

The mock is started anew for each load.  Tasks that it made fall due seconds later, and would
otherwise be settled while another server is measured on the same core.
"""

import itertools
import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Literal

from attrs import field, frozen

from bench import calls, load, servers
from bench.load import Asked, Load, Measured
from bench.paths import Operation
from bench.process import Memory, cpu_s, memory
from bench.servers import Cores, Running

ServerName = Literal["mock", "raw", "prism"]


LoadName = Literal["create", "get", "list", "mixed"]


@frozen
class Cell:
    """One operation, or all of them mixed, over a number of connections."""

    operation: LoadName
    connections: int


CELLS = (
    *(Cell("create", connections) for connections in (1, 16, 64)),
    *(Cell("get", connections) for connections in (1, 16, 64)),
    *(Cell("list", connections) for connections in (1, 16)),
    *(Cell("mixed", connections) for connections in (16, 256)),
)
ALL_CONNECTIONS = (1, 4, 16, 64, 256)
ALL_CELLS = tuple(
    Cell(load, connections)
    for load in ("create", "get", "list", "mixed")
    for connections in ALL_CONNECTIONS
)
"""What FULL measures."""


@frozen
class Plan:
    """What to measure: `prism_document` is the contract in a file, or None to go without Prism."""

    cells: Sequence[Cell]
    rounds: int
    seconds: float
    warm_up: float
    cores: Cores
    folder: Path
    prism_document: Path | None = None


@frozen
class Sample:
    """One server under one load; `cpu_us` is the server's processor time for one request."""

    round: int
    cell: Cell
    server: ServerName
    measured: Measured
    cpu_us: float
    before: Memory
    after: Memory


@frozen
class Others:
    """The servers that run during all rounds, and what a call to them needs."""

    running: Sequence[tuple[ServerName, Running]] = field(factory=tuple)
    task_id: str = ""


def measure(plan: Plan, others: Others) -> Iterator[Sample]:
    """Measure the cells of one operation each; samples come as they are made."""
    for number in range(plan.rounds):
        for cell in plan.cells:
            if cell.operation != "mixed":
                yield from _side_by_side(plan, number, cell, cell.operation, others)


def start_others(plan: Plan, stack: ExitStack) -> Others:
    """Start the raw application, with replies that a mock gave, and Prism if it is to be had."""
    with servers.mock(plan.cores.servers) as mock:
        authorization = mock.authorization
        task_id = calls.prepare(mock.port, authorization, calls.LONG_PAGE)
        replies = calls.sample_replies(mock.port, authorization, task_id)
    path = plan.folder / "replies.json"
    path.write_text(json.dumps(replies), "utf-8")
    raw = stack.enter_context(servers.raw(plan.cores.servers, path, authorization))
    running: list[tuple[ServerName, Running]] = [("raw", raw)]
    if plan.prism_document is not None:
        prism = servers.prism(plan.cores.servers, plan.prism_document, authorization)
        running.append(("prism", stack.enter_context(prism)))
    return Others(running, task_id)


def in_order(number: int, names: Sequence[ServerName]) -> Sequence[ServerName]:
    """Return the servers in the order of a round: odd rounds go through them backwards."""
    return names[::-1] if number % 2 else names


def _side_by_side(
    plan: Plan, number: int, cell: Cell, operation: Operation, others: Others
) -> Iterator[Sample]:
    """Measure one cell on every server."""
    for name in in_order(number, ("mock", *(name for name, _ in others.running))):
        if name == "mock":
            with servers.mock(plan.cores.servers) as mock:
                task_id = calls.prepare(mock.port, mock.authorization)
                asked = calls.request(operation, mock.authorization, task_id)
                requests = itertools.repeat(Asked(operation, asked.encoded(mock.port)))
                yield sample(plan, number, cell, "mock", mock, requests)
        else:
            server = dict(others.running)[name]
            asked = calls.request(operation, server.authorization, others.task_id)
            requests = itertools.repeat(Asked(operation, asked.encoded(server.port)))
            yield sample(plan, number, cell, name, server, requests)


def sample(
    plan: Plan,
    number: int,
    cell: Cell,
    name: ServerName,
    server: Running,
    requests: Iterator[Asked],
) -> Sample:
    """Put the cell's load on one server."""
    pid = server.process.pid
    before, used = memory(pid), cpu_s(pid)
    wanted = Load(cell.connections, plan.seconds, plan.warm_up)
    measured = load.run(server.port, requests, wanted)
    cpu_us = (cpu_s(pid) - used) / max(measured.replies, 1) * 1e6
    return Sample(number, cell, name, measured, cpu_us, before, memory(pid))

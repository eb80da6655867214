"""Rounds: every server under every load, side by side, so that a drifting machine hits all alike.

The mock is started anew for each load.  Tasks that it made fall due seconds later, and would
otherwise be settled while another server is measured on the same core.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Literal

from attrs import field, frozen

from bench import calls, load, servers
from bench.calls import Operation
from bench.load import Load, Measured
from bench.process import Memory, cpu_s, memory
from bench.servers import Cores, Running

ServerName = Literal["mock", "raw", "prism"]


@frozen
class Cell:
    """One operation over a number of connections."""

    operation: Operation
    connections: int


CELLS = (
    *(Cell("create", connections) for connections in (1, 16, 64)),
    *(Cell("get", connections) for connections in (1, 16)),
    *(Cell("list", connections) for connections in (1, 16)),
)


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
class _Others:
    """The servers that run during all rounds, and what a call to them needs."""

    running: Sequence[tuple[ServerName, Running]] = field(factory=tuple)
    task_id: str = ""


def measure(plan: Plan) -> Iterator[Sample]:
    """Measure everything in the plan; samples come as they are made."""
    with ExitStack() as stack:
        others = _start_others(plan, stack)
        for number in range(plan.rounds):
            for cell in plan.cells:
                yield from _side_by_side(plan, number, cell, others)


def _start_others(plan: Plan, stack: ExitStack) -> _Others:
    with servers.mock(plan.cores.servers) as mock:
        authorization = mock.authorization
        task_id = calls.prepare(mock.port, authorization)
        replies = calls.sample_replies(mock.port, authorization, task_id)
    path = plan.folder / "replies.json"
    path.write_text(json.dumps(replies), "utf-8")
    raw = stack.enter_context(servers.raw(plan.cores.servers, path, authorization))
    running: list[tuple[ServerName, Running]] = [("raw", raw)]
    if plan.prism_document is not None:
        prism = servers.prism(plan.cores.servers, plan.prism_document, authorization)
        running.append(("prism", stack.enter_context(prism)))
    return _Others(running, task_id)


def _side_by_side(plan: Plan, number: int, cell: Cell, others: _Others) -> Iterator[Sample]:
    """Measure one cell on every server; odd rounds go through the servers backwards."""
    names: list[ServerName] = ["mock", *(name for name, _ in others.running)]
    for name in reversed(names) if number % 2 else names:
        if name == "mock":
            with servers.mock(plan.cores.servers) as mock:
                task_id = calls.prepare(mock.port, mock.authorization)
                yield _sample(plan, number, cell, "mock", mock, task_id)
        else:
            server = dict(others.running)[name]
            yield _sample(plan, number, cell, name, server, others.task_id)


def _sample(
    plan: Plan, number: int, cell: Cell, name: ServerName, server: Running, task_id: str
) -> Sample:
    asked = calls.request(cell.operation, server.authorization, task_id)
    pid = server.process.pid
    before, used = memory(pid), cpu_s(pid)
    wanted = Load(cell.connections, plan.seconds, plan.warm_up)
    measured = load.run(server.port, asked.encoded(server.port), wanted)
    cpu_us = (cpu_s(pid) - used) / max(measured.replies, 1) * 1e6
    return Sample(number, cell, name, measured, cpu_us, before, memory(pid))

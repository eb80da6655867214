"""The mock with a store that was filled before it was started.

`python -m bench.full_mock COUNT` fills it, listens on a free port, and prints the port, a header
that authorizes and, on a line of its own, some of the tasks' ids as JSON.  One task is made by
calls; the others are copies of it under ids of their own, put into the store as the mock puts
what it makes.
"""

import asyncio
import json
import socket
import sys
from collections.abc import Iterator

from attrs import evolve, frozen

from bench.calls import request
from bench.inside import ADVANCE, AUTHORIZATION, ask, living
from bench.serving import serve
from mock_server.app import Server, create_server
from mock_server.collecting import collect_steadily
from mock_server.settings import Settings
from mock_server.sockets import ConnectedProtocol
from mock_server.store import Change, MemoryStore, Put
from mock_server.values import LedgerEntry, Task

STEP = 1_000
AGO_MS = 60_000
"""How long before the mock's start its tasks were made: as long as that one's clock moved."""
NAMED = 500
"""Of how many tasks, from all over the store, the ids are told."""


@frozen
class Ended:
    """A task that succeeded, with all that it left in the store."""

    task: Task
    charge: LedgerEntry


def filled(count: int) -> tuple[Server, list[str]]:
    """Return a mock with so many tasks that have succeeded, and the ids of some of them."""
    store, settings = MemoryStore(), Settings(media="plain", quiet=True)
    key = settings.access_key
    server, ended = create_server(settings, store), asyncio.run(_ended(settings))
    names = []
    for first in range(0, count, STEP):
        some = range(first, min(first + STEP, count))
        held = store.held(key)
        if held is None or not store.apply(key, held.version, list(_copies(ended, some))):
            msg = f"the account {key!r} could not be filled"
            raise RuntimeError(msg)
        names.append(_id(ended.task.task_id, first))
    return server, names[:: -(-len(names) // NAMED)]


async def _ended(settings: Settings) -> Ended:
    """Make a task on another mock, and let it succeed."""
    store, key = MemoryStore(), settings.access_key
    application = create_server(settings, store).application
    async with living(application):
        made = await ask(application, request("create", AUTHORIZATION, ""))
        await ask(application, ADVANCE)
    task: Task = store.get(key, "tasks", json.loads(made)["data"]["task_id"])
    charge: LedgerEntry = store.get(key, "ledger", task.task_id)
    return Ended(evolve(task, created_at=task.created_at - AGO_MS), charge)


def _copies(ended: Ended, numbers: range) -> Iterator[Change]:
    for number in numbers:
        task_id = _id(ended.task.task_id, number)
        result_id = _id(ended.task.result_id, number)
        order = evolve(ended.task.order)
        task = evolve(ended.task, task_id=task_id, result_id=result_id, order=order)
        yield Put("tasks", task_id, task)
        yield Put("results", result_id, task_id)
        yield Put("ledger", task_id, evolve(ended.charge, subject=task_id))


def _id(template: str, number: int) -> str:
    """Return an id that the mock cannot give any more: it lies before the copied one."""
    return str(int(template) - 4 * (number + 1))


def main() -> None:
    """Fill, say so, and serve until stopped."""
    server, names = filled(int(sys.argv[1]))
    listener = socket.create_server(("127.0.0.1", 0), backlog=2048)
    port = listener.getsockname()[1]
    server.origin.url = f"http://127.0.0.1:{port}"
    collect_steadily()
    sys.stdout.write(f"{port} {AUTHORIZATION}\n{json.dumps(names)}\n")
    sys.stdout.flush()
    serve(server.application, listener, http=ConnectedProtocol)


if __name__ == "__main__":
    main()

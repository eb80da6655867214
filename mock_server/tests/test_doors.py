"""Connections are shared out among those who have the fewest."""

import asyncio
import socket
from collections.abc import Awaitable, Callable

from mock_server.doors import SHUT, Door, Doors


class Counted(asyncio.Protocol):
    """A connection that its worker knows of while it is open."""

    def __init__(self, known: set[asyncio.Protocol]) -> None:
        self._known = known

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Be one of those."""
        self._known.add(self)
        self.transport = transport

    def connection_lost(self, _error: Exception | None) -> None:
        """Be none of them any more."""
        self._known.discard(self)


Known = set[asyncio.Protocol]


def _with_doors(
    step: Callable[[list[Door], list[Known], tuple[str, int]], Awaitable[None]], opened: int = 3
) -> None:
    """Run a step with the doors of three workers that share a loop, some of them open."""

    async def run() -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            doors = Doors(listener, 3)
            each = [doors.door(number) for number in range(3)]
            for door in each:
                door._listener = listener.dup()  # as each has its own, in a process of its own
            known: list[Known] = [set() for _ in each]
            for door, own in list(zip(each, known, strict=True))[:opened]:
                door.open(own, lambda own=own: Counted(own))  # type: ignore[misc]
            await step(each, known, listener.getsockname())
            for door in each:
                door.close()
                door._listener.close()
            for protocol in [one for own in known for one in own]:
                assert isinstance(protocol, Counted)
                protocol.transport.close()
            await asyncio.sleep(0.01)

    asyncio.run(run())


async def _connect(address: tuple[str, int], count: int) -> list[asyncio.StreamWriter]:
    writers = []
    for _ in range(count):
        _, writer = await asyncio.open_connection(*address)
        writers.append(writer)
        await asyncio.sleep(0.005)
    return writers


def test_connections_are_shared_out_evenly() -> None:
    """And who lost some gets most of the next ones: it says so when it is woken, not before."""

    async def step(_doors: list[Door], known: list[Known], address: tuple[str, int]) -> None:
        writers = await _connect(address, 12)
        assert [len(own) for own in known] == [4, 4, 4]
        for protocol in list(known[1])[:3]:
            assert isinstance(protocol, Counted)
            protocol.transport.close()
        await asyncio.sleep(0.02)
        writers += await _connect(address, 3)
        assert sum(len(own) for own in known) == 12
        assert len(known[1]) >= 3
        for writer in writers:
            writer.close()

    _with_doors(step)


def test_a_worker_that_is_not_there_is_not_waited_for() -> None:
    """Those that are open take what comes; one that opened alone takes all of it."""

    async def step(doors: list[Door], known: list[Known], address: tuple[str, int]) -> None:
        writers = await _connect(address, 2)
        doors[0].close()
        writers += await _connect(address, 3)
        assert [len(own) for own in known] == [1, 4, 0]
        doors[0].open(known[0], lambda: Counted(known[0]))
        for writer in writers:
            writer.close()

    _with_doors(step, opened=2)


def test_a_worker_that_hangs_keeps_nobody_out() -> None:
    """It has the fewest, and never takes one; the others do after some milliseconds."""

    async def step(doors: list[Door], known: list[Known], address: tuple[str, int]) -> None:
        doors[0]._loop.remove_reader(doors[0]._listener)
        doors[0]._open = False
        doors[1].open(known[1], lambda: Counted(known[1]))
        writers = await _connect(address, 4)
        await asyncio.sleep(0.05)
        assert len(known[1]) == 4
        for writer in writers:
            writer.close()

    _with_doors(step, opened=1)


def test_who_greets_waits_for_all() -> None:
    """A worker that never opens is waited for, but not for ever."""

    async def step(doors: list[Door], known: list[Known], _address: tuple[str, int]) -> None:
        waiting = asyncio.ensure_future(doors[0].all_open())
        await asyncio.sleep(0.05)
        assert not waiting.done()
        doors[2].open(known[2], lambda: Counted(known[2]))
        await asyncio.wait_for(waiting, 1)
        doors[2].close()
        assert doors[2]._counts[2] == SHUT

    _with_doors(step, opened=2)

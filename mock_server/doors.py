"""How several workers share the connections that come in at one port, as evenly as they can.

The system gives a connection to whichever worker asks for it first, which is often the same
one: of 32 connections, one of four workers got 30.  So each worker says in memory that all of
them see how many it has, and lets a connection be for a moment while another has fewer.  Nobody
is in between: what no worker has taken is taken by those that are left when one dies.
"""

import asyncio
import mmap
import socket
from collections.abc import Callable, Sized

SHUT = 2**31 - 1
"""The number of a worker that takes no connections."""
_YIELD_S = 0.002
_YIELDS = 5
"""How often, and for how long each time, a connection is left to others that have fewer."""
_LOOK_S = 0.01
_PATIENCE_S = 10.0


class Doors:
    """One for each worker, made before there are any: they share this."""

    def __init__(self, listener: socket.socket, count: int) -> None:
        self._listener = listener
        self._counts = memoryview(mmap.mmap(-1, 4 * count)).cast("i")
        for number in range(count):
            self.shut(number)

    @property
    def port(self) -> int:
        """Where they lead in from."""
        return int(self._listener.getsockname()[1])

    def shut(self, number: int) -> None:
        """Note that a worker takes no connections: it has not begun yet, or has ended."""
        self._counts[number] = SHUT

    def door(self, number: int) -> "Door":
        """Return a worker's own."""
        return Door(self._listener, self._counts, number)


class Door:
    """One worker's way in."""

    def __init__(self, listener: socket.socket, counts: memoryview, number: int) -> None:
        self._listener = listener
        self._counts = counts
        self._number = number
        self._yielded = 0
        self._coming: set[asyncio.Task[object]] = set()
        self._connections: Sized
        self._make: Callable[[], asyncio.Protocol]
        self._loop: asyncio.AbstractEventLoop
        self._open = False

    def open(self, connections: Sized, make: Callable[[], asyncio.Protocol]) -> None:
        """Take connections from now on, each with a protocol of its own.

        `connections` are those that this worker has, and are kept up to date by the protocols.
        """
        self._loop = asyncio.get_running_loop()
        self._connections, self._make = connections, make
        self._listener.settimeout(0)
        self._open = True
        self._tell()
        self._wait()

    async def all_open(self) -> None:
        """Wait until every worker takes connections, or for 10 s."""
        until = self._loop.time() + _PATIENCE_S
        while SHUT in self._counts.tolist() and self._loop.time() < until:
            await asyncio.sleep(_LOOK_S)

    def close(self) -> None:
        """Take no more connections."""
        if self._open:
            self._open = False
            self._counts[self._number] = SHUT
            self._loop.remove_reader(self._listener)

    def _tell(self) -> int:
        mine = len(self._connections) + len(self._coming)
        self._counts[self._number] = mine
        return mine

    def _wait(self) -> None:
        if self._open:
            self._loop.add_reader(self._listener, self._look)

    def _look(self) -> None:
        """Take the connection that came, or leave it to others for a moment."""
        if self._tell() > min(self._counts) and self._yielded < _YIELDS:
            self._yielded += 1
            self._loop.remove_reader(self._listener)
            self._loop.call_later(_YIELD_S, self._wait)
            return
        self._yielded = 0
        try:
            connection, _ = self._listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return  # another was faster, or the client is gone
        connection.settimeout(0)
        taking = self._loop.connect_accepted_socket(self._make, connection)
        task: asyncio.Task[object] = self._loop.create_task(taking)
        self._coming.add(task)
        task.add_done_callback(self._taken)
        self._tell()

    def _taken(self, task: "asyncio.Task[object]") -> None:
        self._coming.discard(task)
        if not task.cancelled():
            task.exception()  # the client is gone before it asked

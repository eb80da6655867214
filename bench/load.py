"""The load generator: keep-alive connections that ask again as soon as they are answered.

It is a closed loop: a connection has one request under way, so a slow server is asked less
often, and the time that a request would have waited elsewhere is not in the figures.  It
parses no more of a reply than its length, its status and the beginning of its body.
"""

import asyncio
import gc
import math
import re
import time
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import cast

from attrs import field, frozen, mutable

try:
    import uvloop
except ImportError:  # not made for this platform
    uvloop = None  # type: ignore[assignment]

_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
_GRACE_S = 10.0


class LoadError(RuntimeError):
    """A server stopped answering; the text says where and after how many replies."""


@frozen
class Asked:
    """A request in bytes, a name for it in the figures, and how its reply has to begin."""

    name: str
    data: bytes
    status: bytes = b"HTTP/1.1 200"
    body: bytes = b'{"code":0,'


@frozen
class Load:
    """How much to ask, and for how long; replies during the warm-up are not counted.

    `most` ends it after so many replies, if that is earlier.
    """

    connections: int
    seconds: float
    warm_up: float = 0.5
    most: int | None = None


@frozen
class Spread:
    """Latencies (ms) of so many replies: what a share of them did not exceed, and the longest."""

    count: int
    p50: float
    p99: float
    p999: float
    longest: float


@frozen
class Measured:
    """What one load did to one server; latencies in ms.

    `replies` counts the warm-up too, the other figures do not.  `generator_busy` is the share
    of a core that this process used, `ceiling` how many requests a second it could make.
    `by_name` has the requests of each name alone.
    """

    replies: int
    errors: int
    per_second: float
    p50: float
    p99: float
    p999: float
    longest: float
    generator_busy: float
    ceiling: float
    by_name: Mapping[str, Spread]


@mutable
class _Tally:
    """What all connections of one load share."""

    counting_from: float
    deadline: float
    most: float
    open: int
    done: "asyncio.Future[None]"
    replies: int = 0
    errors: int = 0
    latencies: "defaultdict[str, array[float]]" = field(
        factory=lambda: defaultdict(lambda: array("d"))
    )


class _Connection(asyncio.Protocol):
    """One connection with one request under way."""

    def __init__(self, requests: Iterator[Asked], tally: _Tally) -> None:
        self._requests = requests
        self._tally = tally
        self._part = b""
        self._asked: Asked
        self._since = 0.0
        self._write: Callable[[bytes], None]
        self._transport: asyncio.Transport
        self._finished = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the first time."""
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is none by inheritance
        self._write = self._transport.write
        self._ask(time.perf_counter())

    def data_received(self, data: bytes) -> None:
        """Take a part of a reply; when it is whole, note it and ask again."""
        if self._part:
            data = self._part + data
        end = data.find(b"\r\n\r\n") + 4
        length = _LENGTH.search(data, 0, end)
        if length is None or len(data) < end + int(length[1]):
            self._part = data
            return
        self._part = b""
        now, since, asked, tally = time.perf_counter(), self._since, self._asked, self._tally
        tally.replies += 1
        if not (data.startswith(asked.status) and data.startswith(asked.body, end)):
            tally.errors += 1
        if now >= tally.deadline or tally.replies > tally.most:
            self._finished = True
            self._transport.close()
            return
        if since >= tally.counting_from:
            tally.latencies[asked.name].append(now - since)
        self._ask(now)

    def _ask(self, now: float) -> None:
        self._asked = next(self._requests)
        self._since = now
        self._write(self._asked.data)

    def connection_lost(self, _error: Exception | None) -> None:
        """A connection that the server closes in the middle is an error, and is not replaced."""
        tally = self._tally
        tally.errors += not self._finished
        tally.open -= 1
        if not tally.open and not tally.done.done():
            tally.done.set_result(None)


def run(port: int, requests: Iterator[Asked], load: Load) -> Measured:
    """Put a load on a server of this host and return what came of it.

    The connections share `requests`, which never ends: each takes the next one.
    """
    factory = None if uvloop is None else uvloop.new_event_loop
    gc.collect()
    gc.disable()
    try:
        with asyncio.Runner(loop_factory=factory) as runner:
            return runner.run(_run(port, requests, load))
    finally:
        gc.enable()


async def _run(port: int, requests: Iterator[Asked], load: Load) -> Measured:
    loop = asyncio.get_running_loop()
    started, busy = time.perf_counter(), time.process_time()
    counting_from = started + load.warm_up
    most = math.inf if load.most is None else load.most - load.connections
    tally = _Tally(
        counting_from,
        counting_from + load.seconds,
        most,
        load.connections,
        loop.create_future(),
    )
    for _ in range(load.connections):
        await loop.create_connection(lambda: _Connection(requests, tally), "127.0.0.1", port)
    try:
        await asyncio.wait_for(tally.done, load.warm_up + load.seconds + _GRACE_S)
    except TimeoutError:
        msg = f"127.0.0.1:{port} left {tally.open} requests unanswered after {tally.replies}"
        raise LoadError(msg) from None
    return _measured(tally, load, time.process_time() - busy, time.perf_counter() - started)


def _measured(tally: _Tally, load: Load, busy_s: float, passed_s: float) -> Measured:
    by_name = {name: _spread(found) for name, found in tally.latencies.items()}
    whole = _spread(array("d", (one for some in tally.latencies.values() for one in some)))
    return Measured(
        replies=tally.replies,
        errors=tally.errors,
        per_second=whole.count / (passed_s - load.warm_up),
        p50=whole.p50,
        p99=whole.p99,
        p999=whole.p999,
        longest=whole.longest,
        generator_busy=busy_s / passed_s,
        ceiling=tally.replies / busy_s,
        by_name=by_name,
    )


def _spread(latencies: "array[float]") -> Spread:
    """Return the latencies (s) as a spread (ms); zeros without any."""
    ordered = sorted(latencies)
    if not ordered:
        return Spread(0, 0.0, 0.0, 0.0, 0.0)
    last = len(ordered) - 1
    p50, p99, p999 = (
        ordered[min(last, int(len(ordered) * share))] * 1000 for share in (0.5, 0.99, 0.999)
    )
    return Spread(len(ordered), p50, p99, p999, ordered[-1] * 1000)

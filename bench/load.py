"""The load generator: keep-alive connections that ask again as soon as they are answered.

It is a closed loop: a connection has one request under way, so a slow server is asked less
often, and the time that a request would have waited elsewhere is not in the figures.  It
parses no more of a reply than its length, its status and the beginning of its body.
"""

import asyncio
import gc
import re
import time
from array import array
from collections.abc import Callable
from typing import cast

from attrs import field, frozen, mutable

try:
    import uvloop
except ImportError:  # not made for this platform
    uvloop = None  # type: ignore[assignment]

_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
_STATUS = b"HTTP/1.1 200"
_ACCEPTED = b'{"code":0,'
_GRACE_S = 10.0


class LoadError(RuntimeError):
    """A server stopped answering; the text says where and after how many replies."""


@frozen
class Load:
    """How much to ask, and for how long; replies during the warm-up are not counted."""

    connections: int
    seconds: float
    warm_up: float = 0.5


@frozen
class Measured:
    """What one load did to one server; latencies in ms.

    `replies` counts the warm-up too, the other figures do not.  `generator_busy` is the share
    of a core that this process used, `ceiling` how many requests a second it could make.
    """

    replies: int
    errors: int
    per_second: float
    p50: float
    p99: float
    p999: float
    generator_busy: float
    ceiling: float


@mutable
class _Tally:
    """What all connections of one load share."""

    counting_from: float
    deadline: float
    open: int
    done: "asyncio.Future[None]"
    replies: int = 0
    errors: int = 0
    latencies: "array[float]" = field(factory=lambda: array("d"))


class _Connection(asyncio.Protocol):
    """One connection with one request under way."""

    def __init__(self, request: bytes, tally: _Tally) -> None:
        self._request = request
        self._tally = tally
        self._part = b""
        self._asked = 0.0
        self._write: Callable[[bytes], None]
        self._transport: asyncio.Transport
        self._finished = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the first time."""
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is none by inheritance
        self._write = self._transport.write
        self._asked = time.perf_counter()
        self._write(self._request)

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
        now, asked, tally = time.perf_counter(), self._asked, self._tally
        tally.replies += 1
        if not (data.startswith(_STATUS) and data.startswith(_ACCEPTED, end)):
            tally.errors += 1
        if now >= tally.deadline:
            self._finished = True
            self._transport.close()
            return
        if asked >= tally.counting_from:
            tally.latencies.append(now - asked)
        self._asked = now
        self._write(self._request)

    def connection_lost(self, _error: Exception | None) -> None:
        """A connection that the server closes in the middle is an error, and is not replaced."""
        tally = self._tally
        tally.errors += not self._finished
        tally.open -= 1
        if not tally.open and not tally.done.done():
            tally.done.set_result(None)


def run(port: int, request: bytes, load: Load) -> Measured:
    """Put a load on a server of this host and return what came of it."""
    factory = None if uvloop is None else uvloop.new_event_loop
    gc.collect()
    gc.disable()
    try:
        with asyncio.Runner(loop_factory=factory) as runner:
            return runner.run(_run(port, request, load))
    finally:
        gc.enable()


async def _run(port: int, request: bytes, load: Load) -> Measured:
    loop = asyncio.get_running_loop()
    started, busy = time.perf_counter(), time.process_time()
    counting_from = started + load.warm_up
    tally = _Tally(
        counting_from, counting_from + load.seconds, load.connections, loop.create_future()
    )
    for _ in range(load.connections):
        await loop.create_connection(lambda: _Connection(request, tally), "127.0.0.1", port)
    try:
        await asyncio.wait_for(tally.done, load.warm_up + load.seconds + _GRACE_S)
    except TimeoutError:
        msg = f"127.0.0.1:{port} left {tally.open} requests unanswered after {tally.replies}"
        raise LoadError(msg) from None
    return _measured(tally, load, time.process_time() - busy, time.perf_counter() - started)


def _measured(tally: _Tally, load: Load, busy_s: float, passed_s: float) -> Measured:
    ordered = sorted(tally.latencies)
    return Measured(
        replies=tally.replies,
        errors=tally.errors,
        per_second=len(ordered) / load.seconds,
        p50=_quantile(ordered, 0.5),
        p99=_quantile(ordered, 0.99),
        p999=_quantile(ordered, 0.999),
        generator_busy=busy_s / passed_s,
        ceiling=tally.replies / busy_s,
    )


def _quantile(ordered: list[float], share: float) -> float:
    """Return the latency (ms) that this share of the replies did not exceed; 0 without any."""
    if not ordered:
        return 0.0
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000

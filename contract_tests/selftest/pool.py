"""Work in forks of this process, so many at once: what one starts ends with it.

A fork has everything that was imported before, and a session of its own, so that it and all that
it started can be ended together.
"""

import gc
import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkProcess
from threading import Thread
from time import monotonic
from typing import Generic, TypeVar

from attrs import frozen

_LOOK_S = 1.0
_FORK = get_context("fork")

Order = TypeVar("Order")
Result = TypeVar("Result")


@frozen
class Ended(Generic[Order, Result]):
    """What came of an order; the result is None when it did not come in time, or at all."""

    order: Order
    result: Result | None
    seconds: float


@frozen
class _Running(Generic[Order]):
    order: Order
    process: ForkProcess
    answers: Connection
    since: float


def forked(
    orders: Iterable[Order], work: Callable[[Order], Result], workers: int, patience_s: float
) -> Iterator[Ended[Order, Result]]:
    """Yield what comes of each order as it comes; `patience_s` (s) is how long one may take.

    A fork is ended, with all that it started, when it answered, died or was too slow, and when
    this process is gone.
    """
    waiting, running = deque(orders), list[_Running[Order]]()
    gone, here = os.pipe()
    gc.freeze()  # a collection in a fork would copy all that it shares with this process
    try:
        while waiting or running:
            while waiting and len(running) < workers:
                running.append(_start(waiting.popleft(), work, (gone, here)))
            wait([one.answers for one in running], _LOOK_S)
            for one in running[:]:
                late = monotonic() - one.since > patience_s
                if one.answers.poll() or late or not one.process.is_alive():
                    running.remove(one)
                    yield _end(one)
    finally:
        os.close(here)
        os.close(gone)
        gc.unfreeze()


def _start(order: Order, work: Callable[[Order], Result], life: tuple[int, int]) -> _Running[Order]:
    ours, theirs = _FORK.Pipe(duplex=False)
    process = _FORK.Process(target=_do, args=(order, work, theirs, life))
    process.start()
    theirs.close()
    return _Running(order, process, ours, monotonic())


def _end(one: _Running[Order]) -> Ended[Order, Result]:
    result: Result | None = None
    with suppress(EOFError):
        result = one.answers.recv() if one.answers.poll() else None
    with suppress(ProcessLookupError):
        os.killpg(one.process.pid or 0, signal.SIGKILL)
    one.process.join()
    one.answers.close()
    return Ended(one.order, result, round(monotonic() - one.since, 3))


def _do(
    order: Order, work: Callable[[Order], Result], answers: Connection, life: tuple[int, int]
) -> None:
    os.setsid()
    gone, here = life
    os.close(here)
    Thread(target=_end_with_parent, args=(gone,), daemon=True).start()
    with open(os.devnull, "w") as nowhere:  # noqa: PTH123 - a device
        os.dup2(nowhere.fileno(), 1)
        os.dup2(nowhere.fileno(), 2)
    answers.send(work(order))
    answers.close()


def _end_with_parent(gone: int) -> None:
    """End this process and all that it started when nobody has the other end of a pipe."""
    os.read(gone, 1)
    os.killpg(0, signal.SIGKILL)

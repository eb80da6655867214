"""Runs an iterator in a thread of its own, a few values ahead of whoever uses them.

Decoders, encoders and OpenCV work outside Python's lock, so decoding and drawing pictures can use
one core while encoding them uses another.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import Full, Queue
from threading import Event, Thread
from typing import TypeVar

from attrs import frozen

T = TypeVar("T")

_PATIENCE_S = 0.1


@frozen(eq=False)
class _End:
    """The last thing in the queue: the error that ended the iterator, or None."""

    error: BaseException | None


def nothing(_: object) -> None:
    """Do nothing with a value that waits."""


@contextmanager
def ahead(
    values: Iterator[T], count: int, meanwhile: Callable[[T], None] = nothing
) -> Iterator[Iterator[T]]:
    """Yield an iterator over the same values, `count` of them ahead; its thread ends with it.

    The thread calls `meanwhile` with a value for which there is no room yet: work that whoever
    uses the values would have to do, and has more of than it can do alone.
    """
    queue: Queue[T | _End] = Queue(count)
    given_up = Event()
    thread = Thread(target=_fill, args=(queue, values, meanwhile, given_up), daemon=True)
    thread.start()
    try:
        yield _values(queue)
    finally:
        given_up.set()
        thread.join()


def _fill(
    queue: "Queue[T | _End]",
    values: Iterator[T],
    meanwhile: Callable[[T], None],
    given_up: Event,
) -> None:
    error: BaseException | None = None
    try:
        for value in values:
            if queue.full():
                meanwhile(value)
            if not _put(queue, value, given_up):
                return
    except BaseException as raised:  # raised again where the values are used
        error = raised
    _put(queue, _End(error), given_up)


def _put(queue: "Queue[T | _End]", value: "T | _End", given_up: Event) -> bool:
    """Wait for room; give False if nobody wants the value any more."""
    while not given_up.is_set():
        try:
            queue.put(value, timeout=_PATIENCE_S)
        except Full:
            continue
        return True
    return False


def _values(queue: "Queue[T | _End]") -> Iterator[T]:
    while not isinstance(value := queue.get(), _End):
        yield value
    if value.error is not None:
        raise value.error

"""Everything that the client takes from the world besides the network, behind one seam."""

import asyncio
import random
import time
import uuid
from collections.abc import Awaitable, Callable
from threading import Event, Lock

from attrs import frozen


class Stop:
    """A switch that ends waiting: hand it to `wait`, and `set` it from any thread or task.

    A pause ends at once; a request in flight is not torn, and ends within its own limit.
    """

    def __init__(self) -> None:
        self._event = Event()
        self._lock = Lock()
        self._wakers: set[Callable[[], None]] = set()

    def set(self) -> None:
        """End all waiting that was given this switch, now and later."""
        with self._lock:
            self._event.set()
            wakers = tuple(self._wakers)
        for wake in wakers:
            wake()

    def is_set(self) -> bool:
        """Whether waiting shall end."""
        return self._event.is_set()

    def pause(self, seconds: float) -> None:
        """Block for so long, or until set."""
        self._event.wait(seconds)

    async def pause_async(self, seconds: float) -> None:
        """Let other tasks run for so long, or until set."""
        loop, woken = asyncio.get_running_loop(), asyncio.Event()

        def wake() -> None:
            loop.call_soon_threadsafe(woken.set)

        with self._lock:
            self._wakers.add(wake)
        try:
            if not self.is_set():
                await asyncio.wait_for(woken.wait(), seconds)
        except TimeoutError:
            pass
        finally:
            with self._lock:
                self._wakers.discard(wake)


def _pause(seconds: float, stop: Stop | None) -> None:
    if stop is None:
        time.sleep(seconds)
    else:
        stop.pause(seconds)


async def _pause_async(seconds: float, stop: Stop | None) -> None:
    if stop is None:
        await asyncio.sleep(seconds)
    else:
        await stop.pause_async(seconds)


def _new_id() -> str:
    return f"kls-{uuid.uuid4().hex}"


@frozen
class Environment:
    """Clocks, chance and pauses; tests give others, and so need no real time.

    `monotonic` and `wall` (Unix time) return s, `chance` a number in [0, 1), `new_id` an
    external task id that nobody used before.
    """

    monotonic: Callable[[], float] = time.monotonic
    wall: Callable[[], float] = time.time
    chance: Callable[[], float] = random.random
    new_id: Callable[[], str] = _new_id
    pause: Callable[[float, Stop | None], None] = _pause
    pause_async: Callable[[float, Stop | None], Awaitable[None]] = _pause_async

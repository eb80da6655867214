"""Which staged failure strikes, counted exactly: for calls and for announcements alike.

A queue of staged failures is a value.  What meets it moves the counters of those that match, and
is struck by one at most: the first that is due.
"""

import random
from collections.abc import Callable
from typing import Literal

from attrs import evolve, frozen

from mock_server.staged import Fault
from mock_server.store import Change, Put, Store

Queue = tuple[Fault, ...]
QueueName = Literal["queue", "callbacks"]
"""The queue that calls meet, and the one that announcements meet."""

_SPENT_KEPT = 100


@frozen
class Match:
    """How a queue stands after it was met: the fault that strikes, if one does."""

    fault: Fault | None
    queue: Queue
    moved: bool = False

    def changes(
        self, store: Store, access_key: str, name: QueueName = "queue"
    ) -> tuple[Change, ...]:
        """Return what has to be stored: the queue, and a fault that will not strike again."""
        if not self.moved:
            return ()
        queue = Put("faults", name, self.queue)
        if self.fault is None or self.fault.times:
            return (queue,)
        spent: Queue = store.get(access_key, "faults", "spent") or ()
        return (queue, Put("faults", "spent", (*spent, self.fault)[-_SPENT_KEPT:]))


def strike(queue: Queue, matches: Callable[[Fault], bool], seed: str) -> Match:
    """Let something meet a queue; `seed` decides the faults that have a rate."""
    struck: Fault | None = None
    after: list[Fault] = []
    moved = False
    for fault in queue:
        if not matches(fault):
            after.append(fault)
        elif fault.after:
            after.append(evolve(fault, after=fault.after - 1))
            moved = True
        elif struck is not None:
            after.append(fault)
        else:
            met, moved = evolve(fault, seen=fault.seen + 1), True
            if _draws(met, seed):
                met = struck = evolve(met, times=met.times - 1, struck=met.struck + 1)
            if met.times:
                after.append(met)
    return Match(struck, tuple(after), moved)


def _draws(fault: Fault, seed: str) -> bool:
    """Whether a fault strikes what it has seen last: the same again for the same seed."""
    if fault.rate is None:
        return True
    chance = random.Random(f"{seed} fault {fault.number} call {fault.seen}")  # noqa: S311
    return chance.random() < fault.rate

"""How long each server takes from the start of its process to its first answer."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from statistics import median

from attrs import frozen

from bench import servers
from bench.process import memory
from bench.servers import Running


@frozen
class Started:
    """Milliseconds to the first authenticated list reply, of several starts, and idle memory."""

    milliseconds: tuple[float, ...]
    resident: float

    @property
    def median(self) -> float:
        """The start in the middle."""
        return median(self.milliseconds)


def measure(
    core: int | None, times: int, replies: Path, prism_document: Path | None
) -> Mapping[str, Started]:
    """Start each server several times; one start before those fills the file caches."""
    starters: dict[str, Callable[[], AbstractContextManager[Running]]] = {
        "mock": lambda: servers.mock(core),
        "raw": lambda: servers.raw(core, replies, "Bearer x.y.z"),
    }
    if prism_document is not None:
        starters["prism"] = lambda: servers.prism(core, prism_document, "Bearer x.y.z")
    return {name: _started(start, times) for name, start in starters.items()}


def _started(start: Callable[[], AbstractContextManager[Running]], times: int) -> Started:
    found, resident = [], 0.0
    for _ in range(times + 1):
        with start() as server:
            found.append(servers.first_reply_ms(server))
            resident = memory(server.process.pid).resident
    return Started(tuple(found[1:]), resident)

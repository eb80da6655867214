"""What the client needs of the contract, read when it is first needed and then kept."""

from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from attrs import frozen

if TYPE_CHECKING:
    from kling_lipsync.contract import Contract

NOT_FOUND = "missing-resource"


@lru_cache(maxsize=1)
def contract() -> "Contract":
    """Return the contract; about 50 ms the first time, for the modules that read it."""
    from kling_lipsync.contract import load_contract  # noqa: PLC0415 - importing costs too much

    return load_contract()


@lru_cache(maxsize=1)
def not_found_codes() -> frozenset[int]:
    """Return the service codes with which a look-up says that an id names nothing."""
    choices = contract().rulebook.readings[NOT_FOUND].choices or ()
    return frozenset(int(choice.rpartition("/")[2]) for choice in choices)


@frozen
class Prices:
    """What calls cost, in units, and for how long a video may last, in ms."""

    identify: Decimal
    stretch: Decimal
    stretch_ms: int
    longest_ms: int

    def task(self, video_ms: int | None) -> Decimal:
        """Return what a task may cost: of a video of this length, or else of the longest one."""
        length = self.longest_ms if video_ms is None else video_ms
        return self.stretch * max(1, -(-length // self.stretch_ms))


@lru_cache(maxsize=1)
def prices() -> Prices:
    """Return the prices of the rulebook."""
    rules = contract().rulebook.rules
    task = rules["billing.lip-sync-price"].limits
    return Prices(
        identify=Decimal(rules["billing.identify-price"].limits["units"]),
        stretch=Decimal(task["units"]),
        stretch_ms=int(task["started_ms"]),
        longest_ms=int(rules["identify.video-duration"].limits["longest_ms"]),
    )


def media_days() -> int:
    """Return for how many days the media of a task can be fetched after it ended."""
    return int(contract().rulebook.rules["retention.result-media"].limits["days"])


def signature_tolerance_s() -> int:
    """Return how far a callback's timestamp may be off, in s, before or behind."""
    return int(contract().rulebook.rules["callback.signature"].limits["tolerance_seconds"])

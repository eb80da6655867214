"""The numbers that the findings of a report card go by: one table, each number with its evidence.

The vendor prints none of them; what is assumed is ours and chosen so that a careful client
passes.
"""

from collections.abc import Mapping
from types import MappingProxyType

from attrs import frozen


@frozen
class Threshold:
    """A number with its unit, what it means, and where it comes from."""

    name: str
    value: int
    unit: str
    sentence: str
    evidence: str


_ALL = (
    Threshold(
        "shortest-poll",
        1000,
        "ms",
        "Two queries of one open task are at least this far apart, on either clock.",
        "assumed",
    ),
    Threshold(
        "shortest-back-off",
        1000,
        "ms",
        "After 1302 or 1303 the same call comes again no sooner than this, on either clock.",
        "assumed",
    ),
    Threshold(
        "steady-retries",
        4,
        "retries",
        "By this many refused retries in a row the waits have grown.",
        "assumed",
    ),
    Threshold(
        "long-wait",
        30_000,
        "ms",
        "Waits of at least this length need not grow any more.",
        "assumed",
    ),
    Threshold(
        "permanent-for",
        600_000,
        "ms",
        "A call that was refused for good is not sent again within this time.",
        "assumed",
    ),
    Threshold(
        "slow-receiver",
        2000,
        "ms",
        "A receiver answers a callback within this time of the host's clock.",
        "assumed",
    ),
)

THRESHOLDS: Mapping[str, Threshold] = MappingProxyType({one.name: one for one in _ALL})


def value_of(name: str) -> int:
    """Return the number of a threshold."""
    return THRESHOLDS[name].value

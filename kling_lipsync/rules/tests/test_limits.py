"""Comparisons are inclusive, and tell the nearest legal value."""

import pytest

from kling_lipsync.rules.facts import Finding, Generated
from kling_lipsync.rules.limits import at_most_megabytes, nearest_within, older_than
from kling_lipsync.rules.tests.builders import DAY_MS, NOW, audio


@pytest.mark.parametrize(("unit", "largest"), [("1024", 5_242_880), ("1000", 5_000_000)])
def test_a_megabyte_is_what_the_reading_says(unit: str, largest: int) -> None:
    """The limit itself is legal, one byte more is not, and the limit is the nearest."""
    limits, readings = {"largest_megabytes": 5}, {"size-unit": unit}

    assert at_most_megabytes(largest, limits, readings, "f") is None
    assert at_most_megabytes(largest + 1, limits, readings, "f") == Finding(
        largest + 1, "f", largest
    )


def test_thirty_days_are_inclusive() -> None:
    """Exactly 30 times 24 h is legal, 1 ms more is not, and the limit is the nearest."""
    oldest = NOW - 30 * DAY_MS
    limits = {"oldest_days": 30}

    assert older_than(Generated(audio(), oldest), NOW, limits, "f") is None
    assert older_than(Generated(audio(), oldest - 1), NOW, limits, "f") == Finding(
        oldest - 1, "f", oldest
    )


@pytest.mark.parametrize(("value", "nearest"), [(1, 5), (5, 5), (7, 7), (9, 9), (10, 9)])
def test_the_nearest_value_lies_within(value: int, nearest: int) -> None:
    """A value outside moves to the end that it is closer to."""
    assert nearest_within(value, 5, 9) == nearest

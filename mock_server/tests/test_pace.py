"""A pace is two spans; queries that count fix them, one after the other."""

import pytest

from mock_server.clock import NEVER_MS
from mock_server.pace import Pace, Polls, after_query, by_polls


def test_spans_that_queries_decide_are_open() -> None:
    """Until then they are longer than any clock goes; a count of none is over at once."""
    assert by_polls(2, 1) == Pace(NEVER_MS, NEVER_MS, Polls(2, 1))
    assert by_polls(0, 1) == Pace(0, NEVER_MS, Polls(0, 1))
    assert by_polls(1, 0) == Pace(NEVER_MS, 0, Polls(1, 0))
    assert by_polls(0, 0) == Pace(0, 0, Polls(0, 0))


def test_each_query_is_counted_and_the_last_of_a_count_fixes_its_span() -> None:
    """The spans follow one another: the second is counted from the end of the first."""
    pace, seen = by_polls(2, 2), []
    for age in (10, 30, 70, 150):
        pace = after_query(pace, age)
        seen.append((pace.submitted_ms, pace.processing_ms))

    assert seen == [(NEVER_MS, NEVER_MS), (30, NEVER_MS), (30, NEVER_MS), (30, 120)]


@pytest.mark.parametrize("pace", [Pace(1, 2), by_polls(0, 0), Pace(30, 120, Polls(0, 0))])
def test_what_no_query_changes_stays_itself(pace: Pace) -> None:
    """So that nothing has to be kept."""
    assert after_query(pace, 999) is pace

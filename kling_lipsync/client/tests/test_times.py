"""Times: ms or timedelta, and nothing that could be either."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kling_lipsync.client.times import milliseconds, seconds


@given(st.integers(-(10**9), 10**9))
def test_both_kinds_of_time_are_the_same(value: int) -> None:
    """An int is ms, and so is a timedelta of as many."""
    assert milliseconds(value, "x") == milliseconds(timedelta(milliseconds=value), "x") == value


@pytest.mark.parametrize("value", [3.0, "3000", None, True])
def test_what_could_be_seconds_is_refused(value: Any) -> None:  # noqa: ANN401
    """With the name of the argument."""
    with pytest.raises(TypeError, match="insert_at"):
        milliseconds(value, "insert_at")


@pytest.mark.parametrize("value", [0, -1, float("nan"), float("inf"), timedelta(0)])
def test_a_limit_is_above_zero_and_has_an_end(value: Any) -> None:  # noqa: ANN401
    """There is no wait without a limit."""
    with pytest.raises(ValueError, match="timeout"):
        seconds(value, "timeout")

    assert seconds(timedelta(minutes=2), "timeout") == seconds(120, "timeout") == 120

"""Values as they are typed."""

from argparse import ArgumentTypeError
from collections.abc import Callable

import pytest

from kling_lipsync.cli.wording import count, crop_ms, span_s, time_ms, volumes


@pytest.mark.parametrize(
    ("read", "text", "value"),
    [
        (time_ms, "1500", 1500),
        (time_ms, "1500ms", 1500),
        (time_ms, "1.5s", 1500),
        (time_ms, "1m", 60_000),
        (span_s, "90", 90.0),
        (span_s, "1ms", 0.001),
        (span_s, "1.5h", 5400.0),
        (crop_ms, "100-4600", (100, 4600)),
        (crop_ms, "0.1s-4.6s", (100, 4600)),
        (volumes, "1,0.3", (1.0, 0.3)),
        (count, "0", 0),
    ],
)
def test_what_is_typed_is_read(read: Callable[[str], object], text: str, value: object) -> None:
    """Points are ms without a unit, limits are s."""
    assert read(text) == value


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (time_ms, "1.5"),
        (time_ms, "-1"),
        (time_ms, "soon"),
        (span_s, "0"),
        (span_s, ""),
        (crop_ms, "100"),
        (crop_ms, "1-"),
        (volumes, "1"),
        (volumes, "loud,soft"),
        (count, "-1"),
        (count, "²"),
    ],
)
def test_what_is_not_understood_is_named(read: Callable[[str], object], text: str) -> None:
    """The error shows what could be typed; a bare 1.5 may be s or ms, and is refused."""
    with pytest.raises(ArgumentTypeError, match=r"such as|from 0 up"):
        read(text)

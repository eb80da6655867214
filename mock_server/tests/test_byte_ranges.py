"""A Range header names one part of a file, or counts as no header."""

import pytest

from mock_server.byte_ranges import Part, Unsatisfiable, part_of


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=0-99", 0, 100),
        ("bytes=90-", 90, 100),
        ("bytes=90-1000", 90, 100),
        ("bytes=-10", 90, 100),
        ("bytes=-1000", 0, 100),
    ],
)
def test_one_range_is_one_part(asked: str, start: int, end: int) -> None:
    """Both ends are inclusive in the header, and what lies beyond the file is cut."""
    assert part_of(100, asked) == Part(start, end, 100)


@pytest.mark.parametrize(
    "asked", [None, "", "bytes=", "bytes=-", "bytes=5-4", "bytes=0-1,5-6", "lines=0-1", "bytes=x-"]
)
def test_what_is_not_understood_is_no_range(asked: str | None) -> None:
    """The whole file is answered then."""
    assert part_of(100, asked) is None


@pytest.mark.parametrize(
    ("size", "asked"), [(100, "bytes=100-"), (100, "bytes=-0"), (0, "bytes=-5")]
)
def test_a_part_without_a_byte_cannot_be_had(size: int, asked: str) -> None:
    """The size is told instead."""
    assert part_of(size, asked) == Unsatisfiable(size)


def test_a_part_says_where_it_stands() -> None:
    """As the Content-Range header has it."""
    assert Part(10, 20, 100).content_range == "bytes 10-19/100"

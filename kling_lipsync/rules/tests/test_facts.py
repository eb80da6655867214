"""A create call knows the arithmetic of its own times."""

import pytest

from kling_lipsync.rules.facts import CreateInput


def test_the_crop_is_what_lies_between_start_and_end() -> None:
    """The crop's length, and where it ends when it is inserted."""
    wanted = CreateInput(sound_start_time=500, sound_end_time=3000, sound_insert_time=1000)

    assert (wanted.crop_ms, wanted.insert_end) == (2500, 3500)


@pytest.mark.parametrize(
    ("start", "end", "insert", "crop", "insert_end"),
    [
        (None, 3000, 0, None, None),
        (0, None, 0, None, None),
        (0, 3000, None, 3000, None),
        (0, 0, 0, 0, 0),
        (3000, 1000, 0, -2000, -2000),
    ],
)
def test_a_part_that_is_unknown_leaves_the_rest_unknown(
    start: int | None, end: int | None, insert: int | None, crop: int | None, insert_end: int | None
) -> None:
    """Nothing is computed from a time that was not given; 0 is a time."""
    wanted = CreateInput(sound_start_time=start, sound_end_time=end, sound_insert_time=insert)

    assert (wanted.crop_ms, wanted.insert_end) == (crop, insert_end)

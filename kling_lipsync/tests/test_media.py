"""A duration is a range of what its witnesses say."""

import pytest

from kling_lipsync.media import Duration


def test_agreeing_witnesses_make_one_length() -> None:
    """An exact duration is the same from every side."""
    exact = Duration.exactly(5200)

    assert exact.witnesses == (5200, 5200, 5200)
    assert (exact.shortest_ms, exact.longest_ms) == (5200, 5200)
    assert (exact.declared_ms, exact.decoded_ms) == (5200, 5200)


def test_witnesses_that_disagree_make_a_range() -> None:
    """Shortest and longest bound it; the outermost declares, the innermost was decoded."""
    length = Duration(container_ms=5000, stream_ms=5030, samples_ms=4990)

    assert (length.shortest_ms, length.longest_ms) == (4990, 5030)
    assert (length.declared_ms, length.decoded_ms) == (5000, 4990)


@pytest.mark.parametrize(
    ("length", "declared", "decoded"),
    [
        (Duration(container_ms=1), 1, 1),
        (Duration(stream_ms=2), 2, 2),
        (Duration(samples_ms=3), 3, 3),
        (Duration(stream_ms=2, samples_ms=3), 2, 3),
        (Duration(container_ms=0, samples_ms=3), 0, 3),
    ],
)
def test_a_silent_witness_is_passed_over(length: Duration, declared: int, decoded: int) -> None:
    """The outermost and the innermost are those of the witnesses that spoke; 0 is an answer."""
    assert (length.declared_ms, length.decoded_ms) == (declared, decoded)

"""Each value comes once, with those around it."""

import pytest

from mock_server.media.neighbours import neighbourhoods


@pytest.mark.parametrize("count", [0, 1, 2, 3, 5, 9])
@pytest.mark.parametrize("reach", [1, 2, 4])
def test_every_value_has_its_neighbours(count: int, reach: int) -> None:
    """All values in order, with what there is within reach on both sides."""
    seen = [(around.middle, around.values) for around in neighbourhoods(iter(range(count)), reach)]

    assert [middle for middle, _ in seen] == list(range(count))
    for middle, values in seen:
        wanted = range(max(0, middle - reach), min(count, middle + reach + 1))
        assert set(wanted) <= set(values)

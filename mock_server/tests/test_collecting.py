"""The collector looks at what is young, and at nothing else."""

import gc
from collections.abc import Iterator

import pytest

from mock_server.collecting import YOUNG, collect_steadily


@pytest.fixture
def untouched() -> Iterator[None]:
    """Leave the collector of the tests as it was."""
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)
    gc.unfreeze()


@pytest.mark.usefixtures("untouched")
def test_what_is_old_is_never_looked_at_again() -> None:
    """However much there is of it: no round but the youngest's is ever due."""
    collect_steadily()
    rounds = []
    gc.callbacks.append(lambda phase, info: rounds.append((phase, info["generation"])))
    try:
        kept = [[n] for n in range(30 * YOUNG)]
    finally:
        gc.callbacks.pop()

    assert len(kept) == 30 * YOUNG
    assert len(rounds) >= 50
    assert {generation for _, generation in rounds} == {0}
    assert gc.get_freeze_count() > 0

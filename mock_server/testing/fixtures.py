"""What the pytest plugin makes: accounts for tests, and the sections of a failed test's report."""

from collections.abc import Iterator
from typing import Any

import pytest

from mock_server.testing.account import LipSyncMock
from mock_server.testing.asking import Asking
from mock_server.testing.readings import READING, Looked, choices
from mock_server.testing.told import journal_text

_HELD: pytest.StashKey[list[LipSyncMock]] = pytest.StashKey()


def account(request: pytest.FixtureRequest, mock: Asking) -> Iterator[LipSyncMock]:
    """Yield a fresh account as the markers of a test describe it, and drop it afterwards."""
    node = request.node
    fields: dict[str, Any] = {}
    for marker in reversed(list(node.iter_markers("lipsync"))):
        fields |= marker.kwargs
    looked = Looked(request, mock, fields)
    with LipSyncMock(mock, looked.fields) as held:
        node.stash.setdefault(_HELD, []).append(held)
        for marker in node.iter_markers("lipsync_fault"):
            held.stage(**marker.kwargs)
        if node.get_closest_marker("lipsync_clock") is None:
            yield held
        else:
            yield from _followed(held)
        looked.note(held)


def sections(item: pytest.Item) -> list[tuple[str, str]]:
    """Return the journals of the accounts of a test, with a headline each."""
    held = item.stash.get(_HELD, [])
    return [(f"journal of account {one.access_key}", journal_text(one)) for one in held]


def under_readings(metafunc: pytest.Metafunc) -> None:
    """Make cases of a test that is to run under each choice of the readings."""
    marker = metafunc.definition.get_closest_marker("lipsync_readings")
    if marker is not None:
        metafunc.fixturenames.insert(0, READING)
        metafunc.parametrize(READING, choices(marker.args), indirect=True, ids=str)


def _followed(held: LipSyncMock) -> Iterator[LipSyncMock]:
    from mock_server.testing.following import Following  # noqa: PLC0415 - an optional package

    following = Following()
    held.follow(following)
    try:
        yield held
    finally:
        following.stop()

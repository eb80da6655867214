"""One mock in this process for the tests of the handle, whatever plugins pytest has loaded."""

from collections.abc import Iterator

import pytest

from mock_server.testing import InProcessMock, LipSyncMock


@pytest.fixture(scope="session")
def in_process() -> Iterator[InProcessMock]:
    """A mock without a socket."""
    with InProcessMock() as mock:
        yield mock


@pytest.fixture
def held(in_process: InProcessMock) -> Iterator[LipSyncMock]:
    """A fresh account."""
    with LipSyncMock(in_process) as account:
        yield account

"""The server that most tests of the shell ask: quiet, frozen, without decoders."""

from collections.abc import Iterator

import pytest

from mock_server.tests.served import Served, serving


@pytest.fixture
def served() -> Iterator[Served]:
    """A server whose local account stands still in time."""
    with serving() as running:
        yield running

"""What was acknowledged outlives the replica that said so; `make kill-replicas` takes longer."""

from mock_server.tests.redis_server import needs_redis
from mock_server.tests.replacing import replace

pytestmark = needs_redis


def test_replicas_that_are_killed_lose_nothing_that_they_acknowledged() -> None:
    """One of three each second, under load; every end of a task is called back at least once."""
    figures = replace(4)

    assert figures.sound, figures
    assert figures.kills >= 1
    assert figures.tasks > 20

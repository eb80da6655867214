"""Two servers in process on one Redis, each on an event loop of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from mock_server.stores.redis_store import RedisStore
from mock_server.tests.redis_server import redis_server
from mock_server.tests.served import Served, serving


@contextmanager
def replicas(**changes: Any) -> Iterator[tuple[Served, Served]]:  # noqa: ANN401 - as Settings
    """Run two servers that share their accounts."""
    with (
        redis_server() as (url, _),
        serving(store=url, **changes) as one,
        serving(store=url, **changes) as two,
    ):
        yield one, two


def store_of(served: Served) -> RedisStore:
    """Return the store of a server that shares its accounts."""
    store = served.server.directory._store
    assert isinstance(store, RedisStore)
    return store

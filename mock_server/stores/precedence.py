"""Precedence of turns: for a while nothing else changes an account.

Steps beside all turns, such as a note that something was delivered, are short and many; on a busy
machine they could overtake even a turn of one call again and again.
"""

import contextlib
from types import TracebackType
from typing import Self

from redis.exceptions import RedisError

from mock_server.stores.redis_store import TURN_MS, RedisStore

PATIENCE = 2
"""How often a turn may be overtaken without it."""


class Precedence:
    """What one worker was given; it is over with the block, and after 2,000 ms if that died."""

    def __init__(self, store: RedisStore) -> None:
        self._store = store
        self._given: set[str] = set()

    def __enter__(self) -> Self:
        return self

    def give(self, access_key: str) -> None:
        """Have steps beside the turns at an account wait, from now on."""
        self._given.add(access_key)
        self._store.redis.set(self._name(access_key), self._store.worker, px=TURN_MS)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Let steps go on; it ends by itself where Redis cannot be reached."""
        with contextlib.suppress(RedisError):
            for access_key in self._given:
                self._store.redis.delete(self._name(access_key))

    def _name(self, access_key: str) -> str:
        return f"{self._store.prefix}closed:{access_key}"

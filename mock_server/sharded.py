"""A large table in many small dictionaries.

A dictionary of a million entries is copied in one go when it grows, for which everybody waits.
"""

from collections.abc import Iterable
from typing import Any

SHARDS = 128
"""A table of a million entries is copied in portions of 8,000, which takes less than a ms."""

_MASK = SHARDS - 1


class ShardedTable:
    """Records by key, without an order."""

    __slots__ = ("_shards",)

    def __init__(self, records: dict[str, Any]) -> None:
        self._shards: list[dict[str, Any]] = [{} for _ in range(SHARDS)]
        for key, record in records.items():
            self[key] = record

    def get(self, key: str) -> Any:  # noqa: ANN401 - any record
        """Return a record, or None."""
        return self._shards[hash(key) & _MASK].get(key)

    def pick(self, keys: Iterable[str]) -> list[Any]:
        """Return the records of keys that are all there."""
        shards = self._shards
        return [shards[hash(key) & _MASK][key] for key in keys]

    def pop(self, key: str, default: object) -> Any:  # noqa: ANN401 - any record
        """Forget a record and return it, or the default."""
        return self._shards[hash(key) & _MASK].pop(key, default)

    def __contains__(self, key: str) -> bool:
        return key in self._shards[hash(key) & _MASK]

    def __setitem__(self, key: str, record: object) -> None:
        self._shards[hash(key) & _MASK][key] = record

    def __len__(self) -> int:
        return sum(map(len, self._shards))

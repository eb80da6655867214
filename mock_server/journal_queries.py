"""Which entries of a journal somebody asks for; nothing here waits or changes anything."""

from collections.abc import Iterable, Mapping
from typing import Any

from attrs import frozen

from mock_server.journal import Entry


@frozen
class Wanted:
    """Entries of which each field that is given has this value."""

    fields: tuple[tuple[str, object], ...]

    def matches(self, entry: Entry) -> bool:
        """Whether an entry is wanted."""
        return all(getattr(entry, name) == value for name, value in self.fields)


FIELDS = ("kind", "operation", "code", "status", "rule", "task_id", "request_id")


def wanted(params: Mapping[str, Any]) -> Wanted:
    """Return what the parameters of a request ask for."""
    return Wanted(tuple((name, params[name]) for name in FIELDS if name in params))


def select(
    entries: Iterable[Entry], chosen: Wanted, limit: int | None, *, first: bool
) -> list[Entry]:
    """Return the wanted entries, oldest first: of more than `limit`, the first or the last."""
    found = [entry for entry in entries if chosen.matches(entry)]
    if limit is None or len(found) <= limit:
        return found
    return found[:limit] if first else found[len(found) - limit :]

"""What stands in Redis, as values, and changes as its scripts read them."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from mock_server.clock import ClockMode
from mock_server.store import Change, Done, Drop, Keep, Kind, Put, Schedule, keys_of
from mock_server.stores.codec import dumps, loads, read, write
from mock_server.values import Account, Due, Event

_PLACE = 16


def netstrings(data: bytes) -> list[bytes]:
    """Return the texts that stand in a text, each after its length and a colon."""
    found, at = [], 0
    while at < len(data):
        colon = data.index(b":", at)
        end = colon + 1 + int(data[at:colon])
        found.append(data[colon + 1 : end])
        at = end
    return found


@lru_cache(maxsize=10_000)
def whole_account(_mark: bytes, data: bytes) -> Account:
    """Return an account; the same value for the same mark."""
    return loads(Account, data)


@lru_cache(maxsize=10_000)
def _read(kind: Kind, data: bytes) -> Any:  # noqa: ANN401 - any record
    return read(kind, data)


def record_of(kind: Kind, data: bytes | None) -> Any:  # noqa: ANN401 - any record
    """Return a record of a kind, if there is one; the same value for the same bytes."""
    return None if data is None else _read(kind, data)


def agenda_of(told: Sequence[bytes]) -> list[tuple[int, int, Event]]:
    """Return what Redis has, as members and instants in turn: place, what, and of which."""
    agenda = []
    for member, at in zip(told[::2], told[1::2], strict=True):
        due, _, subject = member[_PLACE:].decode().partition(" ")
        agenda.append((int(at), int(member[:_PLACE]), Event(int(at), Due(due), subject)))
    return agenda


def packed_of(change: Change) -> Sequence[object]:
    """Return a change as apply.lua reads it."""
    if isinstance(change, Put):
        return "p", change.kind, change.key, write(change.kind, change.record)
    if isinstance(change, Drop):
        return "d", change.kind, change.key
    if isinstance(change, Schedule | Done):
        event = change.event
        letter = "s" if isinstance(change, Schedule) else "x"
        return letter, event.at, f"{event.kind.value} {event.subject}"
    if isinstance(change, Keep):
        account = change.account
        clock = account.clock
        factor = 0 if clock.mode is ClockMode.FROZEN else clock.factor
        record = dumps(Account, account)
        return "k", record, clock.account_ms, clock.host_ms, factor, *keys_of(account)
    return ("f",)

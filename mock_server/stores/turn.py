"""One worker's turn at an account: what it read, and what it is about to change in one step.

Nobody else changes the account meanwhile; if somebody did (a turn can be lost to time), the
step is refused and the turn is taken again.
"""

import itertools
from collections.abc import Iterable
from typing import Any

from attrs import field, frozen, mutable

from mock_server.store import Change, Done, Drop, Kind, Put, Schedule, keys_of
from mock_server.values import Account, Event


class OvertakenError(RuntimeError):
    """The account was changed by somebody else before the step of a turn was made."""

    def __init__(self, access_key: str) -> None:
        super().__init__(access_key)
        self.access_key = access_key


Known = tuple[bytes, Account]
"""An account that a worker has read, and the mark that it has in Redis."""


@frozen
class Place:
    """A place in the line of those who wait for a turn, and what its worker knows already."""

    token: str
    known: Known | None

    @property
    def mark(self) -> bytes:
        """The mark of the account as it is known; empty for none."""
        return b"" if self.known is None else self.known[0]


@mutable
class Held:
    """An account as a store holds it."""

    account: Account
    version: int


@mutable
class Turn:
    """What a turn knows and has changed; `base` is the version that Redis has."""

    access_key: str
    place: Place
    base: int
    account: Account
    agenda: list[tuple[int, int, Event]]
    """What falls due first: instant, order, event."""
    whole: bool
    """Whether the agenda is all that there is."""
    following: Place | None = None
    """Where its worker waits for another turn, once this one is over."""
    steps: int = 0
    flushes: int = 0
    read: dict[tuple[Kind, str], Any] = field(factory=dict)
    changes: list[Change] = field(factory=list)
    notes: list[bytes] = field(factory=list)
    """Entries of the journal, to be kept with the changes."""
    changed_kinds: set[Kind] = field(factory=set)
    order: "itertools.count[int]" = field(factory=lambda: itertools.count(10**9))

    @property
    def held(self) -> Held:
        """The account, at a version of this turn's own: negative, as no other version is."""
        return Held(self.account, -1 - self.steps)

    def covers(self, key: str) -> bool:
        """Whether a key leads to the account of this turn."""
        return key == self.access_key or key in keys_of(self.account)

    def change(self, version: int, changes: Iterable[Change]) -> bool:
        """Make changes that are seen by this turn alone until it is over."""
        if version != self.held.version:
            return False
        for one in changes:
            self.changes.append(one)
            if isinstance(one, Put):
                self.read[one.kind, one.key] = one.record
                self.changed_kinds.add(one.kind)
            elif isinstance(one, Drop):
                self.read[one.kind, one.key] = None
                self.changed_kinds.add(one.kind)
            elif isinstance(one, Schedule):
                self.agenda.append((one.event.at, next(self.order), one.event))
                self.agenda.sort(key=lambda due: due[:2])
            elif isinstance(one, Done) and self.agenda and self.agenda[0][2] == one.event:
                self.agenda.pop(0)
        self.steps += 1
        return True

    def flushed(self, version: int) -> None:
        """Forget what was changed: it is kept now."""
        self.base = version
        self.flushes += 1
        self.changes.clear()
        self.notes.clear()
        self.changed_kinds.clear()

"""Accounts that several processes share: all of it in Redis, each step one script.

Whoever uses the store reads and changes Redis directly, except in a turn: there it sees the
account as the turn knows it, and what it changes is kept when the turn is over.
"""

import threading
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from redis import Redis

from mock_server.clock import host_now
from mock_server.store import Change, Forget, Keep, Kind
from mock_server.stores.codec import FORMAT
from mock_server.stores.redis_records import (
    agenda_of,
    netstrings,
    packed_of,
    record_of,
    whole_account,
)
from mock_server.stores.redis_scripts import Scripts
from mock_server.stores.turn import Held, Known, OvertakenError, Place, Turn
from mock_server.values import Account, Event

TURN_MS, GIVEN_MS = 2_000, 500
"""How long a turn is nobody else's; who takes longer may be overtaken.

One that was given to whoever waited for it is shorter: who waited may be dead by then.
"""
AGENDA = 32
_AGENDA_FROM = 5
_AGAIN_S = 0.1
"""How long to wait for a turn before asking again unasked: its holder may be dead."""
_ASIDE_S = 0.002
"""How often a step beside all turns looks whether it may be made, while turns have precedence."""


def _nobody(_access_key: str) -> None:
    return


class RedisStore:
    """The store of any number of processes; `worker` names this one among them.

    `claimed` is told the AccessKey of an account for which this worker has to send, in
    whichever thread that came out.
    """

    def __init__(self, url: str, journal_length: int = 10_000, life_days: int = 60) -> None:
        self.redis = Redis.from_url(url, max_connections=64)
        self.prefix = f"lipsync:{FORMAT}:"
        self.worker = uuid.uuid4().hex
        self.claimed: Callable[[str], None] = _nobody
        self.scripts = Scripts(self.redis, self.prefix)
        self._journal_length = journal_length
        self._life_s = life_days * 86_400
        self._known: dict[str, Known] = {}
        self._local = threading.local()

    def accounts(self) -> list[str]:
        """Return the AccessKeys of all accounts."""
        members: Any = self.redis.smembers(f"{self.prefix}accounts")
        exists, begin = self.redis.exists, f"{self.prefix}account:"
        return [key for key in map(bytes.decode, members) if exists(begin + key)]

    def held(self, key: str) -> Held | None:
        """Return the account that has this AccessKey, API key or public id."""
        turn = self._turn(key)
        if turn is not None:
            return turn.held
        known = self._known.get(key)
        told = self._look(key, 0, known)
        return Held(self._account(key, told, known), int(told[1])) if told else None

    def get(self, access_key: str, kind: Kind, key: str) -> Any:  # noqa: ANN401 - any record
        """Return a record, or None."""
        turn = self._turn(access_key)
        if turn is None:
            return record_of(kind, self._hget(access_key, kind, key))
        if (kind, key) not in turn.read:
            turn.read[kind, key] = record_of(kind, self._hget(access_key, kind, key))
        return turn.read[kind, key]

    def page(
        self, access_key: str, kind: Kind, number: int, size: int, *, newest_first: bool = True
    ) -> list[Any]:
        """Return page `number` (from 1) of the records of a kind, in the order of their making."""
        turn = self._turn(access_key)
        if turn is not None and kind in turn.changed_kinds:
            self.flush(turn)
        first = (number - 1) * size
        newest = newest_first and kind in ("tasks", "deliveries", "ledger")
        told = self.scripts.run("page", access_key, kind, first, first + size - 1, int(newest))
        return [record_of(kind, data) for data in told]

    def next_due(self, access_key: str) -> Event | None:
        """Return what falls due first; of several at one instant, what was scheduled first."""
        turn = self._turn(access_key)
        if turn is None:
            told = self._look(access_key, 1)
            agenda = agenda_of(told[_AGENDA_FROM:]) if told else []
        else:
            if not turn.agenda and not turn.whole:
                self.flush(turn)
                told = self._look(access_key, AGENDA)
                turn.agenda = agenda_of(told[_AGENDA_FROM:])
                turn.whole = len(turn.agenda) < AGENDA
            agenda = turn.agenda
        return agenda[0][2] if agenda else None

    def apply(self, access_key: str, expected_version: int, changes: Iterable[Change]) -> bool:
        """Make all changes and return True, or none and False when the version is another."""
        made = tuple(changes)
        turn = self._turn(access_key)
        if turn is not None and not any(isinstance(one, Keep | Forget) for one in made):
            return turn.change(expected_version, made)
        packed, place = [*map(packed_of, made)], None if turn is None else turn.place
        while (version := self.commit(access_key, expected_version, packed, place)[0]) < 0:
            time.sleep(_ASIDE_S)  # a turn that had been overtaken goes first
        return version != 0

    def reserve(self, access_key: str) -> int:
        """Return a number, from 0 up, that nobody was given before for this AccessKey."""
        return int(self.redis.hincrby(f"{self.prefix}reserved", access_key, 1)) - 1

    def commit(
        self,
        access_key: str,
        version: int,
        packed: Iterable[Sequence[object]],
        place: Place | None = None,
        following: Place | None = None,
        *,
        end: bool = False,
    ) -> tuple[int, bool]:
        """Make one step of the turn at a place or beside all turns, and end the turn if asked.

        Returns the account's version after it; 0 if it was not made because the version is
        another, and -1 because turns have precedence.  `following` is a place to wait at for
        another turn, which is taken, and True returned, when somebody waits for the next.
        """
        told = self.scripts.run(
            "apply",
            *(access_key, version, host_now(), "" if place is None else place.token, self.worker),
            *(AGENDA if end else 0, self._life_s, self._journal_length, GIVEN_MS),
            b"" if following is None else self._waiter(following),
            *(part for change in packed for part in (len(change), *change)),
        )
        if told[1]:
            self.claimed(access_key)
        return int(told[0]), bool(told[2])

    def begin(self, key: str, tries: int = 0, place: Place | None = None) -> Turn | bool:
        """Take a turn at an account; False when another has it, True when there is no account.

        With `tries` it waits for its turn, at a place that was taken before if one is given, and
        looks so many times whether it was forgotten.
        """
        told: Any = None
        if place is None:
            place = Place(uuid.uuid4().hex, self._known.get(key))
            told = self._open(key, place, wait=tries > 0)
        for _ in range(tries):
            if told is not None and (not told or told[1] != 0):
                break
            given: Any = self.redis.blpop([f"{self.prefix}inbox:{place.token}"], _AGAIN_S)
            told = self._open(key, place, wait=True) if given is None else netstrings(given[1])
        if not told:
            return True
        if told[1] == 0:
            return False
        agenda = agenda_of(told[_AGENDA_FROM:])
        account = self._account(key, told, place.known)
        turn = Turn(told[0].decode(), place, int(told[1]), account, agenda, len(agenda) < AGENDA)
        turn.read["faults", "queue"] = record_of("faults", told[4] or None)
        return turn

    @contextmanager
    def using(self, turn: Turn) -> Iterator[None]:
        """Let this thread see and change the account by its turn."""
        self._local.turn = turn
        try:
            yield
        finally:
            self._local.turn = None

    @property
    def current(self) -> Turn | None:
        """The turn of this thread, if it has one."""
        return getattr(self._local, "turn", None)

    def flush(
        self, turn: Turn, *, end: bool = False, again: bool = False, wake: bool = False
    ) -> None:
        """Keep what a turn changed; raise OvertakenError, and keep nothing, if it was too slow.

        With `again`, the worker waits for another turn if this one ends and somebody waits.
        """
        if not (turn.changes or turn.notes or end or wake):
            return
        packed = [packed_of(change) for change in turn.changes]
        packed += [("j", note) for note in turn.notes]
        if wake:
            packed.append(("w",))
        following = Place(uuid.uuid4().hex, self._known.get(turn.access_key)) if again else None
        place = turn.place
        version, waits = self.commit(turn.access_key, turn.base, packed, place, following, end=end)
        turn.following = following if waits else None
        if version == 0:
            if not end:  # nobody is to wait for the lease of a turn that is lost
                self.commit(turn.access_key, 0, (), turn.place, end=True)
            raise OvertakenError(turn.access_key)
        turn.flushed(version)

    def close(self) -> None:
        """Let go of all connections."""
        self.redis.close()

    def _turn(self, key: str) -> Turn | None:
        turn: Turn | None = getattr(self._local, "turn", None)
        return turn if turn is not None and turn.covers(key) else None

    def _look(self, key: str, agenda: int, known: Known | None = None) -> Any:  # noqa: ANN401 - as Redis answers
        mark = b"" if known is None else known[0]
        return self.scripts.run("open", key, "", self.worker, 0, mark, agenda, host_now(), 0)

    def _open(self, key: str, place: Place, *, wait: bool) -> Any:  # noqa: ANN401 - as Redis answers
        arguments = (TURN_MS, place.mark, AGENDA, host_now(), int(wait))
        return self.scripts.run("open", key, place.token, self.worker, *arguments)

    def _waiter(self, place: Place) -> bytes:
        """Return who waits, as the scripts know it."""
        return f"{place.token}{self.worker}".encode() + place.mark

    def _account(self, key: str, told: Any, known: Known | None) -> Account:  # noqa: ANN401 - as Redis answers
        """Return the account that was told of; the same value for as long as it is unchanged."""
        if known is None or told[3]:
            known = (told[2], whole_account(told[2], told[3]))
            if len(self._known) > 10_000:
                self._known.clear()
            self._known[key] = known
        return known[1]

    def _hget(self, access_key: str, kind: Kind, key: str) -> bytes | None:
        return self.redis.hget(f"{self.prefix}records:{kind}:{access_key}", key)  # type: ignore[return-value]  # not awaited

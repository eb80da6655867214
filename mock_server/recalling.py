"""What can have happened in a span of time, found without looking at all that an account has.

A task changes its status while it is open.  A result and a session end a fixed time after an
entry of the ledger, which stands in the order of time, so those of a span are found by halving.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from itertools import count
from typing import Any

from attrs import frozen

from kling_lipsync.rules.facts import Readings
from mock_server.attempts import Delivery
from mock_server.happened import Happening, of_delivery, of_session, of_task
from mock_server.media_urls import Links
from mock_server.store import Kind, Store
from mock_server.values import LedgerEntry, Session, Task

_PAGE = 100
_ALL = 1_000_000_000
_HOUR_MS = 3_600_000


@frozen
class Recollection:
    """Reads one account; `session_limits` are those of the rule on the life of a session."""

    store: Store
    access_key: str
    links: Links
    readings: Readings
    session_limits: Mapping[str, Any]

    def open_tasks(self) -> tuple[str, ...]:
        """Return the ids of the tasks that have not ended."""
        return tuple(self.store.page(self.access_key, "open_tasks", 1, _ALL))

    def since(self, after: int, until: int, were_open: Iterable[str]) -> Iterator[Happening]:
        """Yield at least all that lies after one instant and up to another, each thing once.

        `were_open` are the tasks that were open at the first.  Of one kind and instant, what
        concerns the older comes first.
        """
        for task in self._tasks(after, were_open):
            yield from (one for one in of_task(task, self.links) if one.kind == "status")
        for delivery in self._deliveries():
            yield from of_delivery(delivery)
        for operation, life in self._lives.items():
            for entry in reversed(list(self._entries(after - life, until - life))):
                yield from self._expiry(entry, operation)

    def to_come(self, now: int) -> Iterator[int]:
        """Yield instants, among them the first one after the present at which anything happens."""
        for task in self._tasks(now, self.open_tasks()):
            yield from (one.at for one in of_task(task, self.links))
        yield from (one.next_at for one in self._deliveries() if one.next_at is not None)
        for operation, life in self._lives.items():
            for number in range(self._first_by(now - life) - 1, 0, -1):
                (entry,) = self._ledger(number, 1)
                found = [one.at for one in self._expiry(entry, operation)]
                yield from found
                if any(at > now for at in found):
                    break

    @property
    def _lives(self) -> Mapping[str, int]:
        """How long what an operation made lasts, in ms: a result, a session."""
        session = int(self.session_limits["hours"]) * _HOUR_MS
        return {"create": self.links.gone_at(0), "identify": session}

    def _expiry(self, entry: LedgerEntry, operation: str) -> Iterator[Happening]:
        """Yield what ends a fixed time after an entry, where it is one of this operation."""
        if entry.operation != operation:
            return
        if operation == "create":
            task: Task = self._get("tasks", entry.subject)
            yield from (one for one in of_task(task, self.links) if one.kind != "status")
        else:
            session: Session = self._get("sessions", entry.subject)
            yield from of_session(session, self.session_limits, self.readings)

    def _tasks(self, since: int, were_open: Iterable[str]) -> Iterator[Task]:
        """Yield the tasks that were open at an instant, and those made since, the oldest first."""
        before = dict.fromkeys(were_open)
        yield from (self._get("tasks", task_id) for task_id in before)
        made: list[Task] = []
        for number in count(1):
            page: list[Task] = self.store.page(self.access_key, "tasks", number, _PAGE)
            made += (one for one in page if one.created_at >= since)
            if not page or page[-1].created_at < since:
                break
        yield from (one for one in reversed(made) if one.task_id not in before)

    def _deliveries(self) -> list[Delivery]:
        return self.store.page(self.access_key, "deliveries", 1, _ALL)

    def _entries(self, after: int, until: int) -> Iterator[LedgerEntry]:
        """Yield the entries of the ledger after one instant and up to another, the newest first."""
        page, passed = divmod(self._first_by(until) - 1, _PAGE)
        for number in count(page + 1):
            entries = self._ledger(number, _PAGE)
            for entry in entries[passed:]:
                if entry.at <= after:
                    return
                yield entry
            passed = 0
            if len(entries) < _PAGE:
                return

    def _first_by(self, instant: int) -> int:
        """Return which entry of the ledger, counted from the newest, 1, is the first by then."""

        def is_by(number: int) -> bool:
            entries = self._ledger(number, 1)
            return not entries or entries[0].at <= instant

        last = 1
        while not is_by(last):
            last *= 2
        numbers = range(last // 2 + 1, last + 1)
        return numbers[bisect_left(numbers, True, key=is_by)]  # noqa: FBT003 - False before True

    def _ledger(self, number: int, size: int) -> list[LedgerEntry]:
        return self.store.page(self.access_key, "ledger", number, size)

    def _get(self, kind: Kind, key: str) -> Any:  # noqa: ANN401 - any record
        return self.store.get(self.access_key, kind, key)

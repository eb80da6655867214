"""What was asked and answered, by account: a ring of bounded length and size.

Writing is cheap, since every call pays for it: what is kept is the call and its reply themselves,
with large bodies cut, and they become an Entry only when somebody reads it.
"""

import asyncio
import itertools
from collections import deque
from collections.abc import Iterator
from typing import Literal

from attrs import evolve, frozen

from mock_server.journal_text import LONGEST_BODY, Shown, shortened, shown_credential
from mock_server.values import Call, Explanation, Reply

Kind = Literal["call", "media", "command"]

_LARGEST_RING = 32 * 1024 * 1024
_OVERHEAD = 1024
"""Bytes that a record takes beside its texts, as a round figure from above."""


@frozen
class Entry:
    """One call, one fetch of a medium or one command; the credential itself is not in it.

    `sequence` counts the account's entries from 1.  `at` is Unix ms on the account's clock,
    `host_ms` on the host's.  `body` and `answer` have at most 4 KiB of what was sent and of
    what was answered, `body_bytes` is the whole length of the body.  `fault_id` names the
    staged failure that struck.
    """

    kind: Kind
    sequence: int
    account: str
    at: int
    host_ms: int
    operation: str
    method: str
    base_url: str
    path: str
    raw_path: bytes
    query: str
    status: int
    code: int
    request_id: str
    milliseconds: float
    task_id: str = ""
    explanation: Explanation | None = None
    credential: Shown | None = None
    content_type: str | None = None
    body: bytes = b""
    body_bytes: int = 0
    answer: bytes = b""
    fault_id: str = ""

    @property
    def rule(self) -> str:
        """The rule that refused; empty when none did."""
        return "" if self.explanation is None else self.explanation.rule

    @property
    def staged(self) -> bool:
        """Whether what was answered is what somebody asked for."""
        return self.fault_id != ""

    @property
    def made_task(self) -> bool:
        """Whether this call made the task that it names."""
        return self.operation == "create" and self.task_id != ""


Answered = tuple[int, str, int, Call, Reply, float, int]
"""Sequence, request id and size of a call, the call, its reply, its ms, its body's length."""

Noted = tuple[int, str, int, Entry]
"""Sequence, request id and size of a fetch or a command, and its entry."""


class _Ring:
    """One account's records, oldest first, with their size in bytes."""

    __slots__ = ("bytes", "last", "records", "waiting")

    def __init__(self) -> None:
        self.records: deque[Answered | Noted] = deque()
        self.bytes = 0
        self.last = 0
        self.waiting: list[asyncio.Future[None]] = []

    def wake(self) -> None:
        """Let everybody who waits for this account look again."""
        waiting, self.waiting = self.waiting, []
        for future in waiting:
            if not future.done():
                future.set_result(None)


class Journal:
    """The last entries of every account; the empty key has those of callers without one."""

    def __init__(self, length: int, largest_ring: int = _LARGEST_RING) -> None:
        self._length = length
        self._largest = largest_ring
        self._rings: dict[str, _Ring] = {}

    def write(self, call: Call, reply: Reply, milliseconds: float) -> None:
        """Note a call and its reply."""
        ring = self._rings.get(reply.access_key)
        if ring is None:
            ring = self._rings[reply.access_key] = _Ring()
        ring.last += 1
        length, answer = len(call.body), reply.body
        if length > LONGEST_BODY:
            call = evolve(call, body=shortened(call.body))
        if len(answer) > LONGEST_BODY:
            reply = evolve(reply, body=answer[:LONGEST_BODY])
        texts = len(call.path) + len(call.raw_path) + len(call.query)
        size = _OVERHEAD + texts + len(call.body) + len(reply.body)
        kept = (ring.last, reply.request_id, size, call, reply, milliseconds, length)
        ring.records.append(kept)
        ring.bytes += size
        if len(ring.records) > self._length or ring.bytes > self._largest:
            self._trim(ring)
        if ring.waiting:
            ring.wake()

    def note(self, entry: Entry) -> None:
        """Note a fetch or a command as the next entry of its account."""
        ring = self._rings.setdefault(entry.account, _Ring())
        ring.last += 1
        noted = evolve(entry, sequence=ring.last, body=shortened(entry.body))
        texts = len(noted.path) + len(noted.raw_path) + len(noted.query)
        size = _OVERHEAD + texts + len(noted.body) + len(noted.answer)
        ring.records.append((ring.last, noted.request_id, size, noted))
        ring.bytes += size
        self._trim(ring)
        ring.wake()

    def entries(self, access_key: str, since: int = 0) -> list[Entry]:
        """Return the account's entries with a higher sequence than `since`, oldest first."""
        ring = self._rings.get(access_key)
        if ring is None:
            return []
        later = itertools.takewhile(lambda record: record[0] > since, reversed(ring.records))
        return [_entry(record) for record in later][::-1]

    def find(self, request_id: str) -> Entry | None:
        """Return the call with this request id, of whichever account."""
        found = (record for record in self._records() if record[1] == request_id)
        return next((_entry(record) for record in found), None)

    async def wait(self, access_key: str, timeout_s: float) -> None:
        """Return once the account gets another entry or is forgotten, or when time is over."""
        ring = self._rings.setdefault(access_key, _Ring())
        future = asyncio.get_running_loop().create_future()
        ring.waiting.append(future)
        try:
            await asyncio.wait([future], timeout=timeout_s)
        finally:
            if future in ring.waiting:
                ring.waiting.remove(future)

    def clear(self, access_key: str) -> None:
        """Drop an account's entries; its sequence goes on."""
        ring = self._rings.get(access_key)
        if ring is not None:
            ring.records.clear()
            ring.bytes = 0

    def forget(self, access_key: str) -> None:
        """Drop an account's entries, and its sequence with them."""
        ring = self._rings.pop(access_key, None)
        if ring is not None:
            ring.wake()

    def _records(self) -> Iterator[Answered | Noted]:
        for ring in self._rings.values():
            yield from reversed(ring.records)

    def _trim(self, ring: _Ring) -> None:
        records = ring.records
        while records and (len(records) > self._length or ring.bytes > self._largest):
            ring.bytes -= records.popleft()[2]


def entry_of(call: Call, reply: Reply, milliseconds: float) -> Entry:
    """Return the entry that a call and its reply make; it has no sequence yet."""
    shown = evolve(call, body=shortened(call.body))
    answered = evolve(reply, body=reply.body[:LONGEST_BODY])
    return _entry((0, reply.request_id, 0, shown, answered, milliseconds, len(call.body)))


def _entry(record: Answered | Noted) -> Entry:
    """Return what was kept of a call, a fetch or a command as people read it."""
    if len(record) == 4:
        return record[3]
    sequence, _, _, call, reply, milliseconds, body_bytes = record
    header = call.authorization
    return Entry(
        kind="call",
        sequence=sequence,
        account=reply.access_key,
        at=reply.now,
        host_ms=call.host_now,
        operation=reply.operation,
        method=call.method,
        base_url=call.base_url,
        path=call.path,
        raw_path=call.raw_path,
        query=call.query,
        status=reply.status,
        code=reply.code,
        request_id=reply.request_id,
        milliseconds=milliseconds,
        task_id=reply.task_id,
        explanation=reply.explanation,
        credential=None if header is None else shown_credential(header),
        content_type=call.content_type,
        body=call.body,
        body_bytes=body_bytes,
        answer=reply.body,
        fault_id="" if reply.fault is None else reply.fault.fault_id,
    )

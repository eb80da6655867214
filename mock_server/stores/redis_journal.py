"""The journal that several processes share: a list per account, bounded in length."""

import asyncio

from attrs import evolve

from mock_server.journal import Entry, Journal, entry_of
from mock_server.journal_text import shortened
from mock_server.stores.codec import dumps, loads
from mock_server.stores.redis_store import RedisStore
from mock_server.values import Call, Reply

_POLL_S = 0.05
_CHUNK = 1000


class RedisJournal(Journal):
    """Stands in for Journal; in a turn, an entry is kept with what its call changed."""

    def __init__(self, store: RedisStore) -> None:
        super().__init__(0)
        self._store = store

    def write(self, call: Call, reply: Reply, milliseconds: float) -> None:
        """Note a call and its reply."""
        self._note(entry_of(call, reply, milliseconds))

    def note(self, entry: Entry) -> None:
        """Note a fetch or a command as the next entry of its account."""
        self._note(evolve(entry, body=shortened(entry.body)))

    def entries(self, access_key: str, since: int = 0) -> list[Entry]:
        """Return the account's entries with a higher sequence than `since`, oldest first."""
        found: list[Entry] = []
        end = -1
        while True:
            chunk = self._range(access_key, end - _CHUNK + 1, end)
            entries = [entry for entry in map(_entry, chunk) if entry.sequence > since]
            found = entries + found
            if len(entries) < _CHUNK:
                return found
            end -= _CHUNK

    def find(self, request_id: str) -> Entry | None:
        """Return the call with this request id, of whichever account."""
        wanted = request_id.encode()
        for key in ("", *self._store.accounts()):
            for data in self._range(key, 0, -1):
                if wanted in data and _entry(data).request_id == request_id:
                    return _entry(data)
        return None

    async def wait(self, access_key: str, timeout_s: float) -> None:  # noqa: ARG002 - as Journal
        """Return once the account may have another entry, or when time is over."""
        await asyncio.sleep(min(_POLL_S, timeout_s))

    def clear(self, access_key: str) -> None:
        """Drop an account's entries; its sequence goes on."""
        self._store.redis.delete(self._key(access_key))

    def forget(self, access_key: str) -> None:
        """Drop an account's entries; its sequence goes with the account."""
        self.clear(access_key)

    def _note(self, entry: Entry) -> None:
        data, turn = dumps(Entry, entry), self._store.current
        if turn is not None and turn.access_key == entry.account:
            turn.notes.append(data)
        else:
            self._store.commit(entry.account, 0, [("j", data)])

    def _range(self, access_key: str, first: int, last: int) -> list[bytes]:
        return self._store.redis.lrange(self._key(access_key), first, last)  # type: ignore[return-value]  # not awaited

    def _key(self, access_key: str) -> str:
        return f"{self._store.prefix}journal:{access_key}"


def _entry(data: bytes) -> Entry:
    sequence, _, packed = data.partition(b" ")
    return evolve(loads(Entry, packed), sequence=int(sequence))

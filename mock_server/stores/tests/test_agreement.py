"""Every store answers as the one in memory does, whatever is done to both."""

import tempfile
from contextlib import ExitStack
from decimal import Decimal
from pathlib import Path
from typing import Any

from attrs import evolve
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from mock_server.clock import Clock, ClockMode
from mock_server.store import (
    Change,
    Done,
    Drop,
    Forget,
    Keep,
    Kind,
    MemoryStore,
    Put,
    Schedule,
    Store,
)
from mock_server.stores.redis_store import RedisStore
from mock_server.stores.sqlite_store import SqliteStore
from mock_server.stores.turn import OvertakenError, Turn
from mock_server.tests.builders import NOW, account, session, task
from mock_server.tests.redis_server import needs_redis, redis_server
from mock_server.values import Account, Due, Event, LedgerEntry

ACCOUNTS = ("ak-one", "ak-two")
NAMES = st.sampled_from(["a", "b", "c", "ü\0*"])
WHOSE = st.sampled_from(ACCOUNTS)
PAGED: tuple[Kind, ...] = ("tasks", "deliveries", "sessions", "ledger", "open_tasks", "outbox")
AMOUNTS = st.decimals(allow_nan=False, allow_infinity=False)

RECORDS = st.one_of(
    st.tuples(st.just("tasks"), st.integers(0, 9).map(lambda n: task(created_at=NOW + n))),
    st.tuples(st.just("sessions"), st.sampled_from("xy").map(lambda n: session(video_id=n))),
    st.tuples(st.just("ledger"), AMOUNTS.map(lambda units: LedgerEntry(NOW, "s", "get", units))),
    st.tuples(st.just("totals"), AMOUNTS),
    st.tuples(
        st.sampled_from(["open_tasks", "outbox", "external_ids"]), st.text("ab\0", max_size=3)
    ),
    st.tuples(st.just("counts"), st.tuples(st.integers(0, 2**40))),
)
EVENTS = st.builds(Event, st.integers(0, 5), st.sampled_from(Due), NAMES)
PUTS = st.builds(lambda key, pair: Put(pair[0], key, pair[1]), NAMES, RECORDS)
DROPS = st.builds(Drop, st.sampled_from(["open_tasks", "outbox"]), NAMES)
CHANGES = st.lists(
    st.one_of(PUTS, PUTS, DROPS, st.builds(Schedule, EVENTS), st.builds(Done, EVENTS)), max_size=6
)


def born(key: str, api_keys: tuple[str, ...] = ()) -> Account:
    """Return an account whose clock does not depend on when the test runs."""
    return account(access_key=key, api_keys=api_keys)


class Agreement(RuleBasedStateMachine):
    """Two stores are told the same, and must answer the same."""

    def __init__(self) -> None:
        super().__init__()
        self.opened = ExitStack()
        self.one = MemoryStore()

    def open(self) -> Store:
        """Open the store that is compared."""
        raise NotImplementedError

    def reopened(self) -> Store:
        """Return the store as whoever opens it next sees it."""
        return self.two

    @initialize()
    def begin(self) -> None:
        """Begin with one account."""
        self.two = self.open()
        self.bear(ACCOUNTS[0])

    def teardown(self) -> None:
        """Let go of the store."""
        self.opened.close()

    def both(self, key: str, changes: list[Change], *, off_by: int = 0) -> bool:
        """Apply the same to both; the version is each one's own."""
        told = []
        for store in (self.one, self.two):
            held = store.held(key)
            version = 0 if held is None else held.version
            told.append(store.apply(key, version + off_by, changes))
        assert told[0] is told[1]
        return told[0]

    @rule(key=WHOSE)
    def bear(self, key: str) -> None:
        """Make an account that may be there."""
        told = [store.apply(key, 0, [Keep(born(key))]) for store in (self.one, self.two)]
        assert told[0] is told[1]

    @rule(key=WHOSE, changes=CHANGES)
    def change(self, key: str, changes: list[Change]) -> None:
        """Make one step, where there is an account."""
        if self.one.held(key) is not None:
            self.both(key, changes)

    @rule(key=WHOSE, changes=CHANGES)
    def fail(self, key: str, changes: list[Change]) -> None:
        """A step on another version changes nothing."""
        assert not self.both(key, [*changes, Forget()], off_by=1_000_000)

    @rule(key=WHOSE)
    def perform(self, key: str) -> None:
        """Perform what falls due first."""
        event = self.one.next_due(key) if self.one.held(key) is not None else None
        if event is not None:
            self.both(key, [Done(event), Schedule(evolve(event, at=event.at + 1))])

    @rule(key=WHOSE, api_key=st.sampled_from(["k1", "k2"]), at=st.integers(0, 9))
    def keep(self, key: str, api_key: str, at: int) -> None:
        """Change an account: its clock and its keys."""
        if self.one.held(key) is not None:
            kept = born(key, (f"{key} {api_key}",))
            self.both(key, [Keep(evolve(kept, clock=Clock(ClockMode.FROZEN, at, NOW)))])

    @rule(key=WHOSE)
    def forget(self, key: str) -> None:
        """Drop an account with all that it has."""
        if self.one.held(key) is not None:
            self.both(key, [Forget()])

    @rule(key=WHOSE)
    def reserve(self, key: str) -> None:
        """Every number is another one."""
        if self.one.held(key) is not None:
            first, second = self.two.reserve(key), self.two.reserve(key)
            assert first != second

    @rule()
    def reopen(self) -> None:
        """Look at what is kept with other eyes."""
        self.two = self.reopened()

    @invariant()
    def agree(self) -> None:
        """Every question has the same answer."""
        one, two = self.one, getattr(self, "two", self.one)
        assert sorted(one.accounts()) == sorted(two.accounts())
        for key in (*ACCOUNTS, *(f"{a} {k}" for a in ACCOUNTS for k in ("k1", "k2"))):
            assert self._account(one, key) == self._account(two, key)
        for key in one.accounts():
            public = born(key).public_id
            assert self._account(one, public) == self._account(two, public)
            assert one.next_due(key) == two.next_due(key)
            for kind in PAGED:
                self._agree_on(key, kind)

    def _agree_on(self, key: str, kind: Kind) -> None:
        for number, size in ((1, 2), (2, 2), (1, 100), (10**12, 3)):
            for newest_first in (True, False):
                pages: list[Any] = [
                    store.page(key, kind, number, size, newest_first=newest_first)
                    for store in (self.one, self.two)
                ]
                assert pages[0] == pages[1]
        for name in ("a", "b", "c", "ü\0*", "totals"):
            assert self.one.get(key, kind, name) == self.two.get(key, kind, name)
            assert self.one.get(key, "totals", name) == self.two.get(key, "totals", name)
            assert self.one.get(key, "counts", name) == self.two.get(key, "counts", name)

    def _account(self, store: Store, key: str) -> Account | None:
        held = store.held(key)
        return None if held is None else held.account


class SqliteAgreement(Agreement):
    """The store in a file, which is closed and opened again in between."""

    two: SqliteStore

    def open(self) -> SqliteStore:
        """Open a new file."""
        folder = self.opened.enter_context(tempfile.TemporaryDirectory())
        self.path = Path(folder) / "accounts.db"
        store = SqliteStore(self.path)
        self.opened.callback(self._close)
        return store

    def _close(self) -> None:
        self.two.close()

    def reopened(self) -> SqliteStore:
        """Read the file again."""
        self.two.close()
        return SqliteStore(self.path)


class RedisAgreement(Agreement):
    """The store on a Redis server, looked at by one process after the other."""

    two: RedisStore
    url = ""

    def open(self) -> RedisStore:
        """Begin with an empty Redis."""
        store = RedisStore(self.url)
        store.redis.flushall()
        self.opened.callback(self._close)
        return store

    def _close(self) -> None:
        self.two.close()

    def reopened(self) -> RedisStore:
        """Look with the eyes of another process."""
        self.two.close()
        return RedisStore(self.url)

    @rule(key=WHOSE, changes=st.lists(CHANGES, max_size=4), late=st.booleans())
    def take_a_turn(self, key: str, changes: list[list[Change]], late: bool) -> None:  # noqa: FBT001 - drawn
        """Make several steps in one turn; one that was overtaken has changed nothing."""
        if self.one.held(key) is None:
            return
        turn = self.two.begin(key)
        assert isinstance(turn, Turn)
        assert self.two.begin(key) is False
        if late:
            self.both(key, [Put("external_ids", "late", "late")])
        else:
            shown = self._in_turn(turn, key, changes)
        try:
            if late:
                with self.two.using(turn):
                    self.two.apply(key, turn.held.version, [Put("external_ids", "a", "lost")])
            self.two.flush(turn, end=True)
        except OvertakenError:
            assert late
        else:
            assert not late
            assert shown == self.two.next_due(key)
        again = self.two.begin(key)
        assert isinstance(again, Turn)
        self.two.flush(again, end=True)

    def _in_turn(self, turn: Turn, key: str, changes: list[list[Change]]) -> Event | None:
        with self.two.using(turn):
            for some in changes:
                self.both(key, some)
                self._agree_on(key, "outbox")
                self._agree_on(key, "tasks")
                assert self.one.next_due(key) == self.two.next_due(key)
            return self.two.next_due(key)


_SETTINGS = settings(max_examples=30, stateful_step_count=25, deadline=None)
TestSqlite = SqliteAgreement.TestCase
TestSqlite.settings = _SETTINGS


@needs_redis
def test_redis_agrees() -> None:
    """The same machine, on a server that the test starts."""
    with redis_server() as (url, _):
        RedisAgreement.url = url
        run_state_machine_as_test(RedisAgreement, settings=_SETTINGS)


def test_amounts_are_kept_to_the_last_digit() -> None:
    """Money is decimal in every store."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "accounts.db"
        store = SqliteStore(path)
        spent = Decimal("0.10000000000000000001")
        store.apply("ak", 0, [Keep(born("ak")), Put("totals", "spent", spent)])
        store.close()

        again = SqliteStore(path)
        assert again.get("ak", "totals", "spent") == spent
        again.close()

"""A store keeps values under keys, in order, and changes in atomic steps."""

from decimal import Decimal

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from mock_server.store import Change, Done, Drop, Forget, Keep, Kind, MemoryStore, Put, Schedule
from mock_server.tests.builders import API_KEY, KEY, account, changed
from mock_server.values import Due, Event

ACCOUNT = account()
NAMES = st.sampled_from(["a", "b", "c", "d", "e"])
KINDS: tuple[Kind, ...] = ("tasks", "deliveries", "sessions", "open_tasks")


@pytest.fixture
def store() -> MemoryStore:
    """A store with one account."""
    made = MemoryStore()
    assert made.apply(KEY, 0, [Keep(ACCOUNT)])
    return made


def _apply(store: MemoryStore, *changes: Change) -> None:
    held = store.held(KEY)
    assert held is not None
    assert store.apply(KEY, held.version, changes)


def test_an_account_is_found_by_each_of_its_keys(store: MemoryStore) -> None:
    """AccessKey and API keys lead to the same account, other keys to none."""
    by_access_key, by_api_key = store.held(KEY), store.held(API_KEY)

    assert by_access_key is not None
    assert by_api_key is not None
    assert by_access_key.account is by_api_key.account is ACCOUNT
    assert store.held("another") is None


def test_a_changed_account_loses_its_old_keys(store: MemoryStore) -> None:
    """An API key that was taken away leads nowhere, a new one does."""
    _apply(store, Keep(changed(ACCOUNT, {"api_keys": ("new",)})))

    assert store.held(API_KEY) is None
    assert store.held("new") is not None
    assert store.held(KEY) is not None


def test_every_step_changes_the_version(store: MemoryStore) -> None:
    """Two steps in a row never leave the version that was there before."""
    held = store.held(KEY)
    assert held is not None
    versions = [held.version]
    for _ in range(3):
        _apply(store, Put("tasks", "a", 1))
        versions.append(held.version)

    assert len(set(versions)) == 4


@pytest.mark.parametrize("version", [-1, 0, 7])
def test_a_step_on_another_version_changes_nothing(store: MemoryStore, version: int) -> None:
    """All changes are made, or none."""
    steps: list[Change] = [
        Put("tasks", "a", 1),
        Schedule(Event(5, Due.END, "a")),
        Drop("tasks", "b"),
        Forget(),
    ]

    assert store.apply(KEY, version, steps) is False
    assert store.get(KEY, "tasks", "a") is None
    assert store.next_due(KEY) is None
    assert store.held(KEY) is not None


def test_a_new_account_has_version_0(store: MemoryStore) -> None:
    """Two that are born at once under one key: the second is refused."""
    assert store.apply(KEY, 0, [Keep(ACCOUNT)]) is False
    assert store.apply("other", 0, [Keep(account(access_key="other", api_keys=()))]) is True


def test_a_forgotten_account_leaves_nothing(store: MemoryStore) -> None:
    """Its keys lead nowhere, and one born again under them is empty."""
    _apply(store, Put("tasks", "a", 1), Schedule(Event(5, Due.END, "a")))
    _apply(store, Forget())
    assert (store.held(KEY), store.held(API_KEY)) == (None, None)

    assert store.apply(KEY, 0, [Keep(ACCOUNT)])

    assert store.get(KEY, "tasks", "a") is None
    assert store.page(KEY, "tasks", 1, 10) == []
    assert store.next_due(KEY) is None


def test_accounts_do_not_see_each_other(store: MemoryStore) -> None:
    """A record belongs to one account."""
    store.apply("other", 0, [Keep(account(access_key="other", api_keys=()))])
    _apply(store, Put("tasks", "a", 1))

    assert store.get("other", "tasks", "a") is None
    assert store.page("other", "tasks", 1, 10) == []


def test_kinds_do_not_see_each_other(store: MemoryStore) -> None:
    """One key may name a record of each kind."""
    _apply(store, *(Put(kind, "a", kind) for kind in KINDS))

    assert [store.get(KEY, kind, "a") for kind in KINDS] == list(KINDS)


@pytest.mark.parametrize("kind", ["tasks", "deliveries", "ledger"])
def test_a_page_stands_in_the_order_of_making(store: MemoryStore, kind: Kind) -> None:
    """Newest first or oldest first; a record that is replaced keeps its place."""
    _apply(store, *(Put(kind, name, name) for name in "abcde"))
    _apply(store, Put(kind, "b", "B"))

    assert store.page(KEY, kind, 1, 3) == ["e", "d", "c"]
    assert store.page(KEY, kind, 2, 3) == ["B", "a"]
    assert store.page(KEY, kind, 3, 3) == []
    assert store.page(KEY, kind, 1, 3, newest_first=False) == ["a", "B", "c"]
    assert store.page(KEY, kind, 2, 3, newest_first=False) == ["d", "e"]


@pytest.mark.parametrize("newest_first", [True, False])
@pytest.mark.parametrize("size", [1, 2, 3, 7, 10, 11])
def test_pages_partition_the_records(
    store: MemoryStore,
    size: int,
    newest_first: bool,  # noqa: FBT001 - a column of the table
) -> None:
    """Pages in order hold each record once, and a page past the end is empty."""
    _apply(store, *(Put("tasks", str(number), number) for number in range(10)))
    pages = [
        store.page(KEY, "tasks", number, size, newest_first=newest_first) for number in range(1, 12)
    ]

    told = [record for page in pages for record in page]
    assert told == sorted(range(10), reverse=newest_first)
    assert store.page(KEY, "tasks", 10**12, size, newest_first=newest_first) == []


def test_what_is_due_first_is_told_first(store: MemoryStore) -> None:
    """By instant, and at one instant in the order of scheduling."""
    events = [Event(at, Due.END, name) for at, name in ((9, "a"), (5, "b"), (5, "c"), (1, "d"))]
    _apply(store, *map(Schedule, events))
    told = []
    while (event := store.next_due(KEY)) is not None:
        told.append(event.subject)
        _apply(store, Done(event))

    assert told == ["d", "b", "c", "a"]


def test_only_the_first_event_can_be_done(store: MemoryStore) -> None:
    """An event that another has overtaken, or that was done before, stays out of it."""
    first, second = Event(1, Due.END, "a"), Event(2, Due.END, "b")
    _apply(store, Schedule(first), Schedule(second), Done(second))

    assert store.next_due(KEY) == first


class _Agreement(RuleBasedStateMachine):
    """The store agrees with a model made of plain lists."""

    @initialize()
    def begin(self) -> None:
        """Start with one empty account."""
        self.store = MemoryStore()
        self.store.apply(KEY, 0, [Keep(ACCOUNT)])
        self.records: dict[Kind, dict[str, Decimal]] = {kind: {} for kind in KINDS}
        self.agenda: list[Event] = []

    def _step(self, *changes: Change) -> None:
        _apply(self.store, *changes)

    @rule(kind=st.sampled_from(KINDS), name=NAMES, record=st.decimals(allow_nan=False))
    def put(self, kind: Kind, name: str, record: Decimal) -> None:
        """Keep or replace a record."""
        self._step(Put(kind, name, record))
        self.records[kind][name] = record

    @rule(name=NAMES)
    def drop(self, name: str) -> None:
        """Forget a record that may not be there."""
        self._step(Drop("open_tasks", name))
        self.records["open_tasks"].pop(name, None)

    @rule(at=st.integers(0, 9), name=NAMES)
    def schedule(self, at: int, name: str) -> None:
        """Remember something that falls due."""
        self._step(Schedule(Event(at, Due.END, name)))
        self.agenda.append(Event(at, Due.END, name))
        self.agenda.sort(key=lambda event: event.at)

    @precondition(lambda self: self.agenda)
    @rule()
    def perform(self) -> None:
        """Perform what falls due first."""
        self._step(Done(self.agenda.pop(0)))

    @rule(name=NAMES)
    def fail(self, name: str) -> None:
        """A step on another version changes nothing."""
        assert not self.store.apply(KEY, -1, [Put("tasks", name, None), Forget()])

    @invariant()
    def agree(self) -> None:
        """Every question has the model's answer."""
        assert self.store.next_due(KEY) == (self.agenda[0] if self.agenda else None)
        for kind, records in self.records.items():
            told = self.store.page(KEY, kind, 1, 100, newest_first=False)
            assert told == list(records.values())
            assert all(self.store.get(KEY, kind, name) == records[name] for name in records)


TestAgreement = _Agreement.TestCase
TestAgreement.settings = settings(max_examples=40, stateful_step_count=25)

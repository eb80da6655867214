"""What can have happened in a span is found as if everything had been looked at."""

from collections.abc import Iterator

from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from mock_server.happened import Happening, happened, of_session, of_task
from mock_server.recalling import Recollection
from mock_server.tests.builders import BASE_URL, DAY_MS, KEY, NOW, World, account, contract
from mock_server.values import Session, Task

LIMITS = contract().rulebook.rules["retention.session-life"].limits
GAPS = st.lists(
    st.tuples(st.integers(0, 3000) | st.integers(0, 12 * DAY_MS // 24), st.booleans()),
    min_size=1,
    max_size=12,
)
INSTANTS = st.integers(0, 40_000) | st.integers(0, 35 * DAY_MS)


def _world(gaps: list[tuple[int, bool]], first: int) -> tuple[World, tuple[str, ...]]:
    """Return an account with sessions and tasks made after each gap, settled up to an instant."""
    world, at = World(), NOW
    for gap, opens in gaps:
        at += gap
        session = world.identify(host_now=at)
        if opens:
            world.create(session, at=at)
    world.engine.settle_account(KEY, NOW + first, BASE_URL)
    return world, _recollection(world).open_tasks()


def _recollection(world: World) -> Recollection:
    held = world.store.held(KEY)
    assert held is not None
    links = world.engine.links(held.account, BASE_URL)
    return Recollection(world.store, KEY, links, held.account.readings, LIMITS)


def _all(world: World) -> Iterator[Happening]:
    recollection = _recollection(world)
    tasks: list[Task] = world.store.page(KEY, "tasks", 1, 10**9, newest_first=False)
    for task in tasks:
        yield from of_task(task, recollection.links)
    sessions: list[Session] = world.store.page(KEY, "sessions", 1, 10**9)
    for session in sessions:
        yield from of_session(session, LIMITS, recollection.readings)


@settings(max_examples=200)
@given(GAPS, INSTANTS, INSTANTS)
def test_what_happened_is_what_all_facts_say(
    gaps: list[tuple[int, bool]], one: int, other: int
) -> None:
    """Whatever the span, and however much lies before and after it."""
    made = sum(gap for gap, _ in gaps)
    first, last = sorted((max(one, made), max(other, made)))
    world, were_open = _world(gaps, first)
    world.engine.settle_account(KEY, NOW + last, BASE_URL)

    found = _recollection(world).since(NOW + first, NOW + last, were_open)

    due = happened(_all(world), NOW + first, NOW + last)
    assert happened(found, NOW + first, NOW + last) == due


@settings(max_examples=200)
@given(GAPS, INSTANTS)
def test_the_next_thing_is_the_next_of_all(gaps: list[tuple[int, bool]], present: int) -> None:
    """Of a task, a session or a result, whichever comes first."""
    now = NOW + max(present, sum(gap for gap, _ in gaps))
    world, _ = _world(gaps, now - NOW)

    instants = [at for at in _recollection(world).to_come(now) if at > now]

    due = [one.at for one in _all(world) if one.at > now]
    assert min(instants, default=None) == min(due, default=None)


def test_a_session_without_an_end_never_ends() -> None:
    """Where the reading says so, nothing is left to come but the result's end."""
    world = World(evolve(account(), readings={**account().readings, "session-life": "none"}))
    world.identify()

    assert list(_recollection(world).to_come(NOW)) == []

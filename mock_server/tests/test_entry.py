"""What is known of a call at the entry: its form, the clocks, and the account's standing."""

from decimal import Decimal

import pytest

from kling_lipsync.rules.facts import Credential, Facts
from mock_server.credentials import Identified
from mock_server.entry import Entry
from mock_server.routes import TASKS_PATH, find_route
from mock_server.store import Forget, Keep, MemoryStore, Put
from mock_server.tests.builders import KEY, NOW, account, call
from mock_server.values import Account, Physics


def _store(born: Account) -> MemoryStore:
    store = MemoryStore()
    store.apply(KEY, 0, [Keep(born)])
    return store


def _facts(entry: Entry, born: Account | None, at: int = NOW) -> Facts:
    asked = call(host_now=at, client_ip="192.0.2.1")
    who = Identified(Credential(asked.authorization, recognised=born is not None), born)
    return entry.facts(asked, find_route(asked), who)


def test_a_caller_without_account_has_no_standing() -> None:
    """The host's clock stands in for the account's."""
    facts = _facts(Entry(MemoryStore()), None)

    assert (facts.now, facts.standing, facts.instants) == (NOW, None, ())


def test_an_account_lives_on_its_own_clock() -> None:
    """It started at NOW and runs sixty times as fast."""
    born = account(time="x60")

    assert _facts(Entry(_store(born)), born, at=NOW + 1000).now == NOW + 60_000


@pytest.mark.parametrize(
    ("reading", "instants"),
    [
        ("either", (NOW / 1000 + 60, NOW / 1000 + 1)),
        ("account", (NOW / 1000 + 60,)),
        ("host", (NOW / 1000 + 1,)),
    ],
)
def test_a_token_is_judged_by_the_clocks_of_the_reading(
    reading: str, instants: tuple[float, ...]
) -> None:
    """The account's clock, the host's, or both, in seconds."""
    born = account(time="x60", readings={"token-clock": reading})

    assert _facts(Entry(_store(born)), born, at=NOW + 1000).instants == instants


def test_an_account_without_limits_has_no_standing() -> None:
    """Nothing is counted that nobody asks for."""
    born = account()

    assert _facts(Entry(_store(born)), born).standing is None


def test_a_standing_tells_what_is_left_and_open() -> None:
    """Units minus what was spent, and the tasks that hold a slot."""
    born = account(physics=Physics(slots=5, units=Decimal(2)))
    store = _store(born)
    held = store.held(KEY)
    assert held is not None
    spent = Put("totals", "spent", Decimal("0.5"))
    store.apply(KEY, held.version, [spent, Put("open_tasks", "1", "1")])

    entry = Entry(store)
    before = _facts(entry, born).standing
    assert before is not None
    standing = entry.balance(born, before)

    assert (standing.units_left, standing.open_tasks, standing.slots) == (Decimal("1.5"), 1, 5)
    assert (standing.client_ip, standing.operation) == ("192.0.2.1", "list")


def test_calls_are_counted_by_the_second() -> None:
    """Each call sees those before it, and a new second starts from none."""
    born = account(physics=Physics(rate_per_second=9))
    entry = Entry(_store(born))

    counts = []
    for at in (0, 1, 999, 1000, 1001, 5000):
        standing = _facts(entry, born, at=NOW + at).standing
        assert standing is not None
        counts.append(standing.calls_this_second)

    assert counts == [0, 1, 2, 0, 1, 0]


def test_a_call_that_is_asked_again_is_counted_once() -> None:
    """With the medium that it wanted it is the same call, and was let in before."""
    born = account(physics=Physics(rate_per_second=1))
    entry = Entry(_store(born))
    asked, who = call(), Identified(Credential(None), born)
    route = find_route(asked)

    again = [entry.facts(asked, route, who, again=flag).standing for flag in (False, True, True)]

    assert [standing is not None and standing.rate_limit for standing in again] == [1, None, None]
    last = _facts(entry, born).standing
    assert last is not None
    assert last.calls_this_second == 1


def test_a_forgotten_account_starts_from_none() -> None:
    """What was counted for one account is not told to another of its name."""
    born = account(physics=Physics(rate_per_second=9))
    store = _store(born)
    entry = Entry(store)
    _facts(entry, born)

    store.apply(KEY, 2, [Forget()])
    store.apply(KEY, 0, [Keep(born)])

    standing = _facts(entry, born).standing
    assert standing is not None
    assert standing.calls_this_second == 0


def test_a_transport_is_how_a_call_arrived() -> None:
    """Path, method and type, before anything is read from its body."""
    asked = call("PUT", TASKS_PATH, content_type="text/plain")
    nobody = Identified(Credential(None), None)

    transport = Entry(MemoryStore()).facts(asked, find_route(asked), nobody).transport

    assert transport is not None
    assert (transport.known_path, transport.known_method) == (True, False)
    assert (transport.method, transport.content_type) == ("PUT", "text/plain")
    assert (transport.has_body, transport.body_fault) == (False, None)

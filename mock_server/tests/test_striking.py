"""A queue of staged failures is met in order, and what struck for the last time is kept apart."""

from mock_server.staged import Fault
from mock_server.store import Put
from mock_server.striking import strike
from mock_server.tests.builders import KEY, World

FAULT = Fault("1", 0, frozenset(), times=2, callback="lost", statuses=frozenset({"succeed"}))


def _met(fault: Fault) -> bool:
    return "succeed" in fault.statuses


def test_what_matches_nothing_moves_nothing() -> None:
    """There is nothing to store then."""
    match = strike((FAULT,), lambda _: False, "seed")

    assert (match.fault, match.queue, match.changes(World().store, KEY)) == (None, (FAULT,), ())


def test_a_fault_that_strikes_again_stays_in_its_queue() -> None:
    """With its counters moved, under the name of that queue."""
    match = strike((FAULT,), _met, "seed")
    (change,) = match.changes(World().store, KEY, "callbacks")

    assert isinstance(change, Put)
    assert (change.key, change.record) == ("callbacks", (match.fault,))
    assert match.fault is not None
    assert (match.fault.times, match.fault.struck) == (1, 1)


def test_a_fault_that_struck_for_the_last_time_is_kept_apart() -> None:
    """So that it can still be shown."""
    once = strike((FAULT,), _met, "seed")
    match = strike(once.queue, _met, "seed")
    changes = match.changes(World().store, KEY, "callbacks")

    assert [(change.key, change.record) for change in changes if isinstance(change, Put)] == [
        ("callbacks", ()),
        ("spent", (match.fault,)),
    ]

"""A staged failure strikes the calls that it matches, exactly so often."""

from typing import Any, get_args

import pytest

from mock_server.faults import MAINTENANCE, Asked, meet, staged_refusal
from mock_server.staging import new_fault
from mock_server.store import Put
from mock_server.striking import Queue
from mock_server.tests.builders import KEY, World, contract
from mock_server.values import Operation

BOOK = contract().rulebook
CODES = [code for code in BOOK.codes if code]
OPERATIONS: tuple[Operation, ...] = get_args(Operation)


def _queue(*staged: dict[str, Any]) -> Queue:
    return tuple(
        new_fault(BOOK, str(number), {"code": 1303} | fields, number)
        for number, fields in enumerate(staged, 1)
    )


def _asked(operation: Operation = "get", **parts: Any) -> Asked:  # noqa: ANN401 - as Asked
    plain: dict[str, Any] = {"path_id": "", "query": "", "body": dict, "seed": "0 key"}
    return Asked(operation, **(plain | parts))


def _struck(queue: Queue, *calls: Asked) -> list[str]:
    """Let calls meet the queue one after the other; return what struck each."""
    struck = []
    for call in calls:
        match = meet(queue, call, judged=False)
        struck.append("" if match.fault is None else match.fault.fault_id)
        queue = match.queue
    return struck


def test_a_fault_strikes_so_many_times() -> None:
    """Three times, and then it is gone."""
    assert _struck(_queue({"times": 3}), *[_asked()] * 5) == ["1", "1", "1", "", ""]


def test_a_fault_counts_what_it_did() -> None:
    """How often it struck, and how often it still will."""
    (left,) = meet(_queue({"times": 3}), _asked(), judged=False).queue

    assert (left.struck, left.times) == (1, 2)


def test_a_fault_lets_so_many_calls_pass_before() -> None:
    """`after` counts matching calls only."""
    calls = [_asked("create"), _asked("get"), _asked("create"), _asked("get"), _asked("create")]

    assert _struck(_queue({"after": 2, "operations": ["create"]}), *calls) == [""] * 4 + ["1"]


def test_each_fault_counts_for_itself() -> None:
    """The third call and the fifth are named independently of each other."""
    struck = _struck(_queue({"after": 2}, {"after": 4}), *[_asked()] * 6)

    assert struck == ["", "", "1", "", "2", ""]


def test_faults_strike_in_the_order_of_staging() -> None:
    """One for each call, and those of another operation stay as they are."""
    queue = _queue({"operations": ["create"]}, {"operations": ["get"]}, {"operations": ["get"]})

    assert _struck(queue, _asked(), _asked(), _asked(), _asked("create")) == ["2", "3", "", "1"]


def test_a_call_that_no_fault_names_moves_nothing() -> None:
    """The queue need not be stored again."""
    queue = _queue({"operations": ["create"]})

    match = meet(queue, _asked(), judged=False)

    assert (match.fault, match.queue, match.moved) == (None, queue, False)
    assert match.changes(World().store, KEY) == ()


@pytest.mark.parametrize(
    ("pattern", "parts", "strikes"),
    [
        ({"path_id": "7"}, {"path_id": "7"}, True),
        ({"path_id": "7"}, {"path_id": "8"}, False),
        ({"query": {"pageNum": "2"}}, {"query": "pageSize=5&pageNum=2"}, True),
        ({"query": {"pageNum": "2"}}, {"query": "pageNum=1&pageNum=2"}, False),
        ({"body": {}}, {}, True),
        ({"body": {"a": 1}}, {"body": lambda: {"a": 1, "b": 2}}, True),
        ({"body": {"a": [{"b": 1}]}}, {"body": lambda: {"a": [{"b": 1, "c": 2}]}}, True),
        ({"body": {"a": [1]}}, {"body": lambda: {"a": [1, 2]}}, False),
        ({"body": {"a": {"b": 1}}}, {"body": lambda: {"a": 1}}, False),
        ({"body": {"a": 1}}, {"body": lambda: {"a": True}}, False),
        ({"body": {"a": None}}, {}, False),
        ({"body": {"a": 1}, "path_id": "7"}, {"body": lambda: {"a": 1}}, False),
    ],
)
def test_a_pattern_has_to_be_contained(
    pattern: dict[str, Any],
    parts: dict[str, Any],
    strikes: bool,  # noqa: FBT001 - a column of the table
) -> None:
    """In the body, the query and the path; what it does not name does not matter."""
    assert _struck(_queue({"match": pattern}), _asked(**parts)) == ["1" if strikes else ""]


def test_a_rate_strikes_its_share() -> None:
    """Over many calls, and `times` counts strikes."""
    calls = [_asked()] * 1000

    struck = _struck(_queue({"rate": 0.25, "times": 10_000}), *calls).count("1")

    assert 200 < struck < 300
    assert _struck(_queue({"rate": 0.25, "times": 3}), *calls).count("1") == 3


def test_a_rate_is_drawn_from_the_accounts_seed() -> None:
    """The same calls again are struck again; under another seed others are."""
    queue = _queue({"rate": 0.5, "times": 100})
    one, again, other = (
        _struck(queue, *[_asked(seed=seed)] * 50) for seed in ("1 key", "1 key", "2 key")
    )

    assert one == again
    assert one != other


def test_a_rate_of_0_and_of_1_are_never_and_always() -> None:
    """Whatever is drawn."""
    assert set(_struck(_queue({"rate": 0}), *[_asked()] * 50)) == {""}
    assert set(_struck(_queue({"rate": 1, "times": 50}), *[_asked()] * 50)) == {"1"}


def test_faults_that_wait_for_a_verdict_are_met_after_it() -> None:
    """Each fault is met once: before the call is judged, or after."""
    queue = _queue({}, {"phase": "after"})
    before, after = (meet(queue, _asked(), judged=judged).fault for judged in (False, True))

    assert before is not None
    assert after is not None
    assert (before.fault_id, after.fault_id) == ("1", "2")


def test_a_callback_fault_strikes_no_call() -> None:
    """It is for the announcements."""
    queue = (new_fault(BOOK, "1", {"callback": "lost"}),)

    assert [meet(queue, _asked(), judged=judged).moved for judged in (False, True)] == [False] * 2


def test_a_spent_fault_is_kept_aside() -> None:
    """So that it can be told how often it struck; the last hundred are."""
    world = World()
    queue = _queue({})
    kept: Queue = ()
    for _ in range(101):
        changes = meet(queue, _asked(), judged=False).changes(world.store, KEY)
        world.store.apply(KEY, getattr(world.store.held(KEY), "version", 0), changes)
        assert isinstance(changes[1], Put)
        kept = changes[1].record

    assert changes[0] == Put("faults", "queue", ())
    assert len(kept) == 100
    assert kept[0].struck == 1


@pytest.mark.parametrize("code", CODES)
def test_every_code_can_be_staged(code: int) -> None:
    """It is told under a rule that has that code, and as staged."""
    (fault,) = _queue({"code": code})
    refusal = staged_refusal(BOOK, fault)

    assert refusal.code == code
    assert code in refusal.rule.codes
    assert refusal.finding.value == "staged"


def test_maintenance_is_a_code_for_all_operations() -> None:
    """The one that says so."""
    assert (MAINTENANCE.code, MAINTENANCE.operations) == (5001, frozenset(OPERATIONS))

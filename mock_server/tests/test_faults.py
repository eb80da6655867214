"""A staged failure strikes the calls that it names, exactly so often."""

from typing import Any, get_args

import pytest

from mock_server.faults import FaultError, meet, new_fault, staged_refusal, strikes_at_once
from mock_server.tests.builders import contract
from mock_server.values import Fault, Operation

BOOK = contract().rulebook
CODES = [code for code in BOOK.codes if code]
OPERATIONS: tuple[Operation, ...] = get_args(Operation)


def _fault(**fields: Any) -> Fault:  # noqa: ANN401 - as the control API
    return new_fault(BOOK, "1", {"code": 5000} | fields)


def test_a_fault_strikes_the_next_call_of_any_operation() -> None:
    """That is what is meant when nothing else is said."""
    assert _fault() == Fault("1", 5000, frozenset(OPERATIONS), times=1)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"code": 1999}, "code 1999 is none of: 1000, 1001, .*5002"),
        ({"code": 0}, "code 0 is none of: 1000"),
        ({"operations": ["create", "delete"]}, "operation 'delete' is none of: identify, create"),
        ({"fail_task": "why"}, "give exactly one of `code` .*`fail_task`"),
    ],
)
def test_a_fault_that_cannot_be_is_refused(fields: dict[str, Any], words: str) -> None:
    """The value is told, and what it can be."""
    with pytest.raises(FaultError, match=words):
        _fault(**fields)


def test_a_fault_without_a_failure_is_refused() -> None:
    """Neither a code nor a failed task is asked for."""
    with pytest.raises(FaultError, match="give exactly one of `code`"):
        new_fault(BOOK, "1", {})


def test_a_task_fails_by_its_create_call() -> None:
    """Other operations make no task."""
    fault = new_fault(BOOK, "1", {"fail_task": "why", "operations": ["get"]})

    assert (fault.code, fault.operations, fault.fail_task) == (
        0,
        frozenset({"create"}),
        "why",
    )


def test_an_announcement_can_be_made_to_go_wrong() -> None:
    """No call is struck by that; a late one has its delay in ms, of a minute if none is given."""
    lost = new_fault(BOOK, "1", {"callback": "lost", "statuses": ["succeed"], "times": 2})
    late = new_fault(BOOK, "1", {"callback": "late", "delay": "90s", "after": 1})

    assert lost == Fault(
        "1", 0, frozenset(), times=2, callback="lost", statuses=frozenset({"succeed"})
    )
    assert (late.delay_ms, late.after) == (90_000, 1)
    assert new_fault(BOOK, "1", {"callback": "late"}).delay_ms == 60_000
    assert all(meet((lost, late), operation).fault is None for operation in OPERATIONS)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"callback": "lost", "delay": "1s"}, "`delay` does not go with the callback 'lost'"),
        ({"callback": "late", "operations": ["get"]}, "`operations` does not go with"),
        ({"callback": "late", "code": 5000}, "give exactly one of `code`"),
    ],
)
def test_a_callback_fault_that_cannot_be_is_refused(fields: dict[str, Any], words: str) -> None:
    """What it would not read, it does not take."""
    with pytest.raises(FaultError, match=words):
        new_fault(BOOK, "1", fields)


def test_a_fault_strikes_so_many_times() -> None:
    """Three times, and then it is gone."""
    queue: tuple[Fault, ...] = (_fault(times=3),)
    struck = []
    for _ in range(5):
        match = meet(queue, "get")
        struck.append(match.fault is not None)
        queue = match.queue

    assert struck == [True, True, True, False, False]
    assert queue == ()


def test_a_fault_lets_so_many_calls_pass_before() -> None:
    """`after` counts matching calls only."""
    queue: tuple[Fault, ...] = (_fault(after=2, operations=["create"]),)
    struck: list[bool] = []
    calls: tuple[Operation, ...] = ("create", "get", "create", "get", "create")
    for operation in calls:
        match = meet(queue, operation)
        struck.append(match.fault is not None)
        queue = match.queue

    assert struck == [False, False, False, False, True]


def test_faults_strike_in_the_order_of_staging() -> None:
    """The first that names the operation does, and the others stay as they are."""
    first, second = _fault(operations=["create"]), _fault(operations=["get"])
    third = _fault(code=5001, operations=["get"])

    match = meet((first, second, third), "get")

    assert (match.fault, match.queue, match.moved) == (second, (first, third), True)


def test_a_call_that_no_fault_names_moves_nothing() -> None:
    """The queue need not be stored again."""
    queue = (_fault(operations=["create"]),)

    match = meet(queue, "get")

    assert (match.fault, match.queue, match.moved) == (None, queue, False)


@pytest.mark.parametrize("code", CODES)
def test_every_code_can_be_staged(code: int) -> None:
    """It is told under a rule that has that code, and as staged."""
    refusal = staged_refusal(BOOK, _fault(code=code))

    assert refusal.code == code
    assert code in refusal.rule.codes
    assert refusal.finding.value == "staged"


@pytest.mark.parametrize(
    ("fields", "at_once"),
    [
        ({"code": 1303}, True),
        ({"code": 1303, "phase": "after"}, False),
        ({"code": 1300}, False),
        ({"code": 5000}, False),
        ({"code": 5002}, False),
    ],
)
def test_some_codes_strike_in_their_place(
    fields: dict[str, Any],
    at_once: bool,  # noqa: FBT001 - a column of the table
) -> None:
    """Policy and the service's own failures come where the order has them, others at once."""
    assert strikes_at_once(_fault(**fields)) is at_once


def test_a_failing_task_strikes_no_call() -> None:
    """The call is accepted, and its task ends badly."""
    assert not strikes_at_once(new_fault(BOOK, "1", {"fail_task": "why"}))

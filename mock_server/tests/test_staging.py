"""What the control API is given becomes a fault, or is refused with its remedy."""

from typing import Any, get_args

import pytest

from mock_server.staged import Pattern
from mock_server.staging import FaultError, new_fault, shown
from mock_server.tests.builders import contract
from mock_server.values import Operation

BOOK = contract().rulebook
ALL = frozenset(get_args(Operation))


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "give exactly one of `code`"),
        ({"code": 5000, "fail_task": "why"}, "give exactly one of `code` .* and|`fail_task`"),
        ({"code": 5000, "transport": "reset"}, "give exactly one of `code`"),
        ({"code": 1999}, "code 1999 is none of: 1000, 1001, .*5002"),
        ({"code": 0}, "code 0 is none of: 1000"),
        ({"code": 5000, "operations": ["create", "delete"]}, "operation 'delete' is none of"),
        ({"code": 5000, "statuses": ["failed"]}, "`statuses` does not go with `code`"),
        ({"fail_task": "why", "phase": "after"}, "`phase` does not go with `fail_task`"),
        ({"callback": "lost", "operations": ["get"]}, "`operations` does not go with `callback`"),
        ({"latency": 5, "http_status": 500}, "`http_status` does not go with `latency`"),
        ({"transport": "reset", "http_status": 500}, "a reset has no status"),
        ({"code": 5000, "latency": "soon"}, "latency 'soon' is no span of time: give ms, or such"),
        ({"callback": "late", "delay": -1}, "delay -1 is no span of time"),
    ],
)
def test_a_fault_that_cannot_be_is_refused(fields: dict[str, Any], words: str) -> None:
    """The value is told, and what it can be."""
    with pytest.raises(FaultError, match=words):
        new_fault(BOOK, "1", fields)


def test_a_fault_strikes_the_next_call_of_any_operation() -> None:
    """That is what is meant when nothing else is said."""
    fault = new_fault(BOOK, "7", {"code": 1303})

    assert (fault.fault_id, fault.operations, fault.times, fault.after) == ("7", ALL, 1, 0)
    assert (fault.phase, fault.latency_ms, fault.match, fault.rate) == ("before", 0, None, None)


def test_a_task_fails_by_its_create_call() -> None:
    """Other operations make no task."""
    fault = new_fault(BOOK, "1", {"fail_task": "why", "operations": ["get"]})

    assert (fault.code, fault.operations, fault.fail_task) == (0, frozenset(("create",)), "why")


@pytest.mark.parametrize(
    ("fields", "milliseconds"),
    [
        ({"transport": "stall"}, 60_000),
        ({"transport": "stall", "latency": "250ms"}, 250),
        ({"code": 5002, "latency": "30s"}, 30_000),
        ({"latency": 7}, 7),
    ],
)
def test_latency_is_a_span(fields: dict[str, Any], milliseconds: int) -> None:
    """A stall lasts a minute when nothing else is said."""
    assert new_fault(BOOK, "1", fields).latency_ms == milliseconds


@pytest.mark.parametrize(
    ("code", "operations"),
    [(1300, {"identify", "create"}), (5000, ALL), (5001, ALL), (5002, ALL), (1303, set())],
)
def test_some_codes_have_a_place_in_the_order(code: int, operations: set[str]) -> None:
    """The rulebook says for which operations."""
    assert new_fault(BOOK, "1", {"code": code}).in_place == operations


def test_a_callback_fault_is_for_all_transitions() -> None:
    """Unless some are named; it is a minute late where it is late."""
    every = new_fault(BOOK, "1", {"callback": "late"})
    one = new_fault(BOOK, "1", {"callback": "late", "statuses": ["failed"], "delay": "2h"})

    assert (len(every.statuses), every.delay_ms) == (4, 60_000)
    assert (one.statuses, one.delay_ms) == (frozenset(("failed",)), 7_200_000)


def test_a_fault_is_shown_as_it_was_given() -> None:
    """With what is left of it, and without what only the engine needs."""
    given = {
        "code": 1303,
        "times": 4,
        "match": {"path_id": "7"},
        "operations": ["list", "get"],
    }
    fault = new_fault(BOOK, "1", given)
    told = shown(fault)

    assert fault.match == Pattern(path_id="7")
    assert {name: told[name] for name in given} == given | {"operations": ["get", "list"]}
    assert (told["left"], told["struck"]) == (4, 0)
    assert not {"in_place", "number", "seen"} & told.keys()

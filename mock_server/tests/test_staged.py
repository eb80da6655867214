"""A fault has a name, and knows when it strikes."""

import pytest

from mock_server.staged import Fault


def _fault(**fields: object) -> Fault:
    plain = {"fault_id": "1", "code": 0, "operations": frozenset(("create",)), "times": 1}
    return Fault(**(plain | fields))  # type: ignore[arg-type]  # any field


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"code": 1303, "latency_ms": 5}, "1303"),
        ({"fail_task": "why", "latency_ms": 5}, "fail-task"),
        ({"transport": "bad-gateway"}, "bad-gateway"),
        ({"callback": "lost"}, "lost"),
        ({"latency_ms": 5}, "latency"),
    ],
)
def test_a_fault_is_named_for_what_strikes(fields: dict[str, object], name: str) -> None:
    """In one word, for a header."""
    assert _fault(**fields).name == name


def test_latency_alone_leaves_the_answer() -> None:
    """With anything else, the answer is another."""
    assert _fault(latency_ms=5).only_delays
    assert not _fault(latency_ms=5, code=5002).only_delays


@pytest.mark.parametrize(
    ("fields", "waits"),
    [
        ({"code": 1303}, False),
        ({"transport": "reset"}, False),
        ({"latency_ms": 5}, False),
        ({"code": 1303, "phase": "after"}, True),
        ({"code": 5000, "in_place": frozenset(("create",))}, True),
        ({"code": 1300, "in_place": frozenset(("identify",))}, False),
        ({"fail_task": "why"}, True),
    ],
)
def test_some_faults_strike_only_what_the_rules_let_pass(
    fields: dict[str, object],
    waits: bool,  # noqa: FBT001 - a column of the table
) -> None:
    """Those after commit, those with a place in the order, and tasks that fail."""
    assert _fault(**fields).waits_for_verdict("create") is waits

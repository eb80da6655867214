"""Sending again is judged by the wait, by the code before it, and by what tells two calls apart."""

import pytest

from mock_server.findings.retries import permanent_retried, resent_unprotected, without_back_off
from mock_server.findings.values import History, Seen
from mock_server.journal import Entry
from mock_server.routes import TASKS_PATH
from mock_server.tests.builders import KEY, NOW, contract
from mock_server.tests.entries import entry


def _history(*entries: Entry) -> History:
    numbered = [entry_at(number, one) for number, one in enumerate(entries, 1)]
    return History(KEY, numbered, (), contract())


def entry_at(sequence: int, one: Entry) -> Entry:
    """Return the entry under another number."""
    names = ("kind", "operation", "code", "status", "at", "host_ms", "body", "body_bytes", "path")
    return entry(sequence=sequence, **{name: getattr(one, name) for name in names})


def _create(code: int, at: int = 0, body: bytes = b'{"a": 1}', status: int = 200) -> Entry:
    return entry(
        operation="create",
        code=code,
        status=status,
        at=NOW + at,
        host_ms=NOW,
        body=body,
        body_bytes=len(body),
    )


def _after(*waits: int) -> list[Entry]:
    at, entries = 0, [_create(1303)]
    for wait in waits:
        at += wait
        entries.append(_create(1303, at))
    return entries


def _sequences(found: list[Seen]) -> list[tuple[int, ...]]:
    return [seen.sequences for seen in found]


@pytest.mark.parametrize(
    ("waits", "sequences"),
    [
        ((), []),
        ((1000,), []),
        ((999,), [(1, 2)]),
        ((999, 5000, 0), [(1, 2), (3, 4)]),
        ((2000, 2000, 2000), []),
        ((2000, 2000, 2000, 2000), [(1, 2, 3, 4, 5)]),
        ((2000, 2100, 1900, 2199), [(1, 2, 3, 4, 5)]),
        ((2000, 2100, 2200, 2200), []),
        ((1000, 2000, 4000, 8000, 16_000, 30_000, 30_000), []),
        ((30_000, 30_000, 30_000, 30_000), []),
    ],
)
def test_waits_start_at_a_second_and_grow(
    waits: tuple[int, ...], sequences: list[tuple[int, ...]]
) -> None:
    """By ten per cent at least until the fourth, or they are long already."""
    assert _sequences(list(without_back_off(_history(*_after(*waits))))) == sequences


def test_another_call_is_no_retry() -> None:
    """Two orders that are refused at once are two orders."""
    calls = [_create(1303, body=b'{"a": %d}' % number) for number in range(9)]

    assert list(without_back_off(_history(*calls))) == []


def test_an_accepted_retry_ends_the_run() -> None:
    """The same order may come again right after it."""
    calls = [_create(1303), _create(0, 1000), _create(1303, 1000), _create(0, 2000)]

    assert list(without_back_off(_history(*calls))) == []


@pytest.mark.parametrize("code", [1100, 1101, 1102, 1304])
@pytest.mark.parametrize(("wait", "found"), [(0, True), (599_999, True), (600_000, False)])
def test_a_permanent_refusal_stands_for_ten_minutes(code: int, wait: int, *, found: bool) -> None:
    """Afterwards somebody may have acted elsewhere."""
    calls = [_create(code), _create(0, wait)]

    assert _sequences(list(permanent_retried(_history(*calls)))) == ([(1, 2)] if found else [])


@pytest.mark.parametrize("code", [0, 1201, 1302, 1303, 5000, 1004])
def test_other_codes_are_not_permanent_429s(code: int) -> None:
    """Each has a habit of its own."""
    assert list(permanent_retried(_history(_create(code), _create(code)))) == []


@pytest.mark.parametrize(
    ("command", "found"),
    [("changeAccount", False), ("clearFaults", False), ("moveClock", True), ("stageFault", True)],
)
def test_a_command_may_mend_the_account(command: str, *, found: bool) -> None:
    """Unless it only moves the clock, or stages what comes next."""
    history = _history(_create(1102), entry(kind="command", operation=command), _create(0))

    assert bool(list(permanent_retried(history))) is found


FIRST, SECOND = b'{"a": 1, "external_task_id": "x"}', b'{"external_task_id": "y", "a": 1}'


@pytest.mark.parametrize(
    ("first", "second", "found"),
    [
        (b'{"a": 1}', b'{"a": 1}', True),
        (b'{"a": 1}', b'{"a": 2}', False),
        (FIRST, FIRST, False),
        (FIRST, SECOND, True),
        (FIRST, b'{"a": 1}', True),
        (b"{", b"{", True),
    ],
)
@pytest.mark.parametrize(("code", "status"), [(5000, 500), (5002, 200), (0, 502), (0, 0)])
def test_an_order_without_a_common_id_may_be_done_twice(
    first: bytes, second: bytes, code: int, status: int, *, found: bool
) -> None:
    """Wherever it is not known what became of the first."""
    history = _history(_create(code, body=first, status=status), _create(0, body=second))

    assert _sequences(list(resent_unprotected(history))) == ([(1, 2)] if found else [])


@pytest.mark.parametrize("code", [0, 1201, 1302, 1303, 1102])
def test_an_order_that_was_decided_may_come_again(code: int) -> None:
    """It was done, or it was not."""
    assert list(resent_unprotected(_history(_create(code), _create(0)))) == []


@pytest.mark.parametrize(
    ("operation", "path", "found"),
    [
        ("list", TASKS_PATH, False),
        ("get", f"{TASKS_PATH}/x", False),
        ("get", f"{TASKS_PATH}/z", True),
        ("identify", "/p", True),
    ],
)
def test_looking_first_is_a_protection(operation: str, path: str, *, found: bool) -> None:
    """At the list, or at the task under the id that the first had."""
    look = entry(operation=operation, path=path)
    history = _history(_create(5002, body=FIRST), look, _create(0, body=SECOND))

    assert bool(list(resent_unprotected(history))) is found

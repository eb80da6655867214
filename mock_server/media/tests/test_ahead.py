"""An iterator in a thread of its own gives what it gave before."""

import threading
from collections.abc import Iterator

import pytest

from mock_server.media.ahead import ahead


def failing() -> Iterator[int]:
    """Yield one value and break."""
    yield 1
    msg = "broken"
    raise ValueError(msg)


def test_all_values_come_in_order() -> None:
    """Nothing is lost and nothing overtakes."""
    with ahead(iter(range(100)), 3) as values:
        assert list(values) == list(range(100))


def test_an_error_comes_where_the_values_are_used() -> None:
    """What broke in the thread is raised behind the last good value."""
    with ahead(failing(), 3) as values:
        assert next(values) == 1
        with pytest.raises(ValueError, match="broken"):
            next(values)


def test_the_thread_ends_when_nobody_listens_any_more() -> None:
    """Leaving early ends the thread although its values were not used up."""
    before = threading.active_count()

    with ahead(iter(range(10_000)), 2) as values:
        assert next(values) == 0

    assert threading.active_count() == before


def test_a_value_that_waits_is_worked_on_meanwhile() -> None:
    """While there is no room the thread does some of the work, and loses no value over it."""
    worked: list[int] = []
    second = threading.Event()

    def work(value: int) -> None:
        worked.append(value)
        second.set()

    with ahead(iter(range(3)), 1, work) as values:
        assert second.wait(10)
        assert list(values) == [0, 1, 2]

    assert worked[0] == 1

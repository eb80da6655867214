"""A task's status is a function of its facts and an instant, and only moves forward."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_server import lifecycle
from mock_server.pace import Pace, by_polls
from mock_server.tests.builders import NOW, changed, task
from mock_server.values import Due, Event, RenderState, Task

RANK = {"submitted": 0, "processing": 1, "succeed": 2, "failed": 2}
SPANS = st.integers(min_value=0, max_value=10**7)
TASKS = st.builds(
    lambda pace, render, rendered, failure: task(
        pace=pace, render=render, rendered_at=NOW + rendered, failure=failure
    ),
    st.builds(Pace, SPANS, SPANS),
    st.sampled_from(RenderState),
    SPANS,
    st.sampled_from(["", "why"]),
)
INSTANTS = st.integers(min_value=NOW - 1000, max_value=NOW + 3 * 10**7)
RENDERED_LATE = {"render": RenderState.READY, "rendered_at": NOW + 9000}


@pytest.mark.parametrize(
    ("changes", "after_ms", "status", "updated"),
    [
        ({}, 0, "submitted", 0),
        ({}, 999, "submitted", 0),
        ({}, 1000, "processing", 1000),
        ({}, 4999, "processing", 1000),
        ({}, 5000, "succeed", 5000),
        ({}, 10**12, "succeed", 5000),
        ({"failure": "why"}, 4999, "processing", 1000),
        ({"failure": "why"}, 5000, "failed", 5000),
        ({"render": RenderState.RUNNING}, 999, "submitted", 0),
        ({"render": RenderState.RUNNING}, 5000, "processing", 1000),
        ({"render": RenderState.RUNNING}, 10**12, "processing", 1000),
        ({"render": RenderState.READY, "rendered_at": NOW + 2000}, 4999, "processing", 1000),
        ({"render": RenderState.READY, "rendered_at": NOW + 2000}, 5000, "succeed", 5000),
        (RENDERED_LATE, 8999, "processing", 1000),
        (RENDERED_LATE, 9000, "succeed", 9000),
        ({"pace": Pace(0, 0)}, 0, "succeed", 0),
        ({"pace": Pace(0, 5)}, 0, "processing", 0),
    ],
)
def test_a_task_has_one_status_at_every_instant(
    changes: dict[str, object], after_ms: int, status: str, updated: int
) -> None:
    """Each limit belongs to what follows, and a late render delays the end."""
    one = task(**changes)

    assert lifecycle.status_at(one, NOW + after_ms) == status
    assert lifecycle.seen_at(one, NOW + after_ms)[1] == NOW + updated
    assert lifecycle.is_open(one, NOW + after_ms) == (RANK[status] < 2)


@given(TASKS, INSTANTS, INSTANTS)
def test_status_never_falls_back(one: Task, first: int, second: int) -> None:
    """Later is at the same rank or a higher one, and an end stays the end that it is."""
    early, late = sorted((first, second))
    before, after = lifecycle.status_at(one, early), lifecycle.status_at(one, late)

    assert RANK[before] <= RANK[after]
    assert RANK[before] < 2 or before == after


@given(TASKS, INSTANTS)
def test_asking_twice_gives_the_same(one: Task, now: int) -> None:
    """Nothing is remembered between two questions."""
    assert lifecycle.seen_at(one, now) == lifecycle.seen_at(one, now)


@given(TASKS, INSTANTS)
def test_the_last_change_is_not_in_the_future(one: Task, now: int) -> None:
    """It lies between the task's birth and the instant that is asked about."""
    now = max(now, one.created_at)

    assert one.created_at <= lifecycle.seen_at(one, now)[1] <= now


@given(TASKS)
def test_a_task_that_calls_back_has_two_events(one: Task) -> None:
    """Just before an event the status is still the one before, and at it the one after."""
    one = changed(one, {"callback_url": "http://127.0.0.1:9/"})
    first, last = lifecycle.first_event(one), lifecycle.end_event(one)

    assert first is not None
    assert first == Event(lifecycle.processing_at(one), Due.PROCESSING, one.task_id)
    assert lifecycle.status_at(one, first.at - 1) == "submitted"
    assert RANK[lifecycle.status_at(one, first.at)] >= 1
    if last is not None:
        assert RANK[lifecycle.status_at(one, last.at - 1)] < 2
        assert RANK[lifecycle.status_at(one, last.at)] == 2


@given(TASKS)
def test_a_task_that_calls_nobody_has_one_event(one: Task) -> None:
    """Nobody is told that it is processed, so only its planned end falls due."""
    expected = Event(lifecycle.planned_end(one), Due.END, one.task_id)

    assert lifecycle.first_event(one) == expected


def test_a_running_render_leaves_the_end_open() -> None:
    """There is no last event to schedule until the file is there."""
    running = task(render=RenderState.RUNNING)

    assert lifecycle.ended_at(running) is None
    assert lifecycle.end_event(running) is None
    assert lifecycle.planned_end(running) == NOW + 5000
    assert lifecycle.end_event(task()) == Event(NOW + 5000, Due.END, task().task_id)


def test_a_task_whose_queries_do_not_count_stays_as_it_is() -> None:
    """It is the same value, so nothing has to be kept."""
    one = task()

    assert lifecycle.polled(one, NOW + 7) is one


@given(
    counts=st.tuples(st.integers(0, 3), st.integers(0, 3)),
    steps=st.lists(st.integers(0, 10_000), max_size=9),
    callback=st.sampled_from([None, "http://127.0.0.1:9/"]),
)
def test_queries_that_count_make_the_status(
    counts: tuple[int, int], steps: list[int], callback: str | None
) -> None:
    """The one that completes a count shows it at its instant, and each event comes once."""
    one, now = task(pace=by_polls(*counts), callback_url=callback), NOW
    first = lifecycle.first_event(one)
    events = [] if first is None else [first]
    for asked, step in enumerate(steps, start=1):
        now += step
        before, one = one, lifecycle.polled(one, now)
        event = None if before is one else lifecycle.poll_event(before, one)
        events += [] if event is None else [event]
        needed = (("processing", counts[0]), ("succeed", sum(counts)))
        due = [status for status, count in needed if asked >= count]

        assert lifecycle.status_at(one, now) == (due[-1] if due else "submitted")
        assert event is None or event.at == now
    ended = lifecycle.status_at(one, now) == "succeed"

    assert len(events) <= 2
    assert len({event.kind for event in events}) == len(events)
    assert (lifecycle.end_event(one) is not None) == (ended or sum(counts) == 0)


@given(TASKS, INSTANTS, INSTANTS)
def test_a_task_is_the_same_until_it_changes(given_task: Task, one: int, other: int) -> None:
    """Within the bounds of an instant it is as at that instant; at their end it is not."""
    first, last = lifecycle.unchanged(given_task, one)

    if first <= other < last:
        assert lifecycle.seen_at(given_task, other) == lifecycle.seen_at(given_task, one)
    if last <= NOW + 10**9:
        assert lifecycle.seen_at(given_task, last) != lifecycle.seen_at(given_task, one)

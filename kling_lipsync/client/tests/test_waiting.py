"""Waits: who is told, who may stop them, and several at once."""

import asyncio
import time
from threading import Timer

import pytest

from kling_lipsync.client.environment import Environment, Stop
from kling_lipsync.client.errors import (
    InvalidRequest,
    NotFound,
    ServiceProblem,
    TaskFailed,
    WaitStopped,
    WaitTimeout,
)
from kling_lipsync.client.policy import RetryPolicy
from kling_lipsync.client.tests.both import on_both
from kling_lipsync.client.tests.service import Fault, Service, World
from kling_lipsync.client.waiting import UnknownState


def _tasks(
    count: int = 1, life: tuple[str, ...] = ("submitted", "processing", "succeed")
) -> Service:
    service = Service(World(), life=life)
    for number in range(count):
        service._keep({"external_task_id": f"mine {number}"})
    return service


def test_progress_is_told_at_each_change() -> None:
    """And not at every look; the awaited client awaits what it called."""
    told: list[str] = []
    service = _tasks(life=("submitted", "submitted", "processing", "processing", "succeed"))
    on_both(service, lambda c: c.wait("t1", progress=lambda t: told.append(t.task_status.value)))

    assert told == ["submitted", "processing", "succeed"] * 2


def test_looks_grow_apart() -> None:
    """The first is at once, the next after two seconds, then longer."""
    outcome = on_both(_tasks(life=("processing",) * 8 + ("succeed",)), lambda c: c.wait("t1"))

    assert outcome.pauses == (2.1, 3.15, 4.725, 7.0875, 10.63125, 15.75, 15.75, 15.75)


def test_a_wait_is_taken_up_by_another_process() -> None:
    """All it needs is an id, of either kind."""
    outcome = on_both(_tasks(), lambda c: c.wait("mine 0"))

    assert outcome.value.task_id == "t1"


def test_a_stop_ends_a_wait() -> None:
    """During a pause, and before the first look."""
    service = _tasks(life=("processing",))
    service.world.stop_after = 2
    outcome = on_both(service, lambda c: c.wait("t1", stop=Stop()))
    assert isinstance(outcome.error, WaitStopped)
    assert len(outcome.requests) == 2
    assert outcome.error.task is not None

    stop = Stop()
    stop.set()
    assert on_both(_tasks(), lambda c: c.wait("t1", stop=stop)).requests == ()


def test_a_stop_wakes_real_pauses() -> None:
    """From another thread, at once, whoever pauses."""
    began = time.monotonic()
    blocking, awaited = Stop(), Stop()
    Timer(0.05, blocking.set).start()
    Environment().pause(30, blocking)
    Timer(0.05, awaited.set).start()
    asyncio.run(_awaited(awaited))

    assert time.monotonic() - began < 5


async def _awaited(stop: Stop) -> None:
    await Environment().pause_async(30, stop)


def test_pauses_without_a_stop_are_as_long_as_asked() -> None:
    """And one with a stop that nobody sets."""

    async def awaited() -> None:
        await Environment().pause_async(0.02, None)
        await Environment().pause_async(0.02, Stop())

    began = time.monotonic()
    Environment().pause(0.02, None)
    Environment().pause(0.02, Stop())
    asyncio.run(awaited())
    assert time.monotonic() - began >= 0.07


def test_a_refusal_that_no_repetition_can_change_ends_a_wait() -> None:
    """An id that names nothing is told at once."""
    outcome = on_both(Service(World()), lambda c: c.wait("nothing"))

    assert isinstance(outcome.error, NotFound)
    assert len(outcome.requests) == 1


def test_failures_in_a_row_have_a_budget() -> None:
    """Five, and a success in between counts anew; a caller who owns retries has none."""
    fault = Fault("5000")
    service = _tasks(life=("processing",) * 9 + ("succeed",))
    service.script = [fault] * 4 + [None] + [fault] * 4
    assert on_both(service, lambda c: c.wait("t1")).error is None

    service = _tasks()
    service.script = [fault] * 5
    assert isinstance(on_both(service, lambda c: c.wait("t1")).error, ServiceProblem)

    service = _tasks()
    service.script = [fault]
    owned = RetryPolicy(caller_owns_retries=True)
    outcome = on_both(service, lambda c: c.wait("t1"), retries=owned)
    assert isinstance(outcome.error, ServiceProblem)


def test_an_unknown_state_is_warned_of_once_and_waited_on() -> None:
    """A state that the contract gets tomorrow is not a failure today."""
    service = _tasks(life=("paused", "paused", "processing", "succeed"))

    with pytest.warns(UnknownState) as caught:
        outcome = on_both(service, lambda c: c.wait("t1"))

    assert outcome.value.task_status == "succeed"
    assert len(caught) == 2


def test_a_short_wait_still_looks_twice() -> None:
    """Once at once, and once shortly before its end."""
    outcome = on_both(_tasks(life=("processing",)), lambda c: c.wait("t1", timeout=1))

    assert isinstance(outcome.error, WaitTimeout)
    assert outcome.pauses == (0.9,)


def test_several_waits_take_turns() -> None:
    """Each has its result or its error, in the order asked for."""
    service = _tasks(3, life=("processing", "processing", "processing", "failed", "succeed"))
    outcome = on_both(service, lambda c: c.wait_all(["t3", "unknown", "t1", "t2"]))

    kinds = [type(one) for one in outcome.value]
    assert kinds[1] is NotFound
    assert issubclass(NotFound, InvalidRequest)
    assert kinds.count(TaskFailed) == 1
    assert [one.task_id for one in outcome.value if hasattr(one, "task_id")]
    assert on_both(service, lambda c: c.wait_all([])).value == []


def test_all_waits_share_one_limit() -> None:
    """Three that never end take as long as one."""
    service = _tasks(3, life=("processing",))
    outcome = on_both(service, lambda c: c.wait_all(["t1", "t2", "t3"], timeout=60))

    assert [type(one) for one in outcome.value] == [WaitTimeout] * 3
    assert outcome.service.world.now <= 60

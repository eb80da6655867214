"""Clocks that go on by themselves: how fast, how far, and what falls due by them."""

import re
import time

import pytest

from contract_tests.callers import Caller
from contract_tests.drafts import new_task
from contract_tests.marks import rule
from contract_tests.receiver import Receiver
from contract_tests.scenes import SCENE
from contract_tests.targets import ControlRefused, Target

LAST_MS = 9_999_999_999_999
PATIENCE_S = 10.0


def host_ms() -> float:
    """Return the machine's clock (Unix ms)."""
    return time.time_ns() / 1_000_000


@pytest.mark.parametrize(("setting", "factor"), [("real", 1.0), ("x1000", 1000.0), ("x0.5", 0.5)])
def test_a_clock_goes_as_fast_as_it_was_set(target: Target, setting: str, factor: float) -> None:
    """It starts at the machine's time; between two looks it goes as far as that, times N."""
    born = host_ms()
    caller = Caller(target, time=setting)
    start, ends, seen = host_ms(), list[tuple[float, float]](), list[int]()
    for _ in range(2):
        asked = host_ms()
        seen.append(caller.now())
        ends.append((asked, host_ms()))
        time.sleep(0.03)  # the clock has to go on meanwhile
    least, most = ends[1][0] - ends[0][1], ends[1][1] - ends[0][0]

    assert (ends[0][0] - start - 2) * factor <= seen[0] - born
    assert seen[0] <= start + (ends[0][1] - born + 2) * factor
    assert (least - 2) * factor <= seen[1] - seen[0] <= (most + 2) * factor


@pytest.mark.parametrize("setting", ["x0", "x0.0", "x-1", "x-0.5", "x1000001", "xnan", "x", "5"])
def test_a_clock_goes_neither_back_nor_nowhere(target: Target, setting: str) -> None:
    """A factor has to be above 0 and at most 1,000,000; the refusal names what was given."""
    with pytest.raises(ControlRefused, match=re.escape(setting)):
        Caller(target, time=setting)


def test_a_clock_stands_still_in_the_last_instant(target: Target) -> None:
    """The fast one, too, ends where instants still have 13 digits."""
    caller = Caller(target, time="x1000000")
    caller.move(to=LAST_MS - 5)
    time.sleep(0.01)  # 10,000 s of the account's, which reach past the end

    assert [caller.now(), caller.now()] == [LAST_MS, LAST_MS]


def test_what_falls_due_is_told_without_being_asked_for(socket_target: Target) -> None:
    """A receiver is called as time passes; each announcement at its instant, and none before."""
    caller = Caller(socket_target, time="x100", pace="2000+3000")
    took, began = list[float](), time.monotonic()
    with Receiver(meanwhile=lambda _: took.append(time.monotonic() - began)) as receiver:
        task_id = new_task(caller, SCENE, callback_url=receiver.url)
        while len(took) < 2 and time.monotonic() - began < PATIENCE_S:
            time.sleep(0.001)  # the receiver runs in a thread of its own
    task = caller.get(task_id).data
    told = [(one.task["task_status"], one.task["updated_at"]) for one in receiver.received]

    assert told == [
        ("processing", task["created_at"] + 2000),
        ("succeed", task["created_at"] + 5000),
    ]
    assert took[0] >= 0.018
    assert took[1] >= 0.048


@rule("callback.attempts")
def test_a_planned_attempt_is_made_without_being_asked_for(socket_target: Target) -> None:
    """Each at its instant, while nobody calls."""
    caller = Caller(
        socket_target,
        time="x100",
        pace="0+0",
        callback_retries=["2s", "3s"],
        readings={"callback-events": "terminal-only"},
    )
    began = time.monotonic()
    with Receiver(500) as receiver:
        new_task(caller, SCENE, callback_url=receiver.url)
        while len(receiver.received) < 3 and time.monotonic() - began < PATIENCE_S:
            time.sleep(0.001)  # the receiver runs in a thread of its own
        told = len(receiver.received)
    (delivery,) = caller.await_deliveries(1)["deliveries"]
    instants = [attempt["at"] for attempt in delivery["attempts"]]

    assert told == 3
    assert instants[1] - instants[0] >= 2000
    assert instants[2] - instants[1] >= 3000


@rule("lifecycle.states")
@pytest.mark.parametrize("setting", ["real", "x100"])
def test_a_clock_that_was_moved_goes_on(target: Target, setting: str) -> None:
    """From where it was moved to, as fast as before; tasks end by it."""
    caller = Caller(target, time=setting, pace="5+5")
    first = new_task(caller, SCENE)
    caller.advance("48h")
    second = new_task(caller, SCENE)
    until = time.monotonic() + PATIENCE_S
    while caller.get(second).data["task_status"] != "succeed" and time.monotonic() < until:
        time.sleep(0.001)  # the clock has to go on meanwhile

    assert caller.get(first).data["task_status"] == "succeed"
    assert caller.get(second).data["task_status"] == "succeed"


@rule("list.items", "lifecycle.states")
def test_a_list_goes_on_with_its_tasks(target: Target) -> None:
    """Asked for again a moment later, it has each task as its own query tells it then."""
    caller = Caller(target, time="real", pace="0+0")
    new_task(caller, SCENE)
    caller.change(pace="40+60")
    task_id = new_task(caller, SCENE)
    new_task(caller, SCENE)
    states, until = ["submitted", "processing", "succeed"], time.monotonic() + PATIENCE_S
    status = ""
    while status != "succeed" and time.monotonic() < until:
        before, told, after = caller.page().data[1], caller.get(task_id).data, caller.page().data[1]
        ranks = [states.index(task["task_status"]) for task in (before, told, after)]
        status = told["task_status"]
        assert ranks == sorted(ranks)

    assert status == "succeed"

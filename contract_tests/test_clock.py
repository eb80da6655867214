"""The clock of an account: how it moves, and what happens on the way."""

from collections.abc import Callable
from time import perf_counter

import pytest

from contract_tests import spec
from contract_tests.callers import Caller
from contract_tests.drafts import new_task, plain_fields
from contract_tests.marks import rule
from contract_tests.moving import (
    MINUTE,
    RESULT_MS,
    SESSION_MS,
    attempt,
    change,
    refused,
    stamped,
    without_ids,
)
from contract_tests.receiver import Receiver
from contract_tests.scenes import SCENE
from contract_tests.targets import Target

LAST_MS = 9_999_999_999_999


@rule("callback.on-status-change")
def test_a_long_task_passes_at_once(every_target: Target, tell: Callable[[str], None]) -> None:
    """68 minutes with three announcements, without a pause, under a client that changes nothing."""
    caller = Caller(
        every_target,
        pace=f"{MINUTE}+{67 * MINUTE}",
        readings={"callback-events": "with-submitted"},
    )
    start, fields = caller.now(), plain_fields(caller, SCENE)
    with Receiver() as receiver:
        began = perf_counter()
        task_id = caller.create({**fields, "callback_url": receiver.url}).data["task_id"]
        told = caller.move(until_task=task_id)
        took = perf_counter() - began
        task = caller.get(task_id)
    tell(f"68 minutes with 3 callbacks, {type(every_target).__name__}: {took * 1000:.1f} ms")

    end = start + 68 * MINUTE
    assert without_ids(told["happened"]) == [
        change(start + MINUTE, task_id, "processing"),
        attempt(start + MINUTE, "processing"),
        change(end, task_id, "succeed"),
        attempt(end, "succeed"),
    ]
    assert receiver.statuses == ["submitted", "processing", "succeed"]
    assert (told["now"], task.data["task_status"], stamped(task)) == (end, "succeed", end // 1000)


@rule("retention.session-life", "retention.result-media")
def test_a_clock_goes_from_event_to_event(target: Target) -> None:
    """Each step ends at the first instant at which anything falls due; at last nothing is left."""
    caller = Caller(target, pace="1000+4000")
    start, fields = caller.now(), plain_fields(caller, SCENE)
    with Receiver(500) as receiver:
        made = caller.create({**fields, "callback_url": receiver.url, "external_task_id": "own"})
        steps = [caller.move(next=True) for _ in range(4)]
    task_id, end = made.data["task_id"], start + 5000
    seen = [(step["now"], without_ids(step["happened"])) for step in steps]
    own = {"external_task_id": "own"}

    assert seen == [
        (
            start + 1000,
            [
                change(start + 1000, task_id, "processing") | own,
                attempt(start + 1000, "processing", answer=500),
            ],
        ),
        (end, [change(end, task_id, "succeed") | own, attempt(end, "succeed", answer=500)]),
        (
            start + SESSION_MS,
            [
                {
                    "at": start + SESSION_MS,
                    "kind": "session-expired",
                    "session_id": fields["session_id"],
                }
            ],
        ),
        (
            end + RESULT_MS + 1,
            [{"at": end + RESULT_MS + 1, "kind": "result-expired", "task_id": task_id}],
        ),
    ]
    assert refused(caller, next=True)[0] == 400
    assert "nothing is left that falls due" in refused(caller, next=True)[1]
    assert caller.now() == end + RESULT_MS + 1


@rule("retention.session-life", "retention.result-media")
def test_what_is_told_to_expire_has_expired(target: Target) -> None:
    """1 ms before the instant that is told it serves, and at that instant no more."""
    caller, twin = Caller(target, pace="0+1000"), Caller(target, pace="0+1000")
    born = twin.now()
    new_task(twin, SCENE)
    after = {one["kind"]: one["at"] - born for one in twin.advance("31d")["happened"]}
    born, fields = caller.now(), plain_fields(caller, SCENE)
    task_id = caller.create(fields).data["task_id"]
    caller.move(until_task=task_id)
    url = caller.get(task_id).data["task_result"]["videos"][0]["url"]
    sessions, media = [], []
    for before in (1, 0):
        caller.set_clock(born + after["session-expired"] - before)
        sessions.append(caller.create(fields).rule)
    for before in (1, 0):
        caller.set_clock(born + after["result-expired"] - before)
        media.append(caller.media(url).status)

    assert sessions == [None, "retention.session-life"]
    assert media == [200, 403]


def test_a_clock_goes_until_a_task_has_ended(target: Target) -> None:
    """Named by either id; what ended is no reason to move, and a failure is an end."""
    caller = Caller(target, pace="1000+4000")
    start = caller.now()
    caller.stage(fail_task="Too dark", after=1)
    first = new_task(caller, SCENE, external_task_id="mine")
    caller.advance(1500)
    second = new_task(caller, SCENE)
    told = [caller.move(until_task="mine"), caller.move(until_task=first)]
    told.append(caller.move(until_task=second))

    assert [(one["now"] - start, one["happened"]) for one in told] == [
        (
            5000,
            [
                change(start + 2500, second, "processing"),
                change(start + 5000, first, "succeed") | {"external_task_id": "mine"},
            ],
        ),
        (5000, []),
        (6500, [change(start + 6500, second, "failed")]),
    ]
    assert refused(caller, until_task="7")[0] == 404
    assert refused(Caller(target), until_task=first)[0] == 404


@rule("callback.attempts")
def test_a_move_goes_on_through_retries(target: Target) -> None:
    """Each at its instant, told with its answer and the next; the third attempt is taken."""
    caller = Caller(
        target,
        pace="1000+4000",
        readings={"callback-attempts": "retry", "callback-events": "terminal-only"},
    )
    delays = [s * 1000 for s in spec.rule("callback.attempts").limits["retry_after_seconds"]]
    end = caller.now() + 5000
    with Receiver(first=(503, 503)) as receiver:
        new_task(caller, SCENE, callback_url=receiver.url)
        told = caller.advance("1h")["happened"]
    second, third = end + delays[0], end + delays[0] + delays[1]

    assert without_ids(told)[1:] == [
        change(end, told[1]["task_id"], "succeed"),
        attempt(end, "succeed", answer=503, next_try_at=second),
        attempt(second, "succeed", answer=503, attempt=2, next_try_at=third),
        attempt(third, "succeed", attempt=3),
    ]
    assert len({one["delivery_id"] for one in told if one["kind"] == "attempt"}) == 1
    assert len(receiver.received) == 3


@rule("lifecycle.states")
@pytest.mark.parametrize("pace", ["1000+0", "0+1000"])
def test_a_task_can_end_in_the_last_instant(target: Target, pace: str) -> None:
    """An end at which processing begins is told once; one that comes no more is never told."""
    caller = Caller(target, pace=pace)
    caller.move(to=LAST_MS - 1000)
    ending = new_task(caller, SCENE)
    caller.advance(1)
    late = new_task(caller, SCENE)
    happened = caller.move(to=LAST_MS)["happened"]

    assert [one for one in happened if one["task_id"] == ending] == [
        change(LAST_MS, ending, "succeed")
    ]
    assert caller.get(ending).data["task_status"] == "succeed"
    assert caller.get(late).data["task_status"] != "succeed"
    assert caller.ledger()["lines"][0]["subject"] == ending

"""Tasks that go on by being queried, instead of by time."""

from decimal import Decimal

import pytest

from contract_tests.callers import Caller
from contract_tests.drafts import new_task
from contract_tests.marks import rule
from contract_tests.moving import MINUTE, refused
from contract_tests.receiver import Receiver
from contract_tests.scenes import SCENE
from contract_tests.targets import Target


def test_a_pace_can_follow_the_queries(target: Target) -> None:
    """Each query that completes a count shows the new status; a list counts nothing."""
    caller = Caller(target, pace="polls:2+3")
    start = caller.now()
    with Receiver() as receiver:
        task_id = new_task(caller, SCENE, callback_url=receiver.url)
        caller.page()
        caller.advance("1h")
        told = [caller.get(task_id).data for _ in range(4)]
        caller.advance(0)
        before = receiver.statuses
        caller.advance("1h")
        told.append(caller.get(task_id).data)
        caller.advance(0)
        told.append(caller.get(task_id).data)
    hour = 60 * MINUTE

    assert [(task["task_status"], task["updated_at"] - start) for task in told] == [
        ("submitted", 0),
        *[("processing", hour)] * 3,
        *[("succeed", 2 * hour)] * 2,
    ]
    assert before == ["processing"]
    assert [one.task for one in receiver.received][1] == {
        k: v for k, v in told[-1].items() if k != "watermark_info"
    }
    assert receiver.statuses == ["processing", "succeed"]
    assert caller.shown()["pace"] == "polls:2+3"


@pytest.mark.parametrize(
    ("pace", "statuses"),
    [
        ("polls:0+0", ["succeed"] * 3),
        ("polls:0+2", ["processing", "succeed", "succeed"]),
        ("polls:1+0", ["succeed"] * 3),
        ("polls:1+1", ["processing", "succeed", "succeed"]),
        ("polls:4+1", ["submitted"] * 3 + ["processing", "succeed"]),
    ],
)
def test_counts_of_queries_may_be_none(target: Target, pace: str, statuses: list[str]) -> None:
    """A count of 0 is over at once; money and the result's id come with the end."""
    caller = Caller(target, pace=pace)
    task_id = new_task(caller, SCENE)
    told = [caller.get(task_id).data for _ in statuses]

    assert [task["task_status"] for task in told] == statuses
    assert {task["updated_at"] - task["created_at"] for task in told} == {0}
    assert caller.identify(video_id=told[-1]["task_result"]["videos"][0]["id"]).rule is None
    lines = [line["subject"] for line in caller.ledger()["lines"]]
    assert lines.count(task_id) == 1


def test_queries_after_the_end_change_nothing(target: Target) -> None:
    """The end is told once and paid once, however often the task is looked at afterwards."""
    caller = Caller(target, pace="polls:1+1")
    with Receiver() as receiver:
        task_id = new_task(caller, SCENE, callback_url=receiver.url)
        for _ in range(5):
            caller.get(task_id)
            caller.advance(0)
    lines = caller.ledger()["lines"]

    assert receiver.statuses == ["processing", "succeed"]
    assert [line["subject"] for line in lines].count(task_id) == 1
    assert caller.spent() == sum(Decimal(line["units"]) for line in lines)


def test_a_task_that_waits_for_queries_does_not_end_by_time(target: Target) -> None:
    """It is refused with the reason, and the clock stays; once queried, it has ended."""
    caller = Caller(target, pace="polls:1+1")
    start, task_id = caller.now(), new_task(caller, SCENE)
    status, text = refused(caller, until_task=task_id)
    for _ in range(2):
        caller.get(task_id)

    assert (status, "polls:N+M" in text, caller.now()) == (400, True, start)
    assert caller.move(until_task=task_id) == {
        "account": caller.key,
        "now": start,
        "happened": [],
    }


@pytest.mark.slow
@rule("callback.on-status-change", "callback.attempts")
@pytest.mark.parametrize("events", ["changes", "with-submitted", "terminal-only"])
@pytest.mark.parametrize(
    ("pace", "changes"),
    [
        ("0+0", ["succeed"]),
        ("1000+0", ["succeed"]),
        ("0+1000", ["processing", "succeed"]),
        ("1000+1", ["processing", "succeed"]),
        ("polls:0+0", ["succeed"]),
        ("polls:1+0", ["succeed"]),
    ],
)
@pytest.mark.parametrize("end", ["succeed", "failed"])
def test_a_status_is_announced_once(
    target: Target, pace: str, changes: list[str], events: str, end: str
) -> None:
    """A status that a task is in for no time is not announced, and none is twice."""
    caller = Caller(target, pace=pace, readings={"callback-events": events})
    if end == "failed":
        caller.stage(fail_task="no")
    with Receiver() as receiver:
        task_id = new_task(caller, SCENE, callback_url=receiver.url)
        caller.get(task_id)
        caller.advance("1h")
        caller.get(task_id)
        caller.advance("1h")
    waits = not pace.startswith(("0", "polls:0"))
    due = [*(["submitted"] if events == "with-submitted" and waits else []), *changes]
    due = [end if status == "succeed" else status for status in due]

    assert receiver.statuses == (due[-1:] if events == "terminal-only" else due)


@rule("callback.on-status-change")
def test_a_query_that_completes_a_count_is_announced_by_itself(target: Target) -> None:
    """Nobody has to ask for anything else first."""
    caller = Caller(target, pace="polls:1+1")
    with Receiver() as receiver:
        task_id = new_task(caller, SCENE, callback_url=receiver.url)
        seen = []
        for count in (1, 2):
            caller.get(task_id)
            caller.await_deliveries(count)
            seen.append(receiver.statuses)

    assert seen == [["processing"], ["processing", "succeed"]]

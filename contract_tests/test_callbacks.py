"""Announcements to a receiver on this machine."""

import base64
import hashlib
import hmac
import time

import pytest

from contract_tests import spec
from contract_tests.callers import Caller
from contract_tests.drafts import new_task
from contract_tests.marks import rule
from contract_tests.receiver import Receiver
from contract_tests.scenes import SCENE
from contract_tests.targets import Target

KEY = b"a secret of 32 bytes, no less!!!"
SECRET = f"whsec_{base64.b64encode(KEY).decode()}"


@rule("callback.on-status-change")
def test_each_change_of_status_is_announced(every_target: Target) -> None:
    """Processing and the end are announced in order, at the address that was given."""
    caller = Caller(every_target)
    with Receiver() as receiver:
        new_task(caller, SCENE, callback_url=receiver.url)
        caller.advance("1h")

    assert receiver.statuses == ["processing", "succeed"]
    assert {announced.path for announced in receiver.received} == {"/callback?tenant=7"}


@rule("callback.on-status-change")
def test_nothing_is_announced_before_it_happens(target: Target) -> None:
    """An announcement comes with its change: none at creation, one per step of the clock."""
    caller = Caller(target, pace="1000+4000")
    seen = []
    with Receiver() as receiver:
        new_task(caller, SCENE, callback_url=receiver.url)
        for span in (999, 1, 3999, 1, 10**6):
            caller.advance(span)
            seen.append(len(receiver.received))

    assert seen == [0, 1, 1, 2, 2]


@rule("callback.on-status-change")
def test_a_task_without_an_address_is_not_announced(target: Target) -> None:
    """Neither is one whose callback_url is empty, nor does another task's address get it."""
    caller = Caller(target)
    with Receiver() as receiver:
        announced = new_task(caller, SCENE, callback_url=receiver.url)
        new_task(caller, SCENE)
        new_task(caller, SCENE, callback_url="")
        caller.advance("1h")

    assert {one.task["task_id"] for one in receiver.received} == {announced}


@rule("callback.on-status-change", "callback.payload")
def test_a_failure_is_announced_with_its_reason(target: Target) -> None:
    """The last announcement of a failed task has the reason and no result."""
    caller = Caller(target)
    with Receiver() as receiver:
        caller.stage(fail_task="Too dark")
        new_task(caller, SCENE, callback_url=receiver.url)
        caller.advance("1h")
    last = receiver.received[-1].task

    assert receiver.statuses == ["processing", "failed"]
    assert (last["task_status_msg"], "task_result" in last) == ("Too dark", False)


@rule("callback.payload")
@pytest.mark.parametrize("watermark", [True, False])
def test_an_announcement_agrees_with_a_query(target: Target, *, watermark: bool) -> None:
    """The body is the bare task as a query tells it at that moment, in the printed form."""
    caller = Caller(target, pace="1000+4000")
    queried = []
    with Receiver() as receiver:
        fields = {"external_task_id": "x", "watermark_info": {"enabled": watermark}}
        task_id = new_task(caller, SCENE, callback_url=receiver.url, **fields)
        for span in ("1s", "4s"):
            caller.advance(span)
            queried.append(caller.get(task_id).data)
    for task in queried:
        del task["watermark_info"]
        for video in task.get("task_result", {}).get("videos", []):
            video.pop("watermark_url", None)

    assert [announced.task for announced in receiver.received] == queried
    assert [spec.faults_of("CallbackPayload", one.task) for one in receiver.received] == [[], []]


@rule("callback.payload")
def test_an_announcement_tells_its_own_moment(target: Target) -> None:
    """When a clock jumps over both changes, each announcement tells of its own instant."""
    caller = Caller(target, pace="1000+4000")
    start = caller.now()
    with Receiver() as receiver:
        new_task(caller, SCENE, callback_url=receiver.url)
        caller.advance("1h")

    assert [one.task["updated_at"] - start for one in receiver.received] == [1000, 5000]
    assert receiver.received[0].headers["content-type"].startswith("application/json")


@rule("callback.attempts")
@pytest.mark.parametrize("answer", [200, 302, 404, 500])
def test_an_announcement_is_sent_once(target: Target, answer: int) -> None:
    """Whatever the receiver answers, it is not asked again."""
    caller = Caller(target)
    with Receiver(answer) as receiver:
        new_task(caller, SCENE, callback_url=receiver.url)
        caller.advance("1h")
        caller.advance("24h")
    attempts = [len(delivery["attempts"]) for delivery in caller.deliveries()]

    assert receiver.statuses == ["processing", "succeed"]
    assert attempts == [spec.limit("callback.attempts", "attempts")] * 2


@rule("callback.attempts")
def test_a_receiver_that_is_not_there_changes_nothing(target: Target) -> None:
    """The task goes its way when nobody listens at its address."""
    caller = Caller(target)
    task_id = new_task(caller, SCENE, callback_url="http://127.0.0.1:1/callback")
    caller.advance("1h")

    assert caller.get(task_id).data["task_status"] == "succeed"


@rule("callback.signature")
def test_an_account_with_a_secret_signs(target: Target) -> None:
    """The three headers are there, and the signature is the HMAC over id, timestamp and body."""
    caller = Caller(target, webhook_secret=SECRET)
    now = caller.now()
    with Receiver() as receiver:
        new_task(caller, SCENE, callback_url=receiver.url)
        caller.advance("1s")
    announced = receiver.received[0]
    name = announced.headers.get("webhook-id", "")
    stamp = announced.headers.get("webhook-timestamp", "")
    signed = b".".join((name.encode(), stamp.encode(), announced.raw))
    mac = base64.b64encode(hmac.new(KEY, signed, hashlib.sha256).digest()).decode()
    tolerance = spec.limit("callback.signature", "tolerance_seconds")

    assert name != ""
    assert abs(int(stamp or 0) - now // 1000) <= tolerance
    assert f"v1,{mac}" in announced.headers["webhook-signature"].split()


@rule("callback.signature")
def test_each_announcement_has_an_id_of_its_own(target: Target) -> None:
    """Two announcements of one task are told apart by webhook-id."""
    caller = Caller(target, webhook_secret=SECRET)
    with Receiver() as receiver:
        new_task(caller, SCENE, callback_url=receiver.url)
        caller.advance("1h")
    names = {one.headers.get("webhook-id") for one in receiver.received}

    assert len(names - {None}) == 2


@rule("callback.signature")
def test_an_account_without_a_secret_signs_nothing(target: Target) -> None:
    """None of the three headers is there."""
    caller = Caller(target)
    with Receiver() as receiver:
        new_task(caller, SCENE, callback_url=receiver.url)
        caller.advance("1h")
    names = {name for one in receiver.received for name in one.headers}

    assert [name for name in names if name.startswith("webhook-")] == []


@rule("callback.on-status-change", "callback.payload")
def test_announcements_of_several_tasks_come_in_the_order_of_their_changes(target: Target) -> None:
    """One for each change, however far the clock jumps; none for what has not yet happened."""
    caller = Caller(target, pace="1000+4000")
    with Receiver() as receiver:
        names = []
        for span in (300, 300, 1500):
            names.append(new_task(caller, SCENE, callback_url=receiver.url))
            caller.advance(span)
        caller.advance(4900)
    first, second, third = names
    told = [(one.task["task_id"], one.task["task_status"]) for one in receiver.received]
    instants = [one.task["updated_at"] for one in receiver.received]

    assert told == [
        *((first, "processing"), (second, "processing"), (third, "processing")),
        *((first, "succeed"), (second, "succeed"), (third, "succeed")),
    ]
    assert instants == sorted(instants)
    assert len({one["delivery_id"] for one in caller.deliveries()}) == len(told)


@pytest.mark.slow
@rule("callback.on-status-change")
def test_a_slow_receiver_gets_each_tasks_changes_in_order(target: Target) -> None:
    """What falls due while a receiver takes its time waits its turn, the first one first."""
    caller = Caller(target, time="real", pace="100+200")
    with Receiver(meanwhile=lambda _: time.sleep(0.4)) as receiver:
        made = [new_task(caller, SCENE, callback_url=receiver.url) for _ in range(3)]
        caller.await_deliveries(2 * len(made))
        told = [(one.task["task_id"], one.task["task_status"]) for one in receiver.received]

    assert [[status for name, status in told if name == task_id] for task_id in made] == [
        ["processing", "succeed"]
    ] * len(made)


@rule("callback.attempts")
@pytest.mark.parametrize(
    ("answer", "taken"), [(200, True), (204, True), (299, True), (300, False), (302, False)]
)
def test_an_answer_of_2xx_is_taken(target: Target, answer: int, *, taken: bool) -> None:
    """Any other is tried again, where the account has it tried at all."""
    readings = {"callback-events": "terminal-only"}
    caller = Caller(target, readings=readings, callback_retries=["1s"])
    with Receiver(answer) as receiver:
        new_task(caller, SCENE, callback_url=receiver.url)
        caller.advance("1h")
        caller.advance("1h")
    (delivery,) = caller.deliveries()

    assert (delivery["taken"], len(receiver.received)) == (taken, 1 if taken else 2)

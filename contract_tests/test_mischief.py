"""Announcements that go wrong on purpose, as their receiver sees them."""

import base64
import json

import pytest

from contract_tests import spec
from contract_tests.callers import Caller
from contract_tests.drafts import new_task, seen_through
from contract_tests.marks import rule
from contract_tests.receiver import Receiver
from contract_tests.scenes import SCENE
from contract_tests.targets import Target

KEY, OLD_KEY = b"a secret of 32 bytes, no less!!!", b"the secret that was used before!"
SECRET, OLD_SECRET = (f"whsec_{base64.b64encode(key).decode()}" for key in (KEY, OLD_KEY))


def _terminal(target: Target, **settings: object) -> Caller:
    return Caller(target, readings={"callback-events": "terminal-only"}, **settings)


@rule("callback.on-status-change")
def test_a_lost_announcement_is_recorded_and_never_comes(target: Target) -> None:
    """Also where others are tried again; the next one is as ever."""
    caller = Caller(target, callback_retries=["5s"])
    caller.stage(callback="lost")
    with Receiver() as receiver:
        seen_through(caller, receiver.url)
    _, lost = caller.deliveries()

    assert receiver.statuses == ["succeed"]
    faults = [(attempt["answer"], attempt["fault"]) for attempt in lost["attempts"]]
    assert faults == [(None, "lost on purpose")]
    assert (lost["mischief"], lost["status"]) == ("lost", "processing")


@rule("callback.on-status-change")
def test_a_duplicate_comes_twice_under_one_id(target: Target) -> None:
    """The same in every byte but the headers of its moment."""
    caller = Caller(target, webhook_secret=SECRET)
    caller.stage(callback="duplicate", statuses=["succeed"])
    with Receiver() as receiver:
        seen_through(caller, receiver.url)
    _, first, second = receiver.received

    assert receiver.statuses == ["processing", "succeed", "succeed"]
    assert first.raw == second.raw
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert [len(delivery["attempts"]) for delivery in caller.deliveries()] == [2, 1]


@rule("callback.on-status-change")
def test_a_late_announcement_comes_after_its_delay(target: Target) -> None:
    """Not a ms before, and with what it would have said in time."""
    caller = Caller(target, pace="1000+4000")
    caller.stage(callback="late", statuses=["processing"], delay="90s")
    seen = []
    with Receiver() as receiver:
        new_task(caller, SCENE, callback_url=receiver.url)
        for span in (5000, 85_999, 1, "24h"):
            caller.advance(span)
            seen.append(receiver.statuses)
    late = ["succeed", "processing"]

    assert seen == [["succeed"], ["succeed"], late, late]


@rule("callback.on-status-change")
def test_announcements_come_out_of_order(target: Target) -> None:
    """The first is held back until the second was sent, and then comes at once."""
    caller = Caller(target, pace="1000+4000")
    caller.stage(callback="out-of-order")
    seen = []
    with Receiver() as receiver:
        new_task(caller, SCENE, callback_url=receiver.url)
        for span in (4999, 1, "24h"):
            caller.advance(span)
            seen.append(receiver.statuses)
    times = [one.task["updated_at"] for one in receiver.received]

    assert seen == [[], ["succeed", "processing"], ["succeed", "processing"]]
    assert times[0] - times[1] == 4000


@rule("callback.on-status-change")
def test_several_are_held_back_and_come_one_after_the_other(target: Target) -> None:
    """Each is sent once the later one was, so that all of them come, in the opposite order."""
    caller = Caller(target, readings={"callback-events": "with-submitted"})
    caller.stage(callback="out-of-order", times=2)
    with Receiver() as receiver:
        seen_through(caller, receiver.url)

    assert receiver.statuses == ["succeed", "processing", "submitted"]


@rule("callback.on-status-change")
def test_one_is_not_let_go_by_an_earlier_one_that_comes_late(target: Target) -> None:
    """What is held back waits for a later change of status, whatever else is sent meanwhile."""
    caller = Caller(target, readings={"callback-events": "with-submitted"}, pace="1000+4000")
    caller.stage(callback="late", statuses=["submitted"], delay="2s")
    caller.stage(callback="out-of-order", statuses=["processing"])
    with Receiver() as receiver:
        seen_through(caller, receiver.url)

    assert receiver.statuses == ["submitted", "succeed", "processing"]


@rule("callback.on-status-change")
def test_the_last_announcement_cannot_wait_for_another(target: Target) -> None:
    """One that nothing follows is sent at once."""
    caller = Caller(target)
    caller.stage(callback="out-of-order", statuses=["succeed"])
    with Receiver() as receiver:
        seen_through(caller, receiver.url)

    assert receiver.statuses == ["processing", "succeed"]


@rule("callback.signature")
def test_a_wrong_signature_verifies_with_no_secret(target: Target) -> None:
    """In the form of a right one; the next announcement is signed soundly."""
    caller = Caller(target, webhook_secrets=[SECRET, OLD_SECRET])
    caller.stage(callback="wrong-signature")
    with Receiver() as receiver:
        seen_through(caller, receiver.url)
    wrong, sound = receiver.received

    assert wrong.headers["webhook-signature"].startswith("v1,")
    assert [wrong.signed_with(key) for key in (KEY, OLD_KEY)] == [False, False]
    assert [sound.signed_with(key) for key in (KEY, OLD_KEY)] == [True, True]


@rule("callback.signature")
def test_a_stale_timestamp_is_signed_soundly(target: Target) -> None:
    """For an instant that is further back than a receiver tolerates."""
    caller = Caller(target, webhook_secret=SECRET)
    caller.stage(callback="stale-timestamp")
    with Receiver() as receiver:
        new_task(caller, SCENE, callback_url=receiver.url)
        caller.advance("1s")
        now = caller.now()
    (stale,) = receiver.received
    age = now // 1000 - int(stale.headers["webhook-timestamp"])

    assert age == 600
    assert age > spec.limit("callback.signature", "tolerance_seconds")
    assert stale.signed_with(KEY)


@rule("callback.signature")
@pytest.mark.parametrize("mischief", ["lost", "wrong-signature", "stale-timestamp"])
def test_a_redelivery_is_sound(target: Target, mischief: str) -> None:
    """What went wrong on purpose comes as it should when it is sent again by hand."""
    caller = _terminal(target, webhook_secret=SECRET)
    caller.stage(callback=mischief)
    with Receiver() as receiver:
        seen_through(caller, receiver.url)
        caller.redeliver(caller.deliveries()[0]["delivery_id"])
        now = caller.now()
    again = receiver.received[-1]

    assert len(receiver.received) == (1 if mischief == "lost" else 2)
    assert again.headers["webhook-timestamp"] == str(now // 1000)
    assert again.signed_with(KEY)


def test_mischief_passes_and_ends_by_count(target: Target) -> None:
    """So many announcements pass before, so many are struck; none when it was taken back."""
    caller = _terminal(target)
    caller.stage(callback="lost", after=1, times=2)
    with Receiver() as receiver:
        tasks = [seen_through(caller, receiver.url) for _ in range(5)]
        caller.stage(callback="lost")
        caller.clear_faults()
        tasks.append(seen_through(caller, receiver.url))
    arrived = [announced.task["task_id"] for announced in receiver.received]

    assert arrived == [tasks[0], *tasks[3:]]


def test_mischief_that_would_not_show_is_refused(target: Target) -> None:
    """An account that signs nothing cannot sign for the past."""
    caller = Caller(target)
    body = json.dumps({"account": caller.key, "callback": "stale-timestamp"}).encode()
    refused = target.request("POST", "/__mock__/faults", body=body)

    assert refused.status == 400
    assert "webhook_secret" in refused.envelope["error"]

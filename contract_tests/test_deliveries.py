"""What becomes of an announcement: its attempts, and what goes wrong with it on purpose."""

import base64
import json
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from urllib.parse import urlsplit

from contract_tests import spec
from contract_tests.callers import Caller, Fields
from contract_tests.drafts import new_task, seen_through
from contract_tests.marks import rule
from contract_tests.receiver import Receiver
from contract_tests.scenes import SCENE
from contract_tests.targets import Remote, Target

KEY, OLD_KEY = b"a secret of 32 bytes, no less!!!", b"the secret that was used before!"
SECRET, OLD_SECRET = (f"whsec_{base64.b64encode(key).decode()}" for key in (KEY, OLD_KEY))


def _terminal(target: Target, **settings: object) -> Caller:
    return Caller(target, readings={"callback-events": "terminal-only"}, **settings)


@rule("callback.attempts")
def test_a_receiver_that_answers_503_twice_gets_three_attempts(every_target: Target) -> None:
    """Each is in the ledger of attempts with its answer, and when the next one was due."""
    caller = _terminal(every_target, callback_retries=["5s", "1m", "10m"])
    with Receiver(first=[503, 503]) as receiver:
        seen_through(caller, receiver.url)
    (delivery,) = caller.deliveries()
    attempts = delivery["attempts"]

    assert len(receiver.received) == 3
    assert [attempt["answer"] for attempt in attempts] == [503, 503, 200]
    assert [attempt["number"] for attempt in attempts] == [1, 2, 3]
    assert [attempt["cause"] for attempt in attempts] == ["first", "retry", "retry"]
    waits = [attempt["next_try_at"] - attempt["at"] for attempt in attempts[:2]]
    assert waits == [5_000, 60_000]
    assert attempts[2]["next_try_at"] is None
    assert all(before["at"] < after["at"] for before, after in pairwise(attempts))
    assert delivery["taken"]
    assert delivery["finished"]


@rule("callback.attempts")
def test_the_times_of_retries_are_those_of_the_reading(target: Target) -> None:
    """Where the account gives none of its own; after the last it is given up."""
    readings = {"callback-events": "terminal-only", "callback-attempts": "retry"}
    caller = Caller(target, readings=readings)
    with Receiver(500) as receiver:
        seen_through(caller, receiver.url)
    (delivery,) = caller.deliveries()
    attempts = delivery["attempts"]
    delays = spec.rule("callback.attempts").limits["retry_after_seconds"]

    waits = [attempt["next_try_at"] - attempt["at"] for attempt in attempts[:-1]]
    assert waits == [seconds * 1000 for seconds in delays]
    assert (delivery["taken"], delivery["finished"]) == (False, True)


@rule("callback.on-status-change")
def test_a_ledger_has_what_the_receiver_saw(target: Target) -> None:
    """Address, headers and body of each attempt, and how long the answer took."""
    caller = Caller(target, webhook_secret=SECRET)
    with Receiver(204) as receiver:
        seen_through(caller, receiver.url)
    told = caller.deliveries()[::-1]

    for delivery, announced in zip(told, receiver.received, strict=True):
        (attempt,) = delivery["attempts"]
        assert attempt["url"] == receiver.url
        sent = {name.lower(): value for name, value in attempt["headers"].items()}
        assert sent.items() <= announced.headers.items()
        assert delivery["body"].encode() == announced.raw
        assert delivery["delivery_id"] == announced.headers["webhook-id"]
        assert (attempt["answer"], attempt["fault"]) == (204, "")
        assert attempt["latency_ms"] > 0


@rule("callback.payload", "lifecycle.result")
def test_an_announcement_has_the_addresses_that_its_maker_knows(socket_target: Target) -> None:
    """Those under the name by which the task was made, whoever lets its time pass."""
    caller = Caller(socket_target)
    named = Remote(socket_target.origin.replace("127.0.0.1", "localhost"))
    with Receiver() as receiver:
        for one in (caller, caller.beside(named)):
            new_task(one, SCENE, callback_url=receiver.url)
        caller.advance("1h")
    named.close()
    hosts = [
        urlsplit(one.task["task_result"]["videos"][0]["url"]).hostname
        for one in receiver.received
        if "task_result" in one.task
    ]

    assert sorted(map(str, hosts)) == ["127.0.0.1", "localhost"]


@rule("callback.signature")
def test_signatures_of_all_secrets_stand_side_by_side(target: Target) -> None:
    """While secrets are rotated: the newest first; a secret that was dropped signs no more."""
    caller = Caller(target, webhook_secret=OLD_SECRET)
    with Receiver() as receiver:
        for secrets in ([SECRET, OLD_SECRET], [SECRET]):
            caller.change(webhook_secrets=secrets)
            seen_through(caller, receiver.url)
    both, alone = receiver.received[0], receiver.received[-1]

    assert len(both.headers["webhook-signature"].split()) == 2
    assert both.signed_with(KEY)
    assert both.signed_with(OLD_KEY)
    assert alone.signed_with(KEY)
    assert not alone.signed_with(OLD_KEY)


@rule("callback.signature")
def test_a_redelivery_has_the_id_of_the_first(target: Target) -> None:
    """And its body, signed at its own moment."""
    caller = _terminal(target, webhook_secret=SECRET)
    with Receiver(first=[500]) as receiver:
        seen_through(caller, receiver.url)
        caller.advance("10m")
        told = caller.redeliver(caller.deliveries()[0]["delivery_id"])
    first, again = receiver.received

    assert [attempt["cause"] for attempt in told["attempts"]] == ["first", "redelivery"]
    assert (first.raw, first.headers["webhook-id"]) == (again.raw, again.headers["webhook-id"])
    assert first.headers["webhook-timestamp"] < again.headers["webhook-timestamp"]
    assert again.signed_with(KEY)


@rule("callback.attempts")
def test_a_redelivery_leaves_the_planned_attempts_as_they_are(target: Target) -> None:
    """While it is not taken; when it is, the planned one is off."""
    caller = _terminal(target, callback_retries=["1h", "2h"])
    with Receiver(first=[500, 500, 500]) as receiver:
        new_task(caller, SCENE, callback_url=receiver.url)
        caller.advance("1m")
        name = caller.deliveries()[0]["delivery_id"]
        causes = []
        for span in ("10m", "1h", "10m"):
            caller.advance(span)
            told = caller.redeliver(name) if span == "10m" else caller.deliveries()[0]
            causes.append([attempt["cause"] for attempt in told["attempts"]])
        caller.advance("24h")
    (delivery,) = caller.deliveries()

    assert causes == [
        ["first", "redelivery"],
        ["first", "redelivery", "retry"],
        ["first", "redelivery", "retry", "redelivery"],
    ]
    assert len(receiver.received) == len(delivery["attempts"]) == 4
    assert (delivery["taken"], delivery["finished"]) == (True, True)


def test_who_waits_is_answered_when_the_delivery_came(socket_target: Target) -> None:
    """A long poll is open while time is moved over another connection, and ends with it."""
    caller = _terminal(socket_target)

    def wait() -> Fields:
        remote = Remote(socket_target.origin)
        try:
            return caller.beside(remote).await_deliveries(1, timeout_ms=30_000)
        finally:
            remote.close()

    with Receiver() as receiver, ThreadPoolExecutor(1) as pool:
        early = caller.await_deliveries(1, timeout_ms=0)
        waiting = pool.submit(wait)
        task_id = new_task(caller, SCENE, callback_url=receiver.url)
        caller.advance("1h")
        told = waiting.result(timeout=10)

    assert (early["complete"], early["deliveries"]) == (False, [])
    assert told["complete"]
    assert [json.loads(one["body"])["task_id"] for one in told["deliveries"]] == [task_id]

"""One delivery for each change of status: its headers, its attempts and its next try."""

import pytest
from attrs import evolve

from mock_server.attempts import Attempt, Cause, Delivery
from mock_server.context import Send
from mock_server.deliveries import (
    LOST_ON_PURPOSE,
    after_attempt,
    cause_of,
    due_again,
    headers_for,
    is_lost,
    with_attempt,
)
from mock_server.routes import TASKS_PATH
from mock_server.store import Put, Schedule
from mock_server.tests.builders import (
    BASE_URL,
    KEY,
    NOW,
    World,
    account,
    changed,
    create_body,
    reply_check,
)
from mock_server.values import Account, Due, Event

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OLDER = "whsec_b2xkZXIga2V5"
CALLBACK = "http://127.0.0.1:9/done"
DELIVERY = Delivery("1", "2", "succeed", NOW, NOW, CALLBACK, b"{}")


def _settle(world: World, after_ms: int) -> None:
    world.effects += world.engine.settle_account(KEY, NOW + after_ms, BASE_URL)


def _sent(world: World) -> list[tuple[str, int]]:
    sent = [effect.delivery for effect in world.effects if isinstance(effect, Send)]
    return [(delivery.status, delivery.due_at - NOW) for delivery in sent]


def _kept(world: World) -> list[Delivery]:
    return world.store.page(KEY, "deliveries", 1, 9, newest_first=False)


def _tried(delivery: Delivery, *answers: int | None, cause: Cause = "first") -> Delivery:
    """Return a delivery that was answered so: first for this cause, then by retries."""
    for answer in answers:
        attempt = Attempt(NOW, 0, cause, CALLBACK, (), answer, "", "", 1.0)
        delivery, cause = with_attempt(delivery, attempt), "retry"
    return delivery


@pytest.mark.parametrize(
    ("reading", "expected"),
    [
        ("changes", [("processing", 1000), ("succeed", 5000)]),
        ("with-submitted", [("submitted", 0), ("processing", 1000), ("succeed", 5000)]),
        ("terminal-only", [("succeed", 5000)]),
    ],
)
def test_each_change_is_announced_once(reading: str, expected: list[tuple[str, int]]) -> None:
    """Which changes those are, the reading says; each body is as the spec says."""
    world = World(account(readings={"callback-events": reading}))
    world.create(world.identify(), callback_url=CALLBACK)
    for after_ms in (0, 1000, 1000, 4000, 9000, 99_000):
        _settle(world, after_ms)

    assert _sent(world) == expected
    assert [(delivery.status, delivery.due_at - NOW) for delivery in _kept(world)] == expected
    assert all(reply_check().callback(delivery.body) for delivery in _kept(world))
    assert {delivery.next_at == delivery.due_at for delivery in _kept(world)} == {True}


def test_a_task_without_callback_url_is_not_announced() -> None:
    """An empty one counts as none."""
    world = World(account(readings={"callback-events": "with-submitted"}))
    world.create(world.identify(), callback_url="")
    _settle(world, 60_000)

    assert _sent(world) == []
    assert _kept(world) == []


def test_an_announcement_is_seen_from_where_the_task_was_made() -> None:
    """Its URLs name the host that the caller of create asked, whoever settles."""
    world = World()
    body_url = "http://mock.test:1"
    body = create_body(world.identify(), callback_url=CALLBACK)
    world.ask("POST", TASKS_PATH, body, base_url=body_url)
    _settle(world, 60_000)

    assert f'"url":"{body_url}/media/'.encode() in _kept(world)[-1].body


def _stamp(born: Account, cause: Cause = "first", **changes: object) -> dict[str, str]:
    return dict(headers_for(born, changed(DELIVERY, changes), NOW + 1999, cause))


@pytest.mark.parametrize(
    ("secrets", "reading", "signatures"),
    [
        ((SECRET,), "with-secret", 1),
        ((SECRET, OLDER), "with-secret", 2),
        ((SECRET,), "never", 0),
        ((), "with-secret", 0),
    ],
)
def test_an_attempt_is_signed_where_there_is_a_secret(
    secrets: tuple[str, ...], reading: str, signatures: int
) -> None:
    """And the reading says so; with the id of the delivery and the instant of the attempt."""
    born = changed(account(readings={"signed-callbacks": reading}), {"webhook_secrets": secrets})
    told = _stamp(born)

    assert told.pop("Content-Type") == "application/json; charset=utf-8"
    assert len(told.pop("webhook-signature", "").split()) == signatures
    stamp = {"webhook-id": "1", "webhook-timestamp": str(NOW // 1000 + 1)}
    assert told == (stamp if signatures else {})


def test_what_is_wrong_with_a_signature_is_right_again_by_hand() -> None:
    """A stale timestamp is ten minutes old, a wrong key is another; a redelivery has neither."""
    born = changed(account(), {"webhook_secrets": (SECRET,)})
    sound = _stamp(born)
    stale = _stamp(born, mischief="stale-timestamp")
    wrong = _stamp(born, mischief="wrong-signature")

    assert int(sound["webhook-timestamp"]) - int(stale["webhook-timestamp"]) == 600
    assert wrong.pop("webhook-signature") != sound["webhook-signature"]
    assert wrong.items() < sound.items()
    for mischief in ("stale-timestamp", "wrong-signature"):
        assert _stamp(born, "redelivery", mischief=mischief) == sound


def test_why_an_attempt_is_made() -> None:
    """The first is the first even by hand; after it, a redelivery is no retry."""
    tried = _tried(DELIVERY, 500)
    causes = [cause_of(one, by_hand=hand) for one in (DELIVERY, tried) for hand in (False, True)]

    assert causes == ["first", "first", "retry", "redelivery"]
    assert [is_lost(evolve(DELIVERY, mischief="lost"), cause) for cause in causes] == [
        True,
        True,
        False,
        False,
    ]


@pytest.mark.parametrize(
    ("answers", "delay_ms"),
    [
        ((503,), 5000),
        ((None,), 5000),
        ((503, 503), 60_000),
        ((503, 503, 503), None),
        ((200,), None),
        ((503, 204), None),
    ],
)
def test_an_attempt_that_was_not_taken_is_followed_by_the_next(
    answers: tuple[int | None, ...], delay_ms: int | None
) -> None:
    """After its delay, as long as there are delays; the record says when."""
    changes = after_attempt(_tried(DELIVERY, *answers), NOW, [5000, 60_000])
    (put,) = (change for change in changes if isinstance(change, Put))
    events = [change.event for change in changes if isinstance(change, Schedule)]

    at = None if delay_ms is None else NOW + delay_ms
    assert put.record.next_at == put.record.attempts[-1].next_try_at == at
    assert [attempt.number for attempt in put.record.attempts] == [*range(1, len(answers) + 1)]
    assert events == ([] if at is None else [Event(at, Due.DELIVERY, "1")])


@pytest.mark.parametrize("cause", ["duplicate", "redelivery"])
@pytest.mark.parametrize(("answer", "next_at"), [(500, NOW + 5000), (200, None)])
def test_an_attempt_beside_the_plan_plans_nothing(
    cause: Cause, answer: int, next_at: int | None
) -> None:
    """What was planned stays, unless it was taken now."""
    planned = evolve(_tried(DELIVERY, 500), next_at=NOW + 5000)
    (put,) = after_attempt(_tried(planned, answer, cause=cause), NOW + 9, [5000, 5000])

    assert isinstance(put, Put)
    assert put.record.next_at == next_at


def test_what_is_lost_is_not_tried_again() -> None:
    """However many delays there are."""
    lost = _tried(DELIVERY, None)
    lost = evolve(lost, attempts=(evolve(lost.attempts[0], fault=LOST_ON_PURPOSE),))
    (put,) = after_attempt(lost, NOW, [5000])

    assert isinstance(put, Put)
    assert put.record.finished


def test_a_planned_attempt_that_was_overtaken_is_not_made() -> None:
    """Only the one that the delivery still waits for."""
    world = World()
    held = world.store.held(KEY)
    assert held is not None
    world.store.apply(KEY, held.version, [Put("deliveries", "1", DELIVERY)])

    assert due_again(world.store, KEY, Event(NOW, Due.DELIVERY, "1")) == (Send(KEY, DELIVERY),)
    assert due_again(world.store, KEY, Event(NOW + 1, Due.DELIVERY, "1")) == ()

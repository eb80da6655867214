"""What goes wrong with a delivery on purpose, counted by announcements."""

from typing import Any

import pytest
from attrs import evolve

from mock_server.attempts import Delivery
from mock_server.context import Send
from mock_server.deliveries import (
    MischiefError,
    check_mischief,
    let_go,
    mischief_for,
)
from mock_server.staged import Fault
from mock_server.staging import new_fault
from mock_server.store import Put
from mock_server.striking import Queue
from mock_server.tests.builders import (
    BASE_URL,
    KEY,
    NOW,
    World,
    account,
    changed,
    contract,
)

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


def _fault(**fields: Any) -> Fault:  # noqa: ANN401 - as the control API
    return new_fault(contract().rulebook, "7", {"callback": "lost"} | fields)


def _stage(world: World, *faults: Fault) -> None:
    held = world.store.held(KEY)
    assert held is not None
    world.store.apply(KEY, held.version, [Put("faults", "callbacks", faults)])


def test_mischief_is_counted_by_announcements() -> None:
    """Those of other statuses do not count, those that pass before do, and it ends."""
    queue: Queue = (_fault(statuses=["succeed"], after=1, times=2),)
    struck = []
    for status in ("succeed", "processing", "succeed", "failed", "succeed", "succeed"):
        met = mischief_for(queue, status, "0 key")
        queue = met.queue
        struck.append(met.fault is not None)

    assert struck == [False, False, True, False, True, False]
    assert queue == ()


def test_mischief_of_a_submitted_task_is_counted_beside_staged_calls() -> None:
    """A fault that waits for later calls and one for announcements do not overwrite each other."""
    world = World(account(readings={"callback-events": "with-submitted"}))
    session = world.identify()
    calls = (new_fault(contract().rulebook, "8", {"code": 5000, "after": 1}),)
    held = world.store.held(KEY)
    assert held is not None
    world.store.apply(KEY, held.version, [Put("faults", "queue", calls)])
    _stage(world, _fault(statuses=["submitted"]))
    world.create(session, callback_url=CALLBACK)

    assert [delivery.mischief for delivery in _kept(world)] == ["lost"]
    assert world.store.get(KEY, "faults", "callbacks") == ()
    assert [fault.after for fault in world.store.get(KEY, "faults", "queue")] == [0]


def test_a_late_announcement_falls_due_later() -> None:
    """It is sent when its own time has come, and says what it would have said in time."""
    world = World()
    _stage(world, _fault(callback="late", delay="10s", statuses=["processing"]))
    world.create(world.identify(), callback_url=CALLBACK)
    _settle(world, 10_999)
    before = _sent(world)
    _settle(world, 11_000)

    assert before == [("succeed", 5000)]
    assert _sent(world) == [("succeed", 5000), ("processing", 1000)]
    assert b'"processing"' in _kept(world)[0].body


def test_an_announcement_out_of_order_waits_for_the_next_of_its_task() -> None:
    """It is let go once, when a later one was sent; the last one is sent at once."""
    world = World()
    _stage(world, _fault(callback="out-of-order", times=2))
    world.create(world.identify(), callback_url=CALLBACK)
    _settle(world, 60_000)
    processing, succeed = _kept(world)
    freed = let_go(world.store, KEY, succeed, NOW + 60_000)
    held = world.store.held(KEY)
    assert held is not None
    world.store.apply(KEY, held.version, freed.changes)

    assert _sent(world) == [("succeed", 5000)]
    assert (processing.held_back, processing.next_at) == (True, None)
    assert (succeed.held_back, succeed.mischief) == (False, "out-of-order")
    assert freed.delivery == evolve(processing, held_back=False, next_at=NOW + 60_000)
    assert let_go(world.store, KEY, succeed, NOW + 60_000).delivery is None


def test_several_that_are_held_back_are_let_go_one_by_one() -> None:
    """Each when the one after it was sent, so all come in the opposite order."""
    world = World(account(readings={"callback-events": "with-submitted"}))
    _stage(world, _fault(callback="out-of-order", times=2))
    world.create(world.identify(), callback_url=CALLBACK)
    _settle(world, 60_000)
    sent, order = _kept(world)[-1], list[str]()
    while True:
        freed = let_go(world.store, KEY, sent, NOW)
        if freed.delivery is None:
            break
        held = world.store.held(KEY)
        assert held is not None
        world.store.apply(KEY, held.version, freed.changes)
        sent = freed.delivery
        order.append(sent.status)

    assert order == ["processing", "submitted"]


def test_a_stale_timestamp_needs_a_signature() -> None:
    """It is refused where nothing is signed, with what helps; others are not."""
    plain = account()
    stale = _fault(callback="stale-timestamp")
    with pytest.raises(MischiefError, match="give it a webhook_secret"):
        check_mischief(plain, stale)

    check_mischief(changed(plain, {"webhook_secrets": (SECRET,)}), stale)
    check_mischief(plain, _fault(callback="wrong-signature"))

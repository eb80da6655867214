"""What falls due happens once, in due order, with its money."""

from decimal import Decimal

import pytest

from mock_server.routes import TASKS_PATH
from mock_server.settling import stored_video, units_spent
from mock_server.staging import new_fault
from mock_server.store import Put
from mock_server.tests.builders import (
    BASE_URL,
    KEY,
    NOW,
    World,
    contract,
)
from mock_server.values import LedgerEntry, StoredVideo


def _settle(world: World, after_ms: int) -> None:
    world.effects += world.engine.settle_account(KEY, NOW + after_ms, BASE_URL)


def _video(world: World, name: str) -> StoredVideo | None:
    held = world.store.held(KEY)
    assert held is not None
    return stored_video(world.store, KEY, name, world.engine.links(held.account, BASE_URL))


def _ledger(world: World) -> list[LedgerEntry]:
    return world.store.page(KEY, "ledger", 1, 100, newest_first=False)


def test_a_task_is_charged_at_its_end() -> None:
    """Not before, and at the instant of the end, whenever that is noticed."""
    world = World()
    task_id = world.create(world.identify())
    _settle(world, 4999)
    before = units_spent(world.store, KEY)
    _settle(world, 99_999)

    assert before == Decimal("0.05")
    assert _ledger(world)[1:] == [LedgerEntry(NOW + 5000, task_id, "create", Decimal("1.0"))]


@pytest.mark.parametrize("steps", [(5000,), (1000, 5000), (5000, 5000), tuple(range(0, 6000, 500))])
def test_a_task_is_charged_once(steps: tuple[int, ...]) -> None:
    """However often the account is settled on the way."""
    world = World()
    world.create(world.identify())
    for after_ms in steps:
        _settle(world, after_ms)
        world.ask("GET", TASKS_PATH, host_now=NOW + after_ms)

    assert [entry.operation for entry in _ledger(world)] == ["identify", "create"]


def test_the_sum_is_that_of_the_ledger() -> None:
    """Over identify calls and tasks, settled in any number of steps."""
    world = World()
    for at in (0, 700, 1400):
        session_id = world.identify(host_now=NOW + at)
        world.create(session_id, at=NOW + at)
        world.create(session_id, at=NOW + at + 50)
    _settle(world, 60_000)

    entries = _ledger(world)
    assert len(entries) == 9
    assert units_spent(world.store, KEY) == sum((e.units for e in entries), Decimal(0))
    assert units_spent(world.store, KEY) == Decimal("6.15")


def test_ledger_and_events_stand_in_due_order() -> None:
    """Two tasks that overlap are charged in the order of their ends."""
    world = World()
    session_id = world.identify()
    ids = [world.create(session_id, at=NOW + at) for at in (0, 10, 20)]
    _settle(world, 60_000)

    assert [entry.subject for entry in _ledger(world)[1:]] == ids


def test_a_failed_task_costs_nothing() -> None:
    """It frees its slot, and has no video."""
    world = World()
    session_id = world.identify()
    fault = new_fault(contract().rulebook, "1", {"fail_task": "why"})
    held = world.store.held(KEY)
    assert held is not None
    world.store.apply(KEY, held.version, [Put("faults", "queue", (fault,))])
    task_id = world.create(session_id)
    _settle(world, 60_000)

    told = world.task(task_id, at=NOW + 60_000)
    assert (told["task_status"], told["task_status_msg"]) == ("failed", "why")
    assert [entry.operation for entry in _ledger(world)] == ["identify"]
    assert world.store.page(KEY, "open_tasks", 1, 9) == []
    assert world.store.page(KEY, "videos", 1, 9) == []


def test_a_result_is_a_video_with_an_id_from_its_end_on() -> None:
    """It can be named in `video_id`, as finished at that instant."""
    world = World()
    task_id = world.create(world.identify())
    _settle(world, 4999)
    name = world.store.get(KEY, "tasks", task_id).result_id
    before = _video(world, name)
    _settle(world, 9000)
    video = _video(world, name)

    told = world.task(task_id, at=NOW + 9000)
    assert before is None
    assert video is not None
    assert video.video_id == told["task_result"]["videos"][0]["id"]
    assert video.generated.finished_at == NOW + 5000


def test_pending_events_are_performed_up_to_the_instant_alone() -> None:
    """What falls due later stays on the agenda."""
    world = World()
    world.create(world.identify())
    _settle(world, 1000)

    event = world.store.next_due(KEY)
    assert event is not None
    assert event.at == NOW + 5000


def test_an_account_that_is_not_there_has_nothing_due() -> None:
    """To settle it is no mistake."""
    assert World().engine.settle_account("nobody", NOW, BASE_URL) == []

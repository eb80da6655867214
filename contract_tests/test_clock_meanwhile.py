"""Moves of clocks while others ask, wait or run; and those that cannot be made."""

from concurrent.futures import ThreadPoolExecutor
from random import Random

import pytest
from hypothesis import given, settings

from contract_tests import spec
from contract_tests.callers import Caller, Fields
from contract_tests.drafts import new_task, plain_fields
from contract_tests.marks import rule
from contract_tests.moving import (
    FAR,
    MINUTE,
    RESULT_MS,
    SESSION_MS,
    attempt,
    change,
    refused,
    stamped,
    without_ids,
)
from contract_tests.receiver import Announced, Receiver
from contract_tests.scenes import SCENE
from contract_tests.strategies import draws
from contract_tests.targets import Remote, Target


@pytest.mark.parametrize("time", ["real", "x50"])
def test_clocks_that_run_can_be_moved(target: Target, time: str) -> None:
    """All on the way is told at its own instant; the clock goes on from where it was moved to."""
    caller = Caller(target, time=time, pace="3600000+3600000")
    with Receiver() as receiver:
        task_id = new_task(caller, SCENE, callback_url=receiver.url)
        created = caller.get(task_id).data["created_at"]
        told = caller.advance("3h")
    shown = caller.shown()

    assert without_ids(told["happened"]) == [
        change(created + 60 * MINUTE, task_id, "processing"),
        attempt(created + 60 * MINUTE, "processing"),
        change(created + 120 * MINUTE, task_id, "succeed"),
        attempt(created + 120 * MINUTE, "succeed"),
    ]
    assert shown["time"] == {"real": "real", "x50": "scaled"}[time]
    assert shown["now"] >= told["now"] >= created + 180 * MINUTE
    assert refused(caller, until_task="7")[0] == 404
    assert caller.shown()["time"] == shown["time"]


def test_moves_of_one_account_wait_for_each_other(socket_target: Target) -> None:
    """None is lost, and what falls due is told by one of them; other accounts do not wait."""
    caller = Caller(socket_target, pace="1000+4000")
    start, task_id = caller.now(), new_task(caller, SCENE)

    def advance(_: int) -> list[Fields]:
        remote = Remote(socket_target.origin)
        told: list[Fields] = caller.beside(remote).advance("1s")["happened"]
        remote.close()
        return told

    with ThreadPoolExecutor(8) as threads:
        told = [one for happened in threads.map(advance, range(16)) for one in happened]
    told.sort(key=lambda one: one["at"])

    assert caller.now() == start + 16_000
    assert told == [
        change(start + 1000, task_id, "processing"),
        change(start + 5000, task_id, "succeed"),
    ]


def test_another_account_moves_while_a_receiver_thinks(socket_target: Target) -> None:
    """The receiver of one account moves the other's clock before it answers."""
    caller, other = Caller(socket_target, pace="0+1000"), Caller(socket_target)
    reached = []

    def think(_: Announced) -> None:
        remote = Remote(socket_target.origin)
        reached.append(other.beside(remote).advance("1d")["now"])
        remote.close()

    start = other.now()
    with Receiver(meanwhile=think) as receiver:
        caller.move(until_task=new_task(caller, SCENE, callback_url=receiver.url))

    assert reached == [start + spec.DAY_MS, start + 2 * spec.DAY_MS]


@pytest.mark.parametrize(
    "fields",
    [
        {"advance": 1, "to": FAR},
        {"next": True, "until_task": "7"},
        {"next": False},
        {"until_task": ""},
        {"advance": "soon"},
        {"to": 1},
        {"to": 10_000_000_000_000},
        {"advance": "400000d"},
        {"time": "fast"},
        {"advance": "1h", "time": "fast"},
    ],
)
def test_a_move_that_cannot_be_made_moves_nothing(target: Target, fields: Fields) -> None:
    """It is refused, and the clock stands where it stood."""
    caller = Caller(target)
    start = caller.now()

    assert refused(caller, **fields)[0] == 400
    assert caller.now() == start


@given(draw=draws())
@settings(max_examples=15)
def test_many_moves_tell_what_one_tells(target: Target, draw: Random) -> None:
    """However a span is divided, the same falls due at the same instants, told once."""
    whole, parts = Caller(target, pace="700+1900"), Caller(target, pace="700+1900")
    start = max(whole.now(), parts.now())
    names: list[dict[str, str]] = []
    gaps = [draw.randint(0, 2000) for _ in range(draw.randint(1, 4))]
    for caller in (whole, parts):
        caller.set_clock(start)
        named: dict[str, str] = {}
        for place, gap in enumerate(gaps):
            fields = plain_fields(caller, SCENE)
            named[fields["session_id"]] = f"session {place}"
            named[caller.create(fields).data["task_id"]] = f"task {place}"
            caller.advance(gap)
        names.append(named)
    span = draw.choice((10_000, SESSION_MS + 3000, RESULT_MS + 20_000))
    cuts = sorted(draw.randint(sum(gaps), span) for _ in range(3))
    divided = [told for cut in (*cuts, span) for told in parts.move(to=start + cut)["happened"]]
    undivided = whole.move(to=start + span)["happened"]

    def plain(happened: list[Fields], named: dict[str, str]) -> list[Fields]:
        return [{k: named.get(str(v), v) for k, v in one.items()} for one in happened]

    assert plain(divided, names[1]) == plain(undivided, names[0])
    assert [one["at"] for one in undivided] == sorted(one["at"] for one in undivided)


@rule("callback.payload")
def test_a_receiver_that_asks_is_answered_as_of_that_instant(socket_target: Target) -> None:
    """The announcement is what a query answers meanwhile, with the Date of that instant."""
    caller = Caller(socket_target, pace="1000+4000")
    start, asked = caller.now(), list[tuple[int, Fields]]()

    def ask(announced: Announced) -> None:
        remote = Remote(socket_target.origin)
        exchange = caller.beside(remote).get(announced.task["task_id"])
        asked.append((stamped(exchange), exchange.data))
        remote.close()

    with Receiver(meanwhile=ask) as receiver:
        new_task(caller, SCENE, callback_url=receiver.url)
        caller.advance("1h")
    for _, task in asked:
        del task["watermark_info"]

    assert [at for at, _ in asked] == [(start + 1000) // 1000, (start + 5000) // 1000]
    assert [task for _, task in asked] == [announced.task for announced in receiver.received]

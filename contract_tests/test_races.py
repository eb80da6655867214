"""Calls that arrive at the same time, each over a connection of its own."""

import base64
import itertools
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest

from contract_tests.callers import TASKS, Caller, Fields
from contract_tests.drafts import plain_fields
from contract_tests.exchanges import Exchange, faults
from contract_tests.marks import rule
from contract_tests.media_files import PAGE_VIDEO, tone
from contract_tests.scenes import SCENE
from contract_tests.targets import InProcess, Remote, Target

AT_ONCE = 8
SOUND = base64.b64encode(tone(5000)).decode()
"""Bytes have to be decoded, so that the server does something else meanwhile."""


def at_once(caller: Caller, call: Callable[[Caller], Exchange]) -> list[Exchange]:
    """Make one call over several connections at the same time."""
    remotes = [Remote(caller.target.origin) for _ in range(AT_ONCE)]
    try:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            return list(pool.map(lambda remote: call(caller.beside(remote)), remotes))
    finally:
        for remote in remotes:
            remote.close()


def fields_of(caller: Caller, sound: str | None) -> Fields:
    """Return a legal create body, with a sound of bytes or a described one."""
    fields = plain_fields(caller, SCENE)
    if sound is not None:
        fields["face_choose"][0]["sound_file"] = sound
    return fields


@rule("create.external-id-unique")
@pytest.mark.parametrize("sound", [SOUND, None])
def test_one_of_several_gets_an_external_id(socket_target: Target, sound: str | None) -> None:
    """Of several creates with one external id exactly one is accepted, and makes one task."""
    caller = Caller(socket_target)
    fields = {**fields_of(caller, sound), "external_task_id": "mine"}
    told = [one.rule for one in at_once(caller, lambda each: each.create(fields))]

    assert (told.count(None), told.count("create.external-id-unique")) == (1, AT_ONCE - 1)
    assert len(caller.page().data) == 1


@rule("concurrency.limit", "concurrency.slots")
@pytest.mark.parametrize("sound", [SOUND, None])
def test_no_more_tasks_than_slots_are_made(socket_target: Target, sound: str | None) -> None:
    """With three slots, three of several creates are accepted."""
    caller = Caller(socket_target)
    fields = fields_of(caller, sound)
    caller.change(slots=3)
    told = [one.rule for one in at_once(caller, lambda each: each.create(fields))]

    assert (told.count(None), told.count("concurrency.limit")) == (3, AT_ONCE - 3)
    assert len(caller.page().data) == 3


@rule("envelope.fields", "list.pages")
def test_accepted_tasks_are_all_there(socket_target: Target) -> None:
    """Every acknowledged task can be read, and no two have an id in common."""
    caller = Caller(socket_target)
    fields = fields_of(caller, SOUND)
    made = at_once(caller, lambda each: each.create(fields))
    names = {one.data["task_id"] for one in made}

    assert len(names) == AT_ONCE
    assert {task["task_id"] for task in caller.page().data} == names
    assert len({one.envelope["request_id"] for one in made}) == AT_ONCE


@rule("billing.pack-exhausted", "billing.identify-price")
def test_a_pack_pays_for_no_more_calls_than_it_holds(socket_target: Target) -> None:
    """With units for three calls, three of several are accepted."""
    caller = Caller(socket_target, units="0.15")
    told = [one.rule for one in at_once(caller, lambda each: each.identify(PAGE_VIDEO))]

    assert (told.count(None), told.count("billing.pack-exhausted")) == (3, AT_ONCE - 3)


@rule("create.external-id-unique")
def test_one_of_several_bodies_gets_an_external_id(target: Target) -> None:
    """Creates that are under way together in one process make one task, whatever else they ask."""
    if not isinstance(target, InProcess):
        pytest.skip("calls are under way together over sockets in the tests above")
    caller = Caller(target)
    bodies = [
        {**fields_of(caller, sound), "external_task_id": "mine", "unknown": place}
        for place, sound in enumerate([SOUND, None] * AT_ONCE)
    ]
    headers = {"authorization": caller.authorization, "content-type": "application/json"}
    calls = [("POST", TASKS, headers, json.dumps(body).encode()) for body in bodies]
    told = [one.rule for one in target.client.at_once(calls)]

    assert (told.count(None), len(told)) == (1, 2 * AT_ONCE)
    assert set(told) == {None, "create.external-id-unique"}
    assert len(caller.page().data) == 1


@rule("concurrency.limit", "concurrency.slots")
def test_the_last_slot_is_taken_once(socket_target: Target) -> None:
    """While one slot is left, one of several creates gets it, again and again."""
    caller = Caller(socket_target, pace="0+1000")
    fields = fields_of(caller, None)
    caller.change(slots=1)
    won = []
    for _ in range(5):
        told = [one.rule for one in at_once(caller, lambda each: each.create(fields))]
        won.append((told.count(None), told.count("concurrency.limit")))
        caller.advance("1s")

    assert won == [(1, AT_ONCE - 1)] * 5
    assert len(caller.page().data) == 5


@rule("billing.pack-exhausted", "billing.charged-on-success")
@pytest.mark.parametrize(("left", "accepted"), [("1.05", AT_ONCE), ("1.04", 0)])
def test_creates_at_once_are_judged_by_what_was_taken(
    socket_target: Target, left: str, accepted: int
) -> None:
    """Units are taken at the end: before it they pay for each create, and none if too few."""
    caller = Caller(socket_target, units=left)
    fields = fields_of(caller, None)
    told = [one.rule for one in at_once(caller, lambda each: each.create(fields))]
    caller.advance("1h")

    assert told.count(None) == accepted
    assert set(told) - {None} <= {"billing.pack-exhausted"}
    assert caller.spent() == Decimal("0.05") + accepted
    assert caller.create(fields).rule == "billing.pack-exhausted"


@rule("list.items", "list.pages", "create.reply")
def test_a_list_never_shows_half_a_task(socket_target: Target) -> None:
    """Read while tasks are made, a page holds whole tasks, newest first, each as it stays."""
    caller = Caller(socket_target)
    fields = fields_of(caller, SOUND)

    def work(each: Caller) -> Exchange:
        return each.page() if next(turns) % 2 else each.create(fields)

    turns = itertools.count()
    replies = [one for _ in range(3) for one in at_once(caller, work)]
    final = caller.page("pageSize=500").data
    pages = [one.data for one in replies if isinstance(one.data, list)]

    assert len(final) == len(replies) - len(pages)
    assert [page for page in pages if page != final[len(final) - len(page) :]] == []
    assert [fault for one in replies for fault in faults(one, _operation(one))] == []


def _operation(exchange: Exchange) -> str:
    return "list" if isinstance(exchange.data, list) else "create"

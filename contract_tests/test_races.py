"""Calls that arrive at the same time, each over a connection of its own."""

import base64
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from contract_tests.callers import Caller, Fields
from contract_tests.drafts import plain_fields
from contract_tests.exchanges import Exchange
from contract_tests.marks import rule
from contract_tests.media_files import PAGE_VIDEO, tone
from contract_tests.scenes import SCENE
from contract_tests.targets import Remote, Target

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

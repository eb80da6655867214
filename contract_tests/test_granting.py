"""Every rule that grants: requests that would be refused, or treated worse, without it."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contract_tests import breaking, spec
from contract_tests.callers import Caller
from contract_tests.drafts import new_task, plain_fields
from contract_tests.exchanges import ACCEPTED, refused_by
from contract_tests.marks import rule
from contract_tests.receiver import Receiver
from contract_tests.scenes import SCENE, VIDEO
from contract_tests.strategies import draws
from contract_tests.targets import Target
from contract_tests.ways import Way, break_by

CREATE_WAYS = [way for way in breaking.WAYS if "create" in way.operations]


@rule("transport.empty-is-absent")
@pytest.mark.parametrize("field", ["external_task_id", "callback_url"])
def test_an_empty_string_is_no_value(target: Target, field: str) -> None:
    """An empty optional string is as good as none, twice in a row."""
    caller = Caller(target)
    created = [caller.create(plain_fields(caller, SCENE, **{field: ""})) for _ in range(2)]

    assert [exchange.verdict for exchange in created] == [ACCEPTED] * 2
    assert "external_task_id" not in created[0].data.get("task_info", {})


@rule("transport.empty-is-absent")
def test_an_empty_source_is_no_source(target: Target) -> None:
    """One source filled and the other empty is one source."""
    caller = Caller(target)
    fields = plain_fields(caller, SCENE)
    fields["face_choose"][0]["audio_id"] = ""

    assert caller.identify(VIDEO, video_id="").verdict == ACCEPTED
    assert caller.create(fields).verdict == ACCEPTED


@rule("transport.empty-is-absent")
def test_an_empty_page_parameter_is_the_default(target: Target) -> None:
    """Empty query parameters are not given."""
    caller = Caller(target)
    task_id = new_task(caller, SCENE)

    assert [task["task_id"] for task in caller.page("pageNum=&pageSize=").data] == [task_id]


@rule("transport.unknown-fields")
def test_undocumented_fields_are_ignored(target: Target) -> None:
    """A field or a parameter that no page documents changes nothing, wherever it stands."""
    caller = Caller(target)
    fields = plain_fields(caller, SCENE, model_name="kling-v1", mode={"deep": [1]})
    fields["face_choose"][0]["face_image"] = 1
    fields["watermark_info"] = {"enabled": True, "text": "mine"}

    assert caller.identify(VIDEO, model_name=1).verdict == ACCEPTED
    assert caller.create(fields).verdict == ACCEPTED
    assert caller.page("page_size=0&cursor=x").verdict == ACCEPTED


@rule("auth.account-scope")
def test_all_credentials_of_an_account_share_everything(target: Target) -> None:
    """What was made with a token is there for the account's API key, on all four operations."""
    key = f"key-{Random().getrandbits(64):x}"  # noqa: S311 - a name that nobody else has
    caller = Caller(target, api_keys=[key])
    task_id = new_task(caller, SCENE, external_task_id="mine")
    fields = plain_fields(caller, SCENE)
    caller.authorization = f"Bearer {key}"

    assert caller.get(task_id).data["task_id"] == task_id
    assert caller.create(fields).verdict == ACCEPTED
    assert caller.identify(VIDEO).verdict == ACCEPTED
    assert len(caller.page().data) == 2
    assert caller.create({**fields, "external_task_id": "mine"}).rule == "create.external-id-unique"


@rule("auth.account-scope")
def test_another_account_knows_nothing_of_it(target: Target) -> None:
    """Tasks, sessions, external ids and slots of one account are unknown to every other."""
    owner, other = Caller(target), Caller(target, slots=1)
    fields = plain_fields(owner, SCENE, external_task_id="shared")
    task_id = owner.create(fields).data["task_id"]
    found = [other.get(task_id), other.get("shared"), other.create(fields)]

    assert [exchange.rule for exchange in found[:2]] == ["get.known-task"] * 2
    assert found[2].verdict == refused_by("create.session-known")
    assert other.page().data == []
    assert new_task(other, SCENE, external_task_id="shared") != task_id


@rule("identify.no-face")
def test_a_video_without_a_face_is_accepted(target: Target) -> None:
    """Nobody to be seen is an answer, not an error: an empty list, in a session."""
    data = Caller(target).identify(f"{VIDEO}&faces=none").data

    assert data["face_data"] == []
    assert data["session_id"].isdecimal()


@rule("create.silent-video")
@pytest.mark.parametrize("volume", [0, 0.5, 2])
def test_a_silent_video_takes_any_volume(target: Target, volume: float) -> None:
    """The original volume of a video without sound is taken, and changes nothing."""
    caller = Caller(target)
    fields = plain_fields(caller, SCENE)
    fields["session_id"] = caller.identify(f"{VIDEO}&sound=no").data["session_id"]
    fields["face_choose"][0]["original_audio_volume"] = volume

    assert caller.create(fields).verdict == ACCEPTED


@rule("create.silent-video", "create.volume-range")
def test_the_volume_of_a_silent_video_is_still_judged(target: Target) -> None:
    """A volume out of range is refused although it would change nothing."""
    caller = Caller(target)
    fields = plain_fields(caller, SCENE)
    fields["session_id"] = caller.identify(f"{VIDEO}&sound=no").data["session_id"]
    fields["face_choose"][0]["original_audio_volume"] = 2.5

    assert caller.create(fields).verdict == refused_by("create.volume-range")


@rule("create.refusal-leaves-nothing")
@given(way=st.sampled_from(CREATE_WAYS), draw=draws())
@settings(max_examples=100)
def test_a_refused_create_leaves_nothing(target: Target, way: Way, draw: Random) -> None:
    """After a refusal there is no task and no cost more, no slot is held, and the id is free."""
    caller = Caller(target)
    broken = break_by(way, draw, "create").broken
    if way.touches not in ("body", "external_task_id"):
        broken.body["external_task_id"] = "free"
    seen: list[tuple[object, ...]] = []
    broken.before.append(lambda caller: seen.append(_seen(caller)))
    refused = broken.send(caller)
    after = _seen(caller)
    caller.change(slots=_open_tasks(caller) + 1)

    assert refused.code > 0
    assert seen == [after]
    assert new_task(caller, SCENE, external_task_id="free").isdecimal()


@rule("create.refusal-leaves-nothing")
def test_a_refused_create_calls_nobody_back(target: Target) -> None:
    """The callback_url of a refused create is never called."""
    caller = Caller(target)
    with Receiver() as receiver:
        fields = plain_fields(caller, SCENE, callback_url=receiver.url)
        fields["face_choose"][0]["face_id"] = "nobody"
        caller.create(fields)
        caller.advance("1h")

    assert receiver.received == []
    assert caller.deliveries() == []


@rule("get.either-id")
@pytest.mark.parametrize("name", ["order-17", "a/b?c#d&e=f", "ü é \u20ac", " ", "%41", "."])
def test_a_task_is_found_by_both_its_ids(target: Target, name: str) -> None:
    """The external id leads to the same task, and task_id stays what it was."""
    caller = Caller(target)
    task_id = new_task(caller, SCENE, external_task_id=name)

    assert caller.get(name).data == caller.get(task_id).data
    assert caller.get(name).data["task_id"] == task_id


@rule("get.either-id")
def test_a_task_id_wins_over_an_external_id(target: Target) -> None:
    """When one string is the task_id of one task and the external id of another, task_id wins."""
    caller = Caller(target)
    first = new_task(caller, SCENE)
    new_task(caller, SCENE, external_task_id=first)

    assert caller.get(first).data["task_id"] == first
    assert "external_task_id" not in caller.get(first).data["task_info"]


@rule("retention.task-record")
@pytest.mark.parametrize("age", ["31d", "270d"])
def test_a_task_stays_readable(target: Target, age: str) -> None:
    """A task can be queried and listed when its media are long gone."""
    caller = Caller(target)
    task_id = new_task(caller, SCENE, external_task_id="old")
    caller.advance("1h")
    fresh = caller.get(task_id).data
    caller.advance(age)

    assert caller.get(task_id).data == fresh
    assert caller.get("old").data == fresh
    assert caller.page().data == [fresh]


@rule("concurrency.slots")
@pytest.mark.parametrize("failure", [None, "it failed"])
def test_a_slot_is_free_at_the_instant_of_the_end(target: Target, failure: str | None) -> None:
    """A task holds its slot up to the ms before it ends, also by failure, and not at its end."""
    caller = Caller(target, slots=1, pace="1000+4000")
    if failure is not None:
        caller.stage(fail_task=failure)
    caller.create(plain_fields(caller, SCENE))
    fields = plain_fields(caller, SCENE)
    verdicts = []
    for span in (0, 4999, 1):
        caller.advance(span)
        verdicts.append(caller.create(fields).verdict)

    assert verdicts == [refused_by("concurrency.limit")] * 2 + [ACCEPTED]


@rule("concurrency.slots")
def test_identify_and_queries_hold_no_slot(target: Target) -> None:
    """Only tasks hold slots: with none left, everything but create goes on."""
    caller = Caller(target, slots=1)
    task_id = new_task(caller, SCENE)

    assert [caller.identify(VIDEO).verdict for _ in range(3)] == [ACCEPTED] * 3
    assert caller.get(task_id).verdict == ACCEPTED
    assert caller.page().verdict == ACCEPTED


def test_every_granting_rule_has_its_witness_here() -> None:
    """The rules that grant are the ones that this module names."""
    named = {
        name
        for test in globals().values()
        for mark in getattr(test, "pytestmark", [])
        for name in mark.args
        if mark.name == "rule"
    }

    assert set(spec.of_kind("grants")) <= named


def _seen(caller: Caller) -> tuple[object, ...]:
    return caller.page("pageSize=500").data, caller.spent(), caller.deliveries()


def _open_tasks(caller: Caller) -> int:
    states = [task["task_status"] for task in caller.page("pageSize=500").data]
    return len(states) - states.count("succeed") - states.count("failed")

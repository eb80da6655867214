"""What refusals say: the rulebook's words, with the field and the value that were seen."""

from collections.abc import Callable

import pytest

from contract_tests import spec
from contract_tests.callers import Caller, Fields
from contract_tests.drafts import new_task, plain_fields
from contract_tests.exchanges import Exchange
from contract_tests.marks import rule
from contract_tests.scenes import SCENE
from contract_tests.targets import Target

ENTRY = "faceChoose[0]"


def created(**entry: object) -> Callable[[Caller], Exchange]:
    """Create with fields of the entry changed; None leaves one out."""

    def call(caller: Caller) -> Exchange:
        fields = plain_fields(caller, SCENE)
        changed: Fields = {**fields["face_choose"][0], **entry}
        fields["face_choose"] = [{k: v for k, v in changed.items() if v is not None}]
        return caller.create(fields)

    return call


def created_twice(caller: Caller) -> Exchange:
    """Create with an external id that is taken."""
    new_task(caller, SCENE, external_task_id="order 17")
    return caller.create(plain_fields(caller, SCENE, external_task_id="order 17"))


CALLS: tuple[tuple[str, str, str, Callable[[Caller], Exchange]], ...] = (
    ("get.known-task", "", "17", lambda caller: caller.get("17")),
    ("list.page-size", "pageSize", "501", lambda caller: caller.page("pageSize=501")),
    ("list.page-number", "pageNum", "x", lambda caller: caller.page("pageNum=x")),
    ("identify.video-id-known", "", "17", lambda caller: caller.identify(video_id="17")),
    ("create.external-id-unique", "", "order 17", created_twice),
    ("create.face-in-session", "", "9", created(face_id="9")),
    ("create.audio-id-known", "", "17", created(sound_file="", audio_id="17")),
    ("create.required-fields", f"{ENTRY}.faceId", "", created(face_id="")),
    ("create.times-required", f"{ENTRY}.soundEndTime", "", created(sound_end_time=None)),
    ("create.volume-range", f"{ENTRY}.soundVolume", "2.5", created(sound_volume=2.5)),
    ("transport.field-types", f"{ENTRY}.soundStartTime", "0.5", created(sound_start_time=0.5)),
    (
        "create.sound-start-not-negative",
        f"{ENTRY}.soundStartTime",
        "-1",
        created(sound_start_time=-1),
    ),
    (
        "create.sound-end-within-audio",
        f"{ENTRY}.soundEndTime",
        "5001",
        created(sound_end_time=5001),
    ),
    ("create.crop-length", "", "", created(sound_end_time=1)),
)


@pytest.mark.parametrize(
    ("name", "field", "value", "call"),
    [pytest.param(*one, marks=rule(one[0]), id=one[0]) for one in CALLS],
)
def test_a_message_names_what_was_seen(
    target: Target, name: str, field: str, value: str, call: Callable[[Caller], Exchange]
) -> None:
    """The message is the rulebook's, with the camelCase path of the field and its value."""
    refused = call(Caller(target))
    message = spec.rule(name).message.replace("{field}", field).replace("{value}", value)

    assert (refused.rule, refused.envelope["message"]) == (name, message)


@rule("transport.field-types", "envelope.fields")
@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (True, "true"),
        (False, "false"),
        ([1, "a"], '[1,"a"]'),
        ({"a": None}, '{"a":null}'),
        ("1.5", "1.5"),
        ("", ""),
    ],
)
def test_a_message_repeats_a_value_as_json(target: Target, value: object, shown: str) -> None:
    """Texts without their quotes, as the vendor's messages show them."""
    refused = created(sound_volume=value)(Caller(target))
    due = spec.rule("transport.field-types").message.replace("{value}", shown)

    assert refused.envelope["message"] == due.replace("{field}", f"{ENTRY}.soundVolume")


@rule("list.page-number", "list.page-size")
@pytest.mark.parametrize("text", ["0", "-1", "1001", "x", "1.5"])
@pytest.mark.parametrize(
    ("name", "field"), [("list.page-number", "pageNum"), ("list.page-size", "pageSize")]
)
def test_a_message_repeats_a_parameter(target: Target, name: str, field: str, text: str) -> None:
    """Nothing is taken for no value that was one."""
    due = spec.rule(name).message.replace("{value}", text).replace("{field}", field)

    assert Caller(target).page(f"{field}={text}").envelope["message"] == due


@rule("get.known-task", "identify.video-id-known", "create.session-known", "envelope.fields")
@pytest.mark.parametrize("length", [33, 64, 200, 201, 3000])
def test_a_message_repeats_a_long_value(target: Target, length: int) -> None:
    """In full, up to the length after which it is cut."""
    caller = Caller(target)
    value = "".join(chr(ord("a") + place % 26) for place in range(length))
    shown = value[: spec.limit("envelope.fields", "longest_value_characters")]
    fields = plain_fields(caller, SCENE)
    calls = {
        "get.known-task": caller.get(value),
        "identify.video-id-known": caller.identify(video_id=value),
        "create.session-known": caller.create({**fields, "session_id": value}),
    }
    messages = {name: spec.rule(name).message.replace("{value}", shown) for name in calls}

    assert {name: call.envelope["message"] for name, call in calls.items()} == messages

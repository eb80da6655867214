"""Open points beyond accept and refuse: what a choice makes of the values that it lets through."""

from base64 import b64encode
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given

from contract_tests import spec
from contract_tests.callers import Caller
from contract_tests.drafts import new_task, plain_fields
from contract_tests.exchanges import ACCEPTED, refused_by
from contract_tests.marks import rule
from contract_tests.media_files import tone
from contract_tests.receiver import Receiver
from contract_tests.scenes import SCENE, VIDEO, any_scene
from contract_tests.strategies import draws
from contract_tests.targets import Target
from contract_tests.test_billing import price_of
from contract_tests.witnesses import AUDIO


@rule("list.page-number", "list.page-size", "list.pages")
def test_a_page_out_of_range_is_the_nearest_one(target: Target) -> None:
    """Under `clamp` the bound that was overstepped counts, and not the default."""
    caller = Caller(target, readings={"page-out-of-range": "clamp"})
    fields = plain_fields(caller, SCENE)
    made = [caller.create(fields).data["task_id"] for _ in range(32)][::-1]

    def told(query: str) -> list[str]:
        return [task["task_id"] for task in caller.page(query).data]

    assert told("pageSize=0") == told("pageSize=-7") == made[:1]
    assert told("pageSize=501") == told(f"pageSize={10**30}") == made
    assert told("pageNum=0&pageSize=20") == told("pageNum=-1&pageSize=20") == made[:20]
    assert told("pageNum=1001&pageSize=1") == told(f"pageNum={10**30}") == []
    assert told("pageNum=2&pageSize=20") == made[20:]


@rule("create.watermark-info", "lifecycle.watermark")
@pytest.mark.parametrize(
    ("given", "asked"), [([{"enabled": True}], True), ([{"enabled": False}], False), ([], False)]
)
def test_a_list_asks_for_a_watermark_as_its_object_does(
    target: Target, given: list[object], *, asked: bool
) -> None:
    """Under `accept` the one object of the list counts; an empty list asks for nothing."""
    caller = Caller(target, readings={"watermark-list": "accept"})
    task_id = new_task(caller, SCENE, watermark_info=given)
    caller.advance("1h")
    task = caller.get(task_id).data

    assert task["watermark_info"] == {"enabled": asked}
    assert ("watermark_url" in task["task_result"]["videos"][0]) is asked


@rule("billing.lip-sync-price")
@given(draw=draws())
def test_each_started_5_s_of_the_crop_are_charged(target: Target, draw: Random) -> None:
    """Under `crop-length` the price is that of the cropped sound, wherever it begins."""
    caller = Caller(target, readings={"charge-basis": "crop-length"})
    scene = any_scene(draw)
    task_id = new_task(caller, scene)
    caller.advance("1h")

    assert Decimal(caller.get(task_id).data["final_unit_deduction"]) == price_of(scene.crop)


@rule("billing.pack-exhausted", "billing.lip-sync-price")
@pytest.mark.parametrize(("units", "accepted"), [("0.5", True), ("0.49", False)])
def test_a_pack_has_to_pay_for_the_crop(target: Target, units: str, *, accepted: bool) -> None:
    """Under `crop-length` 3 s of sound in a video of 8 s need 0.5 units."""
    caller = Caller(target, readings={"charge-basis": "crop-length"})
    fields = plain_fields(caller, SCENE)
    caller.change(units=str(Decimal(units) + caller.spent()))
    due = ACCEPTED if accepted else refused_by("billing.pack-exhausted")

    assert caller.create(fields).verdict == due


@rule("identify.video-format")
@pytest.mark.parametrize("reading", ["at-request", "as-failed-task"])
def test_a_video_named_by_id_may_have_any_container(target: Target, reading: str) -> None:
    """The printed formats are those of `video_url`: neither the call nor the task fails."""
    caller = Caller(target, readings={"media-faults": reading})
    name = caller.seed(f"{VIDEO}&format=webm")
    fields = plain_fields(caller, SCENE)
    fields["session_id"] = caller.identify(video_id=name).data["session_id"]
    task_id = caller.create(fields).data["task_id"]
    caller.advance("1h")

    assert caller.get(task_id).data["task_status"] == "succeed"


@rule("lifecycle.failure-reason", "identify.video-format", "create.sound-file-format")
def test_of_two_media_faults_the_first_fails_the_task(target: Target) -> None:
    """Under `as-failed-task` the message is that of the rule that comes first."""
    caller = Caller(target, readings={"media-faults": "as-failed-task"})
    told = []
    for film, speech in (("webm", "mp3"), ("mp4", "ogg"), ("webm", "ogg")):
        fields = plain_fields(caller, SCENE)
        fields["session_id"] = caller.identify(f"{VIDEO}&format={film}").data["session_id"]
        fields["face_choose"][0]["sound_file"] = f"{AUDIO}?duration=5000&format={speech}"
        task_id = caller.create(fields).data["task_id"]
        caller.advance("1h")
        told.append(caller.get(task_id).data["task_status_msg"])
    video, sound = "identify.video-format", "create.sound-file-format"
    names = (video, sound, min(video, sound, key=spec.refusing().index))

    assert told == [spec.rule(name).message for name in names]


@rule("create.external-id-unique", "get.either-id")
def test_a_freed_external_id_names_the_task_that_has_it_now(target: Target) -> None:
    """Under `free` it leads to the second task, and is taken until that one fails, too."""
    caller = Caller(target, readings={"external-id-after-failure": "free"})
    fields = plain_fields(caller, SCENE, external_task_id="again")
    caller.stage(fail_task="no")
    first = caller.create(fields).data["task_id"]
    early = caller.create(fields).verdict
    caller.advance("1h")
    second = caller.create(fields).data["task_id"]
    third = caller.create(fields).verdict
    caller.advance("1h")

    assert early == third == caller.create(fields).verdict
    assert third == refused_by("create.external-id-unique")
    assert caller.get("again").data["task_id"] == second
    assert caller.get(first).data["task_status"] == "failed"
    assert len({first, second}) == 2


@rule("create.crop-length", "transport.field-types")
@pytest.mark.parametrize(
    ("start", "end", "due"),
    [
        (0.9, 2000.0, ACCEPTED),
        (0, 1999.9, refused_by("create.crop-length")),
        (1.0, 2000.9, refused_by("create.crop-length")),
        (-0.9, 2000, refused_by("create.sound-start-not-negative")),
    ],
)
def test_what_stands_behind_the_point_is_left_out(
    target: Target, start: float, end: float, due: tuple[str | None, int, int]
) -> None:
    """Under `truncate` a time counts without its fraction; one below 0 stays below 0."""
    caller = Caller(target, readings={"number-for-time": "truncate"})
    fields = plain_fields(caller, SCENE)
    fields["face_choose"][0] |= {"sound_start_time": start, "sound_end_time": end}

    assert caller.create(fields).verdict == due


@rule("create.sound-file-form", "create.sound-end-within-audio")
def test_what_stands_behind_a_data_prefix_is_the_sound(target: Target) -> None:
    """Under `strip` a legal sound is accepted, and its length counts."""
    caller = Caller(target, readings={"data-prefix": "strip"})
    text = b64encode(tone(3000)).decode()
    fields = plain_fields(caller, SCENE)
    verdicts = []
    for prefix in ("data:audio/wav;base64,", "data:;base64,", ""):
        for end in (3000, 3001):
            fields["face_choose"][0] |= {"sound_file": prefix + text, "sound_end_time": end}
            verdicts.append(caller.create(fields).verdict)

    assert verdicts == [ACCEPTED, refused_by("create.sound-end-within-audio")] * 3


@rule("transport.field-types", "identify.one-video-source", "create.one-audio-source")
def test_null_is_as_good_as_nothing(target: Target) -> None:
    """Under `absent`, in each optional field of each body; and two nulls are no source."""
    caller = Caller(target, readings={"null-field": "absent"})
    body = caller.identify(VIDEO, video_id=None).verdict
    neither = caller.identify(video_url=None, video_id=None).verdict
    fields = plain_fields(caller, SCENE)
    nulls = dict.fromkeys(("callback_url", "external_task_id"))
    watermark = {"watermark_info": {"enabled": None}}
    volumes = {"sound_volume": None, "original_audio_volume": None, "audio_id": None}
    fields["face_choose"][0] |= volumes
    task = caller.create({**fields, **nulls, **watermark}).data
    named = caller.seed(f"{AUDIO}?duration=5000")
    fields["face_choose"][0] |= {"sound_file": None, "audio_id": named}
    by_id = caller.create(fields).verdict
    fields["face_choose"][0] |= {"sound_file": None, "audio_id": None}

    assert body == by_id == ACCEPTED
    assert neither == refused_by("identify.one-video-source")
    assert caller.create(fields).verdict == refused_by("create.one-audio-source")
    assert task["task_info"] == {}
    assert caller.get(task["task_id"]).data["watermark_info"] == {"enabled": False}


@rule("create.one-face", "create.face-in-session")
@pytest.mark.parametrize("choice", ["one-face-id", "many"])
def test_of_several_entries_each_face_has_to_be_known(target: Target, choice: str) -> None:
    """A face that the session does not have is refused wherever it stands."""
    caller = Caller(target, readings={"faces-chosen": choice})
    fields = plain_fields(caller, SCENE)
    entry = fields["face_choose"][0]
    strange = {**entry, "face_id": "9"}
    verdicts = []
    for entries in ([entry] * 2, [entry] * 3, [strange] * 2, [entry, entry, strange]):
        fields["face_choose"] = entries
        verdicts.append(caller.create(fields).verdict)
    unknown, several = refused_by("create.face-in-session"), refused_by("create.one-face")

    assert verdicts == [
        *[ACCEPTED, ACCEPTED, unknown],
        several if choice == "one-face-id" else unknown,
    ]


@rule("retention.session-life")
def test_a_session_can_live_for_ever(target: Target) -> None:
    """Under `none` it is as good after a year."""
    caller = Caller(target, readings={"session-life": "none"})
    fields = plain_fields(caller, SCENE)
    caller.advance(365 * spec.DAY_MS)

    assert caller.create(fields).verdict == ACCEPTED


@rule("callback.on-status-change")
@pytest.mark.parametrize("events", ["changes", "with-submitted", "terminal-only"])
def test_a_failed_task_is_announced_as_chosen(target: Target, events: str) -> None:
    """What is announced of a task that succeeds is announced of one that fails."""
    caller = Caller(target, readings={"callback-events": events})
    with Receiver() as receiver:
        caller.stage(fail_task="no")
        new_task(caller, SCENE, callback_url=receiver.url)
        caller.advance("1h")
    due = {
        "changes": ["processing", "failed"],
        "with-submitted": ["submitted", "processing", "failed"],
        "terminal-only": ["failed"],
    }

    assert receiver.statuses == due[events]

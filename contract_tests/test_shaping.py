"""What replies look like: the envelope, the forms of values, and what each operation answers."""

import re
from random import Random
from urllib.parse import urlsplit
from uuid import RFC_4122, UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_tests import breaking, spec
from contract_tests.callers import Caller
from contract_tests.drafts import Draft, new_task, plain_fields
from contract_tests.exchanges import faults
from contract_tests.marks import rule
from contract_tests.scenes import SCENE, VIDEO, Scene
from contract_tests.strategies import draws, valid_drafts
from contract_tests.targets import Target

EPOCH_MS = 1_568_028_518_780
"""What decodes a recorded id to its creation time, with the 22 lowest bits cut off."""

DECIMAL = re.compile(r"(0|[1-9][0-9]*)(\.[0-9]*[1-9])?")


def instant_of(name: str) -> int:
    """Return the instant (Unix ms) that an id decodes to."""
    return (int(name) >> 22) + EPOCH_MS


@rule("envelope.fields", "envelope.status-and-code")
@given(data=st.data())
def test_every_reply_has_the_envelope(target: Target, data: st.DataObject) -> None:
    """Accepted or refused, a reply has code, message and request_id, and the status of its code."""
    draw = data.draw(draws())
    name = data.draw(st.sampled_from(spec.refusing()))
    case, caller = breaking.breaks(name, draw), Caller(target)
    for draft in (case.broken, case.mended):
        exchange = draft.send(caller)

        assert list(faults(exchange, draft.operation)) == []
        assert isinstance(exchange.envelope["message"], str)
        assert ("data" in exchange.envelope) is (exchange.code == 0)


@rule("envelope.fields")
def test_a_request_id_is_for_one_call(target: Target) -> None:
    """No two calls have the same request_id, whoever calls and however it ends."""
    callers = [Caller(target), Caller(target)]
    exchanges = [caller.page(query) for caller in callers for query in ("", "", "pageNum=0")]
    exchanges += [target.request("GET", "/") for _ in range(3)]
    names = [exchange.envelope["request_id"] for exchange in exchanges]

    assert len(set(names)) == len(names)


@rule("envelope.status-and-code")
def test_data_is_an_object_and_in_a_list_an_array(target: Target) -> None:
    """The three other operations answer an object."""
    caller = Caller(target)
    fields = plain_fields(caller, SCENE)
    created = caller.create(fields)
    kinds = [caller.identify(VIDEO), created, caller.get(created.data["task_id"]), caller.page()]

    assert [type(exchange.data) for exchange in kinds] == [dict, dict, dict, list]


@rule("envelope.value-forms")
def test_ids_decode_to_their_creation_time(target: Target) -> None:
    """Ids are decimal strings whose upper bits are the instant at which they were made."""
    caller = Caller(target, pace="1000+4000")
    caller.advance("7h")
    now = caller.now()
    session_id = caller.identify(VIDEO).data["session_id"]
    task_id = new_task(caller, SCENE)
    caller.advance("1h")
    result = caller.get(task_id).data["task_result"]["videos"][0]

    assert instant_of(session_id) == now
    assert instant_of(task_id) == now
    assert result["id"].isdecimal()
    assert len({session_id, task_id, result["id"]}) == 3


@pytest.mark.needs("control")
@rule("envelope.fields", "envelope.value-forms")
def test_ids_have_the_vendors_forms(target: Target) -> None:
    """As recorded: those of requests are random UUIDs, those of tasks tell their `created_at`."""
    caller = Caller(target)
    answers = [caller.get("unknown"), caller.create(plain_fields(caller, SCENE))]
    names = [UUID(answer.envelope["request_id"]) for answer in answers]

    assert [(name.version, name.variant) for name in names] == [(4, RFC_4122)] * 2
    assert [str(name) for name in names] == [answer.envelope["request_id"] for answer in answers]
    assert instant_of(answers[1].data["task_id"]) == answers[1].data["created_at"]


@rule("envelope.value-forms")
@pytest.mark.parametrize(
    ("length", "text"), [(2000, "2"), (5200, "5.2"), (59_999, "59.999"), (60_000, "60")]
)
def test_durations_are_decimal_seconds(target: Target, length: int, text: str) -> None:
    """A duration is a decimal string of seconds, exact to the ms and without trailing zeros."""
    caller = Caller(target)
    scene = Scene(video=length, face=(0, length), sound=5000, start=0, end=2000, insert=0)
    task_id = new_task(caller, scene)
    caller.advance("1h")
    task = caller.get(task_id).data

    assert task["task_info"]["parent_video"]["duration"] == text
    assert task["task_result"]["videos"][0]["duration"] == text
    assert DECIMAL.fullmatch(task["final_unit_deduction"])


@rule("identify.reply")
@given(draft=valid_drafts("identify"))
def test_identify_answers_its_session_and_faces(target: Target, draft: Draft) -> None:
    """The faces of a video come at once, each with its four fields, and no task is made."""
    caller = Caller(target)
    data = draft.send(caller).data
    fields = [sorted(face) for face in data["face_data"]]

    assert fields == [["end_time", "face_id", "face_image", "start_time"]] * len(
        draft.video["face"]
    )
    assert caller.page().data == []


@rule("identify.reply")
def test_each_identify_call_opens_a_session(target: Target) -> None:
    """The same video identified twice has two sessions."""
    caller = Caller(target)
    sessions = {caller.identify(VIDEO).data["session_id"] for _ in range(5)}

    assert len(sessions) == 5


@rule("identify.face-interval")
@given(draft=valid_drafts("identify"))
def test_a_face_has_the_interval_in_which_it_is_seen(target: Target, draft: Draft) -> None:
    """Times are integer ms within the video, start before end."""
    told = draft.send(Caller(target)).data["face_data"]
    intervals = [[face["start_time"], face["end_time"]] for face in told]
    described = [face.rpartition(":")[2].split("-") for face in draft.video["face"]]

    assert intervals == [[int(start), int(end)] for start, end in described]
    assert all(0 <= start < end <= draft.scene.video for start, end in intervals)


@rule("identify.face-interval", "create.overlap-with-face")
@given(draw=draws())
def test_the_told_interval_is_the_one_that_overlaps(target: Target, draw: Random) -> None:
    """A sound that just fits the interval as it was told is accepted, and 1 ms off it is not."""
    caller = Caller(target)
    start = draw.randint(1, 3000)
    scene = Scene(8000, (start, start + 2000), 5000, 0, 2000, start)
    fields = plain_fields(caller, scene)
    exact = caller.create(fields)
    fields["face_choose"][0]["sound_insert_time"] += draw.choice((-1, 1))

    assert exact.rule is None
    assert caller.create(fields).rule == "create.overlap-with-face"


@rule("identify.face-reappears")
def test_a_face_that_comes_back_late_has_a_new_id(target: Target) -> None:
    """Two appearances with more than 1 s between them are two faces, each with its own interval."""
    faces = Caller(target).identify(f"{VIDEO}&face=0-3000&face=4001-8000").data["face_data"]

    assert len({face["face_id"] for face in faces}) == 2
    assert [face["start_time"] for face in faces] == [0, 4001]


@rule("create.reply")
@given(draft=valid_drafts("create"))
def test_create_answers_what_is_printed_and_nothing_else(target: Target, draft: Draft) -> None:
    """The reply has id, status and instants, and the external id if one was given."""
    caller = Caller(target)
    data = draft.send(caller).data
    name = draft.body.get("external_task_id")
    info = data.pop("task_info", {})

    assert sorted(data) == ["created_at", "task_id", "task_status", "updated_at"]
    assert info == ({"external_task_id": name} if name else {})
    assert data["task_status"] == "submitted"
    assert data["created_at"] == data["updated_at"] == caller.now()


@rule("get.reply")
@given(draft=valid_drafts("create"))
def test_a_task_is_told_with_its_source_and_options(target: Target, draft: Draft) -> None:
    """A query has the original video, the watermark's choice and the external id."""
    caller = Caller(target)
    created = draft.send(caller).data
    task = caller.get(created["task_id"]).data
    parent = task["task_info"]["parent_video"]
    asked = draft.body.get("watermark_info", {}).get("enabled", False)

    assert sorted(parent) == ["duration", "id", "url"]
    assert parent["url"].startswith("http://described.test/video?")
    assert float(parent["duration"]) * 1000 == pytest.approx(draft.scene.video)
    assert task["watermark_info"] == {"enabled": asked}
    assert task["task_info"].get("external_task_id", "") == (
        draft.body.get("external_task_id") or ""
    )


@rule("get.reply")
def test_a_video_given_by_id_is_told_by_that_id(target: Target) -> None:
    """The parent of a task on a generated video has that video's id."""
    caller = Caller(target)
    video_id = caller.seed(VIDEO)
    fields = plain_fields(caller, SCENE)
    fields["session_id"] = caller.identify(video_id=video_id).data["session_id"]
    task = caller.get(caller.create(fields).data["task_id"]).data

    assert task["task_info"]["parent_video"]["id"] == video_id


@rule("get.reply", "lifecycle.result")
def test_a_result_that_is_used_again_is_told_by_its_address(target: Target) -> None:
    """The parent of a task on a result is that result, at the address that was answered for it."""
    caller = Caller(target)
    task_id = new_task(caller, SCENE)
    caller.advance("1h")
    (video,) = caller.get(task_id).data["task_result"]["videos"]
    fields = plain_fields(caller, SCENE)
    fields["session_id"] = caller.identify(video_id=video["id"]).data["session_id"]
    parent = caller.get(caller.create(fields).data["task_id"]).data["task_info"]["parent_video"]

    assert (parent["id"], parent["url"]) == (video["id"], video["url"])


@rule("identify.reply")
def test_links_lead_to_the_host_that_was_called(target: Target) -> None:
    """The address of a face's picture is an absolute URL on the server that answered."""
    face = Caller(target).identify(VIDEO).data["face_data"][0]

    assert urlsplit(face["face_image"]).netloc == urlsplit(target.origin).netloc

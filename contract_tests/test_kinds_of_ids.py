"""An id is good where its kind is asked for, and nowhere else."""

from collections.abc import Mapping

import pytest

from contract_tests.callers import TASKS, Caller
from contract_tests.drafts import new_task, plain_fields
from contract_tests.exchanges import ACCEPTED, Verdict, refused_by
from contract_tests.marks import rule
from contract_tests.scenes import SCENE, VIDEO
from contract_tests.targets import Target
from contract_tests.witnesses import AUDIO

USES = {
    "video_id": ({"result", "video"}, "identify.video-id-known"),
    "session_id": ({"session"}, "create.session-known"),
    "audio_id": ({"audio"}, "create.audio-id-known"),
    "path": ({"task", "external"}, "get.known-task"),
}
"""Which kinds of ids are good in a place, and which rule refuses the others there."""


def every_id(caller: Caller) -> Mapping[str, str]:
    """Return an id of each kind, of an account whose only task has succeeded."""
    session = caller.identify(VIDEO).data["session_id"]
    fields = plain_fields(caller, SCENE, session_id=session, external_task_id="Mine")
    task_id = caller.create(fields).data["task_id"]
    caller.advance("1h")
    (result,) = caller.get(task_id).data["task_result"]["videos"]
    return {
        "session": session,
        "task": task_id,
        "external": "Mine",
        "result": result["id"],
        "video": caller.seed(VIDEO),
        "audio": caller.seed(f"{AUDIO}?duration=5000"),
        "account": caller.key,
        "face": "0",
    }


def used(caller: Caller, place: str, name: str) -> Verdict:
    """Use an id in a place; return the verdict."""
    if place == "path":
        return caller.get(name).verdict
    if place == "video_id":
        return caller.identify(video_id=name).verdict
    fields = plain_fields(caller, SCENE)
    if place == "session_id":
        return caller.create({**fields, "session_id": name}).verdict
    fields["face_choose"][0] |= {"sound_file": "", "audio_id": name}
    return caller.create(fields).verdict


@pytest.mark.parametrize(
    "place", [pytest.param(place, marks=rule(name)) for place, (_, name) in USES.items()]
)
def test_only_one_kind_is_good_in_a_place(target: Target, place: str) -> None:
    """The id of a session is no task, that of a task is no video, and so on."""
    caller = Caller(target)
    good, name = USES[place]
    ids = every_id(caller)
    verdicts = {kind: used(caller, place, one) for kind, one in ids.items()}

    assert verdicts == {kind: ACCEPTED if kind in good else refused_by(name) for kind in ids}


@rule("identify.video-id-known")
@pytest.mark.parametrize("end", ["open", "failed"])
def test_a_task_without_a_result_has_no_video(target: Target, end: str) -> None:
    """Neither its id nor its external id leads to one while it runs, or when it failed."""
    caller = Caller(target, pace="1000+4000")
    if end == "failed":
        caller.stage(fail_task="no")
    task_id = new_task(caller, SCENE, external_task_id="Mine")
    if end == "failed":
        caller.advance("1h")

    for name in (task_id, "Mine"):
        assert caller.identify(video_id=name).verdict == refused_by("identify.video-id-known")


@rule("get.either-id")
@pytest.mark.parametrize("name", ["a+b", "a b", "a/b", "a%2Bb", "ä", "a?b", "a#b", ".", "a;b=c"])
def test_an_external_id_is_found_whatever_it_is_made_of(target: Target, name: str) -> None:
    """Percent-encoded, it is the text that was given."""
    caller = Caller(target)
    task_id = new_task(caller, SCENE, external_task_id=name)

    assert caller.get(name).data["task_id"] == task_id


@rule("get.either-id")
def test_a_plus_in_a_path_is_a_plus(target: Target) -> None:
    """It stands for a blank in queries alone."""
    caller = Caller(target)
    made = {name: new_task(caller, SCENE, external_task_id=name) for name in ("a+b", "a b")}
    found = {
        name: caller.request("GET", f"{TASKS}/{path}").data["task_id"]
        for name, path in (("a+b", "a+b"), ("a b", "a%20b"))
    }

    assert found == made


@rule("get.either-id")
def test_a_task_id_is_stronger_than_an_external_id(target: Target) -> None:
    """Where one string is both, it leads to the task that was given it as its id."""
    caller = Caller(target)
    first = new_task(caller, SCENE)
    second = new_task(caller, SCENE, external_task_id=first)

    assert caller.get(first).data["task_id"] == first
    assert caller.get(second).data["task_info"]["external_task_id"] == first


@rule("create.external-id-unique")
def test_an_external_id_stays_taken(target: Target) -> None:
    """While its task is open, when it has succeeded, when it failed, and long after."""
    caller = Caller(target, pace="1000+4000")
    fields = plain_fields(caller, SCENE)
    new_task(caller, SCENE, external_task_id="good")
    caller.stage(fail_task="no")
    new_task(caller, SCENE, external_task_id="bad")
    verdicts = []
    for span in (0, 1000, 4000, 3_600_000):
        caller.advance(span)
        verdicts += [
            caller.create({**fields, "external_task_id": name}).verdict for name in ("good", "bad")
        ]

    assert verdicts == [refused_by("create.external-id-unique")] * 8


@rule("identify.video-content", "create.sound-content", "lifecycle.failure-reason")
@pytest.mark.parametrize("blocked", ["video", "sound"])
def test_what_is_named_by_id_is_checked_too(target: Target, blocked: str) -> None:
    """Under `observed` the task fails, whichever of the two was generated and is blocked."""
    caller = Caller(target, profile="observed")
    blocking = "&moderation=blocked"
    video = caller.seed(VIDEO + (blocking if blocked == "video" else ""))
    sound = caller.seed(f"{AUDIO}?duration=5000" + (blocking if blocked == "sound" else ""))
    fields = plain_fields(caller, SCENE)
    fields["session_id"] = caller.identify(video_id=video).data["session_id"]
    fields["face_choose"][0] |= {"sound_file": "", "audio_id": sound}
    task_id = caller.create(fields).data["task_id"]
    caller.advance("1h")

    assert caller.get(task_id).data["task_status"] == "failed"

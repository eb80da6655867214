"""Open points: what each profile takes them to mean, and that each can be switched."""

from base64 import b64encode
from collections.abc import Callable

import pytest

from contract_tests import spec
from contract_tests.callers import TASKS, Caller
from contract_tests.drafts import new_task, plain_fields
from contract_tests.exchanges import ACCEPTED, refused_by
from contract_tests.marks import rule
from contract_tests.receiver import Receiver
from contract_tests.scenes import SCENE, VIDEO, Scene
from contract_tests.targets import Target
from contract_tests.tokens import claims, host_seconds, mint
from contract_tests.witnesses import AUDIO, FLIPS, Witness


def rules_of(reading: str) -> list[str]:
    """Return the rules that a reading bears on."""
    named = spec.rulebook().rules.values()
    return [one.name for one in named if reading in (*one.readings, *one.refuses_under)]


@pytest.mark.parametrize(
    ("reading", "choice", "witness", "refusal"),
    [
        pytest.param(*flip, marks=rule(*rules_of(flip[0])), id=f"{flip[0]}={flip[1]}")
        for flip in FLIPS
    ],
)
def test_a_reading_decides(
    target: Target, reading: str, choice: str, witness: Witness, refusal: str | None
) -> None:
    """Under each choice of a reading its witness is accepted, or refused by a rule."""
    caller = Caller(target, readings={reading: choice})

    assert witness(caller) == refusal


MISSING: tuple[tuple[str, Callable[[Caller], object]], ...] = (
    ("get.known-task", lambda caller: caller.get("1").verdict),
    ("identify.video-id-known", lambda caller: caller.identify(video_id="1").verdict),
    (
        "create.session-known",
        lambda caller: caller.create(plain_fields(caller, SCENE, session_id="1")).verdict,
    ),
)


@pytest.mark.parametrize("profile", ["documented", "observed"])
@pytest.mark.parametrize(
    ("name", "call"), [pytest.param(*one, marks=rule(one[0])) for one in MISSING]
)
def test_a_profile_decides_how_a_missing_thing_is_refused(
    target: Target, profile: str, name: str, call: Callable[[Caller], object]
) -> None:
    """Under `documented` it is 404 and 1203, under `observed` 400 and 1201."""
    caller = Caller(target, profile=profile)
    verdict = {"documented": (name, 1203, 404), "observed": (name, 1201, 400)}[profile]

    assert call(caller) == verdict == refused_by(name, profile)


@rule("auth.signature")
@pytest.mark.parametrize("code", ["1000", "1002"])
def test_a_wrong_signature_has_the_code_that_was_chosen(target: Target, code: str) -> None:
    """Both codes stand in the vendor's table, with the same status."""
    caller = Caller(target, readings={"bad-signature": code})
    now = host_seconds()
    token = mint("another secret", claims(caller.key, nbf=now - 5, exp=now + 60))
    exchange = caller.request("GET", TASKS, headers={"authorization": f"Bearer {token}"})

    assert exchange.verdict == ("auth.signature", int(code), 401)


@rule("identify.video-content", "create.sound-content", "lifecycle.failure-reason")
@pytest.mark.parametrize("blocked", ["video", "sound"])
def test_an_observed_content_fault_fails_the_task(target: Target, blocked: str) -> None:
    """Under `observed` what does not pass the check is taken, and its task fails."""
    caller = Caller(target, profile="observed", pace="1000+4000")
    fields = plain_fields(caller, SCENE)
    if blocked == "video":
        fields["session_id"] = caller.identify(f"{VIDEO}&moderation=blocked").data["session_id"]
    else:
        fields["face_choose"][0]["sound_file"] = f"{AUDIO}?duration=5000&moderation=blocked"
    made = caller.create(fields)
    caller.advance("1h")
    task = caller.get(made.data["task_id"]).data

    assert made.verdict == ACCEPTED
    assert task["task_status"] == "failed"
    assert task["task_status_msg"] == "Failure to pass the risk control system"


@rule("identify.video-format", "create.sound-file-format")
@pytest.mark.parametrize("wrong", ["video", "sound", "bytes"])
def test_a_media_fault_can_fail_the_task(target: Target, wrong: str) -> None:
    """Under `as-failed-task` an unsupported format shows in the task that is made of it."""
    caller = Caller(target, readings={"media-faults": "as-failed-task"})
    fields = plain_fields(caller, SCENE)
    if wrong == "video":
        fields["session_id"] = caller.identify(f"{VIDEO}&format=webm").data["session_id"]
    elif wrong == "bytes":
        fields["face_choose"][0]["sound_file"] = b64encode(b"no sound of any kind").decode()
    else:
        fields["face_choose"][0]["sound_file"] = f"{AUDIO}?duration=5000&format=ogg"
    task_id = caller.create(fields).data["task_id"]
    caller.advance("1h")

    assert caller.get(task_id).data["task_status"] == "failed"


@rule("create.times-required")
@pytest.mark.parametrize("missing", ["sound_start_time", "sound_end_time"])
def test_a_missing_time_is_refused_whatever_is_charged(target: Target, missing: str) -> None:
    """Also where the price is that of the cropped sound, whose length nobody knows then."""
    caller = Caller(target, readings={"charge-basis": "crop-length"})
    fields = plain_fields(caller, SCENE)
    del fields["face_choose"][0][missing]

    assert caller.create(fields).verdict == refused_by("create.times-required")


@rule("identify.face-interval")
@pytest.mark.parametrize("overshoot", [0, 40])
def test_a_face_may_end_some_ms_late(target: Target, overshoot: int) -> None:
    """The told end is later than the true one by what the reading says, and it is what counts."""
    caller = Caller(target, readings={"face-end-overshoot": overshoot})
    identified = caller.identify(f"{VIDEO}&face=0-2000").data
    fields = plain_fields(caller, SCENE)
    fields["session_id"] = identified["session_id"]
    fields["face_choose"][0] |= {"sound_end_time": 2000, "sound_insert_time": 40}

    assert identified["face_data"][0]["end_time"] == 2000 + overshoot
    assert (caller.create(fields).rule is None) is (overshoot == 40)


@rule("list.pages")
@pytest.mark.parametrize("order", ["newest-first", "oldest-first"])
def test_a_list_has_the_order_that_was_chosen(target: Target, order: str) -> None:
    """Newest first, unless the reading turns it round."""
    caller = Caller(target, readings={"list-order": order})
    made = [new_task(caller, SCENE) for _ in range(3)]
    ordered = made if order == "oldest-first" else made[::-1]
    pages = [caller.page(f"pageNum={number}&pageSize=2").data for number in (1, 2, 3)]

    assert [task["task_id"] for task in caller.page("pageSize=3").data] == ordered
    assert [[task["task_id"] for task in page] for page in pages] == [ordered[:2], ordered[2:], []]


@rule("callback.on-status-change")
@pytest.mark.parametrize(
    ("choice", "statuses"),
    [
        ("changes", ["processing", "succeed"]),
        ("with-submitted", ["submitted", "processing", "succeed"]),
        ("terminal-only", ["succeed"]),
    ],
)
def test_the_announced_changes_are_chosen(target: Target, choice: str, statuses: list[str]) -> None:
    """Creation can be announced too, or the end alone."""
    caller = Caller(target, readings={"callback-events": choice})
    with Receiver() as receiver:
        new_task(caller, SCENE, callback_url=receiver.url)
        caller.advance("1h")

    assert receiver.statuses == statuses


@rule("callback.attempts")
def test_an_announcement_can_be_tried_again(target: Target) -> None:
    """Under `retry` a receiver that does not take it is asked more than once."""
    caller = Caller(
        target, readings={"callback-attempts": "retry", "callback-events": "terminal-only"}
    )
    with Receiver(answer=500) as receiver:
        new_task(caller, SCENE, callback_url=receiver.url)
        caller.advance("1h")
        caller.advance("24h")

    assert len(receiver.received) > 1


@rule("callback.signature")
def test_announcements_can_go_unsigned(target: Target) -> None:
    """Under `never` a webhook secret changes nothing."""
    caller = Caller(target, readings={"signed-callbacks": "never"}, webhook_secret="whsec_c2VjcmV0")
    with Receiver() as receiver:
        new_task(caller, SCENE, callback_url=receiver.url)
        caller.advance("1h")

    assert [one for one in receiver.received if "webhook-signature" in one.headers] == []


@rule("billing.lip-sync-price")
@pytest.mark.parametrize(("basis", "units"), [("result-length", "6"), ("crop-length", "0.5")])
def test_what_is_charged_is_chosen(target: Target, basis: str, units: str) -> None:
    """The length of the result counts, or that of the cropped sound."""
    caller = Caller(target, readings={"charge-basis": basis})
    task_id = new_task(caller, Scene(60_000, (0, 60_000), 5000, 0, 3000, 0))
    caller.advance("1h")

    assert caller.get(task_id).data["final_unit_deduction"] == units


@pytest.mark.parametrize(
    ("choice", "verdict"), [("none", ACCEPTED), ("one", refused_by("concurrency.limit"))]
)
@rule("concurrency.limit", "concurrency.slots")
def test_an_identify_call_may_need_a_slot(
    target: Target, choice: str, verdict: tuple[str | None, int, int]
) -> None:
    """While all are held by open tasks; it runs once one of them has ended."""
    caller = Caller(target, slots=1, readings={"identify-slot": choice})
    new_task(caller, SCENE)

    assert caller.identify(video_url=VIDEO).verdict == verdict
    caller.advance("1h")
    assert caller.identify(video_url=VIDEO).verdict == ACCEPTED


def test_every_reading_is_looked_at() -> None:
    """No reading is without a witness here or in the tests that are named for it."""
    told = {flip[0] for flip in FLIPS} | _ELSEWHERE

    assert set(spec.rulebook().readings) == told


_ELSEWHERE = {
    *("missing-resource", "bad-signature", "face-end-overshoot", "list-order", "callback-events"),
    *("callback-attempts", "signed-callbacks", "charge-basis", "identify-slot"),
    "original-volume-scope",  # test_decoding.py
}

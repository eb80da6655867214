"""An account is a world of its own: what is changed in it, begun anew, or dropped."""

from uuid import uuid4

import pytest

from contract_tests.callers import TASKS, Caller, Fields
from contract_tests.drafts import new_task, plain_fields
from contract_tests.exchanges import ACCEPTED, Verdict, refused_by
from contract_tests.marks import rule
from contract_tests.receiver import Receiver
from contract_tests.scenes import SCENE, VIDEO
from contract_tests.targets import Target
from contract_tests.witnesses import AUDIO


def lived(caller: Caller) -> Fields:
    """Have an account do a little of everything; return what can be named afterwards."""
    session = caller.identify(VIDEO).data["session_id"]
    fields = plain_fields(caller, SCENE, session_id=session, external_task_id="Mine")
    task_id = caller.create(fields).data["task_id"]
    caller.advance("1h")
    (result,) = caller.get(task_id).data["task_result"]["videos"]
    assert [task["task_id"] for task in caller.page().data] == [task_id]
    caller.stage(code=5000, times=9)
    audio = caller.seed(f"{AUDIO}?duration=5000")
    return {"session": session, "task": task_id, "result": result["id"], "audio": audio}


def begin_anew(caller: Caller) -> None:
    """Make an account as it was born."""
    caller.target.control("POST", "/reset", {"account": caller.key})


@rule("create.external-id-unique", "get.known-task", "list.pages", "retention.task-record")
def test_an_account_that_begins_anew_has_nothing(target: Target) -> None:
    """No task, session, medium, external id, staged fault or ledger line of before is left."""
    caller = Caller(target)
    born, before = caller.now(), lived(caller)
    begin_anew(caller)
    shown = (caller.now(), caller.page().data, caller.ledger()["lines"])
    body = plain_fields(caller, SCENE, external_task_id="Mine")
    told = [
        caller.get(before["task"]).verdict,
        caller.get("Mine").verdict,
        caller.identify(video_id=before["result"]).verdict,
        caller.create({**body, "session_id": before["session"]}).verdict,
    ]
    named = {**body["face_choose"][0], "sound_file": "", "audio_id": before["audio"]}
    told.append(caller.create({**body, "face_choose": [named]}).verdict)
    names = (
        *("get.known-task", "get.known-task", "identify.video-id-known"),
        *("create.session-known", "create.audio-id-known"),
    )
    made = caller.create(body).data["task_id"]

    assert 0 <= shown[0] - born < 3_600_000
    assert shown[1:] == ([], [])
    assert told == [refused_by(name) for name in names]
    assert [task["task_id"] for task in caller.page().data] == [made]
    assert caller.get("Mine").data["task_id"] == made


@rule("list.pages", "list.items")
def test_an_account_can_live_the_same_life_again(target: Target) -> None:
    """Call by call the same, it is told of the tasks of this life."""
    caller = Caller(target)
    for _ in range(3):
        task_id = new_task(caller, SCENE)
        listed = [task["task_id"] for task in caller.page().data]
        assert listed == [task_id]
        assert caller.get(task_id).data == caller.page().data[0]
        begin_anew(caller)

    assert caller.page().data == []


@rule("concurrency.limit")
def test_an_account_that_begins_anew_keeps_its_settings(target: Target) -> None:
    """Credentials, readings and slots stay as they were, and all slots are free."""
    caller = Caller(target, slots=1, readings={"no-face": "refuse"})
    new_task(caller, SCENE)
    full = caller.create(plain_fields(caller, SCENE)).verdict
    begin_anew(caller)
    new_task(caller, SCENE)

    assert full == caller.create(plain_fields(caller, SCENE)).verdict
    assert full == refused_by("concurrency.limit")
    assert caller.identify(f"{VIDEO}&faces=none").verdict == refused_by("identify.no-face")


@rule("callback.on-status-change", "lifecycle.states")
def test_an_account_that_begins_anew_announces_nothing_of_before(target: Target) -> None:
    """A task that was under way is gone: nobody hears of its end."""
    caller = Caller(target, pace="1000+4000")
    with Receiver() as receiver:
        new_task(caller, SCENE, callback_url=receiver.url)
        begin_anew(caller)
        task_id = new_task(caller, SCENE, callback_url=receiver.url)
        caller.advance("1h")

    assert {one.task["task_id"] for one in receiver.received} == {task_id}
    assert receiver.statuses == ["processing", "succeed"]


@rule("auth.claims", "auth.bearer-credential", "get.known-task")
def test_a_dropped_account_is_nobody(target: Target) -> None:
    """Its credentials are unknown, and nothing else changes for others."""
    key = f"key-{uuid4()}"
    caller, other = Caller(target, api_keys=[key]), Caller(target)
    by_key = {"authorization": f"Bearer {key}"}
    kept = new_task(other, SCENE)
    lived(caller)
    caller.clear_faults()
    before = caller.request("GET", TASKS, headers=by_key).verdict
    caller.target.control("DELETE", f"/accounts/{caller.key}")

    assert caller.page().verdict == refused_by("auth.claims")
    after = caller.request("GET", TASKS, headers=by_key).verdict
    assert (before, after) == (ACCEPTED, refused_by("auth.bearer-credential"))
    assert [task["task_id"] for task in other.page().data] == [kept]


@rule("get.known-task", "identify.no-face", "list.pages")
def test_only_what_is_given_changes(target: Target) -> None:
    """One reading after the other, and a setting beside them: all of them hold then."""
    caller = Caller(target)
    tasks = [new_task(caller, SCENE) for _ in range(2)]
    changes: tuple[Fields, ...] = (
        {"readings": {"missing-resource": "400/1201"}},
        {"readings": {"no-face": "refuse"}},
        {"slots": 2},
        {"readings": {"list-order": "oldest-first"}},
    )
    told: list[list[Verdict]] = []
    for change in ({}, *changes):
        caller.change(**change)
        calls = (caller.get("1"), caller.identify(f"{VIDEO}&faces=none"))
        told.append([one.verdict for one in calls])
    missing, faceless = refused_by("get.known-task"), refused_by("identify.no-face")
    other = Verdict("get.known-task", 1201, 400)

    assert told == [
        [missing, ACCEPTED],
        [other, ACCEPTED],
        *[[other, faceless]] * 3,
    ]
    assert [task["task_id"] for task in caller.page().data] == tasks


@rule("concurrency.slots", "create.external-id-unique", "list.pages", "get.known-task")
def test_accounts_do_not_see_each_other(target: Target) -> None:
    """Not tasks, sessions, media, external ids, faults, clocks, slots or debts."""
    one, two = (Caller(target, slots=1, units="1.10") for _ in range(2))
    first, second = (new_task(caller, SCENE, external_task_id="Mine") for caller in (one, two))
    session = one.identify(VIDEO).data["session_id"]
    medium = one.seed(VIDEO)
    one.advance("48h")
    one.stage(code=5002, times=9)
    one.change(in_arrears=True)
    found = two.get("Mine").data

    assert (found["task_id"], found["task_status"]) == (second, "submitted")
    assert [task["task_id"] for task in two.page().data] == [second]
    assert two.get(first).verdict == refused_by("get.known-task")
    assert two.identify(video_id=medium).verdict == refused_by("identify.video-id-known")
    assert two.identify(VIDEO).verdict == ACCEPTED
    strange = plain_fields(Caller(target), SCENE, session_id=session)
    assert two.create(strange).verdict == refused_by("create.session-known")


@rule("envelope.fields", "identify.reply", "lifecycle.result")
@pytest.mark.slow
def test_ids_never_come_twice(target: Target) -> None:
    """Of many calls at one instant, and in two accounts, none has an id of another."""
    told: list[Fields] = []
    for caller in (Caller(target), Caller(target)):
        fields = plain_fields(caller, SCENE)
        told += [caller.create(fields).envelope for _ in range(1200)]
    ids = [one["data"]["task_id"] for one in told] + [one["request_id"] for one in told]

    assert len(set(ids)) == len(ids) == 4800

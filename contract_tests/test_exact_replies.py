"""What each operation answers, field by field and value by value."""

import base64
from urllib.parse import urlsplit

import pytest

from contract_tests.callers import IDENTIFY, TASKS, Caller, Fields
from contract_tests.drafts import new_task, plain_fields
from contract_tests.marks import rule
from contract_tests.media_files import tone
from contract_tests.receiver import Receiver
from contract_tests.scenes import SCENE, VIDEO, Scene, described
from contract_tests.targets import Remote, Target

WIDE = Scene(video=12_345, face=(500, 12_000), sound=5000, start=1000, end=4000, insert=2000)
VIDEO_URL = described("video", {"duration": WIDE.video, "face": f"{WIDE.face[0]}-{WIDE.face[1]}"})
REASON = "Too dark"
PACE = (1000, 4000)


def due(status: str, created_at: int, *, watermark: bool) -> Fields:
    """Return what a query of a task on the scene answers, without ids and addresses."""
    after = {"submitted": 0, "processing": PACE[0]}.get(status, sum(PACE))
    told: Fields = {
        "task_status": status,
        "task_status_msg": REASON if status == "failed" else "",
        "task_info": {
            "parent_video": {"url": VIDEO_URL, "duration": "12.345"},
            "external_task_id": "Mine",
        },
        "watermark_info": {"enabled": watermark},
        "created_at": created_at,
        "updated_at": created_at + after,
    }
    if status == "succeed":
        told |= {"task_result": {"videos": [{"duration": "12.345"}]}, "final_unit_deduction": "1.5"}
    if status == "failed":
        told["final_unit_deduction"] = "0"
    return told


def bare(task: Fields, *, watermark: bool) -> Fields:
    """Return a task without what has another value in each run, which has to be there."""
    told = {**task, "task_info": {**task["task_info"]}}
    told["task_info"]["parent_video"] = {**told["task_info"]["parent_video"]}
    told["task_info"]["parent_video"].pop("id")
    told.pop("task_id")
    if "task_result" in told:
        (video,) = told["task_result"]["videos"]
        names = {"id", "url", *(("watermark_url",) if watermark else ())}
        told["task_result"] = {"videos": [{k: v for k, v in video.items() if k not in names}]}
    return told


@rule("get.reply", "list.items", "lifecycle.states", "lifecycle.timestamps", "lifecycle.result")
@rule("lifecycle.failure-reason", "billing.deduction-reported", "lifecycle.watermark")
@pytest.mark.parametrize("end", ["succeed", "failed"])
@pytest.mark.parametrize("watermark", [True, False])
def test_a_task_is_told_in_full(target: Target, end: str, *, watermark: bool) -> None:
    """In each status, by query, list and announcement, a task has these fields and no others."""
    caller = Caller(target, pace="+".join(map(str, PACE)))
    if end == "failed":
        caller.stage(fail_task=REASON)
    options: Fields = {"external_task_id": "Mine", "watermark_info": {"enabled": watermark}}
    told = []
    with Receiver() as receiver:
        fields = plain_fields(caller, WIDE, callback_url=receiver.url, **options)
        created = caller.create(fields).data
        for span in (0, PACE[0], PACE[1]):
            caller.advance(span)
            told.append(caller.get(created["task_id"]).data)
            assert caller.page().data == told[-1:]
    states = ("submitted", "processing", end)
    wanted = [due(state, created["created_at"], watermark=watermark) for state in states]
    announced = [bare(one.task, watermark=False) for one in receiver.received]

    assert [bare(task, watermark=watermark) for task in told] == wanted
    assert announced == [
        {k: v for k, v in one.items() if k != "watermark_info"} for one in wanted[1:]
    ]
    assert {one["task_id"] for one in told} == {created["task_id"]}


@rule("create.reply")
def test_a_create_is_told_in_full(target: Target) -> None:
    """The reply has the id, the status, the instant of the call twice, and the caller's id."""
    caller = Caller(target)
    caller.advance(1)
    told = caller.create(plain_fields(caller, SCENE, external_task_id="Mine")).data
    now = caller.now()

    assert told.pop("task_id").isdecimal()
    assert told == {
        "task_status": "submitted",
        "task_info": {"external_task_id": "Mine"},
        "created_at": now,
        "updated_at": now,
    }


@rule("identify.reply", "identify.face-interval", "billing.deduction-reported")
def test_an_identify_call_is_told_in_full(target: Target) -> None:
    """The reply has a session, the price and each face with its interval and its own picture."""
    caller = Caller(target)
    told = caller.identify(f"{VIDEO}&face=0-2500&face=b:3000-7999").data
    pictures = [face.pop("face_image") for face in told["face_data"]]

    assert told.pop("session_id").isdecimal()
    assert told == {
        "final_unit_deduction": "0.05",
        "face_data": [
            {"face_id": "0", "start_time": 0, "end_time": 2500},
            {"face_id": "b", "start_time": 3000, "end_time": 7999},
        ],
    }
    assert len(set(pictures)) == 2
    assert [caller.media(url).status for url in pictures] == [200, 200]


@pytest.mark.slow
@rule("list.page-size", "list.pages")
def test_the_largest_page_is_full(target: Target) -> None:
    """Of 501 tasks a page of 500 has all but the oldest, which is alone on the next one."""
    caller = Caller(target)
    fields = plain_fields(caller, SCENE)
    made = [caller.create(fields).data["task_id"] for _ in range(501)]
    pages = [caller.page(f"pageNum={number}&pageSize=500").data for number in (1, 2, 3)]

    assert [[task["task_id"] for task in page] for page in pages] == [made[:0:-1], made[:1], []]


@rule("list.pages")
def test_pages_far_behind_the_first_have_their_tasks(target: Target) -> None:
    """With one task a page, the page of a number has the task of that number from the newest."""
    caller = Caller(target)
    made = [new_task(caller, SCENE) for _ in range(12)]
    pages = [caller.page(f"pageNum={number}&pageSize=1").data for number in range(1, 14)]

    assert [[task["task_id"] for task in page] for page in pages] == [
        *([name] for name in reversed(made)),
        [],
    ]


@rule("create.external-id-unique", "get.either-id")
def test_external_ids_are_compared_letter_by_letter(target: Target) -> None:
    """Ids that differ in case or by a blank are two, and each leads to its own task."""
    caller = Caller(target)
    names = ("Order", "order", "order ", "ORDER")
    made = [new_task(caller, SCENE, external_task_id=name) for name in names]

    assert [caller.get(name).data["task_id"] for name in names] == made
    for name in names:
        again = caller.create(plain_fields(caller, SCENE, external_task_id=name))
        assert again.rule == "create.external-id-unique"


@rule("transport.known-method")
def test_a_head_request_is_no_query(target: Target) -> None:
    """No path has HEAD: the answer is the refusal's status, without its body."""
    caller = Caller(target)
    task_id = new_task(caller, SCENE)
    found = [caller.request("HEAD", path) for path in (IDENTIFY, TASKS, f"{TASKS}/{task_id}")]

    assert [one.status for one in found] == [404] * 3
    assert {one.rule for one in found} <= {"transport.known-method", None}


@rule("lifecycle.result", "list.items")
def test_addresses_are_those_of_the_host_that_is_called(socket_target: Target) -> None:
    """Called by another name, a task is told with addresses under that name, each time."""
    caller = Caller(socket_target)
    task_id = new_task(caller, SCENE, watermark_info={"enabled": True})
    caller.advance("1h")
    named = Remote(socket_target.origin.replace("127.0.0.1", "localhost"))
    hosts = []
    for one in (caller, caller.beside(named), caller):
        for task in (one.get(task_id).data, *one.page().data):
            (video,) = task["task_result"]["videos"]
            hosts.append([urlsplit(video[name]).hostname for name in ("url", "watermark_url")])
    named.close()

    assert hosts == [["127.0.0.1"] * 2] * 2 + [["localhost"] * 2] * 2 + [["127.0.0.1"] * 2] * 2


@rule("lifecycle.states", "lifecycle.timestamps", "lifecycle.forward-only", "concurrency.slots")
@pytest.mark.parametrize("end", ["succeed", "failed"])
def test_a_task_is_as_it_is_when_nobody_asked_before(target: Target, end: str) -> None:
    """First queried at an instant, by id or in a list, a task has the status of that instant."""
    caller, start = Caller(target, pace="+".join(map(str, PACE))), 0
    plan = {0: "submitted", 999: "submitted", 1000: "processing", 4999: "processing", 5000: end}
    told = []
    for age in (*plan, 5001):
        names = []
        for _ in range(2):
            if end == "failed":
                caller.stage(fail_task=REASON)
            names.append(new_task(caller, SCENE))
        start = caller.advance(age)["now"] - age
        found = [caller.get(names[0]).data, caller.page("pageSize=1").data[0]]
        seen = [(one["task_status"], one["updated_at"] - start) for one in found]
        told.append([*seen, caller.get(names[1]).data == found[1]])
        caller.clear_faults()
    since = {"submitted": 0, "processing": PACE[0], end: sum(PACE)}

    assert told == [[(one, since[one])] * 2 + [True] for one in (*plan.values(), end)]


@rule("concurrency.rate-limit")
def test_calls_are_counted_by_the_second(target: Target) -> None:
    """A refused call is one of its second, too; the next second of the clock begins anew."""
    caller = Caller(target, rate=2)
    caller.set_clock((caller.now() // 1000 + 1) * 1000)
    told = []
    for span in (0, 999, 1, 1000, 1500):
        caller.advance(span)
        told.append([caller.page().rule for _ in range(3)])
    refused = "concurrency.rate-limit"

    assert told == [[None, None, refused], [refused] * 3, *[[None, None, refused]] * 3]


@rule("concurrency.rate-limit")
def test_a_call_with_bytes_is_one_call(target: Target) -> None:
    """Bytes that have to be decoded, or fetched, do not make a second call of it."""
    caller = Caller(target)
    fields = plain_fields(caller, SCENE)
    fields["face_choose"][0]["sound_file"] = base64.b64encode(tone(5000)).decode()
    caller.advance(1000)
    caller.change(rate=1)

    assert caller.create(fields).rule is None
    assert caller.create(fields).rule == "concurrency.rate-limit"

"""The documented samples: what the vendor prints is accepted as printed, and fits the spec."""

import json
import shlex
from typing import Any

import httpx
import pytest
from kling_lipsync_api import AuthenticatedClient
from kling_lipsync_api.api.lip_sync import create_lip_sync_task, get_lip_sync_task, identify_face
from kling_lipsync_api.models import CreateTaskInput, FaceChoice, IdentifyInput

from contract_tests import spec
from contract_tests.callers import IDENTIFY, TASKS, Caller, Fields
from contract_tests.drafts import new_task
from contract_tests.exchanges import ACCEPTED, faults, refused_by
from contract_tests.marks import rule
from contract_tests.receiver import Receiver
from contract_tests.scenes import SCENE
from contract_tests.targets import Target

SAMPLE_AUDIO_ID = "850511204913471489"
SAMPLE_VIDEO_ID = "850412007365951538"

IDENTIFY_CURL = """
curl --request POST --url https://api-singapore.klingai.com/v1/videos/identify-face
 --header 'Authorization: Bearer ' --header 'Content-Type: application/json'
 --data '{ "video_url": "https://p1-kling.klingai.com/kcdn/cdn-kcdn112452/kling-qa-test/kling20260206mp4.mp4",
 "video_id": "" }'
"""
CREATE_CURL = """
curl --request POST --url https://api-singapore.klingai.com/v1/videos/advanced-lip-sync
 --header 'Authorization: Bearer ' --header 'Content-Type: application/json'
 --data '{ "session_id": "850508686686064678", "face_choose": [ { "face_id": "0", "sound_file":
 "https://p1-kling.klingai.com/kcdn/cdn-kcdn112452/kling-qa-test/go-to-world.mp3",
 "sound_insert_time": 1000, "sound_start_time": 0, "sound_end_time": 3000, "sound_volume": 2,
 "original_audio_volume": 2 } ], "external_task_id": "", "callback_url": "" }'
"""
GET_CURL = """
curl --request GET --url https://api-singapore.klingai.com/v1/videos/advanced-lip-sync/{task_id}
 --header 'Authorization: Bearer '
"""
LIST_CURL = """
curl --request GET
 --url 'https://api-singapore.klingai.com/v1/videos/advanced-lip-sync?pageNum=1&pageSize=30'
 --header 'Authorization: Bearer '
"""


def examples(holder: Fields) -> list[tuple[str, Any]]:
    """Return the named examples of a media type of the spec."""
    content = holder["content"]["application/json"]
    return [(name, one["value"]) for name, one in content.get("examples", {}).items()]


def operations() -> list[tuple[str, Fields]]:
    """Return the path and the description of each operation of the spec."""
    paths = spec.contract().openapi["paths"].items()
    return [
        (p, o) for p, methods in paths for name, o in methods.items() if name in ("get", "post")
    ]


REPLIES = [
    pytest.param(
        f"{content['schema']['$ref'].rpartition('/')[2]}", value, id=f"{op['operationId']} {name}"
    )
    for _, op in operations()
    for status, response in op["responses"].items()
    if "content" in response
    for content in [response["content"]["application/json"]]
    for name, value in examples(response)
]
ERRORS = [
    pytest.param(name, value, id=f"{name} {example}")
    for name, response in spec.contract().openapi["components"]["responses"].items()
    for example, value in examples(response)
]
REQUESTS = [
    pytest.param(path, value, id=f"{op['operationId']} {name}")
    for path, op in operations()
    if "requestBody" in op
    for name, value in examples(op["requestBody"])
]


def send_curl(caller: Caller, command: str, task_id: str = "") -> Any:  # noqa: ANN401 - an Exchange
    """Send what a curl command of the vendor's page sends, with a credential added."""
    words = shlex.split(command.replace("\n", " "))
    options = dict(zip(words[1::2], words[2::2], strict=True))
    path = options["--url"].removeprefix("https://api-singapore.klingai.com")
    body = options.get("--data", "").encode()
    return caller.request(options["--request"], path.replace("{task_id}", task_id), body=body)


@pytest.mark.parametrize(("schema", "value"), REPLIES)
@rule("envelope.fields", "identify.reply", "create.reply", "get.reply", "list.items")
def test_a_sample_reply_has_the_form_of_the_spec(schema: str, value: Fields) -> None:
    """Every documented reply is valid against its own schema."""
    assert spec.faults_of(schema, value) == []


@pytest.mark.parametrize(("name", "value"), ERRORS)
@rule("envelope.status-and-code")
def test_a_sample_error_stands_under_its_status(name: str, value: Fields) -> None:
    """Every documented error is valid, and its code belongs to the response that shows it."""
    shown = {
        status
        for _, operation in operations()
        for status, response in operation["responses"].items()
        if response.get("$ref", "").endswith(f"/{name}")
    }

    assert spec.faults_of("ErrorEnvelope", value) == []
    assert shown == {str(spec.status_of(value["code"]))}


@pytest.mark.parametrize(("path", "value"), REQUESTS)
@rule("create.session-known", "retention.session-life")
def test_a_sample_request_is_accepted(target: Target, path: str, value: Fields) -> None:
    """Every documented request is accepted verbatim, once its generated media are there."""
    caller = Caller(target)
    caller.seed(f"http://described.test/audio?duration=5000&id={SAMPLE_AUDIO_ID}")
    caller.seed(f"http://described.test/video?duration=5200&id={SAMPLE_VIDEO_ID}")

    assert caller.post(path, value).verdict == ACCEPTED


@rule("create.overlap-with-face", "create.insert-within-video")
def test_the_session_of_the_page_has_its_face(target: Target) -> None:
    """Face `0` of the printed session is there from 0 to 5200 ms, which is all of the video."""
    caller = Caller(target)
    printed: Any = next(param.values[1] for param in REQUESTS if param.values[0] == TASKS)
    times: Fields = {"sound_start_time": 0, "sound_end_time": 2000}
    choices = [
        {**printed["face_choose"][0], **times, "sound_insert_time": insert}
        for insert in (0, 3200, 3201)
    ]
    answers = [caller.post(TASKS, {**printed, "face_choose": [choice]}) for choice in choices]

    assert [one.verdict for one in answers] == [
        *(ACCEPTED, ACCEPTED),
        refused_by("create.insert-within-video"),
    ]


@rule("transport.content-type", "transport.empty-is-absent", "create.volume-range")
def test_the_page_can_be_followed_command_by_command(every_target: Target) -> None:
    """The four curl commands of the vendor's page work as printed, in the order of the page."""
    caller = Caller(every_target)
    identified = send_curl(caller, IDENTIFY_CURL)
    created = send_curl(caller, CREATE_CURL)
    task_id = created.data["task_id"]
    caller.advance("1h")
    told = send_curl(caller, GET_CURL, task_id)
    listed = send_curl(caller, LIST_CURL)

    assert [one.verdict for one in (identified, created, told, listed)] == [ACCEPTED] * 4
    assert [face["face_id"] for face in identified.data["face_data"]] == ["0"]
    assert told.data["task_status"] == "succeed"
    assert listed.data == [told.data]


@rule("envelope.fields")
def test_the_spec_has_the_pages_samples() -> None:
    """The documented examples of the spec are the bodies that the vendor's page prints."""
    printed = [json.loads(shlex.split(curl)[-1]) for curl in (IDENTIFY_CURL, CREATE_CURL)]
    shown = [
        dict(examples(operation["requestBody"]))["documented"]
        for path, operation in operations()
        if path in (IDENTIFY, TASKS) and "requestBody" in operation
    ]

    assert shown == printed


@rule("callback.payload", "lifecycle.states")
def test_sample_announcements_have_the_form_of_the_spec(target: Target) -> None:
    """The printed payloads are valid, and have the fields that real announcements have."""
    callbacks = spec.contract().openapi["paths"][TASKS]["post"]["callbacks"]["taskChanged"]
    (described,) = (path["post"] for path in callbacks.values())
    printed = dict(examples(described["requestBody"]))
    caller = Caller(target)
    with Receiver() as receiver:
        new_task(caller, SCENE, callback_url=receiver.url, external_task_id="greeting-17")
        caller.advance("1h")
    sent = {one.task["task_status"]: sorted(one.task) for one in receiver.received}

    assert [spec.faults_of("CallbackPayload", value) for value in printed.values()] == [[]] * 3
    assert sent == {status: sorted(printed[status]) for status in ("processing", "succeed")}


@rule("identify.reply", "create.reply", "get.reply")
def test_the_generated_client_understands_the_replies(target: Target) -> None:
    """The flow of the page works through the generated client, typed from end to end."""
    caller = Caller(target)
    token = caller.authorization.removeprefix("Bearer ")
    client = AuthenticatedClient(base_url=target.origin, token=token)
    with httpx.Client(base_url=target.origin, transport=target.transport()) as http:
        http.headers["authorization"] = f"Bearer {token}"
        client.set_httpx_client(http)
        video = IdentifyInput(video_url="http://described.test/video?duration=8000")
        session = identify_face.sync(client=client, body=video).data
        choice = FaceChoice(
            face_id=session.face_data[0].face_id,
            sound_file="http://described.test/audio?duration=5000",
            sound_start_time=0,
            sound_end_time=3000,
            sound_insert_time=0,
        )
        body = CreateTaskInput(session_id=session.session_id, face_choose=[choice])
        created = create_lip_sync_task.sync(client=client, body=body).data
        caller.advance("1h")
        task = get_lip_sync_task.sync(created.task_id, client=client).data

    assert task.task_status == "succeed"
    assert list(faults(caller.get(task.task_id), "get")) == []

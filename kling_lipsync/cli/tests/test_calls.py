"""The verbs against a mock: what they print, and how they end."""

import json

import httpx
import pytest

from kling_lipsync.cli.tests.conftest import Lipsync

SESSION = "850508686686064678"
VIDEO = "http://described.test/video?duration=8000&face=0-5200&face=2000-8000"


def stage(mock_url: str, **fault: object) -> None:
    """Stage a failure."""
    body = json.dumps(fault)
    reply = httpx.post(f"{mock_url}/__mock__/faults", content=body, trust_env=False)
    assert reply.status_code == 201, reply.text


def new_task(lipsync: Lipsync, speech: str, *options: str) -> str:
    """Make a task; return its id."""
    ran = lipsync("create", SESSION, speech, "--face", "0", "--json", *options)
    assert ran.code == 0, ran.err
    return str(json.loads(ran.out)["task_id"])


def test_identify_prints_session_and_faces(lipsync: Lipsync, clip: str) -> None:
    """Of a URL, of a local file, and of an id."""
    ran = lipsync("identify", VIDEO)
    assert ran.code == 0
    assert [line.split()[:3] for line in ran.out.splitlines()[1:]] == [
        ["face", "0", "0-5200"],
        ["face", "1", "2000-8000"],
    ]
    assert lipsync("identify", clip).out.splitlines()[1].startswith("face 0  0-7000 ms")
    unknown = lipsync("identify", "123456")
    assert (unknown.code, unknown.out) in [(12, ""), (15, "")]


def test_a_local_video_is_for_mocks_only(lipsync: Lipsync, clip: str) -> None:
    """The error says what the service takes, and nothing was sent."""
    ran = lipsync("identify", clip, "--base-url", "https://api-singapore.klingai.com")

    assert ran.code == 2
    assert "takes videos by URL or id only" in ran.err
    assert "--mock" in ran.err


def test_create_passes_everything_on(lipsync: Lipsync, speech: str, mock_url: str) -> None:
    """As the journal of the mock has it."""
    options = "--crop 0.1s-4.6s --insert-at 500 --volumes 1,0.3 --watermark"
    made = lipsync("create", SESSION, speech, "--face", "0", *options.split(), "--json")
    journal = httpx.get(
        f"{mock_url}/__mock__/journal?operation=create&limit=1", trust_env=False
    ).json()
    sent = json.dumps(journal)

    assert made.code == 0
    assert json.loads(made.out)["task_info"]["external_task_id"] in sent
    for name, value in (
        ("sound_start_time", 100),
        ("sound_end_time", 4600),
        ("sound_insert_time", 500),
        ("original_audio_volume", 0.3),
    ):
        assert f'"{name}": {value}' in sent or f'\\"{name}\\":{value}' in sent, name


def test_get_and_list_show_tasks(lipsync: Lipsync, speech: str) -> None:
    """By either id; a list has no more than asked for."""
    task_id = new_task(lipsync, speech, "--external-id", "get-and-list")
    by_own = lipsync("get", "get-and-list")
    rows = lipsync("list", "--limit", "2").out.splitlines()

    assert by_own.out.splitlines()[:2] == [f"task      {task_id}", "status    processing"]
    assert rows[0].split()[0] == task_id
    assert len(rows) <= 2
    assert len(lipsync("list", "--limit", "0").out.splitlines()) >= len(rows)


def test_wait_ends_with_the_first_that_did_not_succeed(lipsync: Lipsync, speech: str) -> None:
    """Each task has its line."""
    good = new_task(lipsync, speech)
    ran = lipsync("wait", good, "no-such-task", "--json")
    lines = [json.loads(line) for line in ran.out.splitlines()]

    assert ran.code == 15
    assert lines[0]["task_status"] == "succeed"
    assert lines[1]["error"]["kind"] == "NotFound"


def test_a_failed_task_ends_with_22(lipsync: Lipsync, speech: str, mock_url: str) -> None:
    """And with its reason."""
    stage(mock_url, fail_task="Failure to pass the risk control system")
    ran = lipsync("wait", new_task(lipsync, speech))

    assert ran.code == 22
    assert "Failure to pass the risk control system" in ran.err
    assert "goes on" not in ran.err


@pytest.mark.parametrize(("code", "exit_code"), [(1002, 10), (1101, 11), (1300, 13)])
def test_a_refusal_ends_with_the_code_of_its_family(
    lipsync: Lipsync, speech: str, mock_url: str, code: int, exit_code: int
) -> None:
    """In JSON with every part, and with the call as curl."""
    stage(mock_url, code=code, operations=["create"], times=1)
    ran = lipsync("create", SESSION, speech, "--face", "0", "--json")
    told = json.loads(ran.out)["error"]

    assert (ran.code, told["exit_code"], told["code"]) == (exit_code, exit_code, code)
    assert told["curl"].startswith("curl -sS -X POST ")


def test_a_create_whose_reply_is_lost_makes_one_task(
    lipsync: Lipsync, speech: str, mock_url: str
) -> None:
    """It is looked up by its id, and not made again."""
    stage(mock_url, code=5002, phase="after", operations=["create"])
    task_id = new_task(lipsync, speech, "--external-id", "made-once")

    assert [row for row in lipsync("list").out.splitlines() if row.endswith("made-once")] == [
        lipsync("list", "--limit", "1").out.strip()
    ]
    assert lipsync("get", "made-once").out.splitlines()[0].endswith(task_id)


def test_missing_parts_are_asked_for(lipsync: Lipsync, speech: str) -> None:
    """By the names that the options have."""
    assert "face is needed" in lipsync("create", SESSION, speech).err
    url = "http://described.test/audio?duration=4000"
    ran = lipsync("create", SESSION, url, "--face", "0")

    assert (ran.code, "crop is needed" in ran.err) == (2, True)

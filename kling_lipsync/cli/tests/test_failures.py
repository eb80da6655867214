"""What is told when a command ends early."""

from argparse import Namespace

import pytest
from kling_lipsync_api.models import Task

from kling_lipsync import (
    DownloadFailed,
    InvalidRequest,
    LipSyncError,
    OutcomeUnknown,
    TaskFailed,
    WaitTimeout,
)
from kling_lipsync.cli.command import Trail
from kling_lipsync.cli.failures import advice, document_of, resume_of, text_of
from kling_lipsync.client.errors import Report

HERE = Namespace(mock=False, base_url=None, output="out.mp4")


def task(status: str) -> Task:
    """Return a task in a state."""
    return Task.from_dict(
        {
            "task_id": "t1",
            "task_status": status,
            "task_status_msg": "",
            "task_info": {"parent_video": {"id": "v", "url": "u", "duration": "8"}},
            "watermark_info": {},
            "created_at": 1,
            "updated_at": 1,
        }
    )


@pytest.mark.parametrize(
    ("error", "resume"),
    [
        (WaitTimeout(Report("late", task=task("processing"))), "t1"),
        (OutcomeUnknown(Report("lost", external_task_id="own")), "own"),
        (InvalidRequest(Report("wrong", external_task_id="own")), None),
        (TaskFailed(Report("failed", task=task("failed"))), None),
        (FileNotFoundError("speech.mp3"), None),
    ],
)
def test_what_may_go_on_is_named(error: BaseException, resume: str | None) -> None:
    """By the task's own id, or else by the caller's; a refusal leaves nothing to wait for."""
    assert resume_of(error, Trail()) == resume


def test_an_interruption_tells_what_its_notes_tell() -> None:
    """Before a create there is nothing, and after it the id that was given."""
    trail, cut = Trail(), KeyboardInterrupt()
    first, second = trail.new_id(), trail.new_id()
    assert resume_of(cut, trail) is None

    cut.add_note(f"a task may exist under the external_task_id {second}")
    assert first != second
    assert resume_of(cut, trail) == second

    trail.task_id = "t1"
    assert resume_of(cut, trail) == "t1"


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (WaitTimeout(Report("")), "the task goes on: lipsync wait t1"),
        (DownloadFailed(Report("", task=task("processing"))), "the task goes on: lipsync wait t1"),
        (
            DownloadFailed(Report("", task=task("succeed"))),
            "the result is still there: lipsync download t1 -o out.mp4",
        ),
        (PermissionError(), "the result is still there: lipsync download t1 -o out.mp4"),
    ],
)
def test_the_advice_can_be_typed(error: BaseException, told: str) -> None:
    """It leads to the same service."""
    other = Namespace(mock=False, base_url="http://127.0.0.1:1", output="out.mp4")
    mocked = Namespace(mock=True, base_url=None, output="out.mp4")

    assert advice(error, "t1", HERE) == told
    assert advice(error, "t1", other) == f"{told} --base-url http://127.0.0.1:1"
    assert "has ended with its mock" in advice(error, "t1", mocked)


def test_the_document_has_every_part() -> None:
    """Of an error of the client; others have their kind, code and text."""
    error = InvalidRequest(Report("wrong", code=1201, rule="a.rule", nearest=2000))
    told = document_of(error, "t1")["error"]

    assert (told["kind"], told["exit_code"], told["message"]) == ("InvalidRequest", 12, "wrong")
    assert (told["code"], told["rule"], told["nearest"]) == (1201, "a.rule", 2000)
    assert told["resume"] == "t1"
    assert document_of(KeyboardInterrupt())["error"]["exit_code"] == 130


def test_the_text_begins_with_the_kind() -> None:
    """Where it is an error of the client."""
    assert text_of(LipSyncError(Report("lost"))) == "LipSyncError: lost"
    assert text_of(ValueError("face is needed")) == "face is needed"
    assert text_of(KeyboardInterrupt()) == "interrupted"

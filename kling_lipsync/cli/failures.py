"""Errors as a command tells them: what happened, and what to type next; never a secret."""

from argparse import Namespace
from typing import Any

from kling_lipsync import LipSyncError, NotFound, TaskFailed, TaskStatus
from kling_lipsync.cli.command import Trail
from kling_lipsync.cli.exits import LOCAL_FILE, NOT_SAVED, code_of

_OVER = (TaskFailed, NotFound)
_UNCLEAR = (20, 21, 23, 24, 50)
"""Exit codes after which a task may exist, though its own id was never seen."""


def text_of(error: BaseException) -> str:
    """Return what happened, in one line that begins with the kind of error."""
    said = str(error) or ("interrupted" if isinstance(error, KeyboardInterrupt) else "")
    return f"{type(error).__name__}: {said}" if isinstance(error, LipSyncError) else said


def document_of(error: BaseException, resume: str | None = None) -> dict[str, Any]:
    """Return an error as JSON has it; `resume` is the id to wait for."""
    told: dict[str, Any] = {
        "kind": type(error).__name__,
        "exit_code": code_of(error),
        "message": text_of(error),
        "resume": resume,
    }
    if isinstance(error, LipSyncError):
        told |= {
            "message": error.message,
            "code": error.code,
            "http_status": error.http_status,
            "request_id": error.request_id,
            "rule": error.rule,
            "value": error.value,
            "nearest": error.nearest,
            "attempts": len(error.attempts),
            "external_task_id": error.external_task_id,
            "task": None if error.task is None else error.task.to_dict(),
            "curl": error.reproducer() or None,
        }
    return {"error": told}


def resume_of(error: BaseException, trail: Trail) -> str | None:
    """Return the id of a task that may go on although the command ended; None when none does."""
    if isinstance(error, _OVER):
        return None
    if isinstance(error, LipSyncError):
        if error.task is not None:
            return error.task.task_id
        unclear = code_of(error) in _UNCLEAR
        return trail.task_id or (error.external_task_id if unclear else None)
    return trail.found_in(getattr(error, "__notes__", ()))


def advice(error: BaseException, resume: str, given: Namespace) -> str:
    """Return what to type next, in one line."""
    if given.mock:
        return f"task {resume} has ended with its mock"
    where = f" --base-url {given.base_url}" if given.base_url else ""
    task = error.task if isinstance(error, LipSyncError) else None
    ended = task is None or task.task_status == TaskStatus.SUCCEED
    if code_of(error) in (LOCAL_FILE, NOT_SAVED) and ended:
        return f"the result is still there: lipsync download {resume} -o {given.output}{where}"
    return f"the task goes on: lipsync wait {resume}{where}"

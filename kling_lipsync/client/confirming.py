"""A callback is a claim: the query is the truth, and is compared with it."""

from kling_lipsync_api.models import CallbackPayload, Task, TaskStatus
from kling_lipsync_api.types import Unset

from kling_lipsync.client import waiting
from kling_lipsync.client.core import Core
from kling_lipsync.client.effects import Flow
from kling_lipsync.client.errors import CallbackContradicted, Report
from kling_lipsync.client.reading import external_id, get_call
from kling_lipsync.client.sending import send

_RANKS = {TaskStatus.SUBMITTED: 0, TaskStatus.PROCESSING: 1}
LAST = 2


def rank(status: TaskStatus) -> int:
    """Return how far a status is: 0 submitted, 1 processing or a state nobody knows, 2 ended."""
    return LAST if status in waiting.ENDED else _RANKS.get(status, 1)


def confirm(core: Core, callback: CallbackPayload) -> Flow[Task]:
    """Ask for the task of a callback; raise CallbackContradicted when the two do not fit."""
    done = yield from send(core, get_call(callback.task_id), repeatable=True)
    task = done.value
    waiting.note_taken(core, task)
    wrong = contradiction(callback, task)
    if wrong:
        message = f"the callback on task {callback.task_id} is contradicted by a query: {wrong}"
        raise CallbackContradicted(Report(message, external_task_id=external_id(task), task=task))
    return task


def contradiction(callback: CallbackPayload, task: Task) -> str:
    """Return the name of what a later query says differently, "" when all of it fits."""
    told = callback.task_info.external_task_id or None
    if task.task_id != callback.task_id:
        return "task_id"
    if told != external_id(task):
        return "external_task_id"
    if task.created_at != callback.created_at:
        return "created_at"
    if rank(task.task_status) < rank(callback.task_status):
        return "task_status"
    if task.updated_at < callback.updated_at:
        return "updated_at"
    if rank(callback.task_status) < LAST:
        return ""
    return _difference_at_the_end(callback, task)


def _difference_at_the_end(callback: CallbackPayload, task: Task) -> str:
    if task.task_status != callback.task_status:
        return "task_status"
    if task.task_status_msg != callback.task_status_msg:
        return "task_status_msg"
    told, asked = callback.task_result, task.task_result
    told_ids = [] if isinstance(told, Unset) else [video.id for video in told.videos]
    asked_ids = [] if isinstance(asked, Unset) else [video.id for video in asked.videos]
    return "" if told_ids == asked_ids else "task_result"

"""The two queries and identify as calls: requests of the generated client, replies checked."""

from functools import partial

from kling_lipsync_api.api.lip_sync import (
    create_lip_sync_task,
    get_lip_sync_task,
    identify_face,
    list_lip_sync_tasks,
)
from kling_lipsync_api.models import (
    CreatedTask,
    CreatedTaskEnvelope,
    CreatedTaskInfo,
    CreateTaskInput,
    IdentifiedFaces,
    IdentifiedFacesEnvelope,
    IdentifyInput,
    Task,
    TaskEnvelope,
    TaskListEnvelope,
    TaskStatus,
)
from kling_lipsync_api.types import Unset

from kling_lipsync.client.replies import Call, Unfitting


def external_id(task: Task | CreatedTask) -> str | None:
    """Return the caller's own id of a task, None when it has none."""
    info = task.task_info
    if isinstance(info, Unset) or isinstance(info.external_task_id, Unset):
        return None
    return info.external_task_id or None


def identify_call(body: IdentifyInput) -> Call[IdentifiedFaces]:
    """Return the call that opens a session."""
    return Call(
        "identify",
        identify_face._get_kwargs(body=body),
        IdentifiedFacesEnvelope.from_dict,
        _identified,
    )


def create_call(body: CreateTaskInput) -> Call[CreatedTask]:
    """Return the call that makes a task; its reply must not name another external id."""
    return Call(
        "create",
        create_lip_sync_task._get_kwargs(body=body),
        CreatedTaskEnvelope.from_dict,
        partial(_created, body.external_task_id or None),
    )


def get_call(task_id: str) -> Call[Task]:
    """Return the call that asks for a task by either of its ids; its reply must be about it.

    Raises ValueError for an empty id, which would ask for the list.
    """
    if not task_id:
        msg = "a task id is a text that is not empty"
        raise ValueError(msg)
    return Call(
        "get",
        get_lip_sync_task._get_kwargs(task_id=task_id),
        TaskEnvelope.from_dict,
        partial(_got, task_id),
    )


def list_call(page_number: int, page_size: int) -> Call[list[Task]]:
    """Return the call that asks for a page."""
    return Call(
        "list",
        list_lip_sync_tasks._get_kwargs(page_num=page_number, page_size=page_size),
        TaskListEnvelope.from_dict,
        _listed,
    )


def _identified(envelope: IdentifiedFacesEnvelope) -> IdentifiedFaces:
    _need(envelope.data.session_id, "session_id")
    return envelope.data


def _created(wanted: str | None, envelope: CreatedTaskEnvelope) -> CreatedTask:
    made = envelope.data
    _need(made.task_id, "task_id")
    told = external_id(made)
    if told is None and wanted is not None:
        made.task_info = CreatedTaskInfo(external_task_id=wanted)
    elif told != wanted:
        msg = "it is about a task with another external_task_id"
        raise Unfitting(msg)
    return made


def _got(wanted: str, envelope: TaskEnvelope) -> Task:
    task = envelope.data
    _check(task)
    if wanted not in (task.task_id, external_id(task)):
        msg = "it is about another task"
        raise Unfitting(msg)
    return task


def _listed(envelope: TaskListEnvelope) -> list[Task]:
    for task in envelope.data:
        _check(task)
    return envelope.data


def _check(task: Task) -> None:
    """Raise Unfitting when a task says that it succeeded, and has no video."""
    _need(task.task_id, "task_id")
    if task.task_status != TaskStatus.SUCCEED:
        return
    result = task.task_result
    if isinstance(result, Unset) or not result.videos or not result.videos[0].url:
        msg = "a task that succeeded has no result video"
        raise Unfitting(msg)


def _need(text: str, name: str) -> None:
    if not text:
        msg = f"{name} is empty"
        raise Unfitting(msg)

"""Exactly once: a create that is sent, looked up when nobody knows, and only then sent again.

The external task id is the key: unique for the account, and a name to query by.  Whatever
happens, at most one task has it, and every error tells it.
"""

from typing import TypeVar

from kling_lipsync_api.models import CreatedTask, CreatedTaskInfo, Task

from kling_lipsync.client.contracted import not_found_codes
from kling_lipsync.client.core import Core
from kling_lipsync.client.effects import Flow, Sleep
from kling_lipsync.client.errors import LipSyncError, OutcomeUnknown, Report
from kling_lipsync.client.reading import get_call
from kling_lipsync.client.replies import QUERY_FIRST, Call, Done, Problem
from kling_lipsync.client.sending import History, attempt, decide, failure

T = TypeVar("T")
CLOCK_SLACK_MS = 5000
"""By how much a task may seem older than the call that made it."""


def create_once(
    core: Core, call: Call[CreatedTask], key: str, *, minted: bool
) -> Flow[CreatedTask]:
    """Make the one task with this external id; `minted` when no task can have had it before.

    Raises the error of a refusal, and OutcomeUnknown when it could not be found out whether
    the task exists.
    """
    history, began = History(), core.server_now()
    try:
        return (yield from _create(core, call, key, history, None if minted else began * 1000))
    except LipSyncError:
        raise
    except BaseException as interruption:
        interruption.add_note(f"a task may exist under the external_task_id {key}")
        raise


def _create(
    core: Core, call: Call[CreatedTask], key: str, history: History, not_before: float | None
) -> Flow[CreatedTask]:
    unclear, sends = False, 0
    while True:
        sends += 1
        outcome = yield from attempt(core, call, history)
        if isinstance(outcome, Done):
            return outcome.value
        unclear = unclear or outcome.is_unclear
        answer = decide(core, outcome, sends, repeatable=True)
        if answer is not None:
            history.pausing(answer.pause_s)
            yield Sleep(answer.pause_s)
        if unclear and not core.retries.caller_owns_retries:
            found = yield from _look_up(core, key, history)
            if isinstance(found, Task):
                return _made(core, call, found, key, history, not_before)
            if isinstance(found, Problem):
                raise _unknown(core, call, found, key, history)
        if answer is None and outcome.is_unclear:
            raise _unknown(core, call, outcome, key, history)
        if answer is None:
            raise failure(core, call, outcome, history, key)


def _look_up(core: Core, key: str, history: History) -> Flow[Task | Problem | None]:
    """Return the task with an external id, None when there is none, or why nobody knows."""
    call, sends = get_call(key), 0
    while True:
        sends += 1
        outcome = yield from attempt(core, call, history)
        if isinstance(outcome, Done):
            return outcome.value
        if outcome.code in not_found_codes():
            return None
        answer = decide(core, outcome, sends, repeatable=True)
        if answer is None:
            return outcome
        history.pausing(answer.pause_s)
        yield Sleep(answer.pause_s)


def _made(
    core: Core,
    call: Call[CreatedTask],
    task: Task,
    key: str,
    history: History,
    not_before: float | None,
) -> CreatedTask:
    """Return the found task as a create answers it, unless it is older than this call."""
    if not_before is not None and task.created_at < not_before - CLOCK_SLACK_MS:
        reason = "the external_task_id names an older task, so it is not known whose it is"
        problem = Problem("refused", reason, QUERY_FIRST)
        raise _unknown(core, call, problem, key, history, task)
    return CreatedTask(
        task_id=task.task_id,
        task_status=task.task_status,
        created_at=task.created_at,
        updated_at=task.updated_at,
        task_info=CreatedTaskInfo(external_task_id=key),
    )


def _unknown(
    core: Core,
    call: Call[T],
    problem: Problem,
    key: str,
    history: History,
    task: Task | None = None,
) -> OutcomeUnknown:
    return OutcomeUnknown(
        Report(
            f"it is not known whether a task was made; look it up by its external_task_id before"
            f" creating another: {problem.reason}",
            code=problem.code,
            http_status=problem.http_status,
            request_id=problem.request_id,
            rule=problem.rule,
            attempts=tuple(history.attempts),
            external_task_id=key,
            task=task,
            request=core.shown(call.arguments),
        )
    )

"""A wait that always ends: by the task, by its deadline, by the switch, or by too many failures.

The deadline is on the monotonic clock and bounds the request in flight too.  A state that
nobody knows is waited on like `processing`, with one warning.
"""

import warnings
from collections.abc import Awaitable, Callable

from attrs import define, field, frozen
from kling_lipsync_api.models import Task, TaskStatus

from kling_lipsync.client.core import Core
from kling_lipsync.client.effects import Flow, Sleep, Tell
from kling_lipsync.client.environment import Stop
from kling_lipsync.client.errors import (
    LipSyncError,
    Report,
    TaskFailed,
    WaitStopped,
    WaitTimeout,
)
from kling_lipsync.client.ledger import units_of
from kling_lipsync.client.reading import external_id, get_call
from kling_lipsync.client.replies import NEVER, NEW_TOKEN, Done, Problem
from kling_lipsync.client.sending import History, attempt, failure

Progress = Callable[[Task], object] | Callable[[Task], Awaitable[object]]
"""Called with the task whenever its status is another than at the last look."""
LAST_LOOK_S = 1.0
"""How long before the deadline the last look is taken, so that it can still be answered."""
OPEN = frozenset({TaskStatus.SUBMITTED, TaskStatus.PROCESSING})
ENDED = frozenset({TaskStatus.SUCCEED, TaskStatus.FAILED})


class UnknownState(UserWarning):
    """A task is in a state that the contract does not know; it is waited on until the deadline."""


@frozen
class Limits:
    """How long to wait, until when on the monotonic clock, and what may end it before."""

    timeout_s: float
    until: float
    stop: Stop | None = None
    progress: Progress | None = None


@frozen
class Wish:
    """What the caller said of a wait: how long (s; None for the client's own limit), and so on."""

    timeout_s: float | None = None
    stop: Stop | None = None
    progress: Progress | None = None


@define
class Watch:
    """What a wait knows of one task: what was last seen, how often, and when to look again."""

    task_id: str
    history: History = field(factory=History)
    task: Task | None = None
    looks: int = 0
    failures: int = 0
    due: float = 0.0


def is_over(task: Task) -> bool:
    """Whether a task is in one of its two last states."""
    return task.task_status in ENDED


def limits(core: Core, wish: Wish) -> Limits:
    """Return the limits of a wait that begins now."""
    length = core.waiting.timeout_s if wish.timeout_s is None else wish.timeout_s
    return Limits(length, core.environment.monotonic() + length, wish.stop, wish.progress)


def wait(core: Core, task_id: str, limit: Limits) -> Flow[Task]:
    """Look until the task succeeded; raise TaskFailed when it failed, and as `look` does."""
    watch = Watch(task_id)
    while True:
        pause = yield from look(core, watch, limit)
        if pause is None:
            return succeeded(watch)
        yield Sleep(pause, limit.stop)


def wait_all(core: Core, task_ids: list[str], limit: Limits) -> Flow[list[Task | LipSyncError]]:
    """Look at each task when its turn comes, until all are over or lost; keep the order given."""
    watches = [Watch(task_id) for task_id in task_ids]
    results: dict[int, Task | LipSyncError] = {}
    while len(results) < len(watches):
        clock = core.environment.monotonic()
        place = min((p for p in range(len(watches)) if p not in results), key=_by_due(watches))
        watch = watches[place]
        if watch.due > clock:
            yield Sleep(watch.due - clock, limit.stop)
        try:
            pause = yield from look(core, watch, limit)
            if pause is None:
                results[place] = succeeded(watch)
            else:
                watch.due = core.environment.monotonic() + pause
        except LipSyncError as error:
            results[place] = error
    return [results[place] for place in range(len(watches))]


def _by_due(watches: list[Watch]) -> Callable[[int], tuple[float, int]]:
    return lambda place: (watches[place].due, place)


def look(core: Core, watch: Watch, limit: Limits) -> Flow[float | None]:
    """Ask for the task once; return the pause before the next look in s, None when it is over.

    Raises WaitStopped, WaitTimeout, and the error of a refusal that no repetition can change,
    or of one failure more in a row than the policy allows.
    """
    if limit.stop is not None and limit.stop.is_set():
        raise WaitStopped(_told(watch, "the wait was stopped, and the task goes on"))
    if core.environment.monotonic() >= limit.until:
        raise _late(watch, limit)
    call = get_call(watch.task_id)
    watch.history = History(watch.history.attempts[-8:])
    outcome = yield from attempt(core, call, watch.history, limit.until)
    watch.looks += 1
    if isinstance(outcome, Done):
        watch.failures = 0
        yield from _seen(core, watch, outcome.value, limit)
        return None if is_over(outcome.value) else _next(core, watch, limit, 0.0)
    watch.failures += 1
    most = 1 if core.retries.caller_owns_retries else core.retries.poll_failures
    if core.environment.monotonic() >= limit.until:
        raise _late(watch, limit)
    if outcome.retry in (NEVER, NEW_TOKEN) or watch.failures >= most:
        raise failure(core, call, outcome, watch.history)
    return _next(core, watch, limit, _asked(core, outcome))


def succeeded(watch: Watch) -> Task:
    """Return the task of a wait that is over; raise TaskFailed unless it succeeded."""
    task = watch.task
    if task is None or task.task_status != TaskStatus.SUCCEED:
        reason = task.task_status_msg if task is not None else ""
        raise TaskFailed(_told(watch, reason or "the task failed, and gives no reason"))
    return task


def note_taken(core: Core, task: Task) -> None:
    """Settle the price of a task that is over; a failed one without a deduction cost nothing."""
    if is_over(task):
        taken = units_of(task.final_unit_deduction)
        if taken is not None:
            core.ledger.settle(task.task_id, taken)
        elif task.task_status == TaskStatus.FAILED:
            core.ledger.release(task.task_id)


def _seen(core: Core, watch: Watch, task: Task, limit: Limits) -> Flow[None]:
    before = None if watch.task is None else watch.task.task_status
    watch.task = task
    note_taken(core, task)
    if task.task_status == before:
        return
    if task.task_status not in OPEN | ENDED:
        told = f"task {task.task_id} is {task.task_status.value!r}, which no contract knows"
        warnings.warn(f"{told}; it is waited on until the deadline", UnknownState, stacklevel=2)
    if limit.progress is not None:
        yield Tell(limit.progress, task)


def _asked(core: Core, problem: Problem) -> float:
    return min(problem.retry_after_s or 0.0, core.retries.longest_retry_after_s)


def _next(core: Core, watch: Watch, limit: Limits, at_least: float) -> float:
    """Return the pause before the next look; the last look is taken shortly before the deadline."""
    left = limit.until - core.environment.monotonic()
    reserve = min(LAST_LOOK_S, 0.1 * limit.timeout_s)
    if left <= reserve:
        raise _late(watch, limit)
    pause = max(core.waiting.pause_s(watch.looks, core.environment.chance()), at_least)
    return min(pause, left - reserve)


def _late(watch: Watch, limit: Limits) -> WaitTimeout:
    state = "was never seen" if watch.task is None else f"is {watch.task.task_status.value}"
    message = f"after {limit.timeout_s:g} s the task {state}; wait for it again by its id"
    return WaitTimeout(_told(watch, message))


def _told(watch: Watch, message: str) -> Report:
    external = None if watch.task is None else external_id(watch.task)
    return Report(
        f"task {watch.task_id}: {message}",
        attempts=tuple(watch.history.attempts),
        external_task_id=external,
        task=watch.task,
    )

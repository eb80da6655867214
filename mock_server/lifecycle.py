"""A task's life as a function of its facts and an instant; nothing here waits or remembers.

    submitted --(pace.submitted_ms)--> processing --(pace.processing_ms)--> succeed | failed

`succeed` is never told before the file exists: while a render runs, the task stays
`processing`, and it ends at the later of its plan and the render's end.

Where an account's pace counts queries, each single query of a task is one of its facts: the
one that completes the count fixes the span, and the task is what it then is from that instant.
"""

from attrs import evolve

from mock_server.clock import LAST_MS, NEVER_MS
from mock_server.pace import after_query
from mock_server.values import Due, Event, RenderState, Task

SUBMITTED, PROCESSING, SUCCEED, FAILED = "submitted", "processing", "succeed", "failed"


def processing_at(task: Task) -> int:
    """Return the instant (Unix ms) at which the task starts to be processed."""
    return task.created_at + task.pace.submitted_ms


def planned_end(task: Task) -> int:
    """Return the instant at which the task ends, if its file is there by then."""
    return processing_at(task) + task.pace.processing_ms


def ended_at(task: Task) -> int | None:
    """Return the instant at which the task ends; None while a render keeps that open."""
    if task.render is RenderState.RUNNING:
        return None
    pace = task.pace
    planned = task.created_at + pace.submitted_ms + pace.processing_ms
    return planned if planned > task.rendered_at else task.rendered_at


def seen_at(task: Task, now: int) -> tuple[str, int]:
    """Return the task's status at an instant, and the instant of its last change by then."""
    processing = task.created_at + task.pace.submitted_ms
    if now < processing:
        return SUBMITTED, task.created_at
    end = ended_at(task)
    if end is None or now < end:
        return PROCESSING, processing
    return (FAILED if task.failure else SUCCEED), end


def unchanged(task: Task, now: int) -> tuple[int, int]:
    """Return since when the task is as it is at an instant, and the first instant of its next."""
    processing, end = processing_at(task), ended_at(task)
    if now < processing:
        return task.created_at, processing
    if end is None or now < end:
        return processing, NEVER_MS if end is None else end
    return end, NEVER_MS


def status_at(task: Task, now: int) -> str:
    """Return the task's status at an instant: one of the four that the vendor prints."""
    return seen_at(task, now)[0]


def is_open(task: Task, now: int) -> bool:
    """Whether the task holds a slot: from `submitted` until it ends, also by failure."""
    return status_at(task, now) in (SUBMITTED, PROCESSING)


def changes(task: Task) -> tuple[tuple[int, str], ...]:
    """Return the changes of status after the creation whose instants are known, in order.

    A task that ends at the instant at which its processing begins is never seen processed.
    """
    begin, end = processing_at(task), ended_at(task)
    instants = (begin, end) if begin != end else (end,)
    return tuple((at, status_at(task, at)) for at in instants if at is not None and at <= LAST_MS)


def polled(task: Task, now: int) -> Task:
    """Return the task after one more single query; itself where its queries do not count."""
    pace = after_query(task.pace, now - task.created_at)
    return task if pace is task.pace else evolve(task, pace=pace)


def poll_event(before: Task, after: Task) -> Event | None:
    """Return what falls due by a query that counted and made `after` of a task, if anything."""
    if first_event(before) is None:
        return first_event(after)
    return _event(planned_end(after), Due.END, after)


def first_event(task: Task) -> Event | None:
    """Return what falls due first: the start of processing matters only to who is called back.

    None while its instant is not known.
    """
    at, pace = task.created_at, task.pace
    if task.callback_url is None:
        return _event(at + pace.submitted_ms + pace.processing_ms, Due.END, task)
    return _event(at + pace.submitted_ms, Due.PROCESSING, task)


def end_event(task: Task) -> Event | None:
    """Return the last change of status; None while its instant is not known."""
    end = ended_at(task)
    return None if end is None else _event(end, Due.END, task)


def _event(at: int, kind: Due, task: Task) -> Event | None:
    return None if at > LAST_MS else Event(at, kind, task.task_id)

"""A task's life as a function of its facts and an instant; nothing here waits or remembers.

    submitted --(pace.submitted_ms)--> processing --(pace.processing_ms)--> succeed | failed

`succeed` is never told before the file exists: while a render runs, the task stays
`processing`, and it ends at the later of its plan and the render's end.
"""

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


def status_at(task: Task, now: int) -> str:
    """Return the task's status at an instant: one of the four that the vendor prints."""
    return seen_at(task, now)[0]


def updated_at(task: Task, now: int) -> int:
    """Return the instant of the last change of status at or before `now`."""
    return seen_at(task, now)[1]


def is_open(task: Task, now: int) -> bool:
    """Whether the task holds a slot: from `submitted` until it ends, also by failure."""
    return status_at(task, now) in (SUBMITTED, PROCESSING)


def first_event(task: Task) -> Event:
    """Return what falls due first: the start of processing matters only to who is called back."""
    if task.callback_url is None:
        return Event(planned_end(task), Due.END, task.task_id)
    return Event(processing_at(task), Due.PROCESSING, task.task_id)


def end_event(task: Task) -> Event | None:
    """Return the last change of status; None while its instant is not known."""
    end = ended_at(task)
    return None if end is None else Event(end, Due.END, task.task_id)

"""The verbs that are one call each, and the wait."""

from itertools import islice

from kling_lipsync import Task
from kling_lipsync.cli.command import Command
from kling_lipsync.cli.exits import code_of
from kling_lipsync.cli.failures import document_of, text_of
from kling_lipsync.cli.opening import Follower, footage, opened
from kling_lipsync.cli.telling import row, session_text, task_text

_LARGEST_PAGE = 100


def identify(command: Command) -> int:
    """Find the faces of a video."""
    with opened(command) as place:
        source = footage(command, place)
        command.screen.stage("looking for faces")
        faces = place.client.identify(
            video_url=source.video_url,
            video_id=source.video_id,
            video_length=source.length_ms,
        )
        command.screen.result(session_text(faces), faces.to_dict())
    return 0


def create(command: Command) -> int:
    """Make one task."""
    given = command.arguments
    with opened(command) as place:
        command.screen.stage("creating the task")
        if given.external_id:
            command.trail.given.append(given.external_id)
        made = place.client.create(
            given.session,
            given.face,
            audio=given.audio,
            insert_at=given.insert_at,
            crop=given.crop,
            volumes=given.volumes,
            watermark=given.watermark,
            external_task_id=given.external_id,
            callback_url=given.callback_url,
            video_length=given.video_length,
        )
        command.screen.result(row(made), made.to_dict())
    return 0


def get(command: Command) -> int:
    """Show a task."""
    with opened(command) as place:
        command.screen.stage("asking for the task")
        task = place.client.get(command.arguments.task)
        command.screen.result(task_text(task), task.to_dict())
    return 0


def list_tasks(command: Command) -> int:
    """List tasks, as the service orders them."""
    limit = command.arguments.limit or None
    with opened(command) as place:
        command.screen.stage("asking for the tasks")
        page = min(_LARGEST_PAGE, limit or _LARGEST_PAGE)
        for task in islice(place.client.list(page_size=page), limit):
            command.screen.result(row(task), task.to_dict())
    return 0


def wait(command: Command) -> int:
    """Wait for tasks; return the code of the first that did not succeed."""
    given, code = command.arguments, 0
    with opened(command) as place:
        command.screen.stage("asking for the task")
        if len(given.task) == 1:
            command.trail.task_id = given.task[0]
            task = place.client.wait(
                given.task[0], timeout=given.timeout, progress=Follower(command)
            )
            command.screen.result(row(task), task.to_dict())
            return 0
        outcomes = place.client.wait_all(given.task, timeout=given.timeout)
    for outcome in outcomes:
        if isinstance(outcome, Task):
            command.screen.result(row(outcome), outcome.to_dict())
        else:
            command.screen.result(text_of(outcome), document_of(outcome))
            code = code or code_of(outcome) or 1
    return code

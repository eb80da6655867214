"""The verbs that leave a file behind."""

from kling_lipsync.cli.command import Command
from kling_lipsync.cli.opening import Follower, footage, opened
from kling_lipsync.cli.telling import saved_document, saved_text, units_document


def sync(command: Command) -> int:
    """Identify, create, wait, download."""
    given = command.arguments
    with opened(command) as place:
        source = footage(command, place)
        command.screen.stage("looking for faces, and creating the task")
        if given.external_id:
            command.trail.given.append(given.external_id)
        done = place.client.sync(
            audio=given.audio,
            video_url=source.video_url,
            video_id=source.video_id,
            video_length=source.length_ms,
            face=given.face,
            insert_at=given.insert_at,
            crop=given.crop,
            volumes=given.volumes,
            watermark=given.watermark,
            external_task_id=given.external_id,
            callback_url=given.callback_url,
            to=given.output,
            timeout=given.timeout,
            progress=Follower(command),
        )
        units = place.client.units
    if done.saved is not None:
        size = done.saved.size_bytes
        text = f"{given.output}  {size} bytes, task {done.task.task_id}, {units.spent} units"
        document = {
            "session": done.faces.to_dict(),
            "task": done.task.to_dict(),
            "saved": saved_document(done.saved),
            "units": units_document(units),
        }
        command.screen.result(text, document)
    return 0


def download(command: Command) -> int:
    """Save the result of a task."""
    given = command.arguments
    with opened(command) as place:
        command.screen.stage("downloading")
        saved = place.client.download(given.task, given.output, watermark=given.watermark)
        command.screen.result(saved_text(saved), saved_document(saved))
    return 0

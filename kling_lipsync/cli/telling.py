"""Answers as lines for people; the JSON forms are the service's own."""

from collections.abc import Iterator
from datetime import UTC, datetime

from kling_lipsync_api.types import Unset

from kling_lipsync import CreatedTask, Face, IdentifiedFaces, Saved, Task, Units
from kling_lipsync.client.reading import external_id


def instant(unix_ms: int) -> str:
    """Return an instant in UTC, to the second."""
    return datetime.fromtimestamp(unix_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M:%SZ")


def session_text(faces: IdentifiedFaces) -> str:
    """Return a session and its faces, a line each."""
    return "\n".join((f"session {faces.session_id}", *map(_face, faces.face_data)))


def _face(face: Face) -> str:
    return f"face {face.face_id}  {face.start_time}-{face.end_time} ms  {face.face_image}"


def row(task: Task | CreatedTask) -> str:
    """Return a task as one line: id, status, when it was made, and the caller's own id."""
    own = external_id(task) or "-"
    return f"{task.task_id}  {task.task_status.value:<10}  {instant(task.created_at)}  {own}"


def task_text(task: Task) -> str:
    """Return what is known of a task, a fact a line."""
    return "\n".join(f"{name:<10}{value}" for name, value in _facts(task) if value)


def _facts(task: Task) -> Iterator[tuple[str, str | None]]:
    yield "task", task.task_id
    yield "status", task.task_status.value
    yield "reason", task.task_status_msg
    yield "own id", external_id(task)
    yield "created", instant(task.created_at)
    yield "updated", instant(task.updated_at)
    if not isinstance(task.final_unit_deduction, Unset):
        yield "units", task.final_unit_deduction
    if not isinstance(task.task_result, Unset):
        for video in task.task_result.videos:
            yield "length", f"{video.duration} s"
            yield "video", video.url
            if not isinstance(video.watermark_url, Unset):
                yield "watermark", video.watermark_url


def saved_text(saved: Saved) -> str:
    """Return what was saved, and until when it can be had again."""
    kept = (
        ""
        if saved.expires_at is None
        else f", kept by the service until {instant(saved.expires_at)}"
    )
    return f"{saved.path}  {saved.size_bytes} bytes{kept}"


def saved_document(saved: Saved) -> dict[str, object]:
    """Return what was saved as JSON has it; instants are Unix ms."""
    return {
        "path": str(saved.path),
        "size_bytes": saved.size_bytes,
        "expires_at": saved.expires_at,
    }


def units_document(units: Units) -> dict[str, str | None]:
    """Return sums of units as JSON has them: decimals as text."""
    return {
        "spent": str(units.spent),
        "reserved": str(units.reserved),
        "left": None if units.left is None else str(units.left),
    }

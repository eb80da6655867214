"""Saving a result: all of it or nothing, and in time."""

import contextlib
import warnings
from functools import partial
from os import PathLike, fspath
from pathlib import Path

from attrs import frozen
from kling_lipsync_api.models import Task
from kling_lipsync_api.types import Unset

from kling_lipsync.client.contracted import media_days
from kling_lipsync.client.core import Core
from kling_lipsync.client.effects import Fetch, Fetched, Flow, NoAnswer, Run, Sleep
from kling_lipsync.client.errors import Attempt, DownloadFailed, Report
from kling_lipsync.client.policy import retry_after_s

DAY_MS = 24 * 3600 * 1000
WARN_DAYS = 3
_VIDEOS = ("mp4", "mov")
_TEMPORARY = (408, 425, 429)


class MediaExpire(UserWarning):
    """The media of a task will soon be deleted."""


@frozen
class Saved:
    """A file that was saved: where, how many bytes, and until when its URL lasts (Unix ms)."""

    path: Path
    size_bytes: int
    expires_at: int | None


def download(
    core: Core, task: Task, target: str | PathLike[str], limit_s: float, *, watermark: bool
) -> Flow[Saved]:
    """Save the result of a task that succeeded as a file, replacing one that is there.

    Raises DownloadFailed, after which the target is as it was, and OSError for the disk.
    """
    url, path = _url(task, watermark=watermark), Path(fspath(target))
    expires = task.updated_at + media_days() * DAY_MS
    left_ms = expires - core.server_now() * 1000
    if left_ms < WARN_DAYS * DAY_MS:
        told = f"the media of task {task.task_id} are deleted in {max(0.0, left_ms / DAY_MS):.1f}"
        warnings.warn(f"{told} days", MediaExpire, stacklevel=2)
    part = path.with_name(f".{path.name}.{core.environment.new_id()}.part")
    try:
        length = yield from _fetched(core, task, Fetch(url, part, limit_s), expires=left_ms)
        yield Run(lambda: part.replace(path))
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
    return Saved(path, length, expires)


def _url(task: Task, *, watermark: bool) -> str:
    result = task.task_result
    video = None if isinstance(result, Unset) or not result.videos else result.videos[0]
    if video is None:
        message = f"task {task.task_id} is {task.task_status.value} and has no video"
        raise DownloadFailed(Report(message, task=task))
    url = video.watermark_url if watermark else video.url
    if not url:
        raise DownloadFailed(Report(f"task {task.task_id} has no watermarked video", task=task))
    return str(url)


def _fetched(core: Core, task: Task, fetch: Fetch, *, expires: float) -> Flow[int]:
    attempts: list[Attempt] = []
    while True:
        result = yield fetch
        fault = yield Run(partial(_fault, result, fetch.file))
        if isinstance(result, Fetched) and not fault:
            return result.length
        status = None if isinstance(result, NoAnswer) else result.status
        attempts.append(Attempt("download", core.scrubbed(fault), None, status))
        if not _is_temporary(result) or len(attempts) >= core.retries.most_sends:
            break
        asked = None
        if isinstance(result, Fetched):
            asked = retry_after_s(result.headers, core.server_now())
        yield Sleep(core.retries.pause_s(len(attempts), core.environment.chance(), asked))
    gone = "; its media have been deleted" if expires < 0 else ""
    message = f"the video of task {task.task_id} was not saved: {attempts[-1].reason}{gone}"
    raise DownloadFailed(Report(message, http_status=status, attempts=tuple(attempts), task=task))


def _is_temporary(result: Fetched | NoAnswer) -> bool:
    if isinstance(result, NoAnswer):
        return True
    return result.status in _TEMPORARY or result.status >= 500 or result.status < 300


def _fault(result: Fetched | NoAnswer, file: Path) -> str:
    """Return why what was fetched is no result, "" when it is one."""
    from kling_lipsync.probing.sniff import sniff  # noqa: PLC0415 - only for files

    if isinstance(result, NoAnswer):
        return result.reason
    if result.status != 200:
        return f"the media host answered HTTP {result.status}"
    told = result.headers.get("content-length", "")
    if told.isdecimal() and int(told) != result.length:
        return f"{result.length} of {told} bytes came"
    kind = sniff(file)
    return "" if kind in _VIDEOS else f"its bytes are {kind}, not a video"

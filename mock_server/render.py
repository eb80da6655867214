"""From values to the vendor's JSON: bodies of replies and callbacks, and nothing else.

The envelope is the vendor's in every reply.  Explanations never enter a body; they are
headers, journal and console.
"""

from collections.abc import Callable, Iterable
from decimal import Decimal
from functools import lru_cache
from typing import Any

import msgspec
from attrs import frozen

from kling_lipsync.rules.facts import Finding
from mock_server import lifecycle
from mock_server.clock import NEVER_MS
from mock_server.media_urls import Links
from mock_server.values import Session, Task

SUCCESS = "SUCCEED"
"""The message of every accepted call, as recorded from several operations of the vendor."""

encode = msgspec.json.Encoder().encode


def accepted(request_id: str, data: object) -> bytes:
    """Return the body of an accepted call."""
    return encode({"code": 0, "message": SUCCESS, "request_id": request_id, "data": data})


def refused(request_id: str, code: int, message: str) -> bytes:
    """Return the body of a refused call: no data."""
    return encode({"code": code, "message": message, "request_id": request_id})


def refusal_message(template: str, finding: Finding, longest: int) -> str:
    """Fill the rulebook's message with the field, in the vendor's camelCase, and the value, cut."""
    if "{" not in template:
        return template
    value = value_text(finding.value)[:longest]
    return template.replace("{field}", vendor_path(finding.field)).replace("{value}", value)


def value_text(value: object) -> str:
    """Write a value as a message repeats it: a text as it is, all else as JSON, none as nothing."""
    if value is None:
        return ""
    if isinstance(value, bool | list | dict):
        return encode(value).decode()
    return str(value)


def vendor_path(path: str) -> str:
    """Write a nested path as the vendor's messages do: `faceChoose[0].soundEndTime`."""
    if "." not in path:
        return path
    return ".".join(_camel(part) for part in path.split("."))


def identified(session: Session, links: Links, units: str) -> dict[str, Any]:
    """Return the `data` of an identify call that cost this many units."""
    return {
        "session_id": session.session_id,
        "final_unit_deduction": units,
        "face_data": [
            {
                "face_id": face.face_id,
                "face_image": links.face(session.session_id, face.face_id),
                "start_time": face.start_time,
                "end_time": face.end_time,
            }
            for face in session.fact.faces
        ],
    }


def created(task: Task) -> dict[str, Any]:
    """Return the `data` of a create call: what the page prints, and nothing else."""
    info = {} if task.external_task_id is None else {"external_task_id": task.external_task_id}
    return {
        "task_id": task.task_id,
        "task_info": info,
        "task_status": lifecycle.SUBMITTED,
        "created_at": task.created_at,
        "updated_at": task.created_at,
    }


def task_at(task: Task, now: int, links: Links) -> dict[str, Any]:
    """Return a task as the single query and the list answer it at an instant."""
    status, updated_at = lifecycle.seen_at(task, now)
    data = _task(task, status, updated_at, links)
    data["watermark_info"] = {"enabled": task.order.watermark}
    if status == lifecycle.SUCCEED:
        video = _result(task, links)
        if task.order.watermark:
            video["watermark_url"] = links.result(task, watermarked=True)
        data["task_result"] = {"videos": [video]}
    return data


@frozen
class _Written:
    """JSON that is what a query answers from `first` until before `last` (ms), as called there."""

    of: object
    base_url: str
    first: int
    last: int
    raw: msgspec.Raw

    def holds(self, of: object, now: int, base_url: str) -> bool:
        """Whether it is what has to be answered at an instant."""
        return self.of is of and self.first <= now < self.last and self.base_url == base_url


@frozen
class Listed:
    """Which tasks a page is of; `version` is the account's, and tells whether it has changed."""

    access_key: str
    version: int
    number: int
    size: int
    newest_first: bool


class TaskPages:
    """Tasks, and pages of them, as JSON, written once for as long as they look the same.

    Bounded.  Who asks for the same page again and again, as one does who polls, costs little.
    """

    def __init__(self, most: int = 10_000, most_pages: int = 16) -> None:
        self._most = most
        self._most_pages = most_pages
        self._tasks: dict[str, _Written] = {}
        self._pages: dict[Listed, _Written] = {}

    def get(self, task: Task, now: int, links: Links) -> msgspec.Raw:
        """Return what `task_at` does, as JSON."""
        return self._written(task, now, links).raw

    def page(
        self, listed: Listed, read: Callable[[], Iterable[Task]], now: int, links: Links
    ) -> msgspec.Raw:
        """Return a page of tasks, which `read` gives, as a JSON array."""
        kept = self._pages.get(listed)
        if kept is not None and kept.holds(None, now, links.base_url):
            return kept.raw
        written = [self._written(task, now, links) for task in read()]
        raw = msgspec.Raw(encode([one.raw for one in written]))
        if listed.version >= 0:
            if len(self._pages) >= self._most_pages:
                self._pages.clear()
            first = max((one.first for one in written), default=now)
            last = min((one.last for one in written), default=NEVER_MS)
            self._pages[listed] = _Written(None, links.base_url, first, last, raw)
        return raw

    def forget(self) -> None:
        """Drop all pages: an account that is born again counts its versions from the start."""
        self._pages.clear()

    def _written(self, task: Task, now: int, links: Links) -> _Written:
        kept = self._tasks.get(task.task_id)
        if kept is not None and kept.holds(task, now, links.base_url):
            return kept
        raw = msgspec.Raw(encode(task_at(task, now, links)))
        if len(self._tasks) >= self._most:
            self._tasks.clear()
        written = _Written(task, links.base_url, *lifecycle.unchanged(task, now), raw)
        self._tasks[task.task_id] = written
        return written


def announced(task: Task, now: int, links: Links) -> dict[str, Any]:
    """Return a task as a callback announces it: bare, and without `watermark_url`."""
    status, updated_at = lifecycle.seen_at(task, now)
    data = _task(task, status, updated_at, links)
    if status == lifecycle.SUCCEED:
        data["task_result"] = {"videos": [_result(task, links)]}
    return data


@lru_cache(maxsize=4096)
def seconds(milliseconds: int) -> str:
    """Write a length as the vendor does: decimal seconds, no trailing zeros (`5.2`, `8`)."""
    return decimal(Decimal(milliseconds) / 1000)


@lru_cache(maxsize=4096)
def decimal(value: Decimal) -> str:
    """Write a number without exponent and without trailing zeros."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _task(task: Task, status: str, updated_at: int, links: Links) -> dict[str, Any]:
    session = task.session
    info: dict[str, Any] = {
        "parent_video": {
            "id": session.video_id,
            "url": links.source(session),
            "duration": seconds(session.fact.video.duration.longest_ms),
        }
    }
    if task.external_task_id is not None:
        info["external_task_id"] = task.external_task_id
    data = {
        "task_id": task.task_id,
        "task_status": status,
        "task_status_msg": task.failure if status == lifecycle.FAILED else "",
        "task_info": info,
        "created_at": task.created_at,
        "updated_at": updated_at,
    }
    if status == lifecycle.SUCCEED:
        data["final_unit_deduction"] = decimal(task.price)
    elif status == lifecycle.FAILED:
        data["final_unit_deduction"] = "0"
    return data


def _result(task: Task, links: Links) -> dict[str, Any]:
    return {
        "id": task.result_id,
        "url": links.result(task),
        "duration": seconds(task.output_ms),
    }


def _camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(part.title() for part in rest)

"""From values to the vendor's JSON: bodies of replies and callbacks, and nothing else.

The envelope is the vendor's in every reply.  Explanations never enter a body; they are
headers, journal and console.
"""

from decimal import Decimal
from functools import lru_cache
from typing import Any

import msgspec

from kling_lipsync.rules.facts import Finding
from mock_server import lifecycle
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


def refusal_message(template: str, finding: Finding) -> str:
    """Fill the rulebook's message with the field, in the vendor's camelCase, and the value."""
    if "{" not in template:
        return template
    value = "" if finding.value is None else str(finding.value)
    return template.replace("{field}", vendor_path(finding.field)).replace("{value}", value[:200])


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


class TaskPages:
    """Tasks as JSON, each written once for as long as it looks the same; bounded.

    A page of 30 tasks that ended is then 30 look-ups.
    """

    def __init__(self, most: int = 10_000) -> None:
        self._most = most
        self._kept: dict[str, tuple[Task, str, int, int, msgspec.Raw]] = {}

    def get(self, task: Task, now: int, links: Links) -> msgspec.Raw:
        """Return what `task_at` does, as JSON."""
        kept = self._kept.get(task.task_id)
        if kept is not None:
            written, base_url, first, last, raw = kept
            if written is task and first <= now < last and base_url == links.base_url:
                return raw
        raw = msgspec.Raw(encode(task_at(task, now, links)))
        if len(self._kept) >= self._most:
            self._kept.clear()
        first, last = lifecycle.unchanged(task, now)
        self._kept[task.task_id] = (task, links.base_url, first, last, raw)
        return raw


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

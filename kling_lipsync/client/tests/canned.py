"""Replies of the scripted service, good, refused and damaged."""

import json
from typing import Any

import httpx

UNKNOWN_CODES = ("1399", "9999")
STATUSES = {1201: 400, 1203: 404, 1302: 429, 1303: 429, 1101: 429, 5000: 500, 5001: 503}
LOST: dict[str, type[httpx.RequestError]] = {
    "timeout": httpx.ReadTimeout,
    "reset": httpx.ReadError,
    "refused connection": httpx.ConnectError,
}
BODIES = {
    "html": b"<html>502 Bad Gateway</html>",
    "cut": b'{"code": 0, "message": "SUCCEED", "request_id": "r", "data": {"task_id"',
    "empty": b"",
    "not json": b"\xff\xfe",
    "no data": b'{"code": 0, "message": "SUCCEED", "request_id": "r"}',
    "wrong task": json.dumps(
        {
            "code": 0,
            "message": "SUCCEED",
            "request_id": "r",
            "data": {
                "task_id": "t99",
                "task_status": "succeed",
                "task_status_msg": "",
                "task_info": {
                    "external_task_id": "somebody else",
                    "parent_video": {"id": "v", "url": "u", "duration": "8"},
                },
                "watermark_info": {},
                "created_at": 1,
                "updated_at": 1,
            },
        }
    ).encode(),
}
IDENTIFIED = {
    "session_id": "s1",
    "final_unit_deduction": "0.05",
    "face_data": [
        {"face_id": "0", "face_image": "http://media.test/f", "start_time": 0, "end_time": 8000}
    ],
}


def refuses(kind: str, status: int | None) -> bool:
    """Whether nothing can have been done: a refusal leaves nothing, unless it is of 5xxx.

    A code that no contract knows is one of 5xxx if its status is.
    """
    if not kind.isdecimal():
        return kind == "refused connection"
    unknown = kind in UNKNOWN_CODES and refused(int(kind), (), status).status_code < 500
    return unknown or (int(kind) < 5000 and kind not in UNKNOWN_CODES)


def accepted(data: object) -> httpx.Response:
    """Return the reply to an accepted call."""
    return httpx.Response(
        200, json={"code": 0, "message": "SUCCEED", "request_id": "r", "data": data}
    )


def refused(
    code: int, headers: tuple[tuple[str, str], ...] = (), status: int | None = None
) -> httpx.Response:
    """Return the reply to a refused call, with the code's own status unless another is given."""
    own = STATUSES.get(code, 401 if code < 1100 else 429 if code < 5000 else 504)
    status = own if status is None else status
    body = {"code": code, "message": f"refused with {code}", "request_id": "r"}
    return httpx.Response(status, headers=dict(headers), json=body)


def created(task: dict[str, Any]) -> dict[str, Any]:
    """Return what a create call tells of a task."""
    made = {name: task[name] for name in ("task_id", "task_status", "created_at", "updated_at")}
    return made | {"task_info": {"external_task_id": task["task_info"]["external_task_id"]}}

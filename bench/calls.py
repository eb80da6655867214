"""The requests that are measured, and the few that prepare the mock for them."""

import http.client
import json
from collections.abc import Mapping
from typing import Any

from attrs import frozen

from bench.paths import IDENTIFY_PATH, TASKS_PATH, Operation

OPERATIONS: tuple[Operation, ...] = ("create", "get", "list")
ANSWERED: tuple[Operation, ...] = (*OPERATIONS, "identify", "list of 500")
"""Everything that is answered 200; `refused` is a create with too loud a sound."""

PAGE_SIZE = 30
LONG_PAGE = 500
VIDEO = "http://described.test/video?duration=8000&width=1280&height=720&face=0-5200"
CREATE_BODY: Mapping[str, Any] = {
    "session_id": "850508686686064678",
    "face_choose": [
        {
            "face_id": "0",
            "sound_file": "http://described.test/audio?duration=5000&format=mp3",
            "sound_start_time": 0,
            "sound_end_time": 3000,
            "sound_insert_time": 1000,
            "sound_volume": 2,
            "original_audio_volume": 2,
        }
    ],
}
"""The vendor's sample, with a sound that needs no fetching, and without optional empty strings."""
_LOUD = CREATE_BODY["face_choose"][0] | {"sound_volume": 99}
_BODIES: Mapping[Operation, Mapping[str, Any]] = {
    "create": CREATE_BODY,
    "identify": {"video_url": VIDEO},
    "refused": {**CREATE_BODY, "face_choose": [_LOUD]},
}


class PreparationError(RuntimeError):
    """The mock did not answer a preparing request as it must."""


@frozen
class Request:
    """One request, ready to be written in bytes or to be sent here and now."""

    method: str
    path: str
    authorization: str
    body: bytes = b""

    def encoded(self, port: int) -> bytes:
        """Return the request as HTTP/1.1 has it."""
        lines = [
            f"{self.method} {self.path} HTTP/1.1",
            f"Host: 127.0.0.1:{port}",
            f"Authorization: {self.authorization}",
            "Accept: */*",
        ]
        if self.method == "POST":
            lines += ["Content-Type: application/json", f"Content-Length: {len(self.body)}"]
        return "\r\n".join((*lines, "", "")).encode() + self.body

    def sent(self, port: int) -> tuple[int, bytes]:
        """Send the request on a connection of its own; return status and body."""
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        headers = {"Authorization": self.authorization, "Content-Type": "application/json"}
        connection.request(self.method, self.path, self.body, headers)
        response = connection.getresponse()
        answer = response.status, response.read()
        connection.close()
        return answer


def request(operation: Operation, authorization: str, task_id: str, page: int = 1) -> Request:
    """Return the request of an operation; only `get` needs the task's id."""
    if operation == "get":
        return Request("GET", f"{TASKS_PATH}/{task_id}", authorization)
    if operation in ("list", "list of 500"):
        size = PAGE_SIZE if operation == "list" else LONG_PAGE
        return Request("GET", f"{TASKS_PATH}?pageNum={page}&pageSize={size}", authorization)
    path = IDENTIFY_PATH if operation == "identify" else TASKS_PATH
    return Request("POST", path, authorization, json.dumps(_BODIES[operation]).encode())


def prepare(port: int, authorization: str, count: int = PAGE_SIZE) -> str:
    """Fill a page of a mock with tasks that succeeded; return the id of the last one."""
    task_id = ""
    for _ in range(count):
        status, body = request("create", authorization, "").sent(port)
        _expect(status, body)
        task_id = json.loads(body)["data"]["task_id"]
    advance = Request("POST", "/__mock__/clock", authorization, b'{"advance": "1m"}')
    _expect(*advance.sent(port))
    status, body = request("get", authorization, task_id).sent(port)
    _expect(status, body)
    if json.loads(body)["data"]["task_status"] != "succeed":
        msg = f"a minute after its creation a task has not succeeded: {body!r}"
        raise PreparationError(msg)
    return task_id


def sample_replies(port: int, authorization: str, task_id: str) -> dict[Operation, str]:
    """Return the body of the mock's reply to each operation."""
    replies: dict[Operation, str] = {}
    for operation in ANSWERED:
        status, body = request(operation, authorization, task_id).sent(port)
        _expect(status, body)
        replies[operation] = body.decode()
    return replies


def _expect(status: int, body: bytes) -> None:
    if status != 200:
        msg = f"a preparing request was answered {status}: {body[:300]!r}"
        raise PreparationError(msg)

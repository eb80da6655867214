"""The requests that are measured, and the few that prepare the mock for them."""

import http.client
import json
from typing import Literal

from attrs import frozen

Operation = Literal["create", "get", "list"]
OPERATIONS: tuple[Operation, ...] = ("create", "get", "list")

TASKS_PATH = "/v1/videos/advanced-lip-sync"
PAGE_SIZE = 30
_CREATE_BODY = {
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


def request(operation: Operation, authorization: str, task_id: str) -> Request:
    """Return the request of an operation; only `get` needs the task's id."""
    if operation == "create":
        return Request("POST", TASKS_PATH, authorization, json.dumps(_CREATE_BODY).encode())
    if operation == "list":
        return Request("GET", f"{TASKS_PATH}?pageNum=1&pageSize={PAGE_SIZE}", authorization)
    return Request("GET", f"{TASKS_PATH}/{task_id}", authorization)


def prepare(port: int, authorization: str) -> str:
    """Fill one page of a mock with tasks that succeeded; return the id of the last one."""
    task_id = ""
    for _ in range(PAGE_SIZE):
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
    for operation in OPERATIONS:
        status, body = request(operation, authorization, task_id).sent(port)
        _expect(status, body)
        replies[operation] = body.decode()
    return replies


def _expect(status: int, body: bytes) -> None:
    if status != 200:
        msg = f"a preparing request was answered {status}: {body[:300]!r}"
        raise PreparationError(msg)

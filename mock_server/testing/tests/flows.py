"""The calls that a client under test makes, on whichever httpx client."""

from typing import Any

import httpx

from mock_server.routes import IDENTIFY_PATH, TASKS_PATH
from mock_server.testing import LipSyncMock


def data(reply: httpx.Response) -> Any:  # noqa: ANN401 - JSON
    """Return the data of an accepted call."""
    assert reply.status_code == 200, reply.text
    return reply.json()["data"]


def session(mock: LipSyncMock, client: httpx.Client) -> str:
    """Identify a described video with one face."""
    url = mock.video(duration=8000, face="0-5200")
    return str(data(client.post(IDENTIFY_PATH, json={"video_url": url}))["session_id"])


def create_body(mock: LipSyncMock, session_id: str, **fields: object) -> dict[str, object]:
    """Return the body of a create that is accepted."""
    face = {
        "face_id": "0",
        "sound_file": mock.audio(duration=4000),
        "sound_start_time": 0,
        "sound_end_time": 3000,
        "sound_insert_time": 500,
    }
    return {"session_id": session_id, "face_choose": [face], **fields}


def created(mock: LipSyncMock, client: httpx.Client, **fields: object) -> str:
    """Identify and create; return the task's id."""
    body = create_body(mock, session(mock, client), **fields)
    return str(data(client.post(TASKS_PATH, json=body))["task_id"])


def status(client: httpx.Client, task_id: str) -> str:
    """Return the status that a query tells."""
    return str(data(client.get(f"{TASKS_PATH}/{task_id}"))["task_status"])

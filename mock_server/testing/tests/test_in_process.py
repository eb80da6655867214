"""A server without a socket, which can get one."""

import httpx

from mock_server.routes import TASKS_PATH
from mock_server.settings import Settings
from mock_server.testing import InProcessMock, LipSyncMock
from mock_server.testing.tests.flows import created


def test_it_listens_when_it_is_asked_to() -> None:
    """And serves the same accounts there."""
    with InProcessMock() as mock, LipSyncMock(mock) as held:
        task = created(held, held.httpx_client())
        origin = mock.listen()
        headers = {"Authorization": f"Bearer {held.token()}"}

        reply = httpx.get(f"{origin}{TASKS_PATH}/{task}", headers=headers, trust_env=False)
        assert reply.json()["data"]["task_id"] == task
        assert (mock.listen(), mock.origin) == (origin, origin)


def test_settings_can_be_given() -> None:
    """They are those of the server."""
    with InProcessMock(Settings(quiet=True, slots=3)) as mock, LipSyncMock(mock) as held:
        assert held.shown()["slots"] == 3


def test_media_are_served_without_a_socket() -> None:
    """The picture of a face, at the URL that the reply has."""
    with InProcessMock() as mock, LipSyncMock(mock) as held:
        client = held.httpx_client()
        body = {"video_url": held.video(duration=8000, face="0-5200")}
        faces = client.post("/v1/videos/identify-face", json=body).json()["data"]["face_data"]

        picture = client.get(faces[0]["face_image"])
        assert picture.headers["content-type"] == "image/jpeg"
        assert picture.content[:2] == b"\xff\xd8"

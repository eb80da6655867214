"""Calls to the vendor's hosts, answered in process."""

import asyncio

import httpx
import pytest
import respx

from mock_server.routes import TASKS_PATH
from mock_server.testing import LipSyncMock
from mock_server.testing.respx_router import vendor_origins


@pytest.mark.parametrize("origin", vendor_origins())
def test_a_client_with_the_vendor_s_host_built_in_is_answered(
    held: LipSyncMock, origin: str
) -> None:
    """URLs in replies carry that host."""
    headers = {"Authorization": f"Bearer {held.token()}"}
    body = {"video_url": held.video(duration=8000, face="0-5200")}
    with held.respx:
        reply = httpx.post(f"{origin}/v1/videos/identify-face", json=body, headers=headers)
        image = reply.json()["data"]["face_data"][0]["face_image"]
        picture = httpx.get(image)

    assert image.startswith(origin)
    assert picture.content[:2] == b"\xff\xd8"


def test_asynchronous_clients_are_caught_too(held: LipSyncMock) -> None:
    """By the same router."""

    async def ask() -> int:
        async with httpx.AsyncClient(headers={"Authorization": f"Bearer {held.token()}"}) as client:
            return int((await client.get(vendor_origins()[0] + TASKS_PATH)).json()["code"])

    with held.respx:
        assert asyncio.run(ask()) == 0


def test_no_other_host_is_reached(held: LipSyncMock) -> None:
    """Respx refuses it."""
    with held.respx, pytest.raises(respx.models.AllMockedAssertionError):
        httpx.get("https://example.test/")


def test_the_contract_names_the_vendor_s_hosts() -> None:
    """Both of them, and not the mock's own."""
    assert len(vendor_origins()) == 2

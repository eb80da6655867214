"""The host of the mock's own media: results, face pictures and uploads, without a credential.

It answers as a CDN does, outside the vendor's envelope: 404 for what never was, 403 for
what has expired on its account's clock.
"""

import asyncio
from pathlib import Path

from mock_server.engine import Engine
from mock_server.http import Response
from mock_server.media.stub import stub_mp4
from mock_server.media_urls import MediaPath, read_media_path
from mock_server.runner import Runner, now_of
from mock_server.shelf import Shelf, watermarked
from mock_server.values import Account, Session, StoredVideo

_MISSING = Response(404, b"not found\n", "text/plain")
_EXPIRED = Response(403, b"expired\n", "text/plain")


class MediaHost:
    """Serves what lies under /media/."""

    def __init__(self, engine: Engine, shelf: Shelf, runner: Runner) -> None:
        self._engine = engine
        self._shelf = shelf
        self._runner = runner
        self._accounts: dict[str, str] = {}

    def know(self, account: Account) -> None:
        """Serve the media of an account under its public id."""
        self._accounts[account.public_id] = account.access_key

    def forget(self, account: Account) -> None:
        """Serve the media of an account no more."""
        self._accounts.pop(account.public_id, None)

    async def answer(self, method: str, path: str, base_url: str) -> Response:
        """Answer a request for a medium."""
        media = read_media_path(path)
        held = None
        if media is not None and media.public_id in self._accounts:
            held = self._engine.store.held(self._accounts[media.public_id])
        if media is None or held is None:
            return _MISSING
        if method not in ("GET", "HEAD"):
            return Response(405, b"method not allowed\n", "text/plain", (("allow", "GET, HEAD"),))
        if media.kind == "uploads":
            file = self._shelf.upload(media.public_id, media.name)
            return _MISSING if file is None else await _file(file, "application/octet-stream")
        if media.kind == "faces":
            return await self._face(held.account, media)
        return await self._result(held.account, media, base_url)

    async def _face(self, account: Account, media: MediaPath) -> Response:
        session_id, _, face_id = media.name.partition("/")
        session: Session | None = self._engine.store.get(account.access_key, "sessions", session_id)
        if session is None or face_id not in (face.face_id for face in session.fact.faces):
            return _MISSING
        return await _file(self._shelf.face_picture(session.source, face_id), "image/jpeg")

    async def _result(self, account: Account, media: MediaPath, base_url: str) -> Response:
        key, now = account.access_key, now_of(account)
        self._runner.perform(self._engine.settle_account(key, now, base_url))
        video: StoredVideo | None = self._engine.store.get(key, "videos", media.name)
        if video is None or (media.watermarked and not video.watermarked):
            return _MISSING
        life_ms = self._engine.links(account, base_url).life_ms
        if now > video.generated.finished_at + life_ms:
            return _EXPIRED
        if video.source.path is None:
            return _still(video.generated.medium.duration.longest_ms)
        path = Path(video.source.path)
        return await _file(watermarked(path) if media.watermarked else path, "video/mp4")


def _still(length_ms: int) -> Response:
    try:
        return Response(200, stub_mp4(length_ms), "video/mp4")
    except ValueError:  # a described length that no file can have
        return _MISSING


async def _file(path: Path, content_type: str) -> Response:
    try:
        content = await asyncio.to_thread(path.read_bytes)
    except FileNotFoundError:
        return _MISSING
    return Response(200, content, content_type)

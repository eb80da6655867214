"""The host of the mock's own media: results, face pictures and uploads, without a credential.

It answers as a CDN does, outside the vendor's envelope: 404 for what never was, 403 for
what has expired on its account's clock or was not signed, 206 for a part.
"""

import asyncio
from pathlib import Path
from urllib.parse import parse_qsl

from attrs import evolve, frozen

from kling_lipsync.media import Audio, Video
from mock_server.byte_ranges import Part, Unsatisfiable, part_of
from mock_server.clock import account_now, host_now, http_date, stopwatch
from mock_server.engine import Engine
from mock_server.http import Response
from mock_server.journal import Entry, Journal
from mock_server.media.stub import stub_mp4
from mock_server.media_urls import MediaPath, read_media_path
from mock_server.runner import Runner, now_of
from mock_server.settling import stored_video
from mock_server.shelf import Shelf, watermarked
from mock_server.store import Held
from mock_server.values import Account, Explanation, Session

_MISSING = Response(404, b"not found\n", "text/plain")
_UNSIGNED = Response(403, b"the signature is missing or wrong\n", "text/plain")
_EXPIRED = Response(403, b"expired\n", "text/plain")
_METHODS = Response(405, b"method not allowed\n", "text/plain", (("allow", "GET, HEAD"),))


@frozen
class MediaCall:
    """One request for a medium; `byte_range` is its Range header."""

    method: str
    path: str
    raw_path: bytes
    query: str
    byte_range: str | None
    base_url: str


class MediaHost:
    """Serves what lies under /media/."""

    def __init__(self, engine: Engine, shelf: Shelf, runner: Runner, journal: Journal) -> None:
        self._engine = engine
        self._journal = journal
        self._shelf = shelf
        self._runner = runner

    async def answer(self, call: MediaCall) -> Response:
        """Answer a request for a medium, whole or in part, and note it."""
        host_ms, started = host_now(), stopwatch()
        media = read_media_path(call.path)
        response = await self._answer(call, media)
        held = self._held(media)
        entry = Entry(
            kind="media",
            sequence=0,
            account="" if held is None else held.account.access_key,
            at=host_ms if held is None else account_now(held.account.clock, host_ms),
            host_ms=host_ms,
            operation="" if media is None else media.kind,
            method=call.method,
            base_url=call.base_url,
            path=call.path,
            raw_path=call.raw_path,
            query=call.query,
            status=response.status,
            code=0,
            request_id="",
            milliseconds=(stopwatch() - started) * 1000,
            explanation=_expired(call.query) if response is _EXPIRED else None,
        )
        self._journal.note(entry)
        if held is None:
            return response
        return evolve(
            response, headers=(*response.headers, ("date", http_date(entry.at).decode("ascii")))
        )

    async def _answer(self, call: MediaCall, media: MediaPath | None) -> Response:
        held = self._held(media)
        if media is None or held is None:
            return _MISSING
        now = now_of(held.account)
        return await self._medium(held.account, now, media, call)

    def _held(self, media: MediaPath | None) -> Held | None:
        """Return the account that a path names by its public id."""
        held = None if media is None else self._engine.store.held(media.public_id)
        if media is None or held is None or held.account.public_id != media.public_id:
            return None
        return held

    async def _medium(
        self, account: Account, now: int, media: MediaPath, call: MediaCall
    ) -> Response:
        if call.method not in ("GET", "HEAD"):
            return _METHODS
        if media.kind == "uploads":
            file = self._shelf.upload(media.public_id, media.name)
            return await _sent(file, "application/octet-stream", call)
        if media.kind == "faces":
            return await _sent(self._face(account, media), "image/jpeg", call)
        return await self._result(account, now, media, call)

    def _face(self, account: Account, media: MediaPath) -> Path | None:
        session_id, _, face_id = media.name.partition("/")
        session: Session | None = self._engine.store.get(account.access_key, "sessions", session_id)
        if session is None or face_id not in (face.face_id for face in session.fact.faces):
            return None
        return self._shelf.face_picture(session.source, face_id)

    async def _result(
        self, account: Account, now: int, media: MediaPath, call: MediaCall
    ) -> Response:
        key = account.access_key
        self._runner.perform(self._engine.settle_account(key, now, call.base_url))
        links = self._engine.links(account, call.base_url)
        video = stored_video(self._engine.store, key, media.name, links)
        if video is None or (media.watermarked and not video.watermarked):
            return _MISSING
        if links.expiry(media, call.query) is None:
            return _UNSIGNED
        if now >= links.gone_at(video.generated.finished_at):
            return _EXPIRED
        if video.source.path is None:
            return await _sent(_still(video.generated.medium), "video/mp4", call)
        path = Path(video.source.path)
        return await _sent(watermarked(path) if media.watermarked else path, "video/mp4", call)


def _expired(query: str) -> Explanation:
    expires = dict(parse_qsl(query)).get("Expires", "")
    return Explanation("retention.result-media", "Expires", expires, "")


def _still(medium: Video | Audio) -> bytes | None:
    try:
        return stub_mp4(medium.duration.longest_ms)
    except ValueError:  # a described length that no file can have
        return None


async def _sent(content: Path | bytes | None, content_type: str, call: MediaCall) -> Response:
    """Return a file or bytes, or the part of it that was asked for; None is what there is not."""
    size = _size(content)
    if content is None or size is None:
        return _MISSING
    part = part_of(size, call.byte_range)
    if isinstance(part, Unsatisfiable):
        return Response(416, b"", content_type, (("content-range", f"bytes */{size}"),))
    whole = Part(0, size, size)
    body = await asyncio.to_thread(_read, content, part or whole)
    ranges = ("accept-ranges", "bytes")
    if part is None:
        return Response(200, body, content_type, (ranges,))
    return Response(206, body, content_type, (ranges, ("content-range", part.content_range)))


def _size(content: Path | bytes | None) -> int | None:
    if isinstance(content, bytes):
        return len(content)
    try:
        return None if content is None else content.stat().st_size
    except FileNotFoundError:
        return None


def _read(content: Path | bytes, part: Part) -> bytes:
    if isinstance(content, bytes):
        return content[part.start : part.end]
    with content.open("rb") as file:
        file.seek(part.start)
        return file.read(part.end - part.start)

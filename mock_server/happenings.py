"""What a user of the mock makes happen: failures and media; and what came of it."""

import asyncio
from collections.abc import Callable

from attrs import asdict

from kling_lipsync.media import Unreadable
from kling_lipsync.rules.facts import Generated
from mock_server.context import GotAudio
from mock_server.directory import Directory
from mock_server.engine import Engine
from mock_server.media.described import DescribedVideo, Misdescribed
from mock_server.media.described import parse as describe
from mock_server.media_urls import upload_path
from mock_server.render import decimal
from mock_server.runner import Runner, now_of
from mock_server.settings import SettingsError
from mock_server.settling import units_spent
from mock_server.shelf import Shelf
from mock_server.store import Change, Put, step
from mock_server.values import (
    Account,
    LedgerEntry,
    MediaSource,
    StoredAudio,
    StoredVideo,
)


class Happenings:
    """The commands of the control API, on accounts of a directory."""

    def __init__(
        self,
        engine: Engine,
        directory: Directory,
        runner: Runner,
        shelf: Shelf,
        origin: Callable[[], str],
        media_kind: str,
    ) -> None:
        self._engine = engine
        self._directory = directory
        self._runner = runner
        self._shelf = shelf
        self._origin = origin
        self._media_kind = media_kind

    def seed(self, access_key: str, url: str) -> dict[str, object]:
        """Give a described medium an id, as generated `age` ago."""
        held = self._directory.held(access_key)
        described = describe(url)
        if described is None or isinstance(described, Misdescribed):
            reason = (
                "it is not on the host described.test" if described is None else described.reason
            )
            msg = f"url {url[:120]!r} describes no medium: {reason}"
            raise SettingsError(msg)
        name = described.id or self._engine.ids(held.account).snowflake(now_of(held.account))
        finished_at = now_of(held.account) - (described.age_ms or 0)
        source = MediaSource(url, None)
        if isinstance(described, DescribedVideo):
            video = StoredVideo(name, Generated(described.video, finished_at), source)
            return self._keep_medium(held.account, Put("videos", name, video), url, "video_id")
        audio = StoredAudio(name, Generated(described.audio, finished_at), source)
        return self._keep_medium(held.account, Put("audios", name, audio), url, "audio_id")

    async def put(self, access_key: str, name: str, body: bytes) -> dict[str, object]:
        """Keep a file; it gets a URL, and a video_id and an audio_id where it is one."""
        account = self._directory.account(access_key)
        path = await asyncio.to_thread(self._shelf.keep_upload, account.public_id, name, body)
        video, audio = await asyncio.to_thread(self._shelf.probe, path)
        where = upload_path(account.public_id, name)
        answer: dict[str, object] = {"url": self._origin() + where, "bytes": len(body)}
        now, source = now_of(account), MediaSource(where, str(path))
        ids = self._engine.ids(account)
        if not isinstance(video, Unreadable):
            record = StoredVideo(ids.snowflake(now), Generated(video, now), source)
            put: Put = Put("videos", record.video_id, record)
            answer |= self._keep_medium(account, put, str(answer["url"]), "video_id")
        if isinstance(audio, GotAudio) and audio.readable is not None:
            speech = StoredAudio(ids.snowflake(now), Generated(audio.readable, now), source)
            put = Put("audios", speech.audio_id, speech)
            answer |= self._keep_medium(account, put, str(answer["url"]), "audio_id")
        return answer

    def health(self) -> dict[str, object]:
        """Return whether the server is up and what it can do."""
        return {
            "status": "ok",
            "origin": self._origin(),
            "media": self._media_kind,
            "renders": self._runner.rendering(),
        }

    def ledger(self, access_key: str) -> dict[str, object]:
        """Return the units taken from an account, newest first, and their sum."""
        self._directory.account(access_key)
        store = self._engine.store
        lines: list[LedgerEntry] = store.page(access_key, "ledger", 1, 500)
        return {
            "account": access_key,
            "units_spent": decimal(units_spent(store, access_key)),
            "lines": [{**asdict(line), "units": decimal(line.units)} for line in lines],
        }

    def _keep_medium(
        self, account: Account, change: Change, url: str, name: str
    ) -> dict[str, object]:
        if not step(self._engine.store, account.access_key, lambda _held: (change,)):
            self._directory.held(account.access_key)
        key = change.key if isinstance(change, Put) else ""
        return {"url": url, name: key}

"""Where media bytes lie, and how they get there: fetched, decoded, uploaded, rendered.

Every file has a name of the server's own, made from its content; nothing that a client
chose becomes part of a path.  All methods block: the shell calls them in threads.
"""

import base64
import binascii
import hashlib
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

from attrs import frozen

from kling_lipsync.media import Unreachable, Unreadable, Video
from mock_server.context import Got, GotAudio, GotFaces, GotVideo, Wanted, WantedAudio, WantedVideo
from mock_server.media.ports import Media, MediaBroken, RenderFailed, RenderJob
from mock_server.media_urls import WATERMARKED, read_media_path
from mock_server.outbound import Fetched, Reach, fetch
from mock_server.render_cache import RenderCache, render_key, targets_of
from mock_server.values import MediaSource, Task

DATA = Path(__file__).parent / "media" / "data"
INTERNAL_ERROR = "Internal error, please contact Kling customer service."
"""What the vendor's newer pages print for a task that failed on their side."""
DEFAULT_FACE = DATA / "face.jpg"


@frozen
class Caps:
    """The most bytes that are fetched of a video and of an audio, and kept of renders."""

    video_bytes: int
    audio_bytes: int
    rendered_bytes: int


class Shelf:
    """The server's media files under one folder, and the media work on them."""

    def __init__(
        self, root: Path, media: Media, mapped: Mapping[str, Path], caps: Caps, reach: Reach
    ) -> None:
        self._root = root
        self._media = media
        self._mapped = dict(mapped)
        self._caps = caps
        self._reach = reach
        for folder in ("sources", "results", "faces", "uploads", "incoming"):
            (root / folder).mkdir(parents=True, exist_ok=True)
        self._rendered = RenderCache(root / "rendered", caps.rendered_bytes)

    def get(self, wanted: Wanted, base_url: str) -> Got:
        """Have a medium: fetch or decode it, keep it, and say what it is."""
        if isinstance(wanted, WantedVideo):
            return self._video(wanted.url, base_url)
        if isinstance(wanted, WantedAudio):
            return self._audio(wanted, base_url)
        return self._faces(wanted.source, wanted.video)

    def keep_upload(self, public_id: str, name: str, body: bytes) -> Path:
        """Keep bytes that were put to the mock, under a name that stays the caller's label."""
        path = self._upload(public_id, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        with self._incoming() as temporary:
            temporary.write_bytes(body)
            temporary.replace(path)
        return path

    def probe(self, path: Path) -> tuple[Video | Unreadable, GotAudio]:
        """Say what a kept file is, as a video and as an audio."""
        audio = self._media.probe_audio(path)
        return self._media.probe_video(path), GotAudio(audio, MediaSource("", str(path)))

    def face_picture(self, source: MediaSource, face_id: str) -> Path:
        """Return the JPEG that was made of a face, or the default one."""
        if source.path is None:
            return DEFAULT_FACE
        path = self._face(source.path, face_id)
        return path if path.is_file() else DEFAULT_FACE

    def upload(self, public_id: str, name: str) -> Path | None:
        """Return the file that was put under this name, if there is one."""
        path = self._upload(public_id, name)
        return path if path.is_file() else None

    def render(self, task: Task, *, whole_video: bool = True) -> Path | RenderFailed:
        """Make a task's file (and its watermarked twin when asked); return where it lies.

        `whole_video` is whether the original volume acts beyond the inserted speech.
        """
        source, audio = task.session.source.path, task.audio.path
        if source is None or audio is None:
            return RenderFailed(INTERNAL_ERROR)
        target = self._root / "results" / f"{task.result_id}.mp4"
        order = task.order
        job = RenderJob(
            video=Path(source),
            audio=Path(audio),
            target=target,
            watermarked_target=watermarked(target) if order.watermark else None,
            face_id=order.face_id,
            sound_start_time=order.sound_start_time,
            sound_end_time=order.sound_end_time,
            sound_insert_time=order.sound_insert_time,
            sound_volume=order.sound_volume,
            original_audio_volume=order.original_audio_volume,
            whole_video=whole_video,
        )
        key, targets = render_key(job), targets_of(job)
        if self._rendered.recall(key, targets):
            return target
        done = self._media.render(job)
        if isinstance(done, RenderFailed):
            return done
        self._rendered.keep(key, targets)
        return target

    def _video(self, url: str, base_url: str) -> GotVideo:
        path = self._have(url, base_url, self._caps.video_bytes)
        if isinstance(path, Unreachable):
            return GotVideo(path, MediaSource(url, None))
        return GotVideo(self._media.probe_video(path), MediaSource(url, str(path)))

    def _audio(self, wanted: WantedAudio, base_url: str) -> GotAudio:
        sound_file = wanted.sound_file
        if sound_file.startswith(("http://", "https://")):
            path = self._have(sound_file, base_url, self._caps.audio_bytes)
            if isinstance(path, Unreachable):
                return GotAudio(path, MediaSource(sound_file, None))
        else:
            decoded = _decoded(sound_file, wanted.data_prefix)
            if isinstance(decoded, str):
                return GotAudio(None, MediaSource("", None), form_fault=decoded)
            path = self._keep(decoded)
        return GotAudio(self._media.probe_audio(path), MediaSource("", str(path)))

    def _faces(self, source: MediaSource, video: Video) -> GotFaces:
        if source.path is None:
            return GotFaces(video.faces or ())
        try:
            found = self._media.identify(Path(source.path), video)
        except MediaBroken as broken:
            return GotFaces(Unreadable(video.size_bytes, video.container, broken.reason))
        for one in found:
            path = self._face(source.path, one.face.face_id)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(one.picture)
        return GotFaces(tuple(one.face for one in found))

    def _have(self, url: str, base_url: str, largest_bytes: int) -> Path | Unreachable:
        """Return a file with what a URL points to: mapped, our own, or fetched."""
        mapped = self._mapped.get(url) or self._own(url, base_url)
        if mapped is not None:
            return mapped
        with self._incoming() as temporary:
            fetched = fetch(url, temporary, largest_bytes, self._reach)
            if not isinstance(fetched, Fetched):
                return fetched
            with temporary.open("rb") as content:
                digest = hashlib.file_digest(content, "sha256").hexdigest()
            return temporary.replace(self._root / "sources" / digest)

    def _own(self, url: str, base_url: str) -> Path | None:
        """Return the file behind a URL of this server's own media, without asking ourselves.

        Such a URL carries the host that a client called: one of the real service, through a proxy.
        """
        try:
            parts = urlsplit(url)
        except ValueError:
            return None
        called = f"{parts.scheme}://{parts.netloc}" == base_url
        if not called and parts.hostname not in self._reach.never:
            return None
        media = read_media_path(unquote(parts.path))
        if media is None:
            return None
        if media.kind == "uploads":
            return self.upload(media.public_id, media.name)
        result = self._root / "results" / f"{media.name}.mp4"
        return result if media.kind == "results" and result.is_file() else None

    def _keep(self, body: bytes) -> Path:
        path = self._root / "sources" / hashlib.sha256(body).hexdigest()
        if not path.is_file():
            with self._incoming() as temporary:
                temporary.write_bytes(body)
                temporary.replace(path)
        return path

    @contextmanager
    def _incoming(self) -> Iterator[Path]:
        """Yield a file of its own to write to; what is not renamed by then vanishes."""
        handle, name = tempfile.mkstemp(dir=self._root / "incoming")
        os.close(handle)
        try:
            yield Path(name)
        finally:
            Path(name).unlink(missing_ok=True)

    def _upload(self, public_id: str, name: str) -> Path:
        label = hashlib.sha256(f"{public_id}/{name}".encode()).hexdigest()
        return self._root / "uploads" / label

    def _face(self, source_path: str, face_id: str) -> Path:
        video = hashlib.sha256(source_path.encode()).hexdigest()[:32]
        face = hashlib.sha256(face_id.encode()).hexdigest()[:32]
        return self._root / "faces" / video / f"{face}.jpg"


def watermarked(target: Path) -> Path:
    """Return where the watermarked twin of a result lies."""
    return target.with_name(f"{target.stem}{WATERMARKED}{target.suffix}")


def _decoded(text: str, data_prefix: str) -> bytes | str:
    """Return the bytes of plain base64, or why it is none."""
    if text.startswith("data:"):
        if data_prefix != "strip":
            return "a data: prefix"
        text = text.partition(",")[2]
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return "neither an http(s) URL nor base64"

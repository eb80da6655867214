"""Media for an installation with the `[media]` extra: everything that decodes, in a worker process.

This side only talks to the worker and must never import `av`, `cv2` or `numpy`: what a file does
to a decoder must not be able to reach the web process.  Probing reads bytes only and stays here.
"""

import logging
from base64 import b64decode
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from attrs import asdict

from kling_lipsync.media import Audio, Face, Unreadable, Video
from mock_server.media.aside import name_aside
from mock_server.media.failures import AUDIO_UNSUPPORTED, INTERNAL_ERROR, VIDEO_UNSUPPORTED
from mock_server.media.ports import FoundFace, MediaBroken, Rendered, RenderFailed, RenderJob
from mock_server.media.worker_process import WorkerFailed, WorkerProcess

if TYPE_CHECKING:
    from mock_server.media.plain import PlainMedia

NEEDED = MappingProxyType({"av": "av", "cv2": "opencv-python-headless", "numpy": "numpy"})
INSTALL = "pip install 'kling-lipsync-twin[media]'"

IDENTIFY_LIMIT_S = 60.0
RENDER_LIMIT_S = 300.0

MESSAGES = MappingProxyType(
    {"video": VIDEO_UNSUPPORTED, "audio": AUDIO_UNSUPPORTED, "worker": INTERNAL_ERROR}
)

log = logging.getLogger(__name__)


def available() -> str | None:
    """Give None if this kind of media works here, or else what is missing and how to get it."""
    missing = [f"{module} ({name})" for module, name in NEEDED.items() if find_spec(module) is None]
    if not missing:
        return None
    return f"decoding media needs {', '.join(missing)}; install it with {INSTALL}"


class DecodingMedia:
    """The implementation of `Media` that decodes; the worker starts with the first need of it.

    The limits are wall-clock seconds for one request.
    """

    def __init__(
        self,
        *,
        identify_limit_s: float = IDENTIFY_LIMIT_S,
        render_limit_s: float = RENDER_LIMIT_S,
        worker: WorkerProcess | None = None,
    ) -> None:
        self._identify_limit_s = identify_limit_s
        self._render_limit_s = render_limit_s
        self._worker = worker if worker is not None else WorkerProcess()

    def probe_video(self, path: Path) -> Video | Unreadable:
        """Say what a file is, from its bytes alone."""
        return _plain().probe_video(path)

    def probe_audio(self, path: Path) -> Audio | Unreadable:
        """Say what a file is, from its bytes alone."""
        return _plain().probe_audio(path)

    def identify(self, path: Path, video: Video) -> tuple[FoundFace, ...]:
        """Find the faces of a readable video, ordered by their face_id; none is an empty tuple.

        Raises MediaBroken if the video cannot be decoded, or makes the worker die or hang.
        """
        request = {
            "method": "identify",
            "path": str(path.absolute()),
            "duration_ms": video.duration.declared_ms,
        }
        try:
            reply = self._worker.ask(request, self._identify_limit_s)
        except WorkerFailed as failure:
            log.warning("identify of %s: the media worker failed: %s", path.name, failure)
            reason = f"the worker failed: {failure}"
            raise MediaBroken(reason) from failure
        if "failed" in reply:
            reason = reply["failed"]["reason"]
            log.info("identify of %s: %s", path.name, reason)
            raise MediaBroken(reason)
        return tuple(found_face(face) for face in reply["done"]["faces"])

    def render(self, job: RenderJob) -> Rendered | RenderFailed:
        """Make the result; the target appears complete or not at all."""
        request = {"method": "render", "job": job_as_json(job)}
        try:
            reply = self._worker.ask(request, self._render_limit_s)
        except WorkerFailed as failure:
            log.warning("render of %s: the media worker failed: %s", job.target.name, failure)
            remove_leftovers(job)
            return RenderFailed(INTERNAL_ERROR)
        if "failed" in reply:
            failed = reply["failed"]
            log.info("render of %s: %s: %s", job.target.name, failed["part"], failed["reason"])
            return RenderFailed(MESSAGES[failed["part"]])
        return Rendered(reply["done"]["duration_ms"])

    def close(self) -> None:
        """End the worker; whatever it was doing fails."""
        self._worker.close()


def job_as_json(job: RenderJob) -> dict[str, Any]:
    """Give a job the form of a request: paths as absolute strings."""
    fields = asdict(job)
    return {
        name: str(value.absolute()) if isinstance(value, Path) else value
        for name, value in fields.items()
    }


def found_face(fields: dict[str, Any]) -> FoundFace:
    """Read a face from a reply."""
    face = Face(fields["face_id"], fields["start_time"], fields["end_time"])
    return FoundFace(face, b64decode(fields["picture"]))


def remove_leftovers(job: RenderJob) -> None:
    """Remove what a worker that was killed could not."""
    for target in (job.target, job.watermarked_target):
        if target is not None:
            name_aside(target).unlink(missing_ok=True)


def _plain() -> "PlainMedia":
    """Return what probes files; probing is the same with a decoder and without."""
    from mock_server.media.plain import PlainMedia  # noqa: PLC0415 - only where there is a file

    return PlainMedia()

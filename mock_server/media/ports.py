"""The seam to media work: four calls, and the values that cross it.

Paths point to files of the server's own, never to a name that a client chose.  All four
calls block and may take seconds: the shell runs them in threads.  They return values for
everything that a file can be guilty of and raise only for faults of ours.
"""

from pathlib import Path
from typing import Protocol

from attrs import frozen

from kling_lipsync.media import Audio, Face, Unreadable, Video


@frozen
class FoundFace:
    """A face with the JPEG picture (bytes) that `face_image` serves."""

    face: Face
    picture: bytes


@frozen
class RenderJob:
    """What one finished task must show.  Times are ms, volumes factors from 0 to 2.

    `whole_video` is whether the original volume acts on all of the video, or only where the speech
    is inserted.
    """

    video: Path
    audio: Path
    target: Path
    watermarked_target: Path | None
    face_id: str
    sound_start_time: int
    sound_end_time: int
    sound_insert_time: int
    sound_volume: float
    original_audio_volume: float
    whole_video: bool = True


@frozen
class Rendered:
    """The file at the job's target is complete, and lasts this long."""

    duration_ms: int


@frozen
class RenderFailed:
    """No file was made; `message` is in the vendor's style, for `task_status_msg`."""

    message: str


class MediaBroken(Exception):
    """A video was probed as readable and yet cannot be decoded; `reason` is for people."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Media(Protocol):
    """What the server asks of media; one implementation reads bytes only, one decodes."""

    def probe_video(self, path: Path) -> Video | Unreadable:
        """Say what a file is, from its bytes alone."""

    def probe_audio(self, path: Path) -> Audio | Unreadable:
        """Say what a file is, from its bytes alone."""

    def identify(self, path: Path, video: Video) -> tuple[FoundFace, ...]:
        """Find the faces of a readable video, ordered by their face_id `0`, `1`, ...

        Raises MediaBroken when the video cannot be decoded after all.
        """

    def render(self, job: RenderJob) -> Rendered | RenderFailed:
        """Make the result; the target appears complete, or not at all."""

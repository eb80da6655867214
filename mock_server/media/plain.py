"""Media for the core installation: results of the right shape without a decoder.

Videos and audios are probed like everywhere else; but one face is "found" in every video, all
along, and every result is a still picture of the source's length.  Needs no package at all.
"""

from pathlib import Path

from kling_lipsync.media import Audio, Face, Unreadable, Video
from kling_lipsync.probing import probe
from mock_server.media.aside import written_aside
from mock_server.media.failures import VIDEO_UNSUPPORTED
from mock_server.media.ports import FoundFace, Rendered, RenderFailed, RenderJob
from mock_server.media.stub import stub_mp4

PICTURE = Path(__file__).parent / "data" / "face.jpg"


class PlainMedia:
    """The implementation of `Media` that reads bytes only."""

    def probe_video(self, path: Path) -> Video | Unreadable:
        """Say what a file is, from its bytes alone."""
        return probe.probe_video(path)

    def probe_audio(self, path: Path) -> Audio | Unreadable:
        """Say what a file is, from its bytes alone."""
        return probe.probe_audio(path)

    def identify(self, path: Path, video: Video) -> tuple[FoundFace, ...]:  # noqa: ARG002 - the seam
        """Give one face `0` from 0 ms to the end of the video; nobody looks at the pixels."""
        face = Face("0", 0, video.duration.declared_ms)
        return (FoundFace(face, PICTURE.read_bytes()),)

    def render(self, job: RenderJob) -> Rendered | RenderFailed:
        """Write a still of the length of the source video, without sound, for each target."""
        video = probe.probe_video(job.video)
        if isinstance(video, Unreadable):
            return RenderFailed(VIDEO_UNSUPPORTED)
        length = video.duration.declared_ms
        still = stub_mp4(length)
        for target in (job.watermarked_target, job.target):
            if target is not None:
                with written_aside(target) as part:
                    part.write_bytes(still)
        return Rendered(length)

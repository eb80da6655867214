"""What media are without a decoder: the right shapes, and nothing else."""

from pathlib import Path

import attrs
import pytest

from kling_lipsync.media import Duration, Face, Video
from mock_server.media.plain import PlainMedia
from mock_server.media.ports import Rendered, RenderFailed, RenderJob
from mock_server.media.stub import stub_mp4

LENGTH_MS = 7350


@pytest.fixture
def job(tmp_path: Path) -> RenderJob:
    """Give a job for a video of 7350 ms."""
    video = tmp_path / "video.mp4"
    video.write_bytes(stub_mp4(LENGTH_MS))
    return RenderJob(
        video=video,
        audio=tmp_path / "speech.mp3",
        target=tmp_path / "result.mp4",
        watermarked_target=tmp_path / "watermarked.mp4",
        face_id="0",
        sound_start_time=0,
        sound_end_time=2000,
        sound_insert_time=0,
        sound_volume=1.0,
        original_audio_volume=1.0,
    )


def test_one_face_is_there_all_along(tmp_path: Path) -> None:
    """Every video shows face 0 from its start to its end."""
    video = Video("mp4", 1, Duration.exactly(LENGTH_MS), 1280, 720, has_sound=True)

    (found,) = PlainMedia().identify(tmp_path / "never-read.mp4", video)

    assert found.face == Face("0", 0, LENGTH_MS)
    assert found.picture.startswith(b"\xff\xd8\xff")


def test_a_result_lasts_as_long_as_the_source(job: RenderJob) -> None:
    """The still has the length of the source video."""
    media = PlainMedia()

    assert media.render(job) == Rendered(LENGTH_MS)
    result = media.probe_video(job.target)
    assert isinstance(result, Video)
    assert result.duration.declared_ms == LENGTH_MS


def test_both_files_are_written_whole(job: RenderJob) -> None:
    """The watermarked copy is there, too, and no half file is left."""
    PlainMedia().render(job)

    names = {path.name for path in job.target.parent.iterdir()}
    assert names == {"video.mp4", "result.mp4", "watermarked.mp4"}


def test_a_source_that_is_no_video_fails(job: RenderJob) -> None:
    """The vendor's sentence is given and no target appears."""
    job.video.write_bytes(b"<html></html>")

    outcome = PlainMedia().render(attrs.evolve(job, watermarked_target=None))

    assert isinstance(outcome, RenderFailed)
    assert not job.target.exists()

"""What the server gets from the media worker, whatever the files are like."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import attrs
import pytest

pytest.importorskip("av", reason="needs the [media] extra")
pytest.importorskip("cv2", reason="needs the [media] extra")
pytest.importorskip("numpy", reason="needs the [media] extra")

from kling_lipsync.media import Duration, Video
from mock_server.media import decoding
from mock_server.media.decoding import DecodingMedia, available
from mock_server.media.ports import MediaBroken, Rendered, RenderFailed, RenderJob
from mock_server.media.tests.clips import Clip, noise, save_sound, save_video
from mock_server.media.worker_process import WorkerProcess

LENGTH_MS = 3000
VIDEO = Video("mp4", 1, Duration.exactly(LENGTH_MS), 640, 360, has_sound=False)
# A worker that begins a file and never ends it.
STUCK = """
import json, pathlib, sys, time
target = pathlib.Path(json.loads(sys.stdin.readline())["job"]["target"])
target.with_name(f".{target.name}.part").write_bytes(b"half")
time.sleep(60)
"""


@pytest.fixture(scope="module")
def media() -> Iterator[DecodingMedia]:
    """Give the real thing, ended after the tests."""
    media = DecodingMedia()
    yield media
    media.close()


@pytest.fixture(scope="module")
def job(tmp_path_factory: pytest.TempPathFactory) -> RenderJob:
    """Give a job that can be done."""
    folder = tmp_path_factory.mktemp("decoding")
    return RenderJob(
        video=save_video(folder / "video.mp4", Clip(LENGTH_MS, lambda _: [(200, 180)])),
        audio=save_sound(folder / "speech.mp3", noise(2100, 0.1, seed=2)),
        target=folder / "result.mp4",
        watermarked_target=None,
        face_id="0",
        sound_start_time=0,
        sound_end_time=2000,
        sound_insert_time=500,
        sound_volume=1.0,
        original_audio_volume=1.0,
    )


def test_faces_cross_the_border_whole(media: DecodingMedia, job: RenderJob) -> None:
    """A face that the worker finds arrives with its interval and its JPEG."""
    (found,) = media.identify(job.video, VIDEO)

    assert attrs.astuple(found.face) == ("0", 0, LENGTH_MS)
    assert found.picture.startswith(b"\xff\xd8\xff")


def test_a_video_without_a_face_gives_an_empty_tuple(media: DecodingMedia, tmp_path: Path) -> None:
    """No face is no failure."""
    path = save_video(tmp_path / "none.mp4", Clip(1000))

    assert media.identify(path, VIDEO) == ()


@pytest.mark.parametrize(
    "content",
    [b"ffconcat version 1.0\nfile 'video.mp4'\n", b"#EXTM3U\n", b"", b"\0\0\0\x18ftypisom" * 9],
)
def test_a_video_that_cannot_be_decoded_is_broken(
    media: DecodingMedia, tmp_path: Path, content: bytes
) -> None:
    """A playlist, an empty file and a hollow one are refused, whatever their name."""
    path = tmp_path / "video.mp4"
    path.write_bytes(content)

    with pytest.raises(MediaBroken):
        media.identify(path, VIDEO)


def test_a_job_is_rendered(media: DecodingMedia, job: RenderJob) -> None:
    """The target is there when the call returns."""
    assert media.render(job) == Rendered(LENGTH_MS)
    assert job.target.read_bytes()[4:8] == b"ftyp"


@pytest.mark.parametrize("part", ["video", "audio"])
def test_the_file_at_fault_is_named(
    media: DecodingMedia, job: RenderJob, tmp_path: Path, part: str
) -> None:
    """The vendor's sentence is about the file that cannot be decoded, and there is no target."""
    broken = tmp_path / "broken"
    broken.write_bytes(b"<html></html>")
    target = tmp_path / "result.mp4"
    faulty = {
        "video": attrs.evolve(job, video=broken, target=target),
        "audio": attrs.evolve(job, audio=broken, target=target),
    }

    outcome = media.render(faulty[part])

    assert isinstance(outcome, RenderFailed)
    assert outcome.message.startswith(f"The source {part} format is not supported.")
    assert not target.exists()


def test_a_killed_worker_is_replaced(job: RenderJob) -> None:
    """Killing the worker from outside costs nothing but its restart."""
    worker = WorkerProcess()
    media = DecodingMedia(worker=worker)
    media.identify(job.video, VIDEO)
    assert worker.pid is not None
    os.kill(worker.pid, signal.SIGKILL)
    os.waitpid(worker.pid, 0)

    found = media.identify(job.video, VIDEO)

    media.close()
    assert len(found) == 1


def test_a_worker_that_hangs_leaves_nothing_behind(job: RenderJob, tmp_path: Path) -> None:
    """A render over its limit fails with the vendor's sentence, and its half file is removed."""
    worker = WorkerProcess((sys.executable, "-c", STUCK))
    media = DecodingMedia(render_limit_s=1.0, worker=worker)

    outcome = media.render(attrs.evolve(job, target=tmp_path / "result.mp4"))

    media.close()
    assert outcome == RenderFailed("Internal error, please contact Kling customer service.")
    assert list(tmp_path.iterdir()) == []


def test_the_web_process_stays_free_of_decoders() -> None:
    """Importing this side of media loads neither av nor cv2 nor numpy."""
    check = (
        "import sys, mock_server.media.decoding, mock_server.media.plain;"
        "sys.exit(bool({'av', 'cv2', 'numpy'} & sys.modules.keys()))"
    )

    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0  # noqa: S603


def test_a_complete_installation_is_available() -> None:
    """With the extra installed there is nothing to say."""
    assert available() is None


def test_a_missing_package_is_named_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without cv2 the message names its package and the command that installs it."""
    monkeypatch.setattr(
        decoding, "find_spec", lambda name: None if name == "cv2" else find_spec(name)
    )

    said = available() or ""

    assert "opencv-python-headless" in said
    assert "pip install 'kling-lipsync-twin[media]'" in said
    assert "numpy" not in said

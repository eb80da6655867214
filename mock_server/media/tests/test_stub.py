"""Stub results are real files of exactly the length that was asked for."""

from io import BytesIO
from pathlib import Path

import pytest

from kling_lipsync.media import Duration, Video
from kling_lipsync.probing.probe import probe_video
from mock_server.media.stub import LONGEST_MS, stub_mp4

LENGTHS = (1, 33, 2000, 7351, 60_001, 86_400_000, LONGEST_MS)


@pytest.mark.parametrize("milliseconds", LENGTHS)
def test_a_stub_lasts_as_long_as_asked(tmp_path: Path, milliseconds: int) -> None:
    """All witnesses of a stub's length agree to the ms."""
    path = tmp_path / "stub.mp4"
    path.write_bytes(stub_mp4(milliseconds))

    video = probe_video(path)

    assert isinstance(video, Video)
    assert video.duration == Duration.exactly(milliseconds)
    assert (video.width, video.height, video.has_sound) == (1280, 720, False)


@pytest.mark.parametrize("milliseconds", LENGTHS[:-1])
def test_a_stub_decodes(milliseconds: int) -> None:
    """FFmpeg gives a stub the same length, and finds its one picture."""
    av = pytest.importorskip("av", reason="needs the [media] extra")

    with av.open(BytesIO(stub_mp4(milliseconds))) as container:
        track = container.streams.video[0]
        pictures = list(container.decode(track))
        lengths = (track.duration * track.time_base * 1000, container.duration)

    assert lengths == (milliseconds, milliseconds * 1000)
    assert len(pictures) == 1


def test_a_stub_is_small() -> None:
    """A stub weighs less than 8 KB, whatever its length."""
    assert len(stub_mp4(60_000)) < 8192


@pytest.mark.parametrize("milliseconds", [0, -1, LONGEST_MS + 1])
def test_a_stub_without_length_is_a_fault_of_the_caller(milliseconds: int) -> None:
    """A length that the format cannot hold is refused with the range that it can."""
    with pytest.raises(ValueError, match=f"a stub of {milliseconds} ms: give 1 to"):
        stub_mp4(milliseconds)

"""What a file may cost before it is blamed."""

import subprocess
import sys
from pathlib import Path
from types import MappingProxyType

import pytest

pytest.importorskip("av", reason="needs the [media] extra")
pytest.importorskip("cv2", reason="needs the [media] extra")
pytest.importorskip("numpy", reason="needs the [media] extra")

import av
import numpy as np
from av.container import InputContainer
from av.video.format import VideoFormat

from kling_lipsync.probing.tests.built import numbers
from mock_server.media import opening
from mock_server.media.opening import (
    Part,
    Undecodable,
    audio_track,
    opened,
    pictures,
    sounds,
    video_track,
)
from mock_server.media.tests.clips import (
    HEIGHT,
    OPTIONS,
    WIDTH,
    Clip,
    add_sound,
    noise,
    save_sound,
    save_video,
)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a video of 25 frames with sound."""
    path = tmp_path_factory.mktemp("opening") / "clip.mp4"
    return save_video(path, Clip(1000, sound=noise(1000, 0.1, seed=1)))


def frames_of(path: Path) -> int:
    """Count what can be decoded."""
    with opened(path, Part.VIDEO) as container:
        return sum(1 for _ in pictures(container, video_track(container)))


def samples_of(path: Path) -> int:
    """Count what can be decoded."""
    with opened(path, Part.AUDIO) as container:
        track = audio_track(container)
        assert track is not None
        return sum(frame.samples for frame in sounds(container, track))


def test_a_video_within_its_bounds_is_decoded_whole(
    clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The most that is allowed is allowed."""
    monkeypatch.setattr(opening, "MOST_FRAMES", 25)
    monkeypatch.setattr(opening, "MOST_SECONDS", 1)

    assert frames_of(clip) == 25


@pytest.mark.parametrize(
    ("bound", "most", "reason"),
    [
        ("MOST_FRAMES", 24, "more than 24 frames"),
        ("MOST_SECONDS", 0.9, "says it lasts 1 s"),
        ("MOST_PIXELS", WIDTH * HEIGHT - 1, ""),
        ("OPTIONS", MappingProxyType({"protocol_whitelist": "file", "max_streams": "1"}), ""),
    ],
)
def test_a_video_beyond_a_bound_is_blamed(
    clip: Path, monkeypatch: pytest.MonkeyPatch, bound: str, most: object, reason: str
) -> None:
    """Too many frames, seconds, pixels or tracks are the video's fault."""
    monkeypatch.setattr(opening, bound, most)

    with pytest.raises(Undecodable, match=f"^video: .*{reason}"):
        frames_of(clip)


# Prints by how many MB a process grows when it opens a video.
OPEN_AND_WEIGH = """
import sys
from pathlib import Path
from mock_server.media.opening import Part, opened
weight = lambda: int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0])
before = weight()
with opened(Path(sys.argv[1]), Part.VIDEO):
    print((weight() - before) // 1024)
"""


def looked_into(container: InputContainer) -> bool:
    """Whether FFmpeg decoded a picture when it opened the file: its colours are known."""
    return isinstance(container.streams.video[0].format, VideoFormat)


@pytest.mark.parametrize("codec", ["qtrle", "cinepak"])
def test_a_rare_decoder_is_never_opened(tmp_path: Path, codec: str) -> None:
    """A codec that only collectors have is refused by its name, and not even FFmpeg's look runs."""
    path = tmp_path / "rare.mov"
    with av.open(str(path), "w") as target:
        track = target.add_stream(codec, 25)
        assert isinstance(track, av.VideoStream)
        track.width, track.height, track.pix_fmt = 64, 64, "rgb24"
        pictures = np.zeros((64, 64, 3), np.uint8)
        target.mux(track.encode(av.VideoFrame.from_ndarray(pictures)))
        target.mux(track.encode(None))
    with av.open(str(path)) as by_default:
        decoded_by_default = looked_into(by_default)
    with opened(path, Part.VIDEO) as container:
        decoded = looked_into(container)

    assert (decoded_by_default, decoded) == (True, False)
    with pytest.raises(Undecodable, match=f"^video: its pictures are {codec}$"):
        frames_of(path)


def test_pictures_larger_than_they_say_are_never_decoded(tmp_path: Path) -> None:
    """A header of 640x360 before pictures of 100 MB each: not even FFmpeg's look takes memory."""
    if not Path("/proc/self/status").exists():
        pytest.skip("only Linux tells the memory of a process")
    path, sides = tmp_path / "large.mp4", (8192, 8192)
    with av.open(str(path), "w") as target:
        track = target.add_stream("libx264", 25, options=OPTIONS["libx264"])
        assert isinstance(track, av.VideoStream)
        (track.width, track.height), track.pix_fmt = sides, "yuv420p"
        grey = np.full((sides[1] * 3 // 2, sides[0]), 90, np.uint8)
        target.mux(track.encode(av.VideoFrame.from_ndarray(grey, "yuv420p")))
        target.mux(track.encode(None))
    said = numbers(*sides, size=2)
    assert path.read_bytes().count(said) == 1
    path.write_bytes(path.read_bytes().replace(said, numbers(WIDTH, HEIGHT, size=2)))

    grown = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", OPEN_AND_WEIGH, path], capture_output=True, check=True, text=True
    )
    assert int(grown.stdout) < 64
    with pytest.raises(Undecodable, match=r"^video: "):
        frames_of(path)


def test_a_rare_sound_is_none(tmp_path: Path) -> None:
    """A sound that only a decoder without a name here could read counts as no sound."""
    path = tmp_path / "rare.wav"
    with av.open(str(path), "w") as target:
        track = target.add_stream("adpcm_yamaha", 48_000, layout="mono")
        assert isinstance(track, av.AudioStream)
        add_sound(target, track, noise(500, 0.1, seed=1, channels=1), 48_000)
    with opened(path, Part.AUDIO) as container:
        assert audio_track(container) is None


def test_an_endless_sound_is_blamed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A small file may hold hours of silence, and nobody waits for its end."""
    path = save_sound(tmp_path / "long.mp3", noise(3000, 0.1, seed=1))
    monkeypatch.setattr(opening, "MOST_SAMPLES", 96_000)

    with pytest.raises(Undecodable, match=r"^audio: .*more than 96000 samples"):
        samples_of(path)

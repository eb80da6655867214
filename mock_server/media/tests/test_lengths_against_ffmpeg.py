"""Uneven, turned, stretched, padded and tagged files are as long and as large as FFmpeg says."""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import pytest

pytest.importorskip("av", reason="needs the [media] extra")
pytest.importorskip("cv2", reason="needs the [media] extra")
pytest.importorskip("numpy", reason="needs the [media] extra")

import av
import numpy as np

from kling_lipsync.media import Audio, Video
from kling_lipsync.probing.probe import probe_audio, probe_video
from kling_lipsync.probing.sniff import sniff
from kling_lipsync.probing.tests.built import QUARTER_TURN, UPRIGHT, id3, numbers
from mock_server.media.opening import DEMUXERS
from mock_server.media.tests.clips import OPTIONS, add_sound, noise, save_sound

MS = Fraction(1, 1000)
LENGTH_MS = 2060
RATES = (8000, 11_025, 16_000, 44_100, 48_000)


def film(path: Path, starts: Sequence[int], last_ms: int, pixel: Fraction = Fraction(1)) -> Path:
    """Write a picture at each time (ms); the last one stays so many ms."""
    with av.open(str(path), "w") as container:
        track = container.add_stream("libx264", 25, options=OPTIONS["libx264"])
        assert isinstance(track, av.VideoStream)
        track.width, track.height, track.pix_fmt = 144, 108, "yuv420p"
        track.codec_context.time_base, track.codec_context.sample_aspect_ratio = MS, pixel
        track.codec_context.max_b_frames = 0
        packets = []
        for start in starts:
            frame = av.VideoFrame.from_ndarray(np.full((108, 144, 3), 90, np.uint8))
            frame.pts, frame.time_base = start, MS
            packets += track.encode(frame)
        packets += track.encode(None)
        packets[-1].duration = int(last_ms * MS / (packets[-1].time_base or MS))
        container.mux(packets)
    return path


def seen(path: Path) -> Video:
    """Probe what must be a video."""
    told = probe_video(path)
    assert isinstance(told, Video), told
    return told


def ffmpeg_ms(path: Path) -> Fraction:
    """Give the length (ms) of the first stream as FFmpeg has it."""
    with av.open(str(path), "r", DEMUXERS[sniff(path)]) as container:
        track = container.streams[0]
        return Fraction(track.duration or 0) * (track.time_base or MS) * 1000


@pytest.mark.parametrize(
    ("starts", "last_ms", "length"),
    [
        ((0, 40, 80, 20_080, 20_100), 17, 20_117),
        ((0, 1, 2, 3, 1999), 1, 2000),
        ((0,), 2500, 2500),
        ((-200, 0, 40, 2000), 40, 2040),
        (tuple(range(2000)), 1, 2000),
    ],
    ids=["20 s of one picture", "2 s of one picture", "one picture", "before 0", "1000 Hz"],
)
def test_uneven_films_have_their_length(
    tmp_path: Path, starts: tuple[int, ...], last_ms: int, length: int
) -> None:
    """A variable frame rate is added up to the ms; an edit list hides what lies before 0."""
    path = film(tmp_path / "film.mp4", starts, last_ms)

    assert seen(path).duration.decoded_ms == length
    assert abs(ffmpeg_ms(path) - length) <= 1


def test_sides_are_in_pixels_of_the_file(tmp_path: Path) -> None:
    """144x108 with pixels of 4:3 is 144x108, as `ffprobe` prints it: px are what is counted."""
    path = film(tmp_path / "film.mp4", (0, 1000), 1000, Fraction(4, 3))
    with av.open(str(path)) as container:
        track = container.streams.video[0]
        stretched, sides = track.sample_aspect_ratio, (track.width, track.height)

    assert stretched == Fraction(4, 3)
    assert (seen(path).width, seen(path).height) == sides == (144, 108)


def test_a_turned_film_has_the_sides_of_the_screen(tmp_path: Path) -> None:
    """A phone held upright writes wide pictures and a quarter turn; on the screen they are high."""
    path = film(tmp_path / "film.mp4", (0, 1000), 1000)
    head, upright, tail = path.read_bytes().rpartition(numbers(*UPRIGHT))
    path.write_bytes(head + numbers(*QUARTER_TURN) + tail)
    with av.open(str(path)) as container:
        turn = next(container.decode(video=0)).rotation

    assert upright
    assert abs(turn) == 90
    assert (seen(path).width, seen(path).height) == (108, 144)


@pytest.mark.parametrize("suffix", [".wav", ".mp3", ".m4a", ".aac"])
@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("rate", RATES)
def test_sounds_have_their_length(tmp_path: Path, suffix: str, channels: int, rate: int) -> None:
    """The samples last as long as FFmpeg shows them, within 1 ms: priming and padding left out.

    ADTS notes no padding, so its length is that of all its frames.
    """
    path = save_sound(tmp_path / f"s{suffix}", noise(LENGTH_MS, 0.1, 1, channels, rate), rate)
    told = probe_audio(path)

    assert isinstance(told, Audio), told
    if suffix == ".aac":
        assert abs(told.duration.decoded_ms - decoded_ms(path)) <= 1
    else:
        assert abs(told.duration.decoded_ms - ffmpeg_ms(path)) <= 1
        assert abs(told.duration.decoded_ms - LENGTH_MS) <= 1


@pytest.mark.parametrize(
    ("suffix", "before"),
    [
        (".mp3", b""),
        (".mp3", b"\x37" * 1500),
        (".mp3", id3(200_000)),
        (".mp3", id3(10) * 3),
        (".aac", id3(300)),
    ],
    ids=["VBR", "garbage", "a large tag", "three tags", "ADTS"],
)
def test_frames_behind_anything_have_their_length(
    tmp_path: Path, suffix: str, before: bytes
) -> None:
    """Without a note of their encoder, frames of many sizes are counted, wherever they begin."""
    path = tmp_path / f"sound{suffix}"
    options = {"write_xing": "0", "id3v2_version": "0"} if suffix == ".mp3" else {}
    codec = "libmp3lame" if suffix == ".mp3" else "aac"
    with av.open(str(path), "w", container_options=options) as container:
        track = container.add_stream(codec, 44_100, options={"q": "4"}, layout="mono")
        assert isinstance(track, av.AudioStream)
        add_sound(container, track, noise(LENGTH_MS, 0.1, 1, 1, 44_100), 44_100)
    length = decoded_ms(path)
    path.write_bytes(before + path.read_bytes())
    told = probe_audio(path)

    assert isinstance(told, Audio), told
    assert abs(told.duration.decoded_ms - length) <= 1


def decoded_ms(path: Path) -> Fraction:
    """Give the length (ms) of what FFmpeg decodes."""
    with av.open(str(path), "r", DEMUXERS[sniff(path)]) as container:
        track = container.streams.audio[0]
        return Fraction(sum(frame.samples for frame in container.decode(track)) * 1000, track.rate)

"""Results of unusual videos: turned, odd, uneven in time, of other shapes and colours."""

import struct
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest

pytest.importorskip("av", reason="needs the [media] extra")
pytest.importorskip("cv2", reason="needs the [media] extra")
pytest.importorskip("numpy", reason="needs the [media] extra")

import av
import numpy as np
from attrs import frozen

from mock_server.media.ports import RenderJob
from mock_server.media.rendering import render
from mock_server.media.tests.clips import HEIGHT, WIDTH, Clip, noise, save_sound, save_video
from mock_server.media.tests.measuring import faces, frames, pairs, psnr
from mock_server.samples.drawn_face import Pose, draw_face

QUARTER_TURN = (0, 1 << 16, 0, -1 << 16, 0, 0, 0, 0, 1 << 30)


@frozen
class Odd:
    """A video that is not as others are; times are in ms, the grain in values of luma (sigma)."""

    size: tuple[int, int] = (320, 240)
    times: tuple[int, ...] = tuple(range(0, 1200, 40))
    pix_fmt: str = "yuv420p"
    shape: Fraction = Fraction(1)
    colour: int = 1  # BT.709 as matrix, primaries and transfer
    full_range: bool = False
    grain: float = 0


def save_odd(path: Path, odd: Odd) -> Path:
    """Write a video with one drawn face."""
    width, height = odd.size
    picture = np.full((height, width, 3), (110, 130, 150), np.uint8)
    draw_face(picture, Pose(width / 2, height / 2, 0.6 * height))
    random = np.random.default_rng(6)
    with av.open(str(path), "w") as container:
        track = container.add_stream("libx264", 25, options={"preset": "ultrafast", "crf": "4"})
        context = track.codec_context
        context.width, context.height, context.pix_fmt = width, height, odd.pix_fmt
        context.time_base, context.sample_aspect_ratio = Fraction(1, 1000), odd.shape
        context.color_range = 2 if odd.full_range else 1
        context.colorspace = context.color_primaries = context.color_trc = odd.colour
        for time in odd.times:
            grain = odd.grain * random.standard_normal((height, width, 1))
            grainy = (picture + grain).round().clip(0, 255).astype(np.uint8)
            frame = av.VideoFrame.from_ndarray(grainy, "rgb24")
            frame = frame.reformat(
                format=odd.pix_fmt, dst_colorspace=odd.colour, dst_color_range=context.color_range
            )
            frame.pts, frame.time_base = time, Fraction(1, 1000)
            container.mux(track.encode(frame))
        container.mux(track.encode(None))
    return path


def rendered(video: Path) -> Path:
    """Render a video with a short speech."""
    target = video.with_name("result.mp4")
    speech = save_sound(video.with_name("speech.wav"), noise(2000, 0.2, seed=9))
    render(RenderJob(video, speech, target, None, "0", 0, 2000, 200, 1.0, 1.0))
    return target


def times(path: Path) -> list[float]:
    """Give when the frames of a video are shown, in s."""
    return [seconds for seconds, _ in frames(path)]


def test_uneven_times_are_kept(tmp_path: Path) -> None:
    """Every picture of a video with a changing rate is shown when the source shows it."""
    uneven = tuple(range(0, 400, 20)) + tuple(range(400, 1000, 55)) + tuple(range(1010, 1400, 33))
    video = save_odd(tmp_path / "uneven.mp4", Odd(times=uneven))

    result = rendered(video)

    assert times(result) == pytest.approx([time / 1000 for time in uneven], abs=0.0006)


def test_the_video_lasts_as_long(tmp_path: Path) -> None:
    """The last picture is not cut short."""
    video = save_video(tmp_path / "even.mp4", Clip(1000))

    with av.open(str(rendered(video))) as container:
        track = container.streams.video[0]
        assert (track.duration or 0) * (track.time_base or 0) == pytest.approx(1.0, abs=0.001)


def test_odd_sizes_lose_a_line(tmp_path: Path) -> None:
    """H.264 needs even sizes: the last row and column are left out, nothing is scaled."""
    video = save_odd(tmp_path / "odd.mp4", Odd(size=(321, 241), pix_fmt="yuv444p"))

    result = rendered(video)

    assert {planes.size for _, planes in frames(result)} == {(320, 240)}
    assert min(psnr(one, other) for _, one, other in pairs(video, result)) > 30


def test_a_phone_video_stands_upright(tmp_path: Path) -> None:
    """The pictures of a video with a rotation are turned the way that players show them."""
    video = save_video(
        tmp_path / "turned.mp4", Clip(1000, lambda _: [(WIDTH // 2, HEIGHT // 2)], turned=True)
    )
    data = bytearray(video.read_bytes())
    matrix = data.index(b"tkhd") + 44
    data[matrix : matrix + 36] = struct.pack(">9i", *QUARTER_TURN)
    video.write_bytes(data)

    result = rendered(video)

    with av.open(str(result)) as container:
        first = next(container.decode(video=0))
        assert (first.width, first.height, first.rotation) == (WIDTH, HEIGHT, 0)
    _, planes = next(frames(result))
    assert len(faces(planes)) == 1


@pytest.mark.parametrize("grain", [1.5, 2.5, 3, 5, 8])
def test_grain_stays(tmp_path: Path, grain: float) -> None:
    """Of a noisy sensor's pictures all but the speaking mouth keeps 40 dB, at any time."""
    times = tuple(range(0, 600, 40))
    video = save_odd(tmp_path / "grainy.mp4", Odd(size=(640, 360), times=times, grain=grain))
    away = np.ones((360, 640), np.bool_)
    away[160:340, 220:420] = False

    result = rendered(video)

    assert min(psnr(one, other, away) for _, one, other in pairs(video, result)) >= 40
    quiet = [(one, other) for seconds, one, other in pairs(video, result) if seconds < 0.2]
    assert min(psnr(one, other) for one, other in quiet) >= 40


def test_full_range_becomes_limited_range(tmp_path: Path) -> None:
    """Pictures of full range keep their look in the range that every player expects."""
    video = save_odd(tmp_path / "full.mp4", Odd(full_range=True))

    result = rendered(video)

    with av.open(str(result)) as container:
        assert container.streams.video[0].codec_context.color_range == 1
    quiet = [(one, other) for seconds, one, other in pairs(video, result) if seconds < 0.2]
    assert min(psnr(one, other) for one, other in quiet) >= 40


@pytest.mark.parametrize("colour", [1, 6])
def test_colours_and_shape_of_pixels_are_told(tmp_path: Path, colour: int) -> None:
    """Matrix, primaries, transfer and the shape of the pixels are those of the source."""
    odd = Odd(colour=colour, shape=Fraction(4, 3))
    video = save_odd(tmp_path / "wide.mp4", odd)

    with av.open(str(rendered(video))) as container:
        frame = next(container.decode(video=0))
        seen = (frame.colorspace, frame.color_primaries, frame.color_trc)
        assert seen == (odd.colour,) * 3
        assert container.streams.video[0].sample_aspect_ratio == Fraction(4, 3)


def test_sound_and_pictures_alternate(tmp_path: Path) -> None:
    """Players that read from the front find the sound beside the pictures it belongs to."""
    video = save_video(tmp_path / "long.mp4", Clip(4000))

    with av.open(str(rendered(video))) as container:
        order = [packet.stream.type for packet in container.demux() if packet.size]
    switches = sum(one != other for one, other in pairwise(order))
    assert switches > 4

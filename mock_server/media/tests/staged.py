"""Scenes of any size and rate before any background, with drawn people and with portraits.

Needs the `[media]` extra: tests import this after their `importorskip`.
"""

import struct
from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import cache
from pathlib import Path

import av
import cv2
import numpy as np
from attrs import frozen

from mock_server.media.tests.clips import OPTIONS, Picture
from mock_server.samples.drawn_face import Person, Pose, draw_face

SOURCES = Path(__file__).parents[2] / "samples" / "sources"
GREY = (110, 130, 150)
# The matrix in `tkhd` that turns a picture back which was laid down by so many degrees.
ONE = 1 << 16
MATRICES = {90: (0, ONE, 0, -ONE, 0), 180: (-ONE, 0, 0, 0, -ONE), 270: (0, -ONE, 0, ONE, 0)}

Course = Callable[[float], float]


@frozen
class Portrait:
    """A real face: its file, and where it is there (px): centre, height, half axes of the head."""

    file: str
    x: float
    y: float
    height: float
    reach: tuple[float, float]


FRONT = Portrait("portrait.jpg", 223, 125, 112, (105, 125))
TURNED = Portrait("turned-portrait.jpg", 268, 225, 212, (150, 200))

Who = Person | Portrait


@frozen
class Part:
    """Somebody who is seen in [enters_ms, leaves_ms); lengths in px, `tilt` in degrees."""

    who: Who
    x: float
    y: float
    height: Course
    enters_ms: float = 0
    leaves_ms: float = 1 << 30
    tilt: Course = lambda _: 0.0
    light: Course = lambda _: 1.0

    def appear(self, picture: Picture, at_ms: float) -> None:
        """Draw the face into a picture, if it is there at the time."""
        if not self.enters_ms <= at_ms + 1e-6 < self.leaves_ms:
            return
        head, (x, y, height) = cut_out(self.who)
        scale = self.height(at_ms) / height
        view = cv2.getRotationMatrix2D((x, y), -self.tilt(at_ms), scale)
        view[:, 2] += np.array([self.x - x, self.y - y])
        size = (picture.shape[1], picture.shape[0])
        drawn = cv2.warpAffine(head, view, size).astype(np.float32)
        share = drawn[:, :, 3:] / 255
        mixed = picture * (1 - share) + drawn[:, :, :3] * share * self.light(at_ms)
        picture[:] = mixed.clip(0, 255).round()


@cache
def cut_out(who: Who) -> tuple[Picture, tuple[float, float, float]]:
    """Give a head as RGBA, and where its face is there: the centre and the height."""
    if isinstance(who, Portrait):
        coded = cv2.imread(str(SOURCES / who.file), cv2.IMREAD_COLOR)
        assert coded is not None
        whole = np.asarray(coded[:, :, ::-1], np.uint8)
        place = (who.x, who.y, who.height)
        centre, axes = (round(who.x), round(who.y)), (round(who.reach[0]), round(who.reach[1]))
    else:
        place = (200.0, 160.0, 200.0)
        whole = np.zeros((400, 400, 3), np.uint8)
        draw_face(whole, Pose(*place, person=who))
        centre, axes = (200, 152), (90, 106)
    share = np.zeros(whole.shape[:2], np.uint8)
    cv2.ellipse(share, centre, axes, 0, 0, 360, (255,), -1, cv2.LINE_AA)
    return np.dstack([whole, share]).astype(np.uint8), place


@frozen
class Stage:
    """The pictures of a clip: size in px, frames a second, and what is behind the people.

    `turned` lays the coded pictures down by so many degrees and says so in the file.  `times`
    (ms) are those of the frames, if they are not even.
    """

    width: int = 640
    height: int = 360
    rate: Fraction = Fraction(25)
    background: Callable[[int, int, int], Picture] | None = None
    turned: int = 0
    times: tuple[int, ...] = ()

    def moments(self, milliseconds: int) -> Sequence[Fraction]:
        """Give the times (ms) at which frames are shown."""
        if self.times:
            return [Fraction(time) for time in self.times]
        count = int(milliseconds * self.rate / 1000)
        return [number * 1000 / self.rate for number in range(count)]

    def empty(self, number: int) -> Picture:
        """Give the picture of a frame before anybody enters."""
        if self.background is not None:
            return self.background(self.width, self.height, number)
        return np.full((self.height, self.width, 3), GREY, np.uint8)


def stage(path: Path, milliseconds: int, parts: Sequence[Part], on: Stage | None = None) -> Path:
    """Write a clip."""
    on = on or Stage()
    ticks = Fraction(1, 1000) if on.times else 1 / on.rate
    upright = on.turned in (0, 180)
    with av.open(str(path), "w") as container:
        track = container.add_stream("libx264", on.rate, options=OPTIONS["libx264"])
        track.width, track.height = (on.width, on.height) if upright else (on.height, on.width)
        track.pix_fmt, track.codec_context.time_base = "yuv420p", ticks
        for number, at_ms in enumerate(on.moments(milliseconds)):
            picture = on.empty(number)
            for part in parts:
                part.appear(picture, float(at_ms))
            laid = np.ascontiguousarray(np.rot90(picture, on.turned // 90))
            frame = av.VideoFrame.from_ndarray(laid, "rgb24")
            frame.pts, frame.time_base = round(at_ms / 1000 / ticks), ticks
            container.mux(track.encode(frame))
        container.mux(track.encode(None))
    if on.turned:
        declare_turned(path, on.turned)
    return path


def declare_turned(path: Path, degrees: int) -> None:
    """Put the matrix for a turn into a file."""
    data = bytearray(path.read_bytes())
    start = data.index(b"tkhd") + 44
    data[start : start + 36] = struct.pack(">9i", *MATRICES[degrees], 0, 0, 0, 1 << 30)
    path.write_bytes(data)

"""Pictures as encoders want them: a luma and two chroma planes of 8 bits, half as wide and high.

Everything that is drawn is drawn on these planes; a full picture is never turned into RGB and
back, which would cost more than the drawing.  Planes are upright, even in width and height (H.264
cannot say otherwise with half-size chroma: an odd last row or column is left out) and use the
limited range of values (16 to 235).  Runs in the worker only.
"""

from types import MappingProxyType

import cv2
import numpy as np
from attrs import frozen
from av.video.frame import VideoFrame
from av.video.plane import VideoPlane
from numpy.typing import NDArray

FORMAT = "yuv420p"
FULL_RANGE, LIMITED_RANGE = 2, 1  # FFmpeg's AVCOL_RANGE_JPEG and AVCOL_RANGE_MPEG

QUARTER_TURNS = MappingProxyType(
    {1: cv2.ROTATE_90_COUNTERCLOCKWISE, 2: cv2.ROTATE_180, 3: cv2.ROTATE_90_CLOCKWISE}
)

Plane = NDArray[np.uint8]


@frozen(eq=False)
class Planes:
    """One picture; whoever wants to draw on it takes a copy, as the decoder may still need it."""

    luma: Plane
    blue: Plane
    red: Plane

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) in px."""
        height, width = self.luma.shape
        return width, height

    @property
    def all(self) -> tuple[Plane, Plane, Plane]:
        """The three planes in their usual order."""
        return self.luma, self.blue, self.red

    def copy(self) -> "Planes":
        """Give planes that may be drawn on."""
        return Planes(self.luma.copy(), self.blue.copy(), self.red.copy())


def planes_of(frame: VideoFrame) -> Planes:
    """Give the picture of a decoded frame the way that players show it."""
    if frame.format.name != FORMAT or frame.color_range == FULL_RANGE:
        frame = frame.reformat(format=FORMAT, dst_color_range=LIMITED_RANGE)
    width, height = frame.width & ~1, frame.height & ~1
    luma, blue, red = (rows_of(plane) for plane in frame.planes)
    chroma = np.s_[: height // 2, : width // 2]
    coded = Planes(luma[:height, :width], blue[chroma], red[chroma])
    return turned(coded, round(frame.rotation / 90) % 4)


def turned(planes: Planes, quarters: int) -> Planes:
    """Turn a picture counter-clockwise by quarters."""
    if not quarters:
        return planes
    code = QUARTER_TURNS[quarters]
    return Planes(*(as_plane(cv2.rotate(p, code)) for p in planes.all))


def as_plane(array: NDArray[np.generic]) -> Plane:
    """Give an array the type of a plane, which cv2 does not promise but keeps."""
    return array.astype(np.uint8, copy=False)


def frame_of(planes: Planes) -> VideoFrame:
    """Give a picture the form that encoders take; it has no time yet."""
    frame = VideoFrame(*planes.size, FORMAT)
    for target, source in zip(frame.planes, planes.all, strict=True):
        height, width = source.shape
        rows_of(target)[:height, :width] = source
    return frame


def rows_of(plane: VideoPlane) -> Plane:
    """Give the memory of a frame's plane, padding included."""
    return np.frombuffer(memoryview(plane), np.uint8).reshape(plane.height, plane.line_size)

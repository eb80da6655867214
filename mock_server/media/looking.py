"""One frame of a video, and the faces in it: the YuNet detector on a picture made small.

A frame is looked at when somebody asks, and once: most frames never are.  Everything that is
measured comes out in px of the picture as players show it, turned upright.  Runs in the worker
only.
"""

from functools import cached_property
from math import hypot
from pathlib import Path
from threading import local

import cv2
import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from mock_server.media.likeness import SIDE_PX, Look, Print, Thumbnail
from mock_server.media.sightings import LEAST_SCORE, Box, Sighting, View

MODEL = Path(__file__).parent / "models" / "face_detection_yunet_2023mar.onnx"
LONG_SIDE_PX = 640
MOST_OVERLAP = 0.3
MOST_FACES = 50
# Smaller faces are passers-by, of which the detector is hardly ever sure: in px of what it sees.
LEAST_HEIGHT_PX = 17
THUMBNAIL_PX = 32
EVERY = 4
# Where the landmarks of a face from the front are, in sides of its print.
FRONTAL = np.array([(0.3, 0.4), (0.7, 0.4), (0.5, 0.6), (0.34, 0.77), (0.66, 0.77)], np.float32)
LAID_PX = 2 * SIDE_PX

Picture = NDArray[np.uint8]


class Eye(local):
    """The detector; it is slow to make and good for any number of pictures of any size.

    Each thread that looks through it has a detector of its own.
    """

    def __init__(self) -> None:
        self._net = cv2.FaceDetectorYN.create(str(MODEL), "", (0, 0), LEAST_SCORE, MOST_OVERLAP)

    def rows(self, picture: Picture) -> NDArray[np.float32]:
        """Find faces: the box first, five landmarks, the score last; the surest faces first."""
        height, width = picture.shape[:2]
        self._net.setInputSize((width, height))
        _, rows = self._net.detect(picture)
        if rows is None:
            return np.zeros((0, 15), np.float32)
        found = np.asarray(rows, np.float32)
        return found[np.argsort(-found[:, 14], kind="stable")][:MOST_FACES]


class Frame:
    """A decoded frame that is shown in [begins_ms, ends_ms)."""

    def __init__(self, eye: Eye, begins_ms: int, ends_ms: int, decoded: VideoFrame) -> None:
        self._eye = eye
        self.begins_ms = begins_ms
        self.ends_ms = ends_ms
        self.decoded = decoded

    @cached_property
    def view(self) -> View:
        """The faces of the frame, left to right."""
        frame = self.decoded
        scale = min(1.0, LONG_SIDE_PX / max(frame.width, frame.height))
        size = (max(1, round(frame.width * scale)), max(1, round(frame.height * scale)))
        small = frame.reformat(*size, "bgr24", interpolation="AREA", threads=1).to_ndarray()
        picture = upright(small.astype(np.uint8, copy=False), frame)
        sightings = (self._sighting(row, picture, scale) for row in self._eye.rows(picture))
        return View(
            self.begins_ms,
            tuple(sorted(sightings, key=lambda seen: seen.box.left)),
            LEAST_HEIGHT_PX / scale,
            thumbnail(picture),
        )

    def _sighting(self, row: NDArray[np.float32], picture: Picture, scale: float) -> Sighting:
        left, top, width, height, *points = (float(number) / scale for number in row[:14])
        return Sighting(
            self.begins_ms,
            self.ends_ms,
            Box(left, top, width, height, float(row[14])),
            tuple(zip(points[::2], points[1::2], strict=True)),
            look(picture, row),
        )


def upright(picture: Picture, frame: VideoFrame) -> Picture:
    """Turn a decoded picture the way that players show it."""
    return np.ascontiguousarray(np.rot90(picture, k=round(frame.rotation / 90) % 4))


def thumbnail(picture: Picture) -> Thumbnail:
    """Shrink a picture until only its light and colours are left."""
    some = picture[::EVERY, ::EVERY]  # the mean of some points is near enough, and quicker
    small = cv2.resize(some, (THUMBNAIL_PX, THUMBNAIL_PX), interpolation=cv2.INTER_AREA)
    return small.astype(np.float32)


def look(picture: Picture, row: NDArray[np.float32]) -> Look:
    """Give what a face looks like; what lies outside of the picture repeats its edge."""
    return Look(boxed(picture, row), laid(picture, row[4:14].reshape(5, 2)))


def boxed(picture: Picture, row: NDArray[np.float32]) -> Print:
    """Shrink the box of a face."""
    left, top, width, height = (round(float(number)) for number in row[:4])
    lines = np.arange(top, top + max(1, height)).clip(0, picture.shape[0] - 1)
    columns = np.arange(left, left + max(1, width)).clip(0, picture.shape[1] - 1)
    face = np.ascontiguousarray(picture[np.ix_(lines, columns)])
    small = cv2.resize(face, (SIDE_PX, SIDE_PX), interpolation=cv2.INTER_AREA)
    return small.astype(np.float32)


def laid(picture: Picture, landmarks: NDArray[np.float32]) -> Print:
    """Move, turn and scale a face so that its landmarks lie as near as possible to FRONTAL."""
    middle, target = landmarks.mean(axis=0), FRONTAL.mean(axis=0)
    one, other = landmarks - middle, LAID_PX * (FRONTAL - target)
    power = max(1e-3, float((one * one).sum()))
    along = float((one * other).sum()) / power
    across = float((one[:, 0] * other[:, 1] - one[:, 1] * other[:, 0]).sum()) / power
    turn = np.array([[along, -across], [across, along]])
    shift = LAID_PX * target - turn @ middle
    shrunk = min(1.0, 2 * hypot(along, across))  # a step of more than two px would leave some out
    less = cv2.resize(picture, None, fx=shrunk, fy=shrunk, interpolation=cv2.INTER_AREA)
    view = np.hstack([turn / shrunk, shift[:, None]]).astype(np.float32)
    face = cv2.warpAffine(less, view, (LAID_PX, LAID_PX), borderMode=cv2.BORDER_REPLICATE)
    small = cv2.resize(face, (SIDE_PX, SIDE_PX), interpolation=cv2.INTER_AREA)
    return small.astype(np.float32)

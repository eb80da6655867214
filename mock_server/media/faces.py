"""Who is seen in a video, and when: the pixels behind identify-face.

Of each quarter second one frame is looked at.  Where that is not enough to know what happened in
between, because a face came, went, jumped or changed, the quarter is halved, and so on down to
the frame.  The next quarter is decoded meanwhile.  `tracking` makes tracks of what is seen.

A face that is shown for 250 ms and is found by the detector in every frame is never missed; what
is seen for less than 200 ms is taken for an error.  Runs in the worker only.
"""

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from attrs import frozen

from kling_lipsync.media import Face
from mock_server.media.ahead import ahead
from mock_server.media.looking import Frame, Picture, upright
from mock_server.media.opening import Part, opened
from mock_server.media.ports import FoundFace
from mock_server.media.sightings import Box, Sighting, Track
from mock_server.media.strides import strides
from mock_server.media.tracking import Followed, appearances, follow, settled

PORTRAIT_PX = 256
PORTRAIT_MARGIN = 1.6
JPEG_QUALITY = 90
# A portrait is taken again when the face is so much larger or surer than in the one before.
BETTER = 1.1


@frozen
class TrackedFace:
    """A face with all that was seen of it, in order of time.

    The sightings hold times (ms), boxes and five landmarks in px of the picture as shown (upright,
    full size).  Two in a row are at most about 250 ms apart while the face rests or moves slowly,
    and are neighbouring frames where it comes, goes or jumps; between them positions may be
    interpolated.  A gap of up to 1 s, in which the face is not seen, belongs to the face.
    """

    face: Face
    sightings: tuple[Sighting, ...]


def find_faces(path: Path, duration_ms: int) -> tuple[FoundFace, ...]:
    """Give the faces of a video that lasts `duration_ms`, numbered in order of appearance."""
    return portrayed(watched(path, duration_ms))


def tracked_faces(path: Path, duration_ms: int | None = None) -> tuple[TrackedFace, ...]:
    """Give the faces of a video with their places; their numbers are those of `find_faces`.

    What is shown after `duration_ms` is left out; None is the whole video.  Raises Undecodable.
    """
    return tracked(watched(path, duration_ms))


def as_face(number: int, track: Track) -> Face:
    """Give a track the form in which the server knows it."""
    start, end = track.interval
    return Face(str(number), start, end)


@frozen
class Portrait:
    """The square around a face when it was seen best."""

    worth: float
    picture: Picture


class Watch:
    """What is known while a video is watched."""

    def __init__(self) -> None:
        self.known = Followed()
        self.portraits: dict[int, Portrait] = {}

    def watch(self, stride: Sequence[Frame]) -> None:
        """Look at the last frame of a stride, and at those before as far as something changed."""
        if len(stride) > 1 and not settled(self.known, stride[-1].view):
            self.watch(stride[: len(stride) // 2])
            self.watch(stride[len(stride) // 2 :])
            return
        self.known = follow(self.known, stride[-1].view)
        for track in self.known.visible():
            self._portray(track, stride[-1])

    def _portray(self, track: Track, frame: Frame) -> None:
        before = self.portraits.get(track.number)
        box = track.last.box
        if before is None or box.worth > BETTER * before.worth:
            self.portraits[track.number] = Portrait(box.worth, square(frame, box))


def portrayed(watch: Watch) -> tuple[FoundFace, ...]:
    """Give the faces that were seen, each with its portrait."""
    return tuple(
        FoundFace(as_face(number, track), as_jpeg(watch.portraits[track.number].picture))
        for number, track in enumerate(appearances(watch.known))
    )


def tracked(watch: Watch) -> tuple[TrackedFace, ...]:
    """Give the faces that were seen, each with its places."""
    return tuple(
        TrackedFace(as_face(number, track), track.seen)
        for number, track in enumerate(appearances(watch.known))
    )


def watched(path: Path, duration_ms: int | None) -> Watch:
    """Watch a whole video."""
    watch = Watch()
    with (
        opened(path, Part.VIDEO) as container,
        ahead(strides(container, duration_ms), 1, look_at_last) as found,
    ):
        for stride in found:
            watch.watch(stride)
    return watch


def look_at_last(stride: Sequence[Frame]) -> None:
    """Look at the frame of a stride that is looked at in any case."""
    _ = stride[-1].view


def square(frame: Frame, box: Box) -> Picture:
    """Give a square of PORTRAIT_PX around a face, shifted to stay inside the picture."""
    decoded = frame.decoded
    picture = upright(decoded.to_ndarray(format="bgr24").astype(np.uint8, copy=False), decoded)
    height, width = picture.shape[:2]
    side = max(1, int(min(PORTRAIT_MARGIN * max(box.width, box.height), width, height)))
    x, y = box.centre
    left = int(min(max(x - side / 2, 0), width - side))
    top = int(min(max(y - side / 2, 0), height - side))
    cut = picture[top : top + side, left : left + side]
    shown = cv2.resize(cut, (PORTRAIT_PX, PORTRAIT_PX), interpolation=cv2.INTER_AREA)
    return shown.astype(np.uint8, copy=False)


def as_jpeg(picture: Picture) -> bytes:
    """Give the bytes that `face_image` serves."""
    _, jpeg = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    return jpeg.tobytes()

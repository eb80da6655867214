"""Who is seen in a video, and when: the pixels behind identify-face.

Looks at one picture every SAMPLE_MS with the YuNet detector; `tracking` makes tracks of what it
finds.  Runs in the worker only.  Exact ends of tracks and scene cuts are a later refinement.
"""

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
from av.container import InputContainer
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from kling_lipsync.media import Face
from mock_server.media.opening import (
    Part,
    moment,
    opened,
    origin,
    pictures,
    refuse_lost_tail,
    video_track,
)
from mock_server.media.ports import FoundFace
from mock_server.media.tracking import SAMPLE_MS, Box, Track, follow

MODEL = Path(__file__).parent / "models" / "face_detection_yunet_2023mar.onnx"
LONG_SIDE_PX = 640
LEAST_SCORE = 0.7
MOST_OVERLAP = 0.3
# Smaller faces are passers-by; a share of the height keeps small pictures usable.
LEAST_HEIGHT_PX = 64
LEAST_HEIGHT_SHARE = 0.08

PORTRAIT_PX = 256
PORTRAIT_MARGIN = 1.6
JPEG_QUALITY = 90

Picture = NDArray[np.uint8]


def find_faces(path: Path, duration_ms: int) -> tuple[FoundFace, ...]:
    """Give the faces of a video that lasts `duration_ms`, numbered in order of appearance."""
    detector = cv2.FaceDetectorYN.create(str(MODEL), "", (0, 0), LEAST_SCORE, MOST_OVERLAP)
    tracks: tuple[Track, ...] = ()
    portraits: dict[int, bytes] = {}
    with opened(path, Part.VIDEO) as container:
        for at_ms, frame in samples(container, duration_ms):
            tracks = follow(tracks, boxes(detector, frame), at_ms)
            best_now = [track for track in tracks if track.best_ms == at_ms]
            portraits.update({track.number: portrait(frame, track.best) for track in best_now})
    return tuple(found(track, portraits[track.number], duration_ms) for track in tracks)


def found(track: Track, picture: bytes, duration_ms: int) -> FoundFace:
    """Give a track the form that leaves the worker."""
    start, end = track.interval(duration_ms)
    return FoundFace(Face(str(track.number), start, end), picture)


def samples(container: InputContainer, duration_ms: int) -> Iterator[tuple[int, VideoFrame]]:
    """Yield (ms, the frame that is shown then) every SAMPLE_MS from 0 to before `duration_ms`."""
    due = 0
    shown = None
    for begins_ms, frame in frames(container):
        while shown is not None and due < min(begins_ms, duration_ms):
            yield due, shown
            due += SAMPLE_MS
        shown = frame
    if shown is None:
        msg = "no frame of the video can be decoded"
        raise ValueError(msg)
    while due < duration_ms:
        yield due, shown
        due += SAMPLE_MS


def frames(container: InputContainer) -> Iterator[tuple[float, VideoFrame]]:
    """Yield (ms, frame) of a whole video, and blame a video that was cut off."""
    track, zero = video_track(container), origin(container)
    end = moment(track.start_time, track, zero)
    for frame in pictures(container, track):
        if frame.pts is not None:
            yield float(moment(frame.pts, track, zero) * 1000), frame
            end = moment(frame.pts + frame.duration, track, zero)
    refuse_lost_tail(track, zero, end)


def upright(picture: Picture, frame: VideoFrame) -> Picture:
    """Turn a decoded picture the way that players show it."""
    return np.ascontiguousarray(np.rot90(picture, k=round(frame.rotation / 90) % 4))


def boxes(detector: cv2.FaceDetectorYN, frame: VideoFrame) -> tuple[Box, ...]:
    """Find the faces of one frame, left to right, in px of the upright frame."""
    scale = min(1.0, LONG_SIDE_PX / max(frame.width, frame.height))
    small = frame.reformat(round(frame.width * scale), round(frame.height * scale), "bgr24")
    picture = upright(small.to_ndarray().astype(np.uint8, copy=False), frame)
    height, width = picture.shape[:2]
    detector.setInputSize((width, height))
    _, rows = detector.detect(picture)
    if rows is None:
        return ()
    least = min(LEAST_HEIGHT_PX, LEAST_HEIGHT_SHARE * height / scale)
    large = (box for box in (as_box(row, scale) for row in rows) if box.height >= least)
    return tuple(sorted(large, key=lambda box: box.left))


def as_box(row: NDArray[np.generic], scale: float) -> Box:
    """Read one row of the detector: the box first, five landmarks, the score last."""
    left, top, width, height, *_, score = (float(number) for number in row)
    return Box(left / scale, top / scale, width / scale, height / scale, score)


def portrait(frame: VideoFrame, box: Box) -> bytes:
    """Give a square JPEG of PORTRAIT_PX around a face, shifted to stay inside the picture."""
    picture = upright(frame.to_ndarray(format="bgr24").astype(np.uint8, copy=False), frame)
    height, width = picture.shape[:2]
    side = int(min(PORTRAIT_MARGIN * max(box.width, box.height), width, height))
    x, y = box.centre
    left = int(min(max(x - side / 2, 0), width - side))
    top = int(min(max(y - side / 2, 0), height - side))
    square = picture[top : top + side, left : left + side]
    shown = cv2.resize(square, (PORTRAIT_PX, PORTRAIT_PX), interpolation=cv2.INTER_AREA)
    _, jpeg = cv2.imencode(".jpg", shown, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    return jpeg.tobytes()

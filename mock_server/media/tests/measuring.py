"""What a result shows, measured on its decoded frames: gaps between lips, and changed pixels.

Measures with the same face mesh as the renderer, because there is no other here, but on the
result's pixels alone: nothing that the renderer knows is used.
"""

from collections.abc import Callable, Iterator
from math import inf
from pathlib import Path

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from mock_server.media.mesh import MARGIN, Mesh, View, inner_gap, view_of_points
from mock_server.media.planes import Planes, planes_of

LONG_SIDE_PX = 640
MODEL = Path(__file__).parents[1] / "models" / "face_detection_yunet_2023mar.onnx"

Curve = NDArray[np.float64]
Near = Callable[[float, float], bool]  # whether a face at (x, y) px is the one that is measured


def frames(path: Path) -> Iterator[tuple[float, Planes]]:
    """Decode a video: (time in s from the origin of the file, picture)."""
    with av.open(str(path)) as container:
        zero = (container.start_time or 0) / av.time_base
        for frame in container.decode(video=0):
            yield float(frame.time or 0) - zero, planes_of(frame)


def pairs(source: Path, result: Path) -> Iterator[tuple[float, Planes, Planes]]:
    """Decode two videos side by side: (time in s, source, result)."""
    for (seconds, before), (_, after) in zip(frames(source), frames(result), strict=True):
        yield seconds, before, after


def faces(planes: Planes) -> list[View]:
    """Find the faces in a picture, by their brightness alone."""
    width, height = planes.size
    scale = min(1.0, LONG_SIDE_PX / max(width, height))
    small = cv2.resize(planes.luma, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    detector = cv2.FaceDetectorYN.create(str(MODEL), "", (small.shape[1], small.shape[0]), 0.6, 0.3)
    _, rows = detector.detect(cv2.cvtColor(small, cv2.COLOR_GRAY2BGR))
    boxes = [] if rows is None else [row[:4] / scale for row in rows]
    return [
        View(float(x + w / 2), float(y + h / 2), MARGIN * float(max(w, h))) for x, y, w, h in boxes
    ]


def gap_changes(
    source: Path, result: Path, near: Near, start: float = 0, end: float = inf
) -> tuple[Curve, Curve]:
    """Measure by how much wider the gap between the inner lips of a face is in the result.

    Gives (times in s, changes in eye distances) for the frames shown in [start, end).  Both videos
    are looked at in the same square; where a frame has no such face the change is not a number.
    """
    mesh, times, changes = Mesh(), [], []
    for seconds, before, after in pairs(source, result):
        if not start <= seconds < end:
            continue
        views = [view for view in faces(before) if near(view.x, view.y)]
        gaps = [gap(mesh, planes, views[0]) if views else np.nan for planes in (after, before)]
        times.append(seconds)
        changes.append(gaps[0] - gaps[1])
    return np.array(times), np.array(changes)


def gap(mesh: Mesh, planes: Planes, view: View) -> float:
    """Measure the gap between the inner lips of the face in a square, in eye distances."""
    points, _ = mesh.look(planes, view)
    points, _ = mesh.look(planes, view_of_points(points))
    return inner_gap(points)


def correlation(one: Curve, other: Curve, lag: int = 0) -> float:
    """Give Pearson's r of two curves, the second `lag` values later."""
    length = len(one) - abs(lag)
    begin, late = max(0, -lag), max(0, lag)
    return float(np.corrcoef(one[begin : begin + length], other[late : late + length])[0, 1])


def best_lag(one: Curve, other: Curve, reach: int = 5) -> int:
    """Give by how many values the second curve is later than the first."""
    return max(range(-reach, reach + 1), key=lambda lag: correlation(one, other, lag))


def psnr(one: Planes, other: Planes, away: NDArray[np.bool_] | None = None) -> float:
    """Compare the brightness of two pictures (dB), at the places given or everywhere."""
    difference = one.luma.astype(np.float64) - other.luma
    error = float(np.mean(np.square(difference[away] if away is not None else difference)))
    return float(10 * np.log10(255**2 / max(error, 1e-9)))

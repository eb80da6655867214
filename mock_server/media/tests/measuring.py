"""What a result shows, measured on its decoded frames: gaps between lips, and changed pixels.

Measures with the same face mesh as the renderer, because there is no other here, but on the
result's pixels alone: nothing that the renderer knows is used.
"""

from collections.abc import Callable, Iterator
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


def times(path: Path) -> Curve:
    """Give when the frames of a video are shown, in s."""
    return np.array([time for time, _ in frames(path)])


def faces(planes: Planes) -> list[View]:
    """Find the faces in a picture, by their brightness alone."""
    width, height = planes.size
    scale = min(1.0, LONG_SIDE_PX / max(width, height))
    small = cv2.resize(planes.luma, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    detector = cv2.FaceDetectorYN.create(str(MODEL), "", small.shape[::-1], 0.6, 0.3)
    _, rows = detector.detect(cv2.cvtColor(small, cv2.COLOR_GRAY2BGR))
    boxes = [] if rows is None else [row[:4] / scale for row in rows]
    return [
        View(float(x + w / 2), float(y + h / 2), MARGIN * float(max(w, h))) for x, y, w, h in boxes
    ]


def gaps(path: Path, near: Near = lambda _x, _y: True) -> Curve:
    """Measure the gap between the inner lips of a face in every frame, in eye distances.

    Where a frame has no such face the gap is not a number.
    """
    mesh, measured = Mesh(), []
    for _, planes in frames(path):
        views = [view for view in faces(planes) if near(view.x, view.y)]
        if not views:
            measured.append(np.nan)
            continue
        first, _ = mesh.look(planes, max(views, key=lambda view: view.side))
        points, _ = mesh.look(planes, view_of_points(first))
        measured.append(inner_gap(points))
    return np.array(measured)


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
    error = np.mean(difference[away] ** 2 if away is not None else difference**2)
    return float(10 * np.log10(255**2 / max(error, 1e-9)))

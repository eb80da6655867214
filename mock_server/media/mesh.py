"""Where the parts of one face are: 468 points by MediaPipe's face mesh, run by OpenCV.

The model looks at a square of 192 px in which the face stands upright; a `View` says where in
the picture that square is.  The points are numbered as MediaPipe numbers them.  Runs in the
worker only.
"""

from math import atan2, cos, exp, sin
from pathlib import Path

import cv2
import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from mock_server.media.planes import Planes

MODEL = Path(__file__).parent / "models" / "face_landmark.tflite"
SIDE_PX = 192
# The model was trained on squares of 1.5 times the face.
MARGIN = 1.5
POINTS = 468

# From the corner of the mouth that is left in the picture to the other.
UPPER_INNER_LIP = (78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308)
LOWER_INNER_LIP = (78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308)
# Outer and inner corner of the eye that is left in the picture, and of the other.
EYES = ((33, 133), (263, 362))
FOREHEAD, CHIN, NOSE_TIP = 10, 152, 1
SIDES = (234, 454)

Points = NDArray[np.float32]  # shape (468, 2), px of the upright picture
Matrix = NDArray[np.float64]


@frozen
class View:
    """A square of the picture: its centre and side in px, and its turn (radians, clockwise)."""

    x: float
    y: float
    side: float
    turn: float = 0.0

    def matrix(self) -> Matrix:
        """Give the affine map (2 x 3) from the picture into the square."""
        zoom = SIDE_PX / self.side
        along, across = zoom * cos(self.turn), zoom * sin(self.turn)
        linear = np.array([[along, across], [-across, along]])
        shift = SIDE_PX / 2 - linear @ np.array([self.x, self.y])
        return np.column_stack([linear, shift])


def view_of_points(points: Points) -> View:
    """Give the square for a face whose points in a neighbouring frame are known."""
    right = rightward(points)
    axes = np.array([right, (-right[1], right[0])])
    turned = points @ axes.T
    low, high = turned.min(axis=0), turned.max(axis=0)
    x, y = (low + high) / 2 @ axes
    side = MARGIN * float((high - low).max())
    return View(float(x), float(y), side, atan2(float(right[1]), float(right[0])))


class Mesh:
    """The model; making one reads it."""

    def __init__(self) -> None:
        self._net = cv2.dnn.readNetFromTFLite(str(MODEL))
        self._outputs = self._net.getUnconnectedOutLayersNames()

    def look(self, planes: Planes, view: View) -> tuple[Points, float]:
        """Give the points of the face in a square, and how sure (0 to 1) that there is one."""
        matrix = view.matrix()
        self._net.setInput(square(planes, matrix))
        # Versions of OpenCV give the outputs in different order and shape.
        outputs = {output.size: output for output in self._net.forward(self._outputs)}
        seen = outputs[3 * POINTS].reshape(POINTS, 3)[:, :2].astype(np.float64)
        points = (seen - matrix[:, 2]) @ np.linalg.inv(matrix[:, :2]).T
        certainty = 1 / (1 + exp(-float(outputs[1].item())))
        return points.astype(np.float32), certainty


def square(planes: Planes, matrix: Matrix) -> NDArray[np.float32]:
    """Give the network's input: the square in RGB, values from 0 to 1."""
    half = (SIDE_PX // 2, SIDE_PX // 2)
    luma = cropped(planes.luma, matrix, (SIDE_PX, SIDE_PX))
    chroma = [cropped(plane, halved(matrix), half) for plane in (planes.blue, planes.red)]
    picture = cv2.cvtColorTwoPlane(luma, cv2.merge(chroma), cv2.COLOR_YUV2RGB_NV12)
    return np.asarray(cv2.dnn.blobFromImage(picture, 1 / 255), np.float32)


def cropped(plane: NDArray[np.uint8], matrix: Matrix, size: tuple[int, int]) -> NDArray[np.uint8]:
    """Cut a square out of a plane; beyond the picture its border goes on."""
    crop = cv2.warpAffine(
        plane, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return crop.astype(np.uint8, copy=False)


def halved(matrix: Matrix) -> Matrix:
    """Give an affine map between pictures for their chroma planes.

    Chroma pixel n covers luma pixels 2n and 2n + 1, so its centre is at 2n + 1/2.
    """
    linear, shift = matrix[:, :2], matrix[:, 2]
    return np.column_stack([linear, (shift + linear @ np.array([0.5, 0.5]) - 0.5) / 2])


def eye_centres(points: Points) -> tuple[Points, Points]:
    """Give the middle of the eye that is left in the picture, and of the other."""
    left, right = ((points[one] + points[other]) / 2 for one, other in EYES)
    return left, right


def rightward(points: Points) -> Points:
    """Give the unit vector from eye to eye."""
    left, right = eye_centres(points)
    way: Points = right - left
    return way / np.float32(max(float(np.hypot(*way)), 1e-3))


def eye_distance(points: Points) -> float:
    """Give the distance between the middles of the eyes in px."""
    left, right = eye_centres(points)
    return float(np.hypot(*(right - left)))


def inner_gap(points: Points) -> float:
    """Give how far the inner lips are apart at their middle, in eye distances."""
    gaps = points[list(LOWER_INNER_LIP[4:7])] - points[list(UPPER_INNER_LIP[4:7])]
    return float(np.hypot(*gaps.T).mean()) / eye_distance(points)

"""The points of one face in frame after frame, and how they are made steady.

Each frame is looked at where the face was in the frame before, so that the square follows it
smoothly; the tracker's places say where to begin, and when the follower has lost its way.
Steadying looks ahead as far as back and moves with the head, so it is never late.  Runs in the
worker only.
"""

from collections.abc import Sequence
from math import hypot

import numpy as np

from mock_server.media.mesh import (
    MARGIN,
    NOSE_TIP,
    SIDES,
    Mesh,
    Points,
    View,
    eye_distance,
    rightward,
    view_of_points,
)
from mock_server.media.planes import Planes
from mock_server.media.whereabouts import Whereabouts

LEAST_CERTAINTY = 0.6
# How far (in widths of the face) the follower may be from where the tracker has the face.
FARTHEST = 0.35
# How much larger or smaller than the tracker's the follower's face may be.
LEAST_SIZE, LARGEST_SIZE = 0.5, 2.2
# Where the tip of the nose is between the sides of the face: 0.5 from the front, 0 in profile.
LEAST_FRONTAL = 0.14

# How far (in eye distances) the points of a calm face go in two frames.
CALM = 0.07
# Weights of a frame's neighbours, from two before it to two behind it.
STEADYING = (0.25, 0.7, 1.0, 0.7, 0.25)


class Watcher:
    """Follows one face; to be shown every frame, in order."""

    def __init__(self, where: Whereabouts) -> None:
        self._where = where
        self._mesh = Mesh()
        self._view: View | None = None

    def watch(self, planes: Planes, at_ms: float) -> Points | None:
        """Give the face's points in the next frame, or None if they cannot be seen well."""
        points = self._found(planes, self._where.view(at_ms))
        self._view = None if points is None else view_of_points(points)
        return points if points is not None and frontal(points) else None

    def _found(self, planes: Planes, place: View | None) -> Points | None:
        if place is None:
            return None
        if self._view is not None and not astray(self._view, place):
            points, certainty = self._mesh.look(planes, self._view)
            if certainty >= LEAST_CERTAINTY and not astray(view_of_points(points), place):
                return points
        roughly, certainty = self._mesh.look(planes, place)
        if certainty < LEAST_CERTAINTY or astray(view_of_points(roughly), place):
            return None
        points, certainty = self._mesh.look(planes, view_of_points(roughly))
        return points if certainty >= LEAST_CERTAINTY else None


def astray(view: View, place: View) -> bool:
    """Tell whether a square is not that of the face at a place."""
    off = hypot(view.x - place.x, view.y - place.y) / place.side * MARGIN
    return off > FARTHEST or not LEAST_SIZE < view.side / place.side < LARGEST_SIZE


def frontal(points: Points) -> bool:
    """Tell whether a face looks near enough into the camera for both corners of its mouth."""
    across = points @ rightward(points)
    left, nose, right = (float(across[index]) for index in (SIDES[0], NOSE_TIP, SIDES[1]))
    share = (nose - left) / max(right - left, 1e-3)
    return LEAST_FRONTAL < share < 1 - LEAST_FRONTAL


def calm(one: Points, other: Points) -> bool:
    """Tell whether no point went so far that it may have been elsewhere in between."""
    return float(np.abs(other - one).max()) <= CALM * eye_distance(one)


def steadied(around: Sequence[Points | None], number: int) -> Points | None:
    """Give the points of one frame averaged with its neighbours', as if the head stood still."""
    points = around[number]
    if points is None:
        return None
    total, weights = np.zeros_like(points), 0.0
    for other_number, weight in enumerate(STEADYING, start=number - len(STEADYING) // 2):
        other = around[other_number] if 0 <= other_number < len(around) else None
        if other is not None:
            total += np.float32(weight) * laid_onto(other, points)
            weights += weight
    return total / np.float32(weights)


def laid_onto(points: Points, target: Points) -> Points:
    """Move, turn and scale points so that they lie as near as possible to others."""
    middle, target_middle = points.mean(axis=0), target.mean(axis=0)
    one, other = points - middle, target - target_middle
    power = float((one * one).sum())
    along = float((one * other).sum()) / power
    across = float((one[:, 0] * other[:, 1] - one[:, 1] * other[:, 0]).sum()) / power
    turn = np.array([[along, across], [-across, along]], np.float32)
    return np.asarray(one @ turn + target_middle, np.float32)

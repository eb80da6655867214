"""The points of one face in every frame of a stretch of video, smoothed over time.

Each frame is looked at where the face was in the frame before, so that the square follows it
smoothly; the tracker's places say where to begin, and when the follower has lost its way.
Smoothing looks ahead as far as back and moves with the head, so it is never late.  Runs in the
worker only.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import hypot
from pathlib import Path

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from mock_server.media.mesh import (
    MARGIN,
    NOSE_TIP,
    SIDES,
    Mesh,
    Points,
    View,
    rightward,
    view_of_points,
)
from mock_server.media.opening import Part, moment, opened, origin, pictures, video_track
from mock_server.media.planes import Planes, planes_of
from mock_server.media.whereabouts import Whereabouts

LEAST_CERTAINTY = 0.6
# How far (in widths of the face) the follower may be from where the tracker has the face.
FARTHEST = 0.35
# Where the tip of the nose is between the sides of the face: 0.5 from the front, 0 in profile.
LEAST_FRONTAL = 0.14

# Weights of the frames around one.
SMOOTHING = (0.25, 0.7, 1.0, 0.7, 0.25)
FADE_S = 0.16


@frozen(eq=False)
class Watched:
    """One frame: its time stamp, its time in s, and the face's points if it can be seen well."""

    pts: int
    seconds: float
    points: Points | None


def watch(video: Path, where: Whereabouts, start_ms: int, end_ms: int) -> tuple[Watched, ...]:
    """Look at a face in every frame that is shown first in [start_ms, end_ms)."""
    mesh, view = Mesh(), None
    watched = []
    for pts, seconds, planes in shown(video, start_ms, end_ms):
        points = look(mesh, planes, view, where.view(seconds * 1000))
        view = None if points is None else view_of_points(points)
        visible = points is not None and frontal(points)
        watched.append(Watched(pts, seconds, points if visible else None))
    return tuple(watched)


def shown(video: Path, start_ms: int, end_ms: int) -> Iterator[tuple[int, float, Planes]]:
    """Yield (time stamp, s, picture) of the frames that begin in [start_ms, end_ms)."""
    with opened(video, Part.VIDEO) as container:
        track, zero = video_track(container), origin(container)
        for frame in pictures(container, track):
            if frame.pts is None:
                continue
            begins = moment(frame.pts, track, zero)
            if begins >= Fraction(end_ms, 1000):
                return
            if begins >= Fraction(start_ms, 1000):
                yield frame.pts, float(begins), planes_of(frame)


def look(mesh: Mesh, planes: Planes, view: View | None, place: View | None) -> Points | None:
    """Find the points of the face at a place, starting from its square in the frame before."""
    if place is None:
        return None
    tries = [place] if view is None or astray(view, place) else [view, place]
    for square in tries:
        points, certainty = mesh.look(planes, square)
        if square is place and certainty >= LEAST_CERTAINTY:
            points, certainty = mesh.look(planes, view_of_points(points))
        if certainty >= LEAST_CERTAINTY and not astray(view_of_points(points), place):
            return points
    return None


def astray(view: View, place: View) -> bool:
    """Tell whether a square is not that of the face at a place."""
    off = hypot(view.x - place.x, view.y - place.y) / place.side * MARGIN
    return off > FARTHEST or not 0.5 < view.side / place.side < 2.2


def frontal(points: Points) -> bool:
    """Tell whether a face looks near enough into the camera for both corners of its mouth."""
    across = points @ rightward(points)
    left, nose, right = (float(across[index]) for index in (SIDES[0], NOSE_TIP, SIDES[1]))
    share = (nose - left) / max(right - left, 1e-3)
    return LEAST_FRONTAL < share < 1 - LEAST_FRONTAL


def steadied(watched: Sequence[Watched]) -> tuple[Points | None, ...]:
    """Give the points of each frame, averaged with its neighbours as if the head stood still."""
    return tuple(
        None if seen.points is None else averaged(watched, number, seen.points)
        for number, seen in enumerate(watched)
    )


def averaged(watched: Sequence[Watched], number: int, points: Points) -> Points:
    """Average one frame's points with those of its neighbours, laid onto it."""
    reach = len(SMOOTHING) // 2
    total, weights = np.zeros_like(points), 0.0
    for shift, weight in enumerate(SMOOTHING, start=-reach):
        if not 0 <= number + shift < len(watched):
            continue
        other = watched[number + shift].points
        if other is not None:
            total += np.float32(weight) * laid_onto(other, points)
            weights += weight
    return (total / np.float32(weights)).astype(np.float32)


def laid_onto(points: Points, target: Points) -> Points:
    """Move, turn and scale points so that they lie as near as possible to others."""
    middle, target_middle = points.mean(axis=0), target.mean(axis=0)
    one, other = points - middle, target - target_middle
    power = float((one * one).sum())
    along = float((one * other).sum()) / power
    across = float((one[:, 0] * other[:, 1] - one[:, 1] * other[:, 0]).sum()) / power
    turn = np.array([[along, across], [-across, along]], np.float32)
    return (one @ turn + target_middle).astype(np.float32)


def presence(watched: Sequence[Watched]) -> NDArray[np.float32]:
    """Give 1 for frames in which the face is seen, fading to 0 towards those in which it is not."""
    times = np.array([seen.seconds for seen in watched])
    missing = times[[seen.points is None for seen in watched]]
    if not len(missing):
        return np.ones(len(times), np.float32)
    nearest = np.abs(times[:, None] - missing[None]).min(axis=1)
    return np.clip(nearest / FADE_S, 0, 1).astype(np.float32)

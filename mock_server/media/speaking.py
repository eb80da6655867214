"""Draws one face as it would look with its mouth open: bends the lips and jaw, paints the inside.

Runs in the worker only.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mock_server.media.interior import Colour, Edge, Shape, layers, paint, palette
from mock_server.media.lips import NODES, Mouth, mouth_of, opened_by
from mock_server.media.mesh import LOWER_INNER_LIP, UPPER_INNER_LIP, Points
from mock_server.media.planes import Plane, Planes
from mock_server.media.warping import Piece, bent, field_of, piece_around

CHEEKS = (50, 280, 205, 425)
# How far around the nodes the skin may move, in eye distances: to the sides, up, down.
ASIDE, ABOVE, UNDER = 0.25, 0.1, 0.75
LEAST_SIDE_PX = 16
# Where the inner edges of the lips, the lower without its corners, are among NODES.
UPPER, LOWER = slice(0, 11), slice(22, 31)

Vectors = NDArray[np.float32]


def speak(planes: Planes, points: Points, opening: float, roundness: float) -> None:
    """Open the mouth of the face with these points, from 0 to 1, on planes that may be drawn on."""
    mouth = mouth_of(points)
    nodes = points[list(NODES)]
    moves = opened_by(mouth, opening, roundness)
    piece = lower_face(mouth, nodes, planes.size)
    if min(piece.width, piece.height) < LEAST_SIDE_PX:
        return
    before, drawn = piece.of(planes).copy(), piece.of(planes)
    after = bent(before, field_of(nodes, moves, piece))
    fill(drawn, after)
    corner = np.array([piece.left, piece.top], np.float32)
    inside(drawn, before, Mouth(points - corner, mouth.right, mouth.down, mouth.unit), moves)


def lower_face(mouth: Mouth, nodes: Vectors, size: tuple[int, int]) -> Piece:
    """Give the piece of the picture in which anything may change."""
    moving = nodes[np.abs(nodes - mouth.points[13]).max(axis=1) < 2.2 * mouth.unit]
    reach = np.array([ASIDE, ABOVE], np.float32) * mouth.unit
    low, high = moving.min(axis=0) - reach, moving.max(axis=0) + reach
    under = mouth.down * UNDER * mouth.unit
    return piece_around(np.minimum(low, low + under), np.maximum(high, high + under), size)


def fill(target: Planes, source: Planes) -> None:
    """Copy one piece over another."""
    target.luma[:], target.blue[:], target.red[:] = source.luma, source.blue, source.red


def inside(drawn: Planes, before: Planes, mouth: Mouth, moves: Vectors) -> None:
    """Paint what is between the lips after the move; all in px of the piece."""
    old_upper, old_lower = (mouth.points[list(lip)] for lip in (UPPER_INNER_LIP, LOWER_INNER_LIP))
    upper = old_upper + moves[UPPER]
    lower = np.vstack([upper[:1], old_lower[1:-1] + moves[LOWER], upper[-1:]])
    place = bounded(np.vstack([upper, lower]), drawn)
    if place is None:
        return
    axis = upper[-1] - upper[0]
    axis = axis / max(float(np.hypot(*axis)), 1e-3)
    frame = np.column_stack([axis, (-axis[1], axis[0])]) / mouth.unit
    added = float(((lower - upper) - (old_lower - old_upper))[5] @ frame[:, 1])
    edges = [edge(points @ frame) for points in (upper, lower, old_upper, old_lower)]
    shape = Shape(edges[0], edges[1], edges[2], edges[3], added)
    xs = np.arange(place.left, place.left + place.width, dtype=np.float32)
    ys = np.arange(place.top, place.top + place.height, dtype=np.float32)[:, None]
    along, across = (xs * frame[0, axis] + ys * frame[1, axis] for axis in (0, 1))
    colours = palette(colour_at(before, mouth.points[list(CHEEKS)]))
    paint(place.of(drawn), place.of(before), layers(shape, along, across), colours)


def bounded(points: Vectors, planes: Planes) -> Piece | None:
    """Give the rectangle around points, or None where it is outside the picture."""
    piece = piece_around(points.min(axis=0) - 3, points.max(axis=0) + 3, planes.size)
    return piece if piece.width and piece.height else None


def edge(points: NDArray[np.floating[Any]]) -> Edge:
    """Give an edge of the lips as a smooth curve through its points."""
    knots = np.arange(len(points))
    fine = np.linspace(0, len(points) - 1, 6 * (len(points) - 1) + 1)
    along = np.maximum.accumulate(np.interp(fine, knots, points[:, 0]))
    across = np.interp(fine, knots, points[:, 1])
    rounded = np.convolve(np.pad(across, 3, mode="edge"), np.hanning(9)[1:-1] / 4, "valid")
    rounded[0], rounded[-1] = across[0], across[-1]
    return Edge(along.astype(np.float32), rounded.astype(np.float32))


def colour_at(planes: Planes, points: Vectors) -> Colour:
    """Give the mean colour at some points; points outside the picture count at its border."""
    places = points.astype(int)
    return Colour(
        mean(planes.luma, places), mean(planes.blue, places // 2), mean(planes.red, places // 2)
    )


def mean(plane: Plane, places: NDArray[np.int_]) -> float:
    """Give the mean of a plane's values at places (x, y)."""
    height, width = plane.shape
    values = [plane[min(max(y, 0), height - 1), min(max(x, 0), width - 1)] for x, y in places]
    return float(np.mean(values))

"""Bends a piece of a picture smoothly so that given points come to lie at given places.

Between the points the motion is a thin plate spline, worked out on a coarse grid, which costs the
same for a small face and a large one; towards the border of the piece it fades to nothing, so
there is no seam.  Runs in the worker only.
"""

import cv2
import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from mock_server.media.planes import Plane, Planes

GRID = 44
# The share of the piece's width, at each border, in which the motion fades.
RIM = 0.12
# How far points may be missed for the sake of smoothness.
STIFFNESS = 2e-4

Field = NDArray[np.float32]  # shape (height, width, 2): for each pixel where it came from, minus it
Vectors = NDArray[np.float32]  # shape (n, 2), px


@frozen
class Piece:
    """A rectangle of a picture; all four numbers are even, as chroma needs it."""

    left: int
    top: int
    width: int
    height: int

    def of(self, planes: Planes) -> Planes:
        """Give what a picture shows there, to look at or to draw on."""
        half = Piece(self.left // 2, self.top // 2, self.width // 2, self.height // 2)
        return Planes(self.cut(planes.luma), half.cut(planes.blue), half.cut(planes.red))

    def cut(self, plane: Plane) -> Plane:
        """Give the part of one plane of full size."""
        return plane[self.top : self.top + self.height, self.left : self.left + self.width]


def piece_around(low: Vectors, high: Vectors, size: tuple[int, int]) -> Piece:
    """Give the even rectangle from one corner to the other, as far as a picture goes."""
    left, top = (max(0, int(edge)) & ~1 for edge in low)
    right, bottom = (min(limit, int(edge) + 2) & ~1 for edge, limit in zip(high, size, strict=True))
    return Piece(left, top, max(0, right - left), max(0, bottom - top))


def field_of(points: Vectors, moves: Vectors, piece: Piece) -> Field:
    """Give, on a grid over a piece, where each place comes from when points move."""
    side = float(max(piece.width, piece.height))
    corner = np.array([piece.left, piece.top], np.float32)
    targets = (points + moves - corner) / side
    weights = solved(targets, -moves / side)
    step = np.array([piece.width, piece.height]) / GRID
    xs, ys = (((np.arange(GRID) + 0.5) * length - 0.5) / side for length in step)
    places = np.stack(np.meshgrid(xs, ys), axis=-1).reshape(-1, 2).astype(np.float32)
    basis = np.hstack([kernel(places, targets), affine(places)])
    field = (basis @ weights).reshape(GRID, GRID, 2) * np.float32(side)
    return (field * rim()[:, :, None]).astype(np.float32)


def solved(targets: Vectors, values: Vectors) -> NDArray[np.float32]:
    """Solve for the spline that has values at targets: a weight for each, and an affine part."""
    count = len(targets)
    system = np.zeros((count + 3, count + 3), np.float64)
    system[:count, :count] = kernel(targets, targets)
    system[:count, :count] += STIFFNESS * np.eye(count)
    system[:count, count:] = affine(targets)
    system[count:, :count] = system[:count, count:].T
    wanted = np.zeros((count + 3, 2), np.float64)
    wanted[:count] = values
    return np.linalg.solve(system, wanted).astype(np.float32)


def kernel(places: Vectors, nodes: Vectors) -> NDArray[np.float32]:
    """Give the thin plate's r^2 log r between places and nodes."""
    lengths = np.einsum("ij,ij->i", places, places), np.einsum("ij,ij->i", nodes, nodes)
    squared = lengths[0][:, None] + lengths[1][None, :] - 2 * (places @ nodes.T)
    np.maximum(squared, 1e-9, out=squared)
    squared *= cv2.log(squared)
    return np.asarray(squared, np.float32)


def affine(places: Vectors) -> NDArray[np.float32]:
    """Give the columns of the part that is the same everywhere."""
    return np.column_stack([np.ones(len(places)), places]).astype(np.float32)


def rim() -> NDArray[np.float32]:
    """Give the weight of the motion on the grid: 1 inside, 0 at the border, smooth between."""
    way = (np.arange(GRID) + 0.5) / GRID
    rise = np.clip(np.minimum(way, 1 - way) / RIM, 0, 1)
    smooth = (rise * rise * (3 - 2 * rise)).astype(np.float32)
    return np.outer(smooth, smooth)


def bent(source: Planes, field: Field) -> Planes:
    """Give a piece of a picture as a field moves it."""
    return Planes(
        moved(source.luma, field, 1, cv2.INTER_CUBIC),
        moved(source.blue, field, 2, cv2.INTER_LINEAR),
        moved(source.red, field, 2, cv2.INTER_LINEAR),
    )


def moved(plane: Plane, field: Field, shrunk: int, interpolation: int) -> Plane:
    """Move one plane, whose pixels are `shrunk` times as large as those of the field."""
    height, width = plane.shape
    fine = cv2.resize(field, (width, height), interpolation=cv2.INTER_LINEAR) / np.float32(shrunk)
    xs = fine[:, :, 0] + np.arange(width, dtype=np.float32)
    ys = fine[:, :, 1] + np.arange(height, dtype=np.float32)[:, None]
    result = cv2.remap(plane, xs, ys, interpolation, borderMode=cv2.BORDER_REPLICATE)
    return result.astype(np.uint8, copy=False)

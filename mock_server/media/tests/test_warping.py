"""Pieces of pictures are bent where they should be, and nowhere else."""

import pytest

pytest.importorskip("av", reason="needs the [media] extra")
pytest.importorskip("cv2", reason="needs the [media] extra")
pytest.importorskip("numpy", reason="needs the [media] extra")

import numpy as np

from mock_server.media.planes import Planes
from mock_server.media.warping import GRID, Piece, bent, field_of, piece_around

PIECE = Piece(0, 0, 200, 160)
RING = np.array([[x, y] for x in (20, 100, 180) for y in (20, 80, 140) if (x, y) != (100, 80)])
POINTS = np.vstack([RING, [[100, 80]]]).astype(np.float32)


def moves(x: float, y: float) -> "np.ndarray[tuple[int, int], np.dtype[np.float32]]":
    """Move the middle point only."""
    away = np.zeros_like(POINTS)
    away[-1] = x, y
    return away


def dotted() -> Planes:
    """Give a grey picture with a bright square in the middle and one in a corner."""
    luma = np.full((160, 200), 90, np.uint8)
    luma[76:85, 96:105] = luma[2:11, 2:11] = 220
    half = np.full((80, 100), 128, np.uint8)
    return Planes(luma, half, half)


def middle(luma: "np.ndarray[tuple[int, int], np.dtype[np.uint8]]") -> tuple[float, float]:
    """Give the centre (x, y) of what is bright in the middle of a picture."""
    ys, xs = np.nonzero(luma[40:120, 60:140] > 160)
    return float(xs.mean()) + 60, float(ys.mean()) + 40


def test_a_point_goes_where_it_should() -> None:
    """What was at a point is where the point was moved to, within half a pixel."""
    result = bent(dotted(), field_of(POINTS, moves(6, 9), PIECE))

    assert middle(result.luma) == pytest.approx((106, 89), abs=0.6)


def test_without_a_move_nothing_changes() -> None:
    """The still field is the identity, to the bit."""
    source = dotted()

    result = bent(source, field_of(POINTS, moves(0, 0), PIECE))

    assert all((one == other).all() for one, other in zip(source.all, result.all, strict=True))


def test_the_border_stays() -> None:
    """At the border of a piece there is no motion, so that no seam can be seen."""
    field = field_of(POINTS, moves(6, 9), PIECE)

    border = np.concatenate([field[0], field[-1], field[:, 0], field[:, -1]])
    assert np.abs(border).max() < 0.05
    assert np.abs(field[GRID // 2, GRID // 2]).max() > 5


def test_a_piece_is_even_and_inside() -> None:
    """Corners outside the picture are cut off, and chroma pixels are never split."""
    piece = piece_around(np.array([-5.0, 7.3]), np.array([33.3, 900.0]), (320, 240))

    assert piece == Piece(0, 6, 34, 234)

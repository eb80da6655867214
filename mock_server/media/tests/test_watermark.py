"""The mark in the corner of watermarked copies."""

import pytest

pytest.importorskip("av", reason="needs the [media] extra")
pytest.importorskip("cv2", reason="needs the [media] extra")
pytest.importorskip("numpy", reason="needs the [media] extra")

import numpy as np

from mock_server.media.planes import Planes
from mock_server.media.watermark import mark_for, marked


def grey(width: int, height: int) -> Planes:
    """Give a picture in one colour."""
    half = np.full((height // 2, width // 2), 100, np.uint8)
    return Planes(np.full((height, width), 130, np.uint8), half, half.copy())


@pytest.mark.parametrize("size", [(1280, 720), (720, 1280), (1920, 1080), (320, 180), (64, 48)])
def test_the_mark_is_seen_in_the_corner(size: tuple[int, int]) -> None:
    """It fits into pictures of every size, and is written in light on dark."""
    plain = grey(*size)

    copy = marked(plain, mark_for(size))

    rows, columns = np.nonzero(plain.luma != copy.luma)
    assert rows.min() > size[1] / 2
    assert columns.min() >= 0
    assert copy.luma.max() > 150
    assert copy.luma.min() < 110


def test_the_plain_picture_stays_plain() -> None:
    """The mark is drawn on a copy."""
    plain = grey(320, 180)

    marked(plain, mark_for((320, 180)))

    assert (plain.luma == 130).all()
    assert (plain.blue == 100).all()

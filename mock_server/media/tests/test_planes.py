"""Pictures as planes: the same picture, whatever way it was stored."""

import pytest

pytest.importorskip("av", reason="needs the [media] extra")
pytest.importorskip("cv2", reason="needs the [media] extra")
pytest.importorskip("numpy", reason="needs the [media] extra")

import av
import numpy as np

from mock_server.media.planes import Planes, frame_of, planes_of, turned


def test_planes_become_the_same_frame() -> None:
    """What was taken out of a frame can be put into one, byte by byte."""
    luma = np.arange(32 * 48, dtype=np.uint32).reshape(32, 48).astype(np.uint8)
    planes = Planes(luma, luma[:16, :24] // 2, luma[16:, 24:])

    again = planes_of(frame_of(planes))

    assert all((one == other).all() for one, other in zip(planes.all, again.all, strict=True))


def test_a_copy_may_be_drawn_on() -> None:
    """Drawing on a copy leaves the original alone."""
    frame = av.VideoFrame.from_ndarray(np.full((8, 8, 3), 90, np.uint8), "rgb24")
    planes = planes_of(frame)
    before = planes.luma.copy()

    planes.copy().luma[:] = 0

    assert (planes.luma == before).all()


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_turning_is_that_of_numpy(quarters: int) -> None:
    """All planes are turned counter-clockwise by quarters."""
    luma = np.random.default_rng(1).integers(0, 255, (8, 12), np.uint8)
    planes = turned(Planes(luma, luma[:4, :6], luma[4:, 6:]), quarters)

    assert (planes.luma == np.rot90(luma, quarters)).all()
    assert (planes.blue == np.rot90(luma[:4, :6], quarters)).all()


def test_sixteen_bit_pictures_become_eight_bit() -> None:
    """Deep colours are brought to 8 bits and half-size chroma."""
    deep = np.full((8, 8, 3), 30_000, np.uint16)

    planes = planes_of(av.VideoFrame.from_ndarray(deep, "rgb48le"))

    assert planes.luma.dtype == np.uint8
    assert planes.blue.shape == (4, 4)

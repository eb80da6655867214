"""Where the tracker has a face, between its looks."""

import pytest

pytest.importorskip("av", reason="needs the [media] extra")
pytest.importorskip("cv2", reason="needs the [media] extra")
pytest.importorskip("numpy", reason="needs the [media] extra")

from mock_server.media.mesh import MARGIN, View
from mock_server.media.whereabouts import Place, Whereabouts

FACE = Whereabouts("0", 200, 1200, (Place(200, 100, 50, 40), Place(700, 200, 70, 60)))


@pytest.mark.parametrize("at_ms", [0, 199.9, 1200, 5000])
def test_outside_its_interval_a_face_is_nowhere(at_ms: float) -> None:
    """Before the face comes and after it went there is no place."""
    assert FACE.view(at_ms) is None


@pytest.mark.parametrize(
    ("at_ms", "x", "y", "side"),
    [(200, 100, 50, 40), (450, 150, 60, 50), (700, 200, 70, 60), (1100, 200, 70, 60)],
)
def test_between_two_looks_a_face_goes_straight(
    at_ms: float, x: float, y: float, side: float
) -> None:
    """Places are interpolated; behind the last one the face stays there."""
    assert FACE.view(at_ms) == View(x, y, MARGIN * side)

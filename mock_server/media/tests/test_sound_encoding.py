"""How loud a sound may get that was through an encoder."""

import pytest

pytest.importorskip("av", reason="needs the [media] extra")
pytest.importorskip("cv2", reason="needs the [media] extra")
pytest.importorskip("numpy", reason="needs the [media] extra")

import numpy as np

from mock_server.media.sound import Samples, Sound, limited
from mock_server.media.sound_encoding import decoded, encoded, peaks

HZ = 48_000
TIMES = np.arange(HZ) / HZ


def square(level: float) -> Samples:
    """Give a square wave through the limiter."""
    wave = level * np.sign(np.sin(2 * np.pi * 220 * TIMES))
    return limited(np.stack([wave, wave]).astype(np.float32))


@pytest.mark.parametrize("level", [1.0, 2.0, 4.0])
def test_no_decoded_sample_is_over_full_scale(level: float) -> None:
    """The worst that the limiter lets through does not overshoot after AAC."""
    file = encoded(Sound(square(level), HZ))

    assert 0.3 < peaks(decoded(file, HZ)).max() <= 1


def test_what_is_not_loud_keeps_its_level() -> None:
    """Relief from an overshoot is local: what is far from it keeps its level within 3 %."""
    sound = square(2.0)
    quiet = 0.2 * np.sin(2 * np.pi * 440 * TIMES[HZ // 2 :])
    sound[:, HZ // 2 :] = quiet

    heard = decoded(encoded(Sound(sound, HZ)), HZ)[0, -HZ // 3 :]

    said = quiet[-HZ // 3 :]
    assert float(heard @ said / (said @ said)) == pytest.approx(1, abs=0.03)

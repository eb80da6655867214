"""What a mouth does while sounds of known loudness are heard."""

import pytest

pytest.importorskip("av", reason="needs the [media] extra")
pytest.importorskip("cv2", reason="needs the [media] extra")
pytest.importorskip("numpy", reason="needs the [media] extra")

import numpy as np

from mock_server.media.articulation import SMOOTHING_MS, Articulation, articulation
from mock_server.media.sound import Sound

HZ = 48_000


def tone(hertz: float, loudness: list[float]) -> Sound:
    """Give a tone whose level changes every 200 ms."""
    level = np.repeat(np.array(loudness, np.float32), HZ // 5)
    wave = level * np.sin(2 * np.pi * hertz * np.arange(len(level)) / HZ).astype(np.float32)
    return Sound(np.stack([wave, wave]).astype(np.float32), HZ)


def openings(said: Articulation, count: int) -> list[float]:
    """Read the opening in the middle of each 200 ms."""
    return [said.at(0.1 + 0.2 * number)[0] for number in range(count)]


def test_louder_is_wider() -> None:
    """The opening is the bent envelope: 0 in silence, 1 at the loudest, in order between."""
    said = articulation(tone(300, [0, 0.1, 0.2, 0.4, 0.4, 0]))

    silent, quiet, middle, loud, louder, end = openings(said, 6)
    assert silent == end == 0
    assert 0.1 < quiet < 0.4 < middle < 0.75 < loud <= 1
    assert louder == pytest.approx(1, abs=0.02)


def test_the_volume_does_not_matter() -> None:
    """A speech that is half as loud all along opens the mouth as widely."""
    levels = [0.1, 0.4, 0.2, 0.0, 0.3]

    one, other = (
        articulation(tone(300, [factor * level for level in levels])) for factor in (1, 0.5)
    )

    assert openings(one, 5) == pytest.approx(openings(other, 5), abs=1e-3)


def test_silence_is_no_speech() -> None:
    """Noise that nobody hears does not become the loudest sound."""
    assert openings(articulation(tone(300, [0.0005, 0.0, 0.0005])), 3) == [0, 0, 0]


def test_smoothing_is_not_late() -> None:
    """A sound opens the mouth as much before its start as behind its end."""
    said = articulation(tone(300, [0, 0, 0.4, 0.4, 0, 0]))

    reach = SMOOTHING_MS / 2000
    assert said.at(0.4 - 1.2 * reach)[0] == said.at(0.8 + 1.2 * reach)[0] == 0
    for offset in (0.01, 0.02, 0.04):
        before, behind = said.at(0.4 - offset)[0], said.at(0.8 + offset)[0]
        assert before == pytest.approx(behind, abs=0.05)


def test_outside_the_speech_the_mouth_is_closed() -> None:
    """Before the speech and behind it nothing opens."""
    said = articulation(tone(300, [0.4, 0.4]))

    assert said.at(-0.1) == said.at(0.6) == (0, 0)


def test_low_sounds_are_round_and_hisses_are_spread() -> None:
    """A vowel like u rounds the lips, an s spreads them."""
    (_, low), (_, high) = (articulation(tone(hz, [0.3] * 3)).at(0.3) for hz in (250, 5000))

    assert low > 0.5
    assert high < -0.5

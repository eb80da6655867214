"""When a face speaks, and when it is left alone."""

import pytest

pytest.importorskip("av", reason="needs the [media] extra")
pytest.importorskip("cv2", reason="needs the [media] extra")
pytest.importorskip("numpy", reason="needs the [media] extra")

from pathlib import Path

import numpy as np

from mock_server.media.neighbours import Neighbourhood
from mock_server.media.performance import FADE_FRAMES, Shot, presence
from mock_server.media.planes import Planes
from mock_server.media.ports import RenderJob
from mock_server.media.rendering import render
from mock_server.media.tests.clips import HEIGHT, WIDTH, Clip, noise, save_sound, save_video
from mock_server.media.tests.measuring import gap_changes

NOTHING = Planes(*(np.zeros((2, 2), np.uint8) for _ in range(3)))


def shots(seen: str) -> tuple[Shot, ...]:
    """Give shots from a picture of them: s is seen, h is hidden, - is outside the speech."""
    face = np.zeros((468, 2), np.float32)
    return tuple(
        Shot(number, 1, number / 25, NOTHING, kind != "-", face if kind == "s" else None)
        for number, kind in enumerate(seen)
    )


def test_a_face_that_is_seen_speaks_fully() -> None:
    """Neither the frames before the speech nor those behind it make it quieter."""
    assert presence(Neighbourhood(shots("--sss-"), 3)) == 1


def test_a_face_fades_before_it_is_hidden_and_after() -> None:
    """The nearer a hidden frame is, the less the mouth opens, on both sides alike."""
    around = shots("h" + FADE_FRAMES * "s" + "h")

    shares = [presence(Neighbourhood(around, number)) for number in range(len(around))]

    assert shares[0] == shares[-1] == 0
    assert shares == shares[::-1]
    assert all(0 < share < 1 for share in shares[1:-1])


def test_a_mouth_that_is_out_of_sight_is_not_drawn(tmp_path: Path) -> None:
    """While the chosen face is away nothing else gets its mouth, and it speaks again after."""
    x, y = WIDTH // 2, HEIGHT // 2
    gone = range(1200, 1800)
    video = save_video(tmp_path / "gone.mp4", Clip(3000, lambda ms: [] if ms in gone else [(x, y)]))
    speech = save_sound(tmp_path / "speech.wav", noise(3000, 0.2, seed=3))
    target = tmp_path / "result.mp4"

    render(RenderJob(video, speech, target, None, "0", 0, 3000, 0, 1.0, 0.0))

    times, changes = gap_changes(video, target, lambda _x, _y: True)
    assert np.isnan(changes[(times >= 1.2) & (times < 1.8)]).all()
    assert np.nanmean(changes[times < 1.0]) > 0.05
    assert np.nanmean(changes[times > 2.0]) > 0.05
    assert changes[(times >= 1.16) & (times < 1.2)] < np.nanmean(changes[times < 1.0])

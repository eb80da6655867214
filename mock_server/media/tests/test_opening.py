"""What a file may cost before it is blamed."""

from pathlib import Path
from types import MappingProxyType

import pytest

pytest.importorskip("av", reason="needs the [media] extra")
pytest.importorskip("cv2", reason="needs the [media] extra")
pytest.importorskip("numpy", reason="needs the [media] extra")

from mock_server.media import opening
from mock_server.media.opening import (
    Part,
    Undecodable,
    audio_track,
    opened,
    pictures,
    sounds,
    video_track,
)
from mock_server.media.tests.clips import HEIGHT, WIDTH, Clip, noise, save_sound, save_video


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a video of 25 frames with sound."""
    path = tmp_path_factory.mktemp("opening") / "clip.mp4"
    return save_video(path, Clip(1000, sound=noise(1000, 0.1, seed=1)))


def frames_of(path: Path) -> int:
    """Count what can be decoded."""
    with opened(path, Part.VIDEO) as container:
        return sum(1 for _ in pictures(container, video_track(container)))


def samples_of(path: Path) -> int:
    """Count what can be decoded."""
    with opened(path, Part.AUDIO) as container:
        track = audio_track(container)
        assert track is not None
        return sum(frame.samples for frame in sounds(container, track))


def test_a_video_within_its_bounds_is_decoded_whole(
    clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The most that is allowed is allowed."""
    monkeypatch.setattr(opening, "MOST_FRAMES", 25)
    monkeypatch.setattr(opening, "MOST_SECONDS", 1)

    assert frames_of(clip) == 25


@pytest.mark.parametrize(
    ("bound", "most", "reason"),
    [
        ("MOST_FRAMES", 24, "more than 24 frames"),
        ("MOST_SECONDS", 0.9, "says it lasts 1 s"),
        ("MOST_PIXELS", WIDTH * HEIGHT - 1, ""),
        ("OPTIONS", MappingProxyType({"protocol_whitelist": "file", "max_streams": "1"}), ""),
    ],
)
def test_a_video_beyond_a_bound_is_blamed(
    clip: Path, monkeypatch: pytest.MonkeyPatch, bound: str, most: object, reason: str
) -> None:
    """Too many frames, seconds, pixels or tracks are the video's fault."""
    monkeypatch.setattr(opening, bound, most)

    with pytest.raises(Undecodable, match=f"^video: .*{reason}"):
        frames_of(clip)


def test_an_endless_sound_is_blamed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A small file may hold hours of silence, and nobody waits for its end."""
    path = save_sound(tmp_path / "long.mp3", noise(3000, 0.1, seed=1))
    monkeypatch.setattr(opening, "MOST_SAMPLES", 96_000)

    with pytest.raises(Undecodable, match=r"^audio: .*more than 96000 samples"):
        samples_of(path)

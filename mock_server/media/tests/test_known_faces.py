"""What is remembered of a video: the same as watching it again tells, and not for ever."""

import os
from pathlib import Path

import attrs
import pytest

pytest.importorskip("av", reason="needs the [media] extra")
pytest.importorskip("cv2", reason="needs the [media] extra")
pytest.importorskip("numpy", reason="needs the [media] extra")

from mock_server.media import known_faces
from mock_server.media.faces import Watch, watched
from mock_server.media.known_faces import KnownFaces
from mock_server.media.ports import RenderJob
from mock_server.media.rendering import render
from mock_server.media.tests.clips import Clip, noise, save_sound, save_video
from mock_server.media.whereabouts import seen_in

LENGTH_MS = 2000
LEFT, RIGHT = (180, 180), (460, 180)


@pytest.fixture
def video(tmp_path: Path) -> Path:
    """Give a video of two faces, of whom the second comes late."""
    clip = Clip(LENGTH_MS, lambda ms: [LEFT, (RIGHT[0] + ms // 50, RIGHT[1])][: 1 + (ms >= 600)])
    return save_video(tmp_path / "video.mp4", clip)


@pytest.fixture
def watches(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Give the list of the videos that are watched from now on."""
    paths: list[Path] = []

    def counted(path: Path, duration_ms: int | None) -> Watch:
        paths.append(path)
        return watched(path, duration_ms)

    monkeypatch.setattr(known_faces, "watched", counted)
    return paths


def test_what_is_known_is_what_watching_tells(video: Path, watches: list[Path]) -> None:
    """After a video was identified its faces are found without watching, and are the same."""
    known = KnownFaces()

    found = known.find(video, LENGTH_MS)

    places = known.places(video)
    assert watches == [video]
    assert places == seen_in(video)
    assert [face.face_id for face in places] == [face.face.face_id for face in found] == ["0", "1"]


def test_an_unknown_video_is_watched_once(video: Path, watches: list[Path]) -> None:
    """A process that did not identify a video finds its faces all the same."""
    known = KnownFaces()

    assert known.places(video) == known.places(video) == seen_in(video)
    assert watches == [video]


def test_the_results_are_the_same_to_the_byte(video: Path, tmp_path: Path) -> None:
    """A result does not tell whether the faces were known before, however early the speech ends."""
    speech = save_sound(tmp_path / "speech.wav", noise(LENGTH_MS, 0.2, seed=3))
    cold = RenderJob(video, speech, tmp_path / "cold.mp4", None, "1", 0, 900, 700, 1.0, 1.0)
    warm = attrs.evolve(cold, target=tmp_path / "warm.mp4")
    known = KnownFaces()
    known.find(video, LENGTH_MS)

    render(cold)
    render(warm, known.places)

    assert cold.target.read_bytes() == warm.target.read_bytes()


def test_a_changed_file_is_watched_again(video: Path, watches: list[Path]) -> None:
    """Other bytes under the same name have faces of their own."""
    known = KnownFaces()
    known.find(video, LENGTH_MS)
    save_video(video, Clip(LENGTH_MS, lambda _: [LEFT]))

    assert len(known.places(video)) == 1
    assert len(watches) == 2


def test_a_file_that_is_only_newer_is_watched_again(video: Path, watches: list[Path]) -> None:
    """The same length and another time may be other bytes."""
    known = KnownFaces()
    known.find(video, LENGTH_MS)
    os.utime(video, ns=(1, 1))

    known.places(video)

    assert len(watches) == 2


@pytest.mark.parametrize("bound", ["MOST_VIDEOS", "MOST_PLACES"])
def test_the_oldest_video_is_forgotten(
    video: Path, watches: list[Path], monkeypatch: pytest.MonkeyPatch, bound: str
) -> None:
    """There is room for so many videos, and for so many places of all of them together."""
    known = KnownFaces()
    known.find(video, LENGTH_MS)
    room = {"MOST_VIDEOS": 1, "MOST_PLACES": sum(len(face.places) for face in known.places(video))}
    monkeypatch.setattr(known_faces, bound, room[bound])
    other = video.with_name("other.mp4")
    other.write_bytes(video.read_bytes())

    known.places(other)
    known.places(other)
    known.places(video)

    assert watches == [video, other, video]

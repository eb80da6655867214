"""Who is found in drawn videos."""

import struct
from pathlib import Path

import pytest

pytest.importorskip("cv2", reason="needs the [media] extra")
pytest.importorskip("numpy", reason="needs the [media] extra")
pytest.importorskip("av", reason="needs the [media] extra")

import cv2
import numpy as np

from mock_server.media.faces import find_faces
from mock_server.media.opening import Undecodable
from mock_server.media.tests.clips import HEIGHT, Clip, save_video

LEFT, RIGHT = (180, HEIGHT // 2), (460, HEIGHT // 2)


def test_a_face_all_along_lasts_as_long_as_the_video(tmp_path: Path) -> None:
    """A face in the first and the last sample is there from 0 to the end."""
    path = save_video(tmp_path / "one.mp4", Clip(2240, lambda _: [LEFT]))

    (found,) = find_faces(path, 2240)

    assert (found.face.face_id, found.face.start_time, found.face.end_time) == ("0", 0, 2240)


def test_two_faces_are_numbered_in_order_of_appearance(tmp_path: Path) -> None:
    """Who is seen first is 0, also when the other stands further left."""
    path = save_video(
        tmp_path / "two.mp4", Clip(4000, lambda ms: [RIGHT] if ms < 1800 else [LEFT, RIGHT])
    )

    faces = [found.face for found in find_faces(path, 4000)]

    assert [(face.face_id, face.start_time, face.end_time) for face in faces] == [
        ("0", 0, 4000),
        ("1", 1800, 4000),
    ]


def test_an_appearance_is_known_to_the_frame(tmp_path: Path) -> None:
    """Starts and ends are those of frames."""
    path = save_video(
        tmp_path / "part.mp4", Clip(5000, lambda ms: [LEFT] if 1200 <= ms < 3700 else [])
    )

    (found,) = find_faces(path, 5000)

    assert (found.face.start_time, found.face.end_time) == (1200, 3720)


def test_a_face_that_comes_back_later_is_a_new_one(tmp_path: Path) -> None:
    """After an absence of more than 1000 ms the same face gets another id."""
    path = save_video(
        tmp_path / "back.mp4", Clip(5000, lambda ms: [] if 1000 <= ms < 3000 else [LEFT])
    )

    faces = [found.face for found in find_faces(path, 5000)]

    assert [face.face_id for face in faces] == ["0", "1"]


def test_a_video_without_a_face_has_none(tmp_path: Path) -> None:
    """An empty scene gives nothing."""
    path = save_video(tmp_path / "none.mp4", Clip(2000))

    assert find_faces(path, 2000) == ()


def test_a_passer_by_does_not_count(tmp_path: Path) -> None:
    """A face of less than 17 px in the picture of 640 px that the detector sees is not found."""
    path = save_video(tmp_path / "small.mp4", Clip(1000, lambda _: [LEFT], face_height=14))

    assert find_faces(path, 1000) == ()


def test_the_picture_of_a_face_shows_it(tmp_path: Path) -> None:
    """The JPEG is a square of 256 px in whose middle the face is."""
    path = save_video(tmp_path / "one.mp4", Clip(1000, lambda _: [LEFT]))

    (found,) = find_faces(path, 1000)

    picture = cv2.imdecode(np.frombuffer(found.picture, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    assert picture.shape == (256, 256, 3)
    blue, _, red = picture[128, 128].tolist()
    assert red > blue + 40


def test_a_phone_video_is_looked_at_the_way_it_is_shown(tmp_path: Path) -> None:
    """A face that lies on its side in the coded picture stands upright after the rotation."""
    path = save_video(tmp_path / "turned.mp4", Clip(1000, lambda _: [LEFT], turned=True))
    data = bytearray(path.read_bytes())
    matrix = data.index(b"tkhd") + 44
    quarter_turn = (0, 1 << 16, 0, -1 << 16, 0, 0, 0, 0, 1 << 30)
    data[matrix : matrix + 36] = struct.pack(">9i", *quarter_turn)
    path.write_bytes(data)

    assert [found.face.face_id for found in find_faces(path, 1000)] == ["0"]


def test_a_video_that_was_cut_off_is_blamed(tmp_path: Path) -> None:
    """A file whose pictures end long before its header says is damaged, not short."""
    path = save_video(tmp_path / "cut.mp4", Clip(4000, lambda _: [LEFT], index_first=True))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])

    with pytest.raises(Undecodable, match=r"^video: "):
        find_faces(path, 4000)


def test_a_playlist_is_not_opened(tmp_path: Path) -> None:
    """A text that names another file is refused by its bytes, whatever its name."""
    save_video(tmp_path / "secret.mp4", Clip(1000, lambda _: [LEFT]))
    playlist = tmp_path / "list.mp4"
    playlist.write_text("ffconcat version 1.0\nfile 'secret.mp4'\n")

    with pytest.raises(Undecodable, match="no medium"):
        find_faces(playlist, 1000)

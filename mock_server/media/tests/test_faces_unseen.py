"""Faces in clips of many kinds: short, small, tilted, exchanged, in any format; and no faces."""

from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest

pytest.importorskip("av", reason="needs the [media] extra")
pytest.importorskip("cv2", reason="needs the [media] extra")
pytest.importorskip("numpy", reason="needs the [media] extra")

import cv2
import numpy as np

from mock_server.media.faces import tracked_faces
from mock_server.media.tests.clips import Picture
from mock_server.media.tests.staged import FRONT, TURNED, Course, Part, Portrait, Stage, Who, stage
from mock_server.samples.drawn_face import ONE, OTHER, Person

THIRD = Person((226, 184, 160), (200, 156, 132), (234, 196, 174), hair=(200, 160, 90))
UNEVEN = (0, 30, 95, 110, 180, 260, 300, 345, 400, 430, 500, 590, 640, 700, 760, 850, 900, 960)
NTSC = Fraction(30000, 1001)


def intervals(path: Path) -> list[tuple[int, int]]:
    """Give the interval of each face."""
    return [(one.face.start_time, one.face.end_time) for one in tracked_faces(path)]


def high(height: float) -> Course:
    """Stay as large."""
    return lambda _: height


def seen(who: Who, enters_ms: float = 0, leaves_ms: float = 1 << 30, *, x: float = 320) -> Part:
    """Give somebody who stands still."""
    return Part(who, x, 170, high(130), enters_ms, leaves_ms)


@pytest.mark.parametrize(("who", "enters"), [(ONE, 560), (FRONT, 680), (TURNED, 280)])
@pytest.mark.parametrize("lasts", [240, 320])
def test_a_face_of_a_quarter_second_is_found(
    tmp_path: Path, who: Who, enters: int, lasts: int
) -> None:
    """Wherever it falls between the looks, its start and end are known to the frame."""
    path = stage(tmp_path / "a.mp4", 1200, [seen(who, enters, enters + lasts)])

    assert intervals(path) == [(enters, enters + lasts)]


def test_a_short_face_beside_a_long_one_is_found(tmp_path: Path) -> None:
    """A face that stays does not hide that another came and went."""
    path = stage(tmp_path / "a.mp4", 1400, [seen(FRONT, x=160), seen(ONE, 760, 1000, x=480)])

    assert intervals(path) == [(0, 1400), (760, 1000)]


@pytest.mark.parametrize("lasts", [40, 80, 160])
def test_a_flash_is_nobody(tmp_path: Path, lasts: int) -> None:
    """What is shown for less than 200 ms is taken for an error of the detector."""
    assert intervals(stage(tmp_path / "a.mp4", 800, [seen(FRONT, 240, 240 + lasts)])) == []


@pytest.mark.parametrize("rate", [12, 24, NTSC, 50, 60])
def test_every_rate_has_its_frames(tmp_path: Path, rate: Fraction) -> None:
    """Whatever the frame rate, start and end are those of frames."""
    on = Stage(rate=Fraction(rate))
    times = [float(at_ms) for at_ms in on.moments(1200)]
    first, behind = times[len(times) // 4], times[len(times) * 3 // 4]

    path = stage(tmp_path / "a.mp4", 1200, [seen(ONE, first, behind)], on)

    assert intervals(path) == [(round(first), round(behind))]


def test_frames_of_uneven_length_have_their_own_times(tmp_path: Path) -> None:
    """The times are those in the file."""
    path = stage(tmp_path / "a.mp4", 0, [seen(TURNED, 180, 700)], Stage(times=UNEVEN))

    assert intervals(path) == [(180, 700)]


@pytest.mark.parametrize(
    ("width", "height", "turned"),
    [(360, 640, 0), (1920, 1080, 0), (640, 360, 90), (360, 640, 180), (640, 360, 270)],
)
def test_every_format_is_looked_at_upright(
    tmp_path: Path, width: int, height: int, turned: int
) -> None:
    """Landscape, portrait and turned pictures show the same face at the same place."""
    part = Part(FRONT, width / 2, height / 2, high(min(width, height) * 0.35), 160)

    path = stage(tmp_path / "a.mp4", 480, [part], Stage(width, height, turned=turned))

    (found,) = tracked_faces(path)
    assert (found.face.start_time, found.face.end_time) == (160, 480)
    centre = found.sightings[0].box.centre
    assert centre == pytest.approx((width / 2, height / 2), abs=0.05 * height)


@pytest.mark.parametrize("who", [ONE, TURNED])
def test_a_small_face_counts(tmp_path: Path, who: Who) -> None:
    """52 px of 720 are enough where the detector is sure, and 330 of 360 are not too much."""
    on = Stage(1280, 720)
    small = stage(tmp_path / "a.mp4", 400, [Part(who, 500, 300, high(52))], on)
    large = stage(tmp_path / "b.mp4", 400, [Part(who, 320, 180, high(330))])

    assert (intervals(small), intervals(large)) == ([(0, 400)], [(0, 400)])


@pytest.mark.parametrize("tilt", [-30.0, 30.0])
@pytest.mark.parametrize("light", [0.25, 1.6])
@pytest.mark.parametrize("who", [ONE, FRONT])
def test_tilted_faces_in_any_light_are_found(
    tmp_path: Path, who: Who, tilt: float, light: float
) -> None:
    """30 degrees to either side, dark or bright."""
    part = Part(who, 320, 170, high(130), 80, tilt=lambda _: tilt, light=lambda _: light)

    assert intervals(stage(tmp_path / "a.mp4", 320, [part])) == [(80, 320)]


def bricks(width: int, height: int, _: int) -> Picture:
    """A wall."""
    picture = np.full((height, width, 3), (190, 185, 175), np.uint8)
    random = np.random.default_rng(1)
    for row, y in enumerate(range(0, height, 34)):
        for x in range(-80 + row % 2 * 45, width, 90):
            red = int(random.integers(120, 175))
            cv2.rectangle(picture, (x, y), (x + 84, y + 28), (red, red // 2, red // 3), -1)
    return picture


def leaves(width: int, height: int, number: int) -> Picture:
    """A bush in the wind."""
    return np.roll(bush(width, height), number, axis=1)


@cache
def bush(width: int, height: int) -> Picture:
    """Leaves upon leaves."""
    picture = np.full((height, width, 3), (30, 50, 25), np.uint8)
    random = np.random.default_rng(2)
    for _ in range(800):
        x, y, long, wide, angle, green = (int(part) for part in random.integers(8, 640, 6))
        axes, colour = (8 + long % 36, 4 + wide % 14), (30 + green % 90, 80 + green % 110, 40)
        cv2.ellipse(picture, (x, y), axes, angle, 0, 360, colour, -1, cv2.LINE_AA)
    return picture


def text(width: int, height: int, _: int) -> Picture:
    """A page."""
    picture = np.full((height, width, 3), 250, np.uint8)
    random = np.random.default_rng(3)
    for y in range(20, height, 26):
        line = "".join(chr(code) for code in random.integers(40, 122, 90))
        cv2.putText(picture, line, (5, y), cv2.FONT_HERSHEY_SIMPLEX, 0.6, (20, 20, 20))
    return picture


def noise(width: int, height: int, number: int) -> Picture:
    """No signal."""
    random = np.random.default_rng(number)
    return random.integers(0, 255, (height, width, 3), dtype=np.uint8)


@pytest.mark.parametrize("background", [bricks, leaves, text, noise])
def test_textures_are_no_faces_and_hide_none(tmp_path: Path, background: object) -> None:
    """Behind a face they change nothing, and alone they are nobody."""
    assert callable(background)
    on = Stage(background=background)

    assert intervals(stage(tmp_path / "a.mp4", 600, [], on)) == []
    assert intervals(stage(tmp_path / "b.mp4", 600, [seen(FRONT, 200)], on)) == [(200, 600)]


@pytest.mark.parametrize(
    ("one", "other"), [(ONE, THIRD), (ONE, OTHER), (FRONT, TURNED), (TURNED, ONE)]
)
@pytest.mark.parametrize("background", [None, leaves])
def test_who_takes_the_place_of_another_is_another(
    tmp_path: Path, one: Who, other: Who, background: object
) -> None:
    """Whoever comes for less than a second changes no id: the first one keeps it afterwards."""
    assert background is None or callable(background)
    parts = [seen(one, 0, 520), seen(other, 520, 1000), seen(one, 1000)]

    path = stage(tmp_path / "a.mp4", 1400, parts, Stage(background=background))

    assert intervals(path) == [(0, 1400), (520, 1000)]


@pytest.mark.parametrize("who", [ONE, OTHER, FRONT, TURNED])
def test_a_person_who_changes_stays_one(tmp_path: Path, who: Portrait | Person) -> None:
    """Light, tilt and distance do not make another face."""
    part = Part(
        who,
        320,
        170,
        lambda ms: 130 + 50 * np.sin(ms / 500),
        tilt=lambda ms: 25 * np.sin(ms / 400),
        light=lambda ms: 0.75 + 0.4 * np.cos(ms / 600),
    )

    assert intervals(stage(tmp_path / "a.mp4", 2000, [part])) == [(0, 2000)]

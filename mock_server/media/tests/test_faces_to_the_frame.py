"""When faces come and go, to the frame, in scenes where the truth is known."""

from itertools import pairwise
from pathlib import Path

import pytest

pytest.importorskip("av", reason="needs the [media] extra")
pytest.importorskip("cv2", reason="needs the [media] extra")
pytest.importorskip("numpy", reason="needs the [media] extra")

from kling_lipsync.media import Video
from kling_lipsync.probing.probe import probe_video
from mock_server.media.faces import find_faces, tracked_faces
from mock_server.media.tests.acted import FRAME_MS, HALF_WIDTH, ONE, OTHER, Actor, Course, act
from mock_server.media.tests.clips import HEIGHT, WIDTH

SAMPLES = Path(__file__).parents[2] / "samples"
LEFT, MIDDLE, RIGHT = 160.0, 320.0, 480.0


def intervals(path: Path, milliseconds: int) -> list[tuple[int, int]]:
    """Give the interval of each face, in the order of their ids."""
    faces = [tracked.face for tracked in tracked_faces(path, milliseconds)]
    assert [face.face_id for face in faces] == [str(number) for number in range(len(faces))]
    return [(face.start_time, face.end_time) for face in faces]


def standing(x: float) -> Course:
    """Stay at a place."""
    return lambda _: x


@pytest.mark.parametrize(
    ("name", "truth"),
    [
        ("talking-clip.mp4", [(0, 5200)]),
        ("portrait-clip.mp4", [(0, 7000)]),
        ("turned-head.mp4", [(0, 5000)]),
        ("two-people.mp4", [(1000, 6000), (3000, 8000)]),
        ("upright.mp4", [(0, 5000)]),
        ("no-face.mp4", []),
        ("silent.mp4", [(0, 5000)]),
    ],
)
def test_the_shipped_samples_show_what_their_page_says(
    name: str, truth: list[tuple[int, int]]
) -> None:
    """Every face is found with its exact interval, and nothing else is."""
    path = SAMPLES / name
    probed = probe_video(path)

    assert isinstance(probed, Video)
    assert intervals(path, probed.duration.declared_ms) == truth


@pytest.mark.parametrize(("enters", "leaves"), [(40, 2960), (520, 2480), (1480, 2000)])
def test_sudden_appearances_are_known_to_the_frame(
    tmp_path: Path, enters: int, leaves: int
) -> None:
    """Wherever the looks fall, the first and the last frame with the face are found."""
    path = act(tmp_path / "a.mp4", 3000, [Actor(lambda _: MIDDLE, enters, leaves)])

    assert intervals(path, 3000) == [(enters, leaves)]


@pytest.mark.parametrize("side", [1, -1])
def test_a_face_that_slides_in_begins_while_it_does(tmp_path: Path, side: int) -> None:
    """The start lies between the first frame with a part of the face and the first with all."""
    edge = 0.0 if side > 0 else float(WIDTH)
    speed = 0.08  # px a ms

    def x(at_ms: int) -> float:
        way = min(speed * (at_ms - 600) - HALF_WIDTH, MIDDLE)
        return edge + side * way

    path = act(tmp_path / "a.mp4", 4000, [Actor(x, 600)])

    ((start, end),) = intervals(path, 4000)
    assert 600 - FRAME_MS <= start <= 600 + 2 * HALF_WIDTH / speed + FRAME_MS
    assert end == 4000


def test_a_face_that_fades_begins_and_ends_while_it_does(tmp_path: Path) -> None:
    """Start and end lie within the second in which the face becomes, or stops being, visible."""
    fading = Actor(
        lambda _: MIDDLE, solid=lambda ms: min(1, max(0, min(ms - 500, 4500 - ms) / 1000))
    )
    path = act(tmp_path / "a.mp4", 5000, [fading])

    ((start, end),) = intervals(path, 5000)
    assert 500 - FRAME_MS <= start <= 1500 + FRAME_MS
    assert 3500 - FRAME_MS <= end <= 4500 + FRAME_MS


@pytest.mark.parametrize(
    ("back", "truth"), [(2480, [(0, 4000)]), (2520, [(0, 1480), (2520, 4000)])]
)
def test_an_absence_of_more_than_a_second_makes_a_new_id(
    tmp_path: Path, back: int, truth: list[tuple[int, int]]
) -> None:
    """A gap of exactly 1000 ms keeps the id, one frame more does not."""
    actors = [Actor(lambda _: MIDDLE, 0, 1480), Actor(lambda _: MIDDLE, back)]

    assert intervals(act(tmp_path / "a.mp4", 4000, actors), 4000) == truth


@pytest.mark.parametrize("cuts", [[1480], []], ids=["cut", "no cut"])
def test_another_person_in_the_same_place_is_another_face(tmp_path: Path, cuts: list[int]) -> None:
    """Where one person takes the place of another, the ids change with the frame."""
    actors = [Actor(lambda _: MIDDLE, 0, 1480), Actor(lambda _: MIDDLE, 1480, person=OTHER)]

    path = act(tmp_path / "a.mp4", 3000, actors, cuts)

    assert intervals(path, 3000) == [(0, 1480), (1480, 3000)]


def test_a_cut_to_the_same_person_elsewhere_is_another_face(tmp_path: Path) -> None:
    """Nobody is recognised again after a cut."""
    path = act(
        tmp_path / "a.mp4",
        3000,
        [Actor(lambda _: LEFT, 0, 1480), Actor(lambda _: RIGHT, 1480)],
        cuts=[1480],
    )

    assert intervals(path, 3000) == [(0, 1480), (1480, 3000)]


def test_people_who_pass_each_other_keep_their_ids(tmp_path: Path) -> None:
    """Each of two people is the same before and after one hides the other."""
    path = act(
        tmp_path / "a.mp4",
        2000,
        [
            Actor(lambda ms: LEFT + 0.16 * ms, person=OTHER),
            Actor(lambda ms: RIGHT - 0.16 * ms, person=ONE),
        ],
    )

    first, second = tracked_faces(path, 2000)
    ends = [tracked.sightings[-1].box.centre[0] for tracked in (first, second)]
    assert (first.face.start_time, first.face.end_time) == (0, 2000)
    assert (second.face.start_time, second.face.end_time) == (0, 2000)
    assert ends == pytest.approx([RIGHT, LEFT], abs=10)


def test_a_single_frame_with_a_face_is_no_appearance(tmp_path: Path) -> None:
    """What flashes up in one frame is nobody, even if that frame is one that is looked at."""
    actors = [Actor(lambda _: MIDDLE, 520, 520 + FRAME_MS)]

    assert intervals(act(tmp_path / "a.mp4", 2000, actors), 2000) == []


def test_many_people_are_all_found(tmp_path: Path) -> None:
    """Four people side by side are four faces, from left to right."""
    places = [80.0, 240.0, 400.0, 560.0]
    actors = [Actor(standing(x), person=ONE if x < MIDDLE else OTHER) for x in places]

    found = tracked_faces(act(tmp_path / "a.mp4", 1000, actors), 1000)

    lefts = [tracked.sightings[0].box.centre[0] for tracked in found]
    assert lefts == pytest.approx(places, abs=6)


def test_the_places_of_a_moving_face_are_known(tmp_path: Path) -> None:
    """Between sightings, a quarter second apart at most, places may be interpolated."""
    path = act(tmp_path / "a.mp4", 3000, [Actor(lambda ms: LEFT + 0.08 * ms)])

    (tracked,) = tracked_faces(path)

    at = [seen.begins_ms for seen in tracked.sightings]
    places = [seen.box.centre[0] for seen in tracked.sightings]
    assert places == pytest.approx([LEFT + 0.08 * ms for ms in at], abs=8)
    assert max(later - sooner for sooner, later in pairwise(at)) <= 280
    assert all(len(seen.landmarks) == 5 for seen in tracked.sightings)
    assert all(0 < y < HEIGHT for seen in tracked.sightings for _, y in seen.landmarks)


def test_the_places_belong_to_the_faces_that_are_told(tmp_path: Path) -> None:
    """Ids and intervals are the same with and without places."""
    path = act(tmp_path / "a.mp4", 3000, [Actor(lambda _: LEFT, 400), Actor(lambda _: RIGHT, 0)])

    told = [found.face for found in find_faces(path, 3000)]

    assert told == [tracked.face for tracked in tracked_faces(path)]

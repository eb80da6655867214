"""What makes two sightings one face."""

import numpy as np

from mock_server.media.likeness import Look
from mock_server.media.sightings import Box, Sighting, View
from mock_server.media.tracking import Followed, appearances, follow, settled

FRAME_MS = 40


def face(left: float, *, height: float = 100.0, score: float = 0.9) -> Box:
    """Give a face at the height of all others."""
    return Box(left, 50.0, height * 0.8, height, score)


def view(at_ms: int, *boxes: Box, who: tuple[int, ...] = (), scene: int = 0) -> View:
    """Give a frame of FRAME_MS; `who` (a seed each) says what the faces look like."""
    seen = []
    for place, box in enumerate(boxes):
        look = portrait(who[place]) if who else None
        seen.append(Sighting(at_ms, at_ms + FRAME_MS, box, look=look))
    return View(at_ms, tuple(seen), 64.0, np.full((4, 4, 3), 100.0 * scene, np.float32))


def portrait(seed: int) -> Look:
    """Give somebody's looks."""
    pixels = np.random.default_rng(seed).uniform(80, 160, (24, 24, 3))
    return Look(pixels.astype(np.float32))


def followed(*views: View) -> Followed:
    """Follow these frames from the start."""
    known = Followed()
    for one in views:
        known = follow(known, one)
    return known


def intervals(known: Followed) -> list[tuple[int, int]]:
    """Give the intervals of all tracks."""
    return [track.interval for track in known.tracks]


def test_a_face_that_moves_a_little_stays_one_face() -> None:
    """Boxes that overlap from frame to frame are one track, up to the end of the last frame."""
    known = followed(view(0, face(100)), view(500, face(140)), view(1000, face(180)))

    assert intervals(known) == [(0, 1040)]


def test_a_face_elsewhere_is_another_face() -> None:
    """A box far from all tracks starts a track of its own."""
    known = followed(view(0, face(100)), view(500, face(400)))

    assert intervals(known) == [(0, 40), (500, 540)]


def test_faces_of_one_frame_are_numbered_from_left_to_right() -> None:
    """New faces of the same moment get their numbers by position, whatever the detector's order."""
    tracks = appearances(followed(*(view(ms, face(400), face(100)) for ms in range(0, 200, 40))))

    assert [track.last.box.left for track in tracks] == [100, 400]


def test_two_faces_that_move_towards_each_other_are_not_confused() -> None:
    """Each box goes to the track that it is nearest to."""
    known = followed(view(0, face(100), face(260)), view(40, face(245), face(115)))

    assert [track.last.box.left for track in known.tracks] == [115, 245]


def test_two_faces_that_cross_keep_their_numbers() -> None:
    """Where two people pass each other, each goes on in the direction that it had."""
    lefts = [(ms, 100 + ms / 4, 400 - ms / 4) for ms in range(0, 1240, FRAME_MS)]

    known = followed(*(view(ms, face(one), face(other)) for ms, one, other in lefts))

    assert [round(track.last.box.left) for track in known.tracks] == [400, 100]


def test_a_face_that_is_hidden_for_a_moment_is_found_where_it_was_going() -> None:
    """A face that passes behind something for 400 ms is the same on the other side."""
    moving = [view(ms, face(100 + ms / 4)) for ms in range(0, 1000, FRAME_MS)]
    hidden = [view(one.begins_ms) for one in moving[10:20]]

    known = followed(*moving[:10], *hidden, *moving[20:])

    assert intervals(known) == [(0, 1000)]


def test_an_absence_of_exactly_one_second_keeps_the_number() -> None:
    """The gap counts from the end of the last frame with the face to the start of the next."""
    known = followed(view(0, face(100)), view(40), view(1040, face(100)))

    assert intervals(known) == [(0, 1080)]


def test_a_longer_absence_makes_a_new_number() -> None:
    """A face that comes back after 1001 ms is a new one."""
    known = followed(view(0, face(100)), view(40), view(1041, face(100)))

    assert intervals(known) == [(0, 40), (1041, 1081)]


def test_another_person_in_the_same_place_is_a_new_one() -> None:
    """A face that looks different from one frame to the next was exchanged."""
    known = followed(view(0, face(100), who=(1,)), view(40, face(100), who=(2,)))

    assert intervals(known) == [(0, 40), (40, 80)]


def test_after_a_cut_only_the_same_picture_of_a_face_goes_on() -> None:
    """A flash of light does not end a face, and another shot of its place does."""
    flash = followed(view(0, face(100), who=(1,)), view(40, face(100), who=(1,), scene=1))
    shot = followed(view(0, face(100), who=(1,)), view(40, face(150), who=(1,), scene=1))

    assert [len(known.tracks) for known in (flash, shot)] == [1, 2]


def test_a_face_must_be_sure_to_begin_and_not_to_go_on() -> None:
    """Below the score of 0.7 or the least height nobody appears, but who is there may stay."""
    weak, small = face(100, score=0.6), face(100, height=60.0)

    assert intervals(followed(view(0, weak), view(40, small))) == []
    assert intervals(followed(view(0, face(100)), view(40, weak))) == [(0, 80)]
    assert intervals(followed(view(0, face(100)), view(40, small))) == [(0, 80)]


def test_an_error_of_the_detector_is_no_appearance() -> None:
    """What is seen for less than 200 ms is dropped, what lasts as long stays."""
    four = followed(*(view(ms, face(100)) for ms in range(0, 160, 40)))
    five = followed(*(view(ms, face(100)) for ms in range(0, 200, 40)))

    assert (len(appearances(four)), len(appearances(five))) == (0, 1)


def test_a_face_in_another_light_goes_on() -> None:
    """Whatever the light does from one frame to the next, a copy of the face is the same one."""
    pixels = portrait(1).pixels
    bright = Sighting(0, 40, face(100), look=Look(pixels))
    dark = Sighting(40, 80, face(100), look=Look(0.3 * pixels))

    known = followed(View(0, (bright,), 64.0), View(40, (dark,), 64.0))

    assert intervals(known) == [(0, 80)]


def test_a_tilted_head_is_compared_upright() -> None:
    """Boxes that show different things are one face if the landmarks lie over the same picture."""
    laid = portrait(3).pixels
    upright = Sighting(0, 40, face(100), look=Look(portrait(1).pixels, laid))
    tilted = Sighting(40, 80, face(100), look=Look(portrait(2).pixels, laid))

    known = followed(View(0, (upright,), 64.0), View(40, (tilted,), 64.0))

    assert intervals(known) == [(0, 80)]


def test_who_replaces_somebody_was_not_hidden() -> None:
    """Another person whose looks have something in common does not go on as the one before."""
    pixels = portrait(1).pixels
    other = 255 - 0.9 * (255 - pixels) + 50
    one = [View(ms, (Sighting(ms, ms + 40, face(100), look=Look(pixels)),)) for ms in (0, 40)]
    blend = np.asarray(0.5 * other + 0.5 * (portrait(2).pixels + 60), np.float32)
    two = [View(ms, (Sighting(ms, ms + 40, face(100), look=Look(blend)),)) for ms in (80, 120)]

    assert intervals(followed(*one, *two)) == [(0, 80), (80, 160)]


def test_half_a_face_that_comes_out_of_hiding_is_the_whole_one() -> None:
    """What looks different at first belongs to the hidden face as soon as it looks like it."""
    before = [view(ms, face(100), who=(1,)) for ms in range(0, 200, 40)]
    half = [view(ms, face(100), who=(2,)) for ms in range(400, 480, 40)]
    whole = [view(ms, face(100), who=(1,)) for ms in range(480, 600, 40)]

    known = followed(*before, view(200), view(360), *half, *whole)

    assert [track.interval for track in appearances(known)] == [(0, 600)]


def test_the_best_sighting_is_the_largest_and_surest() -> None:
    """A track knows when its face was seen best."""
    (track,) = followed(
        view(0, face(100)), view(500, face(100, height=130)), view(1000, face(100, score=0.7))
    ).tracks

    assert (track.best.begins_ms, track.best.box.height) == (500, 130)


def test_a_face_that_rests_settles_what_lies_between() -> None:
    """Where the same faces are seen at both ends, nothing between has to be looked at."""
    known = followed(view(0, face(100), face(300)))

    assert settled(known, view(500, face(110), face(300)))


def test_whatever_changed_is_not_settled() -> None:
    """Who came, went, moved far or looks different must be looked at frame by frame."""
    known = followed(view(0, face(100), who=(1,)))

    assert not settled(known, view(500))
    assert not settled(known, view(500, face(160), who=(1,)))
    assert not settled(known, view(500, face(100), who=(2,)))
    assert not settled(known, view(500, face(100), face(300), who=(1, 2)))


def test_faces_close_together_are_looked_at_more_often() -> None:
    """Two people who may pass each other are followed unless both hardly move."""
    known = followed(view(0, face(100), face(200)))

    assert settled(known, view(500, face(102), face(200)))
    assert not settled(known, view(500, face(130), face(200)))

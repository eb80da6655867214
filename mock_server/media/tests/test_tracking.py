"""What makes two boxes one face."""

from mock_server.media.tracking import Box, Track, follow


def box(left: float, *, height: float = 100.0, score: float = 0.9) -> Box:
    """Give a face at the height of all others."""
    return Box(left, 50.0, height * 0.8, height, score)


def tracks_of(*samples: tuple[int, list[Box]]) -> tuple[Track, ...]:
    """Follow these samples from the start."""
    tracks: tuple[Track, ...] = ()
    for at_ms, boxes in samples:
        tracks = follow(tracks, boxes, at_ms)
    return tracks


def test_a_face_that_moves_a_little_stays_one_face() -> None:
    """Boxes that overlap from sample to sample are one track."""
    tracks = tracks_of((0, [box(100)]), (500, [box(140)]), (1000, [box(180)]))

    assert [track.interval(9000) for track in tracks] == [(0, 1500)]


def test_a_face_elsewhere_is_another_face() -> None:
    """A box far from all tracks starts a track of its own."""
    tracks = tracks_of((0, [box(100)]), (500, [box(400)]))

    assert [track.interval(9000) for track in tracks] == [(0, 500), (500, 1000)]


def test_faces_of_one_sample_are_numbered_from_left_to_right() -> None:
    """New faces of the same moment get their numbers by position, whatever the detector's order."""
    tracks = tracks_of((0, [box(400), box(100)]))

    assert [(track.number, track.box.left) for track in tracks] == [(0, 100), (1, 400)]


def test_two_faces_that_move_towards_each_other_are_not_confused() -> None:
    """Each box goes to the track that it overlaps most."""
    tracks = tracks_of((0, [box(100), box(260)]), (500, [box(215), box(145)]))

    assert [track.box.left for track in tracks] == [145, 215]


def test_a_short_absence_keeps_the_number() -> None:
    """A face that is missed in one sample is the same when it is seen again 1000 ms later."""
    tracks = tracks_of((0, [box(100)]), (500, []), (1000, [box(100)]))

    assert [track.interval(9000) for track in tracks] == [(0, 1500)]


def test_a_long_absence_makes_a_new_number() -> None:
    """A face that comes back after more than 1000 ms is a new one."""
    tracks = tracks_of((0, [box(100)]), (500, []), (1000, []), (1500, [box(100)]))

    assert [track.interval(9000) for track in tracks] == [(0, 500), (1500, 2000)]


def test_a_face_does_not_outlast_the_video() -> None:
    """The end of a track is at most the end of the video."""
    (track,) = tracks_of((0, [box(100)]), (500, [box(100)]))

    assert track.interval(740) == (0, 740)


def test_the_best_sample_is_the_largest_and_surest() -> None:
    """A track remembers when the face was seen best."""
    (track,) = tracks_of(
        (0, [box(100)]), (500, [box(100, height=130)]), (1000, [box(100, score=0.7)])
    )

    assert (track.best_ms, track.best.height) == (500, 130)

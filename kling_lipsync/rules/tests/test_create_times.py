"""The arithmetic of a create call's times, at its limits and with every nearest legal value."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kling_lipsync.media import Duration, Face
from kling_lipsync.rules.facts import Facts, Finding
from kling_lipsync.rules.tests.builders import audio, create, judged, session

END = "face_choose[0].sound_end_time"
INSERT = "face_choose[0].sound_insert_time"
TIMES = st.integers(min_value=0, max_value=70_000)


def _against(length_ms: int, **wanted: object) -> Facts:
    """Return a create call whose audio lasts this long."""
    return create({"audio": audio(duration=Duration.exactly(length_ms))}, **wanted)


def _in(length_ms: int, *faces: Face, **wanted: object) -> Facts:
    """Return a create call in the session of a video of this length."""
    return create({"session": session(length_ms, faces)}, **wanted)


@pytest.mark.parametrize(
    ("start", "end", "nearest"),
    [
        (0, 2000, None),
        (500, 2500, None),
        (0, 1999, 2000),
        (500, 2499, 2500),
        (3000, 1000, 5000),
        (0, -(2**63), 2000),
    ],
)
def test_a_crop_lasts_at_least_2_s(start: int, end: int, nearest: int | None) -> None:
    """The limit is inclusive; a crop that ends before it starts is too short as well."""
    found = judged("create.crop-length", create(sound_start_time=start, sound_end_time=end))

    assert found == (None if nearest is None else Finding(end, END, nearest))


@given(start=TIMES, end=TIMES)
def test_the_nearest_end_makes_a_crop_long_enough(start: int, end: int) -> None:
    """The same call with the end that is told passes."""
    found = judged("create.crop-length", create(sound_start_time=start, sound_end_time=end))
    assume(found is not None)
    assert found is not None

    again = create(sound_start_time=start, sound_end_time=found.nearest)

    assert judged("create.crop-length", again) is None


@pytest.mark.parametrize(("end", "nearest"), [(5000, None), (5001, 5000), (2**63 - 1, 5000)])
def test_a_crop_ends_within_the_audio(end: int, nearest: int | None) -> None:
    """Equal is legal, 1 ms more is not, and the end of the audio is the nearest."""
    found = judged("create.sound-end-within-audio", _against(5000, sound_end_time=end))

    assert found == (None if nearest is None else Finding(end, END, nearest))


@pytest.mark.parametrize(("end", "nearest"), [(4950, None), (4951, 4950)])
def test_a_margin_stays_free_at_the_end_of_the_audio(end: int, nearest: int | None) -> None:
    """Where the reading asks for one, it moves the limit."""
    facts = _against(5000, sound_end_time=end)

    found = judged("create.sound-end-within-audio", facts, end_margin=50)

    assert found == (None if nearest is None else Finding(end, END, nearest))


def test_the_kindest_witness_tells_where_the_audio_ends() -> None:
    """Under `either` a crop may end where the longest witness does."""
    length = Duration(container_ms=5000, stream_ms=5030, samples_ms=4990)

    assert not judged("create.sound-end-within-audio", _crop_of(length, 5030))
    assert judged("create.sound-end-within-audio", _crop_of(length, 5031))
    assert judged("create.sound-end-within-audio", _crop_of(length, 5001), audio_length="declared")
    assert judged("create.sound-end-within-audio", _crop_of(length, 4991), audio_length="decoded")


def _crop_of(length: Duration, end: int) -> Facts:
    return create({"audio": audio(duration=length)}, sound_end_time=end)


@pytest.mark.parametrize(
    ("insert", "nearest"), [(0, None), (2200, None), (2201, 2200), (2**63 - 1, 2200)]
)
def test_inserted_sound_ends_within_the_video(insert: int, nearest: int | None) -> None:
    """3000 ms of sound fit into 5200 ms of video up to 2200 ms from its start."""
    found = judged("create.insert-within-video", create(sound_insert_time=insert))

    assert found == (None if nearest is None else Finding(insert, INSERT, nearest))


@pytest.mark.parametrize(("insert", "nearest"), [(2150, None), (2151, 2150)])
def test_a_margin_stays_free_at_the_end_of_the_video(insert: int, nearest: int | None) -> None:
    """Where the reading asks for one, it moves the limit."""
    found = judged("create.insert-within-video", create(sound_insert_time=insert), end_margin=50)

    assert found == (None if nearest is None else Finding(insert, INSERT, nearest))


@given(crop=TIMES, room=TIMES, over=st.integers(min_value=1, max_value=2**62))
def test_the_nearest_insert_fits_into_the_video(crop: int, room: int, over: int) -> None:
    """The same call with the time that is told passes, and that time is itself legal."""
    length = crop + room
    found = judged("create.insert-within-video", _insert(length, crop, room + over))
    assert found is not None

    assert isinstance(found.nearest, int)
    assert found.nearest >= 0
    assert judged("create.insert-within-video", _insert(length, crop, found.nearest)) is None


def _insert(length: int, crop: int, insert: int) -> Facts:
    return _in(length, sound_start_time=0, sound_end_time=crop, sound_insert_time=insert)


def test_sound_that_is_longer_than_the_video_fits_nowhere() -> None:
    """Where no insert time is legal, none is told as the nearest."""
    found = judged("create.insert-within-video", _insert(5200, 6000, 0))

    assert found is not None
    assert found.nearest is None


@pytest.mark.parametrize(
    ("insert", "shared"), [(0, True), (1000, True), (3000, True), (3001, False), (5000, False)]
)
def test_sound_and_face_share_at_least_2_s(
    insert: int,
    shared: bool,  # noqa: FBT001 - a column of the table
) -> None:
    """3000 ms of sound beside a face from 1000 to 5000 ms share 2000 ms up to 3000 ms."""
    facts = _in(8000, Face("0", 1000, 5000), sound_insert_time=insert)

    found = judged("create.overlap-with-face", facts)

    assert (found is None) == shared


def test_sound_that_starts_before_the_face_may_share_too_little() -> None:
    """2500 ms of sound from 0 share 1500 ms with a face from 1000 ms on, and 2000 ms from 500."""
    facts = _in(8000, Face("0", 1000, 5000), sound_end_time=2500, sound_insert_time=0)

    assert judged("create.overlap-with-face", facts) == Finding(0, INSERT, 500)


def test_only_the_chosen_face_counts() -> None:
    """Another face of the session may share nothing."""
    faces = (Face("0", 0, 5000), Face("1", 6000, 8000))

    assert judged("create.overlap-with-face", _in(8000, *faces, sound_insert_time=0)) is None


@given(
    start=TIMES,
    length=st.integers(min_value=2000, max_value=60_000),
    crop=st.integers(min_value=2000, max_value=60_000),
    insert=TIMES,
)
def test_the_nearest_insert_shares_enough(start: int, length: int, crop: int, insert: int) -> None:
    """The same call with the time that is told passes, and that time is itself legal."""
    face = Face("0", start, start + length)
    found = judged("create.overlap-with-face", _beside(face, crop, insert))
    assume(found is not None)
    assert found is not None

    assert isinstance(found.nearest, int)
    assert found.nearest >= 0
    assert judged("create.overlap-with-face", _beside(face, crop, found.nearest)) is None


def _beside(face: Face, crop: int, insert: int) -> Facts:
    return _in(200_000, face, sound_start_time=0, sound_end_time=crop, sound_insert_time=insert)


@pytest.mark.parametrize("face", [Face("0", 0, 1500), Face("0", 3000, 4999)])
def test_a_face_shorter_than_2_s_has_no_legal_insert(face: Face) -> None:
    """Where no insert time is legal, none is told as the nearest."""
    found = judged("create.overlap-with-face", _beside(face, 3000, 0))

    assert found is not None
    assert found.nearest is None

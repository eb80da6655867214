"""Files made to hurt cost milliseconds and a few MB, and are told for what they are."""

import tracemalloc
from pathlib import Path
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kling_lipsync.media import Audio, Unreadable, Video
from kling_lipsync.probing.probe import probe_audio, probe_video
from kling_lipsync.probing.tests.attacks import ALIVE, FILMS, PLAIN, SOUNDS, boundaries
from kling_lipsync.probing.tests.built import Movie, Track, numbers

MOST_SECONDS = 1.0  # 20 times what the slowest takes, because test machines are busy
MOST_BYTES = 12 << 20
# Ten minutes: what a medium may say at most that is not too long by all that it says.
MOST_DOUBTED_MS = 600_000

Seen = tuple[Video | Unreadable, Audio | Unreadable]
WHOLE = PLAIN.file(index_first=True)
PLACES = sorted(set(boundaries(WHOLE)))


def probed(path: Path, content: bytes) -> Seen:
    """Probe bytes as both, and hold the bounds of time and memory."""
    path.write_bytes(content)
    tracemalloc.start()
    started = perf_counter()
    seen = probe_video(path), probe_audio(path)
    took, (_, peak) = perf_counter() - started, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert took < MOST_SECONDS
    assert peak < MOST_BYTES
    return seen


@pytest.mark.parametrize("name", FILMS)
def test_a_hostile_film_is_bounded_and_told(tmp_path: Path, name: str) -> None:
    """It is refused with a reason, or is alive and has a length to reckon with."""
    film, sound = probed(tmp_path / "film.mp4", FILMS[name])

    assert isinstance(film, Video) == (name in ALIVE)
    assert isinstance(film, Video) or film.reason
    assert isinstance(sound, Unreadable)


@pytest.mark.parametrize("name", SOUNDS)
def test_a_hostile_sound_is_bounded_and_told(tmp_path: Path, name: str) -> None:
    """It is refused with a reason; only the one of empty frames is a sound, of four hours."""
    film, sound = probed(tmp_path / "sound.mp3", SOUNDS[name])

    assert isinstance(film, Unreadable)
    assert isinstance(sound, Audio) == (name == "700,000 empty frames")
    assert not isinstance(sound, Audio) or sound.duration.shortest_ms > MOST_DOUBTED_MS


@pytest.mark.parametrize("place", PLACES)
def test_a_film_cut_between_two_boxes_is_refused(tmp_path: Path, place: int) -> None:
    """A transfer that broke off where a box ends leaves no film."""
    film, sound = probed(tmp_path / "cut.mp4", WHOLE[:place])

    assert isinstance(film, Unreadable)
    assert isinstance(sound, Unreadable)


@given(
    place=st.sampled_from(PLACES),
    size=st.sampled_from((0, 1, 7, 8, 9, 15, 16, 0x7FFFFFFF, 0xFFFFFFFF)),
    large=st.sampled_from((0, 1, 15, 16, 17, 1 << 31, 1 << 32, 1 << 63, (1 << 64) - 1)),
)
@settings(max_examples=150, deadline=None)
def test_a_box_of_any_size_is_bounded(
    tmp_path_factory: pytest.TempPathFactory, place: int, size: int, large: int
) -> None:
    """A box may say any size, in 32 or in 64 bits; what is still a film has a credible length."""
    wide = numbers(large, size=8) if size == 1 else b""
    content = WHOLE[:place] + numbers(size) + WHOLE[place + 4 : place + 8] + wide
    path = tmp_path_factory.getbasetemp() / "sized.mp4"
    film, _ = probed(path, content + WHOLE[place + 8 :])

    assert isinstance(film, Unreadable) or film.duration.longest_ms <= MOST_DOUBTED_MS


@given(
    ticks=st.integers(0, (1 << 64) - 1),
    media_time=st.integers(-(1 << 63), (1 << 63) - 1),
    header=st.integers(0, (1 << 64) - 1),
)
@settings(max_examples=100, deadline=None)
def test_whatever_headers_say_a_film_has_a_credible_length(
    tmp_path_factory: pytest.TempPathFactory, ticks: int, media_time: int, header: int
) -> None:
    """Of 2 s of samples no edit list and no header makes a film of hours."""
    path = tmp_path_factory.getbasetemp() / "edited.mp4"
    film, _ = probed(path, edited(ticks, media_time, header))

    assert isinstance(film, Unreadable) or film.duration.longest_ms <= MOST_DOUBTED_MS


def edited(ticks: int, media_time: int, header: int) -> bytes:
    """Give a film of 2 s whose edit list and header say anything."""
    track = Track(edits=[(ticks, media_time)], wide=True)
    return Movie([track], wide=True, ticks=header).file()

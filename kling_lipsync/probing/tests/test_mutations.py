"""No bytes make a probe raise, or take long."""

from pathlib import Path
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kling_lipsync.media import Audio, Unreadable, Video
from kling_lipsync.probing.probe import probe_audio, probe_video
from kling_lipsync.probing.tests.built import (
    FRAGMENTED,
    SOUND,
    Movie,
    Track,
    adts_frames,
    box,
    moof,
    mp3_frames,
    mp3_note,
    numbers,
    wav,
)

SEEDS = (
    Movie(tracks=[Track(edits=[(2000, 0)]), SOUND]).file(index_first=True),
    FRAGMENTED.file() + moof(512, 512) + moof(512),
    mp3_note(20) + mp3_frames(20, 64),
    wav(500),
    adts_frames(20),
)
ODD_NUMBERS = (0, 1, 7, 0x7FFFFFFF, 0xFFFFFFFF)
BOUND_SECONDS = 1.0  # 20 times the promise, because test machines are busy


@st.composite
def mutants(draw: st.DrawFn) -> bytes:
    """Give a valid file with numbers overwritten, stretches repeated, and its end cut off."""
    content = bytearray(draw(st.sampled_from(SEEDS)))
    places = st.integers(0, len(content))
    for at in draw(st.lists(places, max_size=6)):
        content[at : at + 4] = numbers(draw(st.sampled_from(ODD_NUMBERS)))
    for at in draw(st.lists(places, max_size=2)):
        stretch = content[at : at + draw(st.integers(1, 400))]
        content[at:at] = stretch * draw(st.integers(0, 20))
    return bytes(content[: draw(places)] if draw(st.booleans()) else content)


@given(content=mutants())
@settings(max_examples=300, deadline=None)
def test_mutants_are_told_as_values(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    """A damaged file is measured or refused, quickly, and never raises."""
    path = tmp_path_factory.getbasetemp() / "mutant"
    path.write_bytes(content)

    started = perf_counter()
    seen = (probe_video(path), probe_audio(path))
    took = perf_counter() - started

    assert isinstance(seen[0], Video | Unreadable)
    assert isinstance(seen[1], Audio | Unreadable)
    assert took < BOUND_SECONDS


@pytest.mark.parametrize(
    "start",
    [
        box(b"ftyp", b"isom", bytes(4)) + numbers(100 << 20) + b"mdat",
        mp3_note(20) + mp3_frames(20),
        adts_frames(20),
        b"\xff" * 70_000,
        wav(10, size=0xFFFFFFFF),
        box(b"free") * 20_000,
    ],
    ids=["mdat", "mp3", "aac", "sync words", "wav", "boxes"],
)
def test_large_files_are_not_read_whole(tmp_path: Path, start: bytes) -> None:
    """100 MB cost no more than what the probe needs of them."""
    path = tmp_path / "large"
    with path.open("wb") as file:
        file.write(start)
        file.truncate(100 << 20)

    started = perf_counter()
    probe_video(path)
    probe_audio(path)

    assert perf_counter() - started < BOUND_SECONDS

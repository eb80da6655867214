"""How long a track lasts, by movies whose every number is known."""

from pathlib import Path

import pytest
from attrs import evolve

from kling_lipsync.media import Duration
from kling_lipsync.probing.tests.built import (
    FRAGMENTED,
    QUARTER_TURN,
    SOUND,
    Movie,
    Track,
    box,
    moof,
    numbers,
)
from kling_lipsync.probing.tests.probing import audio, refused, video


def test_the_length_of_a_video_is_that_of_its_video_track(tmp_path: Path) -> None:
    """Longer sound makes the container longer, not the stream nor the samples."""
    content = Movie(tracks=[SOUND, Track()], ticks=2005).file()

    assert video(tmp_path, content).duration == Duration(2005, 2000, 2000)


def test_samples_of_different_lengths_are_added_up(tmp_path: Path) -> None:
    """A variable frame rate changes nothing about a sum."""
    runs = [(10, 512), (1, 12800), (3, 100)]

    assert video(tmp_path, Movie(tracks=[Track(runs=runs)]).file()).duration.samples_ms == 1423


def test_a_length_is_rounded_to_the_nearest_ms(tmp_path: Path) -> None:
    """61 frames at 30000/1001 Hz last 2035.37 ms."""
    track = Track(timescale=30000, runs=[(61, 1001)])

    assert video(tmp_path, Movie(tracks=[track]).file()).duration == Duration(2000, 2035, 2035)


def test_what_an_edit_list_hides_does_not_count(tmp_path: Path) -> None:
    """A video that was trimmed without encoding it again is as long as it shows."""
    track = Track(edits=[(500, -1), (700, 6400)])

    assert video(tmp_path, Movie(tracks=[track]).file()).duration == Duration(2000, 700, 700)


def test_reordered_frames_are_not_hidden(tmp_path: Path) -> None:
    """An edit that only takes back the delay of B-frames hides nothing."""
    track = Track(edits=[(2000, 1024)], first_offset=1024)

    assert video(tmp_path, Movie(tracks=[track]).file()).duration == Duration.exactly(2000)


def test_fragments_are_added_up(tmp_path: Path) -> None:
    """The length of a fragmented file is that of its fragments, of the video only."""
    content = FRAGMENTED.file() + moof(512, 512) + moof(512, track_id=2) + moof(12800)

    assert video(tmp_path, content).duration == Duration(None, None, 1080)


def test_an_index_of_fragments_speaks_for_the_container(tmp_path: Path) -> None:
    """Where the movie header says nothing, `sidx` does."""
    index = box(b"sidx", numbers(0, 1, 12800, 0, 0, 1, 0, 12800, 0))

    seen = video(tmp_path, FRAGMENTED.file() + index + moof(12800))
    assert seen.duration == Duration(1000, None, 1000)


def test_priming_of_m4a_is_hidden(tmp_path: Path) -> None:
    """The edit list takes away what the encoder put before and after the sound."""
    track = Track(b"soun", b"mp4a", timescale=48000, runs=((95, 1024),), edits=((2000, 1024),))

    assert audio(tmp_path, Movie(tracks=[track]).file()).duration == Duration.exactly(2000)


def test_numbers_of_64_bits_are_read(tmp_path: Path) -> None:
    """Headers of version 1 and 64-bit offsets say the same as the usual ones."""
    track = Track(wide=True, matrix=QUARTER_TURN, edits=[(1000, 6400)])
    seen = video(tmp_path, Movie(tracks=[track], wide=True).file())

    assert seen.duration == Duration(2000, 1000, 1000)
    assert (seen.width, seen.height) == (720, 1280)


def test_an_edit_without_length_shows_all_the_rest(tmp_path: Path) -> None:
    """A length of 0 in the edit list of a stream means that nobody knew it yet."""
    track = Track(edits=[(0, 6400)])

    assert video(tmp_path, Movie(tracks=[track]).file()).duration == Duration(2000, 2000, 1500)


@pytest.mark.parametrize("head", [numbers(0, 1080), numbers(1 << 24, 0, 1080)])
def test_a_fragmented_header_speaks_for_the_container(tmp_path: Path, head: bytes) -> None:
    """`mehd` is where a fragmented file notes its length, if it does."""
    extra = box(b"mvex", box(b"mehd", head), box(b"trex", numbers(0, 1, 1, 512, 0, 0)))
    content = evolve(FRAGMENTED, extra=extra).file() + moof(12800)

    assert video(tmp_path, content).duration == Duration(1080, None, 1000)


@pytest.mark.parametrize(
    ("tfhd", "trun"),
    [
        (numbers(0x020000, 1), numbers(0, 25)),
        (numbers(0x020008, 1, 256), numbers(0x4, 50, 0)),
        (numbers(0x02000B, 1, 0, 0, 7, 256), numbers(0x1, 50, 0)),
        (numbers(0x020000, 1), numbers(0xA00, 25, *[10, 512] * 25)),
    ],
    ids=["track's default", "fragment's default", "after other fields", "reordered"],
)
def test_samples_of_fragments_have_default_lengths(
    tmp_path: Path, tfhd: bytes, trun: bytes
) -> None:
    """Samples that do not tell their length have that of the fragment, else of the track."""
    piece = box(b"moof", box(b"traf", box(b"tfhd", tfhd), box(b"trun", trun)))

    assert video(tmp_path, FRAGMENTED.file() + piece).duration.samples_ms == 1000


@pytest.mark.parametrize(
    "mvex",
    [
        b"",
        box(b"trex", numbers(0, 2, 1, 512, 0, 0)),
        box(b"mehd", numbers(0, 0)),
    ],
    ids=["nothing", "another track", "no length"],
)
def test_fragments_that_tell_all_need_no_defaults(tmp_path: Path, mvex: bytes) -> None:
    """Samples with lengths of their own are added up whatever the header says."""
    content = evolve(FRAGMENTED, extra=box(b"mvex", mvex)).file() + moof(12800)

    assert video(tmp_path, content).duration == Duration(None, None, 1000)


def test_an_index_may_count_back(tmp_path: Path) -> None:
    """FFmpeg writes a negative length for a fragment that is shown before the last one."""
    pieces = (box(b"sidx", numbers(0, 1, 12800, 0, 0, 1, 0, ticks, 0)) for ticks in (25600, -12800))

    seen = video(tmp_path, FRAGMENTED.file() + b"".join(pieces) + moof(12800))
    assert seen.duration == Duration(1000, None, 1000)


def test_a_reference_to_the_file_itself_is_none(tmp_path: Path) -> None:
    """What every file has: one reference, with the flag that it means this file, and no name."""
    own = box(b"dinf", box(b"dref", numbers(0, 1), box(b"url ", numbers(1))))

    assert video(tmp_path, Movie([Track(references=own)]).file()).duration.decoded_ms == 2000


def test_headers_are_doubted_from_ten_minutes_on(tmp_path: Path) -> None:
    """A minute of music too many is a header; hours are damage."""
    believed, doubted = (Movie(ticks=ticks).file() for ticks in (600_000, 600_001))

    assert video(tmp_path, believed).duration == Duration(600_000, 2000, 2000)
    assert "contradict each other" in refused(tmp_path, doubted)

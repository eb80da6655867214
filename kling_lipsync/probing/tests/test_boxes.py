"""Files that are cut, or whose numbers lie, cost nothing and are told as what they are."""

from pathlib import Path

import pytest

from kling_lipsync.media import Duration
from kling_lipsync.probing.tests.built import FRAGMENTED, Movie, Track, box, numbers
from kling_lipsync.probing.tests.probing import refused, video


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9, 0.999])
@pytest.mark.parametrize("index_first", [True, False])
def test_a_cut_video_is_refused(tmp_path: Path, share: float, *, index_first: bool) -> None:
    """A file that lacks its end is unreadable, also where its index is whole."""
    content = Movie(tracks=[Track(runs=((500, 512),))]).file(index_first=index_first)

    reason = refused(tmp_path, content[: int(len(content) * share)])
    assert reason.startswith("truncated")


def test_samples_behind_the_end_are_missed(tmp_path: Path) -> None:
    """A complete chain of boxes does not hide that the last chunk lies behind the end."""
    content = FRAGMENTED.file()[:24] + Movie().moov(5000)

    assert refused(tmp_path, content).startswith("truncated: the last sample ends")


@pytest.mark.parametrize(
    ("movie", "reason"),
    [
        (Movie(tracks=[]), "no video track"),
        (Movie(timescale=0), "the mvhd box has a time scale of 0"),
        (Movie(tracks=[Track(timescale=0)]), "the mdhd box has a time scale of 0"),
        (Movie(tracks=[Track(width=0)]), "a picture without width or height"),
        (Movie(tracks=[Track(runs=())]), "no samples"),
        (Movie(tracks=[Track(runs=((50, 0),))]), "no samples"),
        (Movie(tracks=[Track(promised_samples=2**31)]), "stts lists 50 samples and stsz"),
        (Movie(tracks=[Track(promised_samples=40)]), "stts lists 50 samples and stsz 40"),
        (Movie(tracks=[Track(promised_runs=2**31)]), "the tables up to the stts box"),
        (Movie(tracks=[Track(promised_runs=9)]), "the stts box is too short"),
        (Movie(tracks=[Track()] * 65), "more than 64 tracks"),
        (Movie(tracks=[Track(edits=[(1, 0)] * 1025)]), "more than 1024 edits"),
        (Movie(extra=box(b"free") * 8001), "more than 8000 boxes"),
        (Movie(extra=numbers(4, 0)), "a box of 4 bytes"),
        (Movie(extra=numbers(99, 0)), "box is 91 bytes too long"),
    ],
)
def test_contradictions_are_named(tmp_path: Path, movie: Movie, reason: str) -> None:
    """A file that contradicts itself, or promises too much, is refused with the reason."""
    assert reason in refused(tmp_path, movie.file())


def test_nested_boxes_are_not_followed(tmp_path: Path) -> None:
    """Depth costs nothing: only known paths are walked."""
    nested = b""
    for _ in range(3000):
        nested = box(b"moov", nested)

    assert refused(tmp_path, nested, kind="mov") == "no mvhd box"


def test_a_fragment_of_billions_is_refused(tmp_path: Path) -> None:
    """More samples than bytes cannot be."""
    trun = box(b"trun", numbers(0, 2**31))
    traf = box(b"traf", box(b"tfhd", numbers(0x020000, 1)), trun)

    reason = refused(tmp_path, FRAGMENTED.file() + box(b"moof", traf))
    assert reason.startswith("2147483648 samples in")


def test_garbage_behind_a_movie_is_passed_over(tmp_path: Path) -> None:
    """Players do not care what follows, so neither does the probe."""
    content = Movie().file() + b"\xff\xfe\xfd\xfc" * 10

    assert video(tmp_path, content).duration == Duration.exactly(2000)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (b"tkhd", b"free", "no tkhd box"),
        (b"stsz", b"free", "no stsz box"),
        (b"stco" + numbers(0, 1), b"stco" + numbers(0, 0), "samples without chunks"),
        (b"stsc" + numbers(0, 1), b"stsc" + numbers(0, 0), "chunks without samples"),
        (b"hdlr", b"free", "no video track"),
        (b"stsd" + numbers(0, 1), b"stsd" + numbers(0, 0), "a picture without width or height"),
        (b"elst" + numbers(0, 1), b"elst" + numbers(0, 9), "the elst box is too short"),
    ],
)
def test_what_is_missing_is_named(tmp_path: Path, old: bytes, new: bytes, reason: str) -> None:
    """A header without one of its parts is refused with the name of the part."""
    content = Movie(tracks=[Track(edits=[(2000, 0)])]).file()

    assert refused(tmp_path, content.replace(old, new)) == reason


def test_sizes_of_their_own_are_added_up(tmp_path: Path) -> None:
    """The last chunk ends where the sizes of its samples say."""
    track = Track(runs=[(2, 100)], sizes=(10, 5000))

    reason = refused(tmp_path, Movie(tracks=[track]).file(index_first=True))
    assert reason.startswith("truncated: the last sample ends")


def test_a_box_may_need_64_bits_for_its_length(tmp_path: Path) -> None:
    """The media of large files stand in a box with a long header."""
    long_box = numbers(1) + b"free" + numbers(116, size=8) + bytes(100)

    assert video(tmp_path, Movie().file() + long_box).duration == Duration.exactly(2000)


def test_the_last_box_may_reach_to_the_end(tmp_path: Path) -> None:
    """A length of 0 means all the rest."""
    content = Movie().file() + numbers(0) + b"free" + bytes(77)

    assert video(tmp_path, content).duration == Duration.exactly(2000)


def test_a_header_that_is_cut_is_refused(tmp_path: Path) -> None:
    """Half a header at the end of a file is a file that was cut."""
    reason = refused(tmp_path, Movie().file() + numbers(1) + b"free")

    assert reason == "truncated: 8 bytes more are promised than there are"


def test_the_compact_table_of_sizes_is_believed(tmp_path: Path) -> None:
    """`stz2` is so rare that its last sizes are not looked up."""
    content = Movie().file().replace(b"stsz", b"stz2")

    assert video(tmp_path, content).duration == Duration.exactly(2000)

"""What a file is, whatever it is called."""

from pathlib import Path

import pytest

from kling_lipsync.media import Audio, Duration, Video
from kling_lipsync.probing.tests.built import QUARTER_TURN, SOUND, Movie, Track, box
from kling_lipsync.probing.tests.probing import audio, audio_refused, refused, video


@pytest.mark.parametrize(
    ("content", "kind", "reason"),
    [
        (b"", "unknown", "the file is empty"),
        (b"#EXTM3U\nhttp://example.com/a.ts\n", "m3u8", "its bytes are m3u8, not mp4 or mov"),
        (b"<!doctype html><p>404", "html", "its bytes are html, not mp4 or mov"),
        (b"\x1a\x45\xdf\xa3\x80webm", "webm", "its bytes are webm, not mp4 or mov"),
        (bytes(50), "unknown", "its bytes are of no known kind, not mp4 or mov"),
        (box(b"ftyp", b"isom", bytes(8)), "mp4", "no moov box"),
        (Movie(tracks=[SOUND]).file(), "m4a", "no video track"),
        (Movie(tracks=[SOUND], brand=b"M4A ").file(), "m4a", "no video track"),
    ],
)
def test_what_is_no_video_is_refused_by_its_name(
    tmp_path: Path, content: bytes, kind: str, reason: str
) -> None:
    """Other bytes are told by their kind, whatever the file is called."""
    assert refused(tmp_path, content, kind=kind) == reason


@pytest.mark.parametrize(
    ("content", "kind"),
    [(b"OggS" + bytes(50), "ogg"), (b"fLaC" + bytes(50), "flac"), (b"{}", "json")],
)
def test_what_is_no_audio_is_refused_by_its_name(tmp_path: Path, content: bytes, kind: str) -> None:
    """Other bytes are told by their kind."""
    reason = audio_refused(tmp_path, content, kind=kind)

    assert reason == f"its bytes are {kind}, not mp3, wav, m4a or aac"


@pytest.mark.parametrize("brand", [b"M4A ", b"isom"])
def test_mp4_with_sound_only_is_m4a(tmp_path: Path, brand: bytes) -> None:
    """The tracks decide, not the brand."""
    content = Movie(tracks=[SOUND], brand=brand, ticks=2005).file()

    assert audio(tmp_path, content) == Audio("m4a", len(content), Duration(2005, 2005, 2005))


@pytest.mark.parametrize("codec", [b"jpeg", b"png "])
def test_cover_art_is_no_video(tmp_path: Path, codec: bytes) -> None:
    """A still picture beside the sound changes nothing."""
    cover = Track(codec=codec, runs=((1, 1),))
    content = Movie(tracks=[cover, SOUND]).file()

    assert audio(tmp_path, content).format == "m4a"
    assert refused(tmp_path, content, kind="m4a") == "no video track"


def test_a_video_is_no_audio(tmp_path: Path) -> None:
    """A video with sound does not count as audio."""
    content = Movie(tracks=[Track(), SOUND], brand=b"M4A ").file()

    assert audio_refused(tmp_path, content, kind="mp4") == "it has a video track"


@pytest.mark.parametrize(
    ("brand", "container"),
    [(b"isom", "mp4"), (b"M4V ", "mp4"), (b"M4A ", "mp4"), (b"qt  ", "mov"), (None, "mov")],
)
def test_a_video_is_described_whole(tmp_path: Path, brand: bytes | None, container: str) -> None:
    """All facts of a plain video are found, whatever its brand."""
    content = Movie(brand=brand).file()

    assert video(tmp_path, content) == Video(
        container=container,
        size_bytes=len(content),
        duration=Duration.exactly(2000),
        width=1280,
        height=720,
        has_sound=False,
    )


def test_a_sound_track_is_noticed(tmp_path: Path) -> None:
    """A video with a sound track has sound."""
    assert video(tmp_path, Movie(tracks=[Track(), SOUND]).file()).has_sound


def test_sides_are_those_on_the_screen(tmp_path: Path) -> None:
    """A quarter turn makes the height the width; odd sizes stay odd."""
    content = Movie(tracks=[Track(matrix=QUARTER_TURN, width=721, height=1281)]).file()
    seen = video(tmp_path, content)

    assert (seen.width, seen.height) == (1281, 721)

"""What a file is and how long it lasts, by files whose every number is known."""

from pathlib import Path

import pytest

from kling_lipsync.media import Audio, Duration, Unreadable, Video
from mock_server.media.probe import probe_audio, probe_video
from mock_server.media.tests.built import (
    FRAGMENTED,
    QUARTER_TURN,
    SOUND,
    Movie,
    Track,
    adts_frames,
    box,
    id3,
    moof,
    mp3_frames,
    mp3_note,
    numbers,
    wav,
)


def video(tmp_path: Path, content: bytes) -> Video:
    """Probe bytes that must be a video."""
    path = tmp_path / "any.bin"
    path.write_bytes(content)
    seen = probe_video(path)
    assert isinstance(seen, Video), seen
    return seen


def audio(tmp_path: Path, content: bytes) -> Audio:
    """Probe bytes that must be audio."""
    path = tmp_path / "any.bin"
    path.write_bytes(content)
    seen = probe_audio(path)
    assert isinstance(seen, Audio), seen
    return seen


def refused(tmp_path: Path, content: bytes, *, kind: str = "mp4") -> str:
    """Probe bytes that must be of a kind and no readable video, and give the reason."""
    path = tmp_path / "any.bin"
    path.write_bytes(content)
    seen = probe_video(path)
    assert isinstance(seen, Unreadable), seen
    assert (seen.kind, seen.size_bytes) == (kind, len(content))
    return seen.reason


def audio_refused(tmp_path: Path, content: bytes, *, kind: str) -> str:
    """Probe bytes that must be of a kind and no readable audio, and give the reason."""
    path = tmp_path / "any.bin"
    path.write_bytes(content)
    seen = probe_audio(path)
    assert isinstance(seen, Unreadable), seen
    assert (seen.kind, seen.size_bytes) == (kind, len(content))
    return seen.reason


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


def test_the_length_of_a_video_is_that_of_its_video_track(tmp_path: Path) -> None:
    """Longer sound makes the container longer, not the stream nor the samples."""
    content = Movie(tracks=[SOUND, Track()], ticks=2005).file()

    assert video(tmp_path, content).duration == Duration(2005, 2000, 2000)


def test_sides_are_those_on_the_screen(tmp_path: Path) -> None:
    """A quarter turn makes the height the width; odd sizes stay odd."""
    content = Movie(tracks=[Track(matrix=QUARTER_TURN, width=721, height=1281)]).file()
    seen = video(tmp_path, content)

    assert (seen.width, seen.height) == (1281, 721)


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


def test_garbage_behind_a_movie_is_passed_over(tmp_path: Path) -> None:
    """Players do not care what follows, so neither does the probe."""
    content = Movie().file() + b"\xff\xfe\xfd\xfc" * 10

    assert video(tmp_path, content).duration == Duration.exactly(2000)


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
        (Movie(tracks=[Track(promised_samples=2**31)]), "truncated: the last sample"),
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


@pytest.mark.parametrize("brand", [b"M4A ", b"isom"])
def test_mp4_with_sound_only_is_m4a(tmp_path: Path, brand: bytes) -> None:
    """The tracks decide, not the brand."""
    content = Movie(tracks=[SOUND], brand=brand, ticks=2005).file()

    assert audio(tmp_path, content) == Audio("m4a", len(content), Duration(2005, 2005, 2005))


def test_priming_of_m4a_is_hidden(tmp_path: Path) -> None:
    """The edit list takes away what the encoder put before and after the sound."""
    track = Track(b"soun", b"mp4a", timescale=48000, runs=((95, 1024),), edits=((2000, 1024),))

    assert audio(tmp_path, Movie(tracks=[track]).file()).duration == Duration.exactly(2000)


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


def test_a_wav_of_two_seconds(tmp_path: Path) -> None:
    """96000 frames at 48 kHz are 2000 ms by header and by count."""
    content = wav(96_000)

    assert audio(tmp_path, content) == Audio("wav", len(content), Duration(2000, None, 2000))


def test_the_byte_rate_of_a_wav_is_a_witness_of_its_own(tmp_path: Path) -> None:
    """A wrong byte rate moves the container's word only."""
    content = wav(96_000, byte_rate=48_000)

    assert audio(tmp_path, content).duration == Duration(4000, None, 2000)


@pytest.mark.parametrize("size", [0, 0x7FFFFFFF, 0xFFFFFFFF])
def test_a_wav_from_a_pipe_ends_with_its_file(tmp_path: Path, size: int) -> None:
    """A writer that could not tell the size left one of these."""
    assert audio(tmp_path, wav(96_000, size=size)).duration.samples_ms == 2000


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (wav(96_000)[:100_000], "truncated: 92044 bytes of sound are missing"),
        (wav(96_000)[:30], "truncated: 6 bytes more are promised than there are"),
        (wav(96_000, rate=0), "a rate or a sample size of 0"),
        (wav(96_000, align=0), "a rate or a sample size of 0"),
        (wav(0), "no samples"),
        (b"RIFF\0\0\0\0WAVE", "no data chunk"),
        (b"RIFF\0\0\0\0WAVEdata\0\0\0\0", "no fmt chunk before the sound"),
        (b"RIFF\0\0\0\0WAVE" + b"LIST\0\0\0\0" * 300, "more than 256 chunks"),
    ],
)
def test_contradictions_of_a_wav_are_named(tmp_path: Path, content: bytes, reason: str) -> None:
    """A WAV that contradicts itself is refused with the reason."""
    assert audio_refused(tmp_path, content, kind="wav") == reason


def test_an_mp3_is_counted(tmp_path: Path) -> None:
    """100 frames of 1152 samples at 44.1 kHz last 2612 ms; no one else says anything."""
    content = mp3_frames(100)

    assert audio(tmp_path, content) == Audio("mp3", len(content), Duration(None, 2612, 2612))


def test_a_variable_bit_rate_is_counted(tmp_path: Path) -> None:
    """Frames of any size last equally long."""
    content = mp3_frames(30, 64) + mp3_frames(40, 256) + mp3_frames(30)

    assert audio(tmp_path, content).duration == Duration(None, 2612, 2612)


def test_the_encoders_silence_is_left_out(tmp_path: Path) -> None:
    """A note tells the frames, and how many samples around the sound are none."""
    content = mp3_note(100, silence=(576, 1000)) + mp3_frames(100)

    assert audio(tmp_path, content).duration == Duration(2612, 2612, 2577)


def test_tags_are_no_sound(tmp_path: Path) -> None:
    """ID3 before and after the frames does not count."""
    content = id3(5000) + mp3_frames(100) + b"TAG" + bytes(125)

    assert audio(tmp_path, content).duration == Duration(None, 2612, 2612)


def test_a_cut_mp3_is_shorter_than_it_says(tmp_path: Path) -> None:
    """Every player plays a cut MP3, so it is readable, and its witnesses disagree."""
    content = mp3_note(200, silence=(0, 0)) + mp3_frames(100)

    assert audio(tmp_path, content).duration == Duration(5224, 2612, 2612)


def test_a_small_gap_between_frames_is_stepped_over(tmp_path: Path) -> None:
    """Decoders find the next frame behind a few bad bytes."""
    content = mp3_frames(50) + bytes(100) + mp3_frames(50)

    assert audio(tmp_path, content).duration.samples_ms == 2612


def test_an_adts_file_is_counted(tmp_path: Path) -> None:
    """Frames of 1024 samples at 24 kHz are all that such a file tells."""
    content = adts_frames(50, rate_index=6)

    assert audio(tmp_path, content) == Audio("aac", len(content), Duration(samples_ms=2133))


def test_an_hour_of_frames_is_estimated(tmp_path: Path) -> None:
    """Counting stops after 20,000 frames; then the length is an estimate, and no sample count."""
    seen = audio(tmp_path, mp3_frames(40_000, 64))

    assert seen.duration.samples_ms is None
    assert seen.duration.stream_ms == pytest.approx(40_000 * 1152 / 44.1, rel=0.001)


@pytest.mark.parametrize(
    ("content", "kind"),
    [(b"OggS" + bytes(50), "ogg"), (b"fLaC" + bytes(50), "flac"), (b"{}", "json")],
)
def test_what_is_no_audio_is_refused_by_its_name(tmp_path: Path, content: bytes, kind: str) -> None:
    """Other bytes are told by their kind."""
    reason = audio_refused(tmp_path, content, kind=kind)

    assert reason == f"its bytes are {kind}, not mp3, wav, m4a or aac"

"""How long MP3 and ADTS files last, by their frames."""

from io import BytesIO
from pathlib import Path

import pytest

from kling_lipsync.media import Audio, Duration
from kling_lipsync.probing.bare_frames import mp3_duration
from kling_lipsync.probing.boxes import Malformed, Source
from kling_lipsync.probing.tests.built import adts_frames, id3, mp3_frames, mp3_note, numbers
from kling_lipsync.probing.tests.probing import audio, audio_refused


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


def test_a_vbri_note_speaks_for_the_container(tmp_path: Path) -> None:
    """An older encoder's note stands at another place and tells frames only."""
    frame = mp3_frames(1)
    note = b"VBRI" + bytes(10) + numbers(99)
    content = frame[:36] + note + frame[36 + len(note) :] + mp3_frames(100)

    assert audio(tmp_path, content).duration == Duration(2586, 2612, 2612)


def test_a_note_of_another_encoder_tells_frames_only(tmp_path: Path) -> None:
    """Silence is noted by LAME and FFmpeg; other encoders leave other bytes there."""
    content = mp3_note(100).replace(b"LAME3.100", b"other1234") + mp3_frames(100)

    assert audio(tmp_path, content).duration == Duration(2612, 2612, 2612)


def test_a_note_alone_is_no_sound(tmp_path: Path) -> None:
    """An MP3 whose only frame is a note holds no samples."""
    assert audio_refused(tmp_path, mp3_note(100), kind="mp3") == "no samples"


def test_gaps_without_end_are_refused(tmp_path: Path) -> None:
    """A file that loses its thread again and again is not measured."""
    content = (mp3_frames(3) + bytes(500)) * 10

    reason = audio_refused(tmp_path, content, kind="mp3")
    assert reason == "more than 8 gaps between its frames"


def test_many_frames_of_adts_are_estimated(tmp_path: Path) -> None:
    """Beyond 20,000 frames the length is the stream's, and no sample count."""
    content = adts_frames(40_000, content=20)

    assert audio(tmp_path, content).duration == Duration(stream_ms=853_333)


def test_what_has_no_frames_has_no_length() -> None:
    """Bytes without frames are malformed, whoever took them for audio."""
    with pytest.raises(Malformed, match="no frames"):
        mp3_duration(Source(BytesIO(bytes(100))), 0)

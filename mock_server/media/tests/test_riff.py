"""How long a WAV lasts, by its header and by its bytes."""

from pathlib import Path

import pytest

from kling_lipsync.media import Audio, Duration
from mock_server.media.tests.built import wav
from mock_server.media.tests.probing import audio, audio_refused


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
        (wav(96_000)[:30], "truncated: no data chunk"),
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

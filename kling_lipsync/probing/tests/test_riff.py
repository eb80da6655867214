"""How long a WAV lasts, by its header and by its bytes."""

from pathlib import Path

import pytest

from kling_lipsync.media import Audio, Duration
from kling_lipsync.probing.tests.built import wav
from kling_lipsync.probing.tests.probing import audio, audio_refused


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


def test_the_extensible_form_names_its_codec_later(tmp_path: Path) -> None:
    """The code 0xFFFE means: look 24 bytes further."""
    usual = wav(96_000)
    form = (40).to_bytes(4, "little") + b"\xfe\xff" + usual[22:36] + bytes(8) + b"\1\0" + bytes(14)
    content = usual[:16] + form + usual[36:]

    assert audio(tmp_path, content).duration == Duration(2000, None, 2000)


def test_a_compressed_wav_tells_its_samples_in_a_chunk(tmp_path: Path) -> None:
    """Where bytes are no samples, the `fact` chunk is the second witness."""
    usual = wav(96_000, codec=0x55)
    fact = b"fact" + (4).to_bytes(4, "little") + (72_000).to_bytes(4, "little")
    content = usual[:36] + fact + usual[36:]

    assert audio(tmp_path, content).duration == Duration(2000, 1500, None)


def test_a_compressed_wav_without_that_chunk_has_one_witness(tmp_path: Path) -> None:
    """The byte rate alone is left."""
    assert audio(tmp_path, wav(96_000, codec=0x55)).duration == Duration(container_ms=2000)


def test_a_long_wav_has_its_size_elsewhere(tmp_path: Path) -> None:
    """RF64 keeps a size of 64 bits in a chunk of its own."""
    usual = wav(96_000, size=0xFFFFFFFF)
    sizes = b"ds64" + (28).to_bytes(4, "little") + bytes(8) + (96_000).to_bytes(8, "little")
    content = b"RF64" + usual[4:12] + sizes + bytes(12) + usual[12:]

    assert audio(tmp_path, content).duration == Duration(1000, None, 1000)


def test_a_size_near_the_largest_is_a_guess(tmp_path: Path) -> None:
    """Some recorders write a size just below 2 GB instead of the largest number."""
    assert audio(tmp_path, wav(96_000, size=0x7FFFFFF0)).duration.samples_ms == 2000


def test_a_format_chunk_has_a_least_size(tmp_path: Path) -> None:
    """14 bytes are not enough to know the sound."""
    usual = wav(96_000)
    content = usual[:16] + (14).to_bytes(4, "little") + usual[20:34] + usual[36:]

    assert audio_refused(tmp_path, content, kind="wav") == "a fmt chunk that is too short"

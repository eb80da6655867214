"""What bytes look like, whatever they are called."""

from pathlib import Path

import pytest

from kling_lipsync.probing.sniff import sniff
from kling_lipsync.probing.tests.built import Movie, adts_frames, box, id3, mp3_frames, numbers, wav

KINDS = [
    (Movie().file(), "mp4"),
    (Movie(brand=b"M4V ").file(), "mp4"),
    (Movie(brand=b"qt  ").file(), "mov"),
    (Movie(brand=None).file(), "mov"),
    (box(b"wide") + Movie(brand=None).file(), "mov"),
    (box(b"free", bytes(100)) + Movie().file(), "mp4"),
    (Movie(brand=b"M4A ").file(), "m4a"),
    (Movie(brand=b"3gp5").file(), "3gp"),
    (Movie(brand=b"heic").file(), "heif"),
    (numbers(1) + b"mdat" + numbers(100, size=8), "mov"),
    (b"\xff\xfe<\0h\0t\0m\0l\0", "text"),
    (b"\x47" + bytes(187) + b"\x47" + bytes(187) + b"\x47" + bytes(187), "mpegts"),
    (id3(0) * 5, "unknown"),
    (box(b"styp", b"msdh", bytes(4)), "mp4"),
    (wav(100), "wav"),
    (mp3_frames(3), "mp3"),
    (id3(70_000) + mp3_frames(3), "mp3"),
    (bytes(1000) + mp3_frames(4), "mp3"),
    (adts_frames(3), "aac"),
    (id3(50) + adts_frames(3), "aac"),
    (adts_frames(3, rate_index=15), "unknown"),
    (b"\x89PNG\r\n\x1a\n" + bytes(20), "png"),
    (b"\xff\xd8\xff\xe0" + bytes(20), "jpeg"),
    (b"GIF89a" + bytes(20), "gif"),
    (b"\x1a\x45\xdf\xa3" + bytes(20) + b"webm", "webm"),
    (b"\x1a\x45\xdf\xa3" + bytes(20) + b"matroska", "mkv"),
    (b"OggS" + bytes(20), "ogg"),
    (b"fLaC" + bytes(20), "flac"),
    (b"RIFF" + bytes(4) + b"AVI " + bytes(20), "avi"),
    (b"%PDF-1.7", "pdf"),
    (b"PK\x03\x04" + bytes(20), "zip"),
    (b"#EXTM3U\n#EXT-X-VERSION:3\n", "m3u8"),
    (b"\n <!DOCTYPE html><p>not found", "html"),
    (b'<?xml version="1.0"?><Error/>', "xml"),
    (b'{"code": 404}', "json"),
    (b"ffconcat version 1.0\nfile '/etc/passwd'\n", "text"),
    ("né".encode() * 5000, "text"),
    (bytes(100), "unknown"),
    (b"", "unknown"),
]


@pytest.mark.parametrize(("content", "kind"), KINDS, ids=range(len(KINDS)))
def test_bytes_are_named_by_what_they_look_like(tmp_path: Path, content: bytes, kind: str) -> None:
    """The kind of a file follows from its bytes."""
    path = tmp_path / "any"
    path.write_bytes(content)

    assert sniff(path) == kind


def test_an_extension_proves_nothing(tmp_path: Path) -> None:
    """A picture that is called a video is a picture."""
    path = tmp_path / "clip.mp4"
    path.write_bytes(b"\x89PNG\r\n\x1a\n")

    assert sniff(path) == "png"


def test_one_sync_word_is_not_audio(tmp_path: Path) -> None:
    """A single frame header in noise does not make an MP3."""
    path = tmp_path / "noise"
    path.write_bytes(bytes(10) + mp3_frames(1) + bytes(5000))

    assert sniff(path) == "unknown"


def test_a_tag_that_promises_more_than_the_file_is_unknown(tmp_path: Path) -> None:
    """An ID3 tag that ends behind the file's end leads nowhere."""
    path = tmp_path / "tag"
    path.write_bytes(id3(70_000)[:100])

    assert sniff(path) == "unknown"

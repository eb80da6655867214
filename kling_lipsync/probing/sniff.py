"""What a file is, from its first bytes: names, extensions and headers of HTTP prove nothing.

A sniff looks at magic bytes only.  It never says that the rest of the file is sound: that
is the probe's work.  It must be asked before any decoder, because decoders that guess by
themselves open playlists, and playlists open other files.
"""

from codecs import getincrementaldecoder
from operator import itemgetter
from os import SEEK_END
from pathlib import Path
from typing import BinaryIO

from kling_lipsync.probing.mpeg_audio import FRAME_READERS, find_frames

HEAD_BYTES = 4096
# Three frames of MPEG audio are at most 3 * 8191 bytes (ADTS); tags may leave zeros before them.
_AUDIO_WINDOW_BYTES = 32768

_MAGIC = (
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"GIF8", "gif"),
    (b"OggS", "ogg"),
    (b"fLaC", "flac"),
    (b"%PDF", "pdf"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"\x1f\x8b\x08", "gzip"),
    (b"FLV\x01", "flv"),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "asf"),
    (b"#!AMR", "amr"),
    (b"caff", "caf"),
    (b"\x00\x00\x01\xba", "mpeg"),
    (b"\x00\x00\x01\xb3", "mpeg"),
    (b"ADIF", "adif"),
)
_CHUNKED = {
    (b"RIFF", b"WAVE"): "wav",
    (b"RF64", b"WAVE"): "wav",
    (b"RIFF", b"AVI "): "avi",
    (b"RIFF", b"WEBP"): "webp",
    (b"FORM", b"AIFF"): "aiff",
    (b"FORM", b"AIFC"): "aiff",
}
_BRANDS = {
    b"qt  ": "mov",
    b"M4A ": "m4a",
    b"M4B ": "m4a",
    b"avif": "avif",
    b"avis": "avif",
    b"heic": "heif",
    b"heix": "heif",
    b"mif1": "heif",
    b"msf1": "heif",
}
_FRAGMENTS = (b"styp", b"sidx", b"moof")
_FILLERS = (b"free", b"skip", b"wide")
_QUICKTIME = (b"moov", b"mdat", b"pnot")
_OPENINGS = (
    ("#extm3u", "m3u8"),
    ("<!doctype html", "html"),
    ("<html", "html"),
    ("<?xml", "xml"),
    ("<", "xml"),
    ("{", "json"),
)


def sniff(path: Path) -> str:
    """Name what the bytes look like: `mp4`, `mov`, `m4a`, `wav`, `mp3`, `aac`, ... or `unknown`.

    `mp4` and `m4a` are brands, not proofs: a file of either may hold pictures or none.
    Text is `html`, `m3u8`, `xml`, `json` or `text`.  Reads at most 64 KB, in microseconds.
    """
    with path.open("rb") as file:
        return sniff_file(file)


def sniff_file(file: BinaryIO) -> str:
    """Name what the bytes of an open file look like; see `sniff`."""
    size = file.seek(0, SEEK_END)
    head = _read(file, 0, HEAD_BYTES)
    return (
        _by_magic(head)
        or _by_boxes(file, size)
        or _by_frames(file, head)
        or _by_text(head)
        or "unknown"
    )


def audio_start(file: BinaryIO) -> int:
    """Where the bytes begin that follow the ID3 tags at the start of a file, if it has any."""
    at = 0
    for _ in range(4):
        tag = _read(file, at, 10)
        if len(tag) < 10 or not tag.startswith(b"ID3"):
            break
        size = tag[6] << 21 | tag[7] << 14 | tag[8] << 7 | tag[9]
        footer = 10 if tag[5] & 0x10 else 0
        at += 10 + size + footer
    return at


def _read(file: BinaryIO, at: int, count: int) -> bytes:
    file.seek(at)
    return file.read(count)


def _by_magic(head: bytes) -> str | None:
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return "webm" if b"webm" in head[:64] else "mkv"
    if len(head) > 376 and head[0] == head[188] == head[376] == 0x47:
        return "mpegts"
    return _CHUNKED.get((head[:4], head[8:12]))


def _by_boxes(file: BinaryIO, size: int) -> str | None:
    """Judge the first box that is not filling; QuickTime before 2001 had no `ftyp`."""
    at = 0
    for _ in range(8):
        head = _read(file, at, 16)
        kind, length = head[4:8], int.from_bytes(head[:4], "big")
        if kind == b"ftyp" and length >= 16:
            return _by_brand(head[8:12])
        if kind in _FRAGMENTS and length >= 8:
            return "mp4"
        if length == 1 and len(head) == 16:
            length = int.from_bytes(head[8:], "big")
        if kind in _QUICKTIME and (length >= 8 or length == 0):
            return "mov"
        if kind not in _FILLERS or not 8 <= length < size - at:
            return None
        at += length
    return None


def _by_brand(brand: bytes) -> str:
    if brand.startswith((b"3gp", b"3g2")):
        return "3gp"
    return _BRANDS.get(brand, "mp4")


def _by_frames(file: BinaryIO, head: bytes) -> str | None:
    """Tell MPEG audio by frames in a row: one sync word alone occurs in any noise."""
    if not (head.startswith(b"ID3") or b"\xff" in head):
        return None
    data = _read(file, audio_start(file), _AUDIO_WINDOW_BYTES)
    starts = ((find_frames(data, 0, HEAD_BYTES, reader), reader) for reader in FRAME_READERS)
    found = [(at, reader) for at, reader in starts if at is not None]
    if not found:
        return None
    at, reader = min(found, key=itemgetter(0))
    frame = reader(data, at)
    return frame.kind if frame else None


def _by_text(head: bytes) -> str | None:
    """Text is UTF-8 without control characters, or whatever begins with a UTF-16 mark."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "text"
    try:
        # Not final: the head may end in the middle of a character.
        text = getincrementaldecoder("utf-8-sig")().decode(head)
    except UnicodeDecodeError:
        return None
    if not text or any(character < " " and character not in "\t\n\r\f" for character in text):
        return None
    opening = text.lstrip().lower()
    return next((kind for start, kind in _OPENINGS if opening.startswith(start)), "text")

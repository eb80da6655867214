"""Files made to hurt or to deceive whoever reads them: each number lies where it hurts most.

Named by what they do.  Those in ALIVE are legal or nearly so and may be taken for what they are.
"""

from collections.abc import Iterator
from gzip import compress
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile
from zlib import compress as deflated

from kling_lipsync.probing.tests.built import (
    FRAGMENTED,
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

MOST_64 = (1 << 64) - 1
PLAIN = Movie([Track(), SOUND])
FTYP = box(b"ftyp", b"isom", bytes(4))
ELSEWHERE = box(b"dinf", box(b"dref", numbers(0, 1), box(b"url ", numbers(0), b"file:///etc/p\0")))
ALIVE = ("one frame of 20 s", "a million frames", "16384 x 16384", "1200 fragments", "deep trak")


def little(*values: int, size: int = 4) -> bytes:
    """Give little-endian numbers."""
    return b"".join((value % (1 << 8 * size)).to_bytes(size, "little") for value in values)


def long_edit(ticks: int, media_time: int = 0) -> bytes:
    """Give a movie whose header says nothing and whose edit list says this, in 64 bits."""
    return Movie([Track(edits=[(ticks, media_time)], wide=True)], wide=True, ticks=0).file()


def nested(kind: bytes, depth: int) -> bytes:
    """Give boxes inside each other."""
    return b"".join(numbers(8 * (depth - level)) + kind for level in range(depth))


def zipped() -> bytes:
    """Give 20 MB of zeros in 20 KB."""
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        archive.writestr("film.mp4", bytes(20_000_000))
    return file.getvalue()


def boundaries(content: bytes, start: int = 0, end: int | None = None) -> Iterator[int]:
    """Yield where boxes begin, and where their contents do."""
    while start + 8 <= (len(content) if end is None else end):
        size = int.from_bytes(content[start : start + 4], "big")
        yield from (start, start + 8)
        if content[start + 4 : start + 8] in b"moov trak mdia minf stbl edts".split():
            yield from boundaries(content, start + 8, start + size)
        start += size


FILMS = {
    "2^32 runs": Movie([Track(promised_runs=0xFFFFFFFF)]).file(),
    "2^32 samples": Movie([Track(promised_samples=0xFFFFFFFF)]).file(),
    "a million runs": Movie([Track(runs=((1, 1),) * 1_000_000)]).moov(0),
    "2^32 samples in a fragment": FRAGMENTED.file()
    + box(b"moof", box(b"traf", box(b"tfhd", numbers(0, 1)), box(b"trun", numbers(0x100, -1)))),
    "no movie time scale": Movie(timescale=0).file(),
    "no track time scale": Movie([Track(timescale=0)]).file(),
    "a header of 2^40 ms": Movie([Track(wide=True)], wide=True, ticks=1 << 40).file(),
    "a header of 2^63 ms": Movie([Track(wide=True)], wide=True, ticks=1 << 63).file(),
    "an edit of 2^64 ms": long_edit(MOST_64),
    "an edit that shows nothing": Movie([Track(edits=[(2000, 1 << 30)])]).file(),
    "an edit of -5 ms": Movie([Track(edits=[(-5, 0)])]).file(),
    "1000 edits": Movie([Track(edits=[(2000, 0)] * 1000)]).file(),
    "5000 edits": Movie([Track(edits=[(2000, 0)] * 5000)]).file(),
    "an index of 2^31 s": FRAGMENTED.file()
    + box(b"sidx", numbers(0, 1, 1, 0, 0, 1, 0, 0x7FFFFFFF, 0))
    + moof(12800),
    "deep moov": FTYP + nested(b"moov", 100_000),
    "deep trak": Movie(extra=nested(b"trak", 1000)).file(),
    "100 tracks": Movie([Track()] * 100).file(),
    "samples in another file": Movie([Track(references=ELSEWHERE)]).file(),
    "a compressed moov": FTYP
    + box(b"moov", box(b"cmov", box(b"cmvd", numbers(1 << 31), deflated(bytes(10_000_000))))),
    "a picture": Movie([Track(codec=b"jpeg", runs=((1, 38400),))], brand=b"qt  ").file(),
    "16384 x 16384": Movie([Track(width=16384, height=16384)]).file(),
    "no sides": Movie([Track(width=0, height=0)]).file(),
    "a million frames": Movie(
        [Track(timescale=1000, runs=((1_000_000, 1),))], ticks=1_000_000
    ).file(),
    "one frame of 20 s": Movie([Track(timescale=1000, runs=((50, 40), (1, 20_000)))]).file(),
    "1200 fragments": FRAGMENTED.file() + moof(512) * 1200,
    "a playlist behind ftyp": FTYP + b"#EXTM3U\nhttp://127.0.0.1/a.ts\n",
    "HLS": b"\xef\xbb\xbf \n#EXTM3U\n#EXTINF:5,\nhttp://127.0.0.1/a.ts\n",
    "DASH": b"<?xml version='1.0'?><MPD xmlns='urn:mpeg:dash:schema:mpd:2011'></MPD>",
    "concat": b"file '/etc/passwd'\n",
    "ffconcat": b"ffconcat version 1.0\nfile '/etc/passwd'\n",
    "SDP": b"v=0\no=- 0 0 IN IP4 127.0.0.1\nm=video 9 RTP/AVP 96\n",
    "zip": zipped(),
    "gzip": compress(bytes(20_000_000)),
    "PNG": b"\x89PNG\r\n\x1a\n" + bytes(5000),
    "GIF": b"GIF89a" + bytes(5000),
}
SOUNDS = {
    "an endless tag": b"ID3\x04\0\0\x7f\x7f\x7f\x7f" + mp3_frames(100),
    "100,000 tags": id3(10) * 100_000 + mp3_frames(100),
    "a tag and nothing": id3(1_000_000) + bytes(2_000_000),
    "sync words": b"\xff\xfb" * 2_500_000,
    "headers": b"\xff\xfb\x90\xc0" * 1_250_000,
    "gaps": (mp3_frames(3) + bytes(1000)) * 100,
    "a note of 2^32 frames": mp3_note(0xFFFFFFFF) + mp3_frames(100),
    "700,000 empty frames": adts_frames(700_000, content=0),
    "more sound than bytes": wav(100_000, size=0x10000000),
    "a byte rate of 1": wav(100_000, byte_rate=1),
    "samples of 65535 bytes": wav(100_000, align=65535),
    "an endless chunk": b"RIFF" + little(0) + b"WAVEjunk" + little(-2) + wav(1000)[12:],
    "100,000 chunks": b"RIFF" + little(0) + b"WAVE" + (b"junk" + little(0)) * 100_000,
    "big-endian": b"RIFX" + wav(100_000)[4:],
    "RF64 without ds64": b"RF64" + wav(10, size=-1 % (1 << 32))[4:40],
}

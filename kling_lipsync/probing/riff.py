"""WAV: a header that says how long the sound is, and sound that may be longer or shorter."""

from attrs import frozen

from kling_lipsync.media import Duration
from kling_lipsync.probing.boxes import Malformed, Source
from kling_lipsync.probing.ticks import milliseconds

MAX_CHUNKS = 256
# PCM, floating point, A-law, mu-law, and the extensible form that names one of them.
_FIXED_SIZE_CODECS = (1, 3, 6, 7)
_EXTENSIBLE = 0xFFFE
# A writer that cannot seek back leaves one of these; then the sound ends with the file.
_UNKNOWN_SIZES = (0, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
_NEARLY_UNKNOWN = 0x7FFFF000


@frozen
class _Format:
    codec: int
    rate: int
    bytes_per_second: int
    frame_bytes: int


def wav_duration(source: Source) -> Duration:
    """Measure a WAV file; the container's word is its byte rate; raises Malformed."""
    chunks = _chunks(source)
    if b"fmt " not in chunks:
        msg = "no fmt chunk before the sound"
        raise Malformed(msg)
    form = _format(source, *chunks[b"fmt "])
    start, size = chunks[b"data"]
    if b"ds64" in chunks and size == 0xFFFFFFFF:
        size = int.from_bytes(source.read(chunks[b"ds64"][0] + 8, 8), "little")
    size = _present(source, start, size)
    if size < form.frame_bytes:
        msg = "no samples"
        raise Malformed(msg)
    samples_ms = stream_ms = None
    if form.codec in _FIXED_SIZE_CODECS:
        samples_ms = milliseconds(size // form.frame_bytes, form.rate)
    elif b"fact" in chunks:
        samples = int.from_bytes(source.read(chunks[b"fact"][0], 4), "little")
        stream_ms = milliseconds(samples, form.rate)
    return Duration(milliseconds(size, form.bytes_per_second), stream_ms, samples_ms)


def _chunks(source: Source) -> dict[bytes, tuple[int, int]]:
    """Walk the chunks up to the sound: kind -> (start of content, size)."""
    chunks: dict[bytes, tuple[int, int]] = {}
    at = 12
    for _ in range(MAX_CHUNKS):
        if at + 8 > source.size:
            msg = "truncated: no data chunk" if chunks else "no data chunk"
            raise Malformed(msg)
        head = source.read(at, 8)
        size = int.from_bytes(head[4:], "little")
        chunks.setdefault(head[:4], (at + 8, size))
        if head[:4] == b"data":
            return chunks
        at += 8 + size + size % 2
    msg = f"more than {MAX_CHUNKS} chunks"
    raise Malformed(msg)


def _format(source: Source, start: int, size: int) -> _Format:
    content = source.read(start, min(size, 40))
    if len(content) < 16:
        msg = "a fmt chunk that is too short"
        raise Malformed(msg)
    codec = int.from_bytes(content[:2], "little")
    if codec == _EXTENSIBLE and len(content) >= 26:
        codec = int.from_bytes(content[24:26], "little")
    form = _Format(
        codec=codec,
        rate=int.from_bytes(content[4:8], "little"),
        bytes_per_second=int.from_bytes(content[8:12], "little"),
        frame_bytes=int.from_bytes(content[12:14], "little"),
    )
    if not (form.rate and form.bytes_per_second and form.frame_bytes):
        msg = "a rate or a sample size of 0"
        raise Malformed(msg)
    channels, bits = (int.from_bytes(content[at : at + 2], "little") for at in (2, 14))
    if codec in _FIXED_SIZE_CODECS and form.frame_bytes != channels * ((bits + 7) // 8):
        msg = f"{channels} samples of {bits} bits in {form.frame_bytes} bytes"
        raise Malformed(msg)
    return form


def _present(source: Source, start: int, size: int) -> int:
    """Give the bytes of sound that are there; raises Malformed where the header names more."""
    rest = source.size - start
    if size in _UNKNOWN_SIZES or size >= _NEARLY_UNKNOWN:
        return min(size, rest) if size and size not in _UNKNOWN_SIZES else rest
    if size > rest:
        msg = f"truncated: {size - rest} bytes of sound are missing"
        raise Malformed(msg)
    return size

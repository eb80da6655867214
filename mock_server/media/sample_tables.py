"""What the sample tables of a track add up to, and whether the samples they promise exist.

Tables are read whole only where their sum is needed (`stts`, `trun`); of the others the last
entries are enough.  Times are in ticks of the track's own time scale.
"""

from array import array
from operator import mul
from sys import byteorder

from attrs import frozen

from mock_server.media.boxes import Box, Malformed, Source

# A last chunk may hold thousands of samples; fewer can only make the check more lenient.
_CHUNK_SAMPLES = 4096


@frozen
class Media:
    """Samples of one track: how many, ticks in all, and the first one's offset to its showing."""

    samples: int
    ticks: int
    first_offset: int = 0

    def __add__(self, other: "Media") -> "Media":
        first = self if self.samples else other
        return Media(self.samples + other.samples, self.ticks + other.ticks, first.first_offset)


def words(data: bytes) -> "array[int]":
    """Read big-endian numbers of 32 bits."""
    numbers = array("I", data)
    if byteorder == "little":
        numbers.byteswap()
    return numbers


def signed(number: int) -> int:
    """Read 32 bits as a number that may be negative."""
    return number - (1 << 32) if number >> 31 else number


def media_of(source: Source, table: Box) -> Media:
    """Add up the samples that an `stbl` box lists."""
    stts = source.need(table, b"stts")
    pairs = words(source.table(stts, 8, source.number(stts, 4), 8))
    counts, lengths = pairs[0::2], pairs[1::2]
    samples = sum(counts)
    listed = sample_count(source, table)
    if samples != listed:
        msg = f"stts lists {samples} samples and stsz {listed}"
        raise Malformed(msg)
    return Media(samples, sum(map(mul, counts, lengths)), _first_offset(source, table))


def refuse_missing_samples(source: Source, table: Box) -> None:
    """Refuse a track whose last chunk reaches behind the end of the file: it was cut off."""
    samples = sample_count(source, table)
    if not samples:
        return
    start = _last_chunk(source, table)
    end = start + _last_bytes(source, table, min(_chunk_samples(source, table), samples))
    if end > source.size:
        msg = f"truncated: the last sample ends {end - source.size} bytes behind the file's end"
        raise Malformed(msg)


def _sizes(source: Source, table: Box) -> Box:
    sizes = source.find(table, b"stsz") or source.find(table, b"stz2")
    if sizes is None:
        msg = "no stsz box"
        raise Malformed(msg)
    return sizes


def sample_count(source: Source, table: Box) -> int:
    """Give how many samples an `stbl` box promises."""
    return source.number(_sizes(source, table), 8)


def _first_offset(source: Source, table: Box) -> int:
    offsets = source.find(table, b"ctts")
    if offsets is None or not source.number(offsets, 4):
        return 0
    return signed(source.number(offsets, 12))


def _last_chunk(source: Source, table: Box) -> int:
    width, chunks = 4, source.find(table, b"stco")
    if chunks is None:
        width, chunks = 8, source.need(table, b"co64")
    count = source.number(chunks, 4)
    if not count:
        msg = "samples without chunks"
        raise Malformed(msg)
    return source.number(chunks, 8 + (count - 1) * width, width)


def _chunk_samples(source: Source, table: Box) -> int:
    runs = source.need(table, b"stsc")
    count = source.number(runs, 4)
    if not count:
        msg = "chunks without samples"
        raise Malformed(msg)
    return source.number(runs, 8 + (count - 1) * 12 + 4)


def _last_bytes(source: Source, table: Box, samples: int) -> int:
    """Count the bytes of the last samples; 0 for the compact table, which no one uses."""
    sizes = _sizes(source, table)
    if sizes.kind == b"stz2":
        return 0
    each = source.number(sizes, 4)
    if each:
        return samples * each
    samples = min(samples, _CHUNK_SAMPLES)
    count = source.number(sizes, 8)
    return sum(words(source.table(sizes, 12 + (count - samples) * 4, samples, 4)))

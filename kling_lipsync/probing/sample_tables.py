"""What the sample tables of a track add up to, and whether the samples they promise exist.

Tables are read whole only where their sum is needed (`stts`, `trun`); of the others the last
entries are enough.  Times are in ticks of the track's own time scale.
"""

from array import array
from itertools import chain, islice, repeat
from operator import mul
from sys import byteorder

from attrs import frozen

from kling_lipsync.probing.boxes import Box, Malformed, Source

# A last chunk may hold thousands of samples; fewer can only make the check more lenient.
_CHUNK_SAMPLES = 4096
# No codec shows a frame more than 16 frames after it was decoded.
_REORDERED_SAMPLES = 32


@frozen
class Media:
    """Samples of one track: how many, and the ticks from the first one's showing to the last's end.

    Frames are stored in the order of decoding; `first` is when the first is shown, counted
    from its decoding, and the showing lasts from `first` to `end`.
    """

    samples: int
    first: int
    end: int

    def followed_by(self, other: "Media") -> "Media":
        """Put more samples after these."""
        if not self.samples or not other.samples:
            return self if self.samples else other
        end = self.end + other.end - other.first
        return Media(self.samples + other.samples, self.first, end)


NO_MEDIA = Media(0, 0, 0)


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
    first, last_offsets = _offsets(source, table)
    ticks = sum(map(mul, counts, lengths))
    return Media(samples, first, _end(ticks, _last_of(counts, lengths), last_offsets))


def _offsets(source: Source, table: Box) -> tuple[int, list[int]]:
    """Read (offset from decoding to showing of the first sample, those of the last ones)."""
    offsets = source.find(table, b"ctts")
    entries = source.number(offsets, 4) if offsets else 0
    if offsets is None or not entries:
        return 0, [0]
    tail = min(entries, _REORDERED_SAMPLES)
    pairs = words(source.table(offsets, 8 + (entries - tail) * 8, tail, 8))
    last = _last_of(pairs[0::2], pairs[1::2])
    return signed(source.number(offsets, 12)), [signed(offset) for offset in last]


def _last_of(counts: "array[int]", values: "array[int]") -> list[int]:
    """Unroll the end of a run-length table: the values of the last samples, the last one first."""
    tail = slice(None, -_REORDERED_SAMPLES - 1, -1)
    runs = zip(counts[tail], values[tail], strict=True)
    each = (repeat(value, min(count, _REORDERED_SAMPLES)) for count, value in runs)
    return list(islice(chain.from_iterable(each), _REORDERED_SAMPLES))


def _end(ticks: int, last_lengths: list[int], last_offsets: list[int]) -> int:
    """Find when the last sample's showing ends: where frames are reordered, not the last stored."""
    ends, decoded = [], ticks
    for length, offset in zip(last_lengths, last_offsets, strict=False):
        ends.append(decoded + offset)
        decoded -= length
    return max(ends, default=ticks)


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

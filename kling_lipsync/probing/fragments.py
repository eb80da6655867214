"""Fragmented MP4: the samples that `moof` boxes add to the tables of `moov`.

Streams are recorded so; their `moov` says nothing about how long they are.
"""

from attrs import frozen

from kling_lipsync.probing.boxes import Box, Source
from kling_lipsync.probing.sample_tables import NO_MEDIA, Media, signed, words

_HAS_DATA_OFFSET, _HAS_FIRST_FLAGS = 0x1, 0x4
_HAS_DURATION, _HAS_COMPOSITION = 0x100, 0x800
_PER_SAMPLE = (0x100, 0x200, 0x400, 0x800)
_BASE_OFFSET, _DESCRIPTION, _DEFAULT_DURATION = 0x1, 0x2, 0x8


@frozen
class Defaults:
    """The track that is asked for, and how many ticks its samples last where they do not say."""

    track_id: int
    ticks: int


def defaults_of(source: Source, moov: Box, track_id: int) -> Defaults:
    """Find what `mvex` says about a track."""
    mvex = source.find(moov, b"mvex")
    for trex in source.children(mvex, b"trex") if mvex else ():
        if source.number(trex, 4) == track_id:
            return Defaults(track_id, source.number(trex, 12))
    return Defaults(track_id, 0)


def fragment_media(source: Source, moofs: tuple[Box, ...], defaults: Defaults) -> Media:
    """Add up one track's samples in all fragments."""
    total = NO_MEDIA
    for moof in moofs:
        for traf in source.children(moof, b"traf"):
            total = total.followed_by(_traf_media(source, traf, defaults))
    return total


def indexed_ticks(source: Source, sidx: Box) -> tuple[int, int, int]:
    """Give what an index says: (track id, ticks, ticks per second).

    Ticks are signed: FFmpeg writes a negative length for a frame that is shown before the last.
    """
    version = source.number(sidx, 0, 1)
    skip = 28 if version else 20
    count = source.number(sidx, skip + 2, 2)
    entries = words(source.table(sidx, skip + 4, count, 12))
    return source.number(sidx, 4), sum(map(signed, entries[1::3])), source.number(sidx, 8)


def _traf_media(source: Source, traf: Box, defaults: Defaults) -> Media:
    tfhd = source.need(traf, b"tfhd")
    if source.number(tfhd, 4) != defaults.track_id:
        return NO_MEDIA
    flags = source.number(tfhd, 1, 3)
    each = defaults.ticks
    if flags & _DEFAULT_DURATION:
        skip = 8 + (8 if flags & _BASE_OFFSET else 0) + (4 if flags & _DESCRIPTION else 0)
        each = source.number(tfhd, skip)
    total = NO_MEDIA
    for trun in source.children(traf, b"trun"):
        total = total.followed_by(_trun_media(source, trun, each))
    return total


def _trun_media(source: Source, trun: Box, each: int) -> Media:
    flags, count = source.number(trun, 1, 3), source.number(trun, 4)
    fields = sum(1 for flag in _PER_SAMPLE if flags & flag)
    skip = 8 + (4 if flags & _HAS_DATA_OFFSET else 0) + (4 if flags & _HAS_FIRST_FLAGS else 0)
    if not fields:
        return Media(count, 0, count * each)
    numbers = words(source.table(trun, skip, count, fields * 4))
    ticks = sum(numbers[0::fields]) if flags & _HAS_DURATION else count * each
    # The composition offset is the last field of a sample.
    offset = signed(numbers[fields - 1]) if flags & _HAS_COMPOSITION and count else 0
    return Media(count, offset, offset + ticks)

"""One track of an MP4 or MOV file, as its headers describe it."""

from attrs import frozen

from kling_lipsync.probing.boxes import Box, Malformed, Source
from kling_lipsync.probing.sample_tables import sample_count

MAX_EDITS = 1024
_EMPTY_EDIT = -1
_HANDLERS = (b"vide", b"soun")
_PICTURES = (b"jpeg", b"png ")


@frozen
class Edit:
    """A stretch of the media that is shown: from `media_time` (the track's ticks) on.

    `ticks` is its length in ticks of the movie; 0 means "all the rest".
    """

    ticks: int
    media_time: int


@frozen
class Track:
    """A track's headers; `width` and `height` are px as encoded, before any rotation.

    `still` means pictures that accompany the sound: cover art, or those of chapters.
    `ticks` is what `mdhd` says, None where it says nothing.  `turned` means that width and
    height change places on the screen.  `table` is the `stbl` box.  `elsewhere` means that its
    samples lie in another file, which is named but never opened.
    """

    track_id: int
    handler: bytes
    enabled: bool
    still: bool
    width: int
    height: int
    turned: bool
    timescale: int
    ticks: int | None
    edits: tuple[Edit, ...]
    table: Box
    elsewhere: bool


def read_track(source: Source, trak: Box) -> Track | None:
    """Read a `trak` box, or None where it is neither video nor sound; raises Malformed."""
    hdlr = source.find(trak, b"mdia", b"hdlr")
    handler = source.content(hdlr, 4, skip=8) if hdlr else b""
    if handler not in _HANDLERS:
        return None
    tkhd = source.need(trak, b"tkhd")
    wide = source.number(tkhd, 0, 1)
    timescale, ticks = ticks_of(source, source.need(trak, b"mdia", b"mdhd"))
    table = source.need(trak, b"mdia", b"minf", b"stbl")
    codec, width, height = _description(source, table, handler)
    enabled = bool(source.number(tkhd, 3, 1) & 1)
    return Track(
        track_id=source.number(tkhd, 20 if wide else 12),
        handler=handler,
        enabled=enabled,
        still=codec in _PICTURES and (not enabled or sample_count(source, table) == 1),
        width=width,
        height=height,
        turned=quarter_turned(source, tkhd, 52 if wide else 40),
        timescale=timescale,
        ticks=ticks,
        edits=_edits(source, trak),
        table=table,
        elsewhere=_elsewhere(source, trak),
    )


def ticks_of(source: Source, box: Box) -> tuple[int, int | None]:
    """Read (ticks per second, length in ticks) of an `mvhd` or `mdhd` box; None for no length."""
    wide = source.number(box, 0, 1)
    timescale = source.number(box, 20 if wide else 12)
    size = 8 if wide else 4
    ticks = source.number(box, 24 if wide else 16, size)
    if not timescale:
        msg = f"the {box.name} box has a time scale of 0"
        raise Malformed(msg)
    unknown = (0, (1 << 8 * size) - 1)
    return timescale, None if ticks in unknown else ticks


def quarter_turned(source: Source, box: Box, skip: int) -> bool:
    """Whether the matrix in a box turns pictures by 90 or 270 degrees."""
    matrix = source.content(box, 36, skip=skip)
    a, b, _, c, d = (int.from_bytes(matrix[i : i + 4], "big", signed=True) for i in range(0, 20, 4))
    return abs(b) > abs(a) and abs(c) > abs(d)


def _description(source: Source, table: Box, handler: bytes) -> tuple[bytes, int, int]:
    """Read (codec, width, height) of the first sample description; sizes are 0 for sound."""
    stsd = source.need(table, b"stsd")
    if not source.number(stsd, 4):
        return b"", 0, 0
    codec = source.content(stsd, 4, skip=12)
    if handler != b"vide":
        return codec, 0, 0
    return codec, source.number(stsd, 40, 2), source.number(stsd, 42, 2)


def _elsewhere(source: Source, trak: Box) -> bool:
    """Whether a data reference names another file; "this file" has a flag and no name."""
    dref = source.find(trak, b"mdia", b"minf", b"dinf", b"dref")
    if dref is None or not source.number(dref, 4):
        return False
    references = source.boxes(dref.start + 8, dref.end)
    return any(not source.number(one, 3, 1) & 1 and one.end > one.start + 4 for one in references)


def _edits(source: Source, trak: Box) -> tuple[Edit, ...]:
    """Read the edit list without its empty edits, which only delay the start."""
    elst = source.find(trak, b"edts", b"elst")
    if elst is None:
        return ()
    wide, count = source.number(elst, 0, 1), source.number(elst, 4)
    if count > MAX_EDITS:
        msg = f"more than {MAX_EDITS} edits"
        raise Malformed(msg)
    size, width = (8, 20) if wide else (4, 12)
    data = source.table(elst, 8, count, width)
    edits = (_edit(data[at : at + 2 * size], size) for at in range(0, len(data), width))
    return tuple(edit for edit in edits if edit.media_time != _EMPTY_EDIT)


def _edit(entry: bytes, size: int) -> Edit:
    ticks = int.from_bytes(entry[:size], "big")
    return Edit(ticks, int.from_bytes(entry[size:], "big", signed=True))

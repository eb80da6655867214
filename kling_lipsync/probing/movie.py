"""MP4 and MOV: the tracks of a file and how long each lasts, without decoding anything.

Three witnesses tell a length.  The container (`mvhd`) speaks for its longest track; the
stream (edit list or `mdhd`) for one; the samples (`stts`, `trun`) for what is really there,
less what the edit list hides (the priming of AAC, the cut parts of a trimmed video).
"""

from itertools import islice

from attrs import frozen

from kling_lipsync.media import Duration
from kling_lipsync.probing.boxes import Box, Malformed, Source
from kling_lipsync.probing.fragments import defaults_of, fragment_media, indexed_ticks
from kling_lipsync.probing.sample_tables import Media, media_of, refuse_missing_samples
from kling_lipsync.probing.ticks import milliseconds
from kling_lipsync.probing.tracks import Track, quarter_turned, read_track, ticks_of

MAX_TRACKS = 64


@frozen
class Movie:
    """What the boxes of a file say; `pieces` are its fragments, `indexes` their `sidx` boxes."""

    moov: Box
    timescale: int
    ticks: int | None
    turned: bool
    tracks: tuple[Track, ...]
    pieces: tuple[Box, ...]
    indexes: tuple[Box, ...]

    def track(self, handler: bytes) -> Track | None:
        """Give the first track of a kind (`vide`, `soun`), an enabled one if there is any.

        Cover art and chapter pictures are kept as video tracks too, but are no video.
        """
        of_kind = (track for track in self.tracks if track.handler == handler)
        found = [track for track in of_kind if not track.still]
        return next((track for track in found if track.enabled), found[0] if found else None)


def read_movie(source: Source) -> Movie:
    """Read all headers; raises Malformed."""
    boxes = _top_level(source)
    moov = next((box for box in boxes if box.kind == b"moov"), None)
    if moov is None:
        msg = "no moov box"
        raise Malformed(msg)
    mvhd = source.need(moov, b"mvhd")
    timescale, ticks = ticks_of(source, mvhd)
    movie = Movie(
        moov=moov,
        timescale=timescale,
        ticks=ticks,
        turned=quarter_turned(source, mvhd, 48 if source.number(mvhd, 0, 1) else 36),
        tracks=_tracks(source, moov),
        pieces=tuple(box for box in boxes if box.kind == b"moof"),
        indexes=tuple(box for box in boxes if box.kind == b"sidx"),
    )
    for track in movie.tracks:
        if track.elsewhere:
            msg = "its samples lie in another file"
            raise Malformed(msg)
        refuse_missing_samples(source, track.table)
    return movie


def duration_of(source: Source, movie: Movie, track: Track) -> Duration:
    """Ask all witnesses of one track's length; raises Malformed where no sample is found."""
    media = media_of(source, track.table)
    if movie.pieces:
        defaults = defaults_of(source, movie.moov, track.track_id)
        media = media.followed_by(fragment_media(source, movie.pieces, defaults))
    if not media.samples or media.end <= media.first:
        msg = "no samples"
        raise Malformed(msg)
    if media.samples > source.size:
        msg = f"{media.samples} samples in {source.size} bytes"
        raise Malformed(msg)
    return Duration(
        container_ms=_container_ms(source, movie, track),
        stream_ms=_stream_ms(movie, track),
        samples_ms=_samples_ms(movie, track, media),
    )


def _top_level(source: Source) -> tuple[Box, ...]:
    """Walk the outermost boxes; garbage behind a complete movie is passed over, as players do."""
    boxes: list[Box] = []
    try:
        boxes.extend(source.boxes(0, source.size))
    except Malformed:
        complete = {b"moov", b"mdat"} <= {box.kind for box in boxes}
        if not complete or source.read(boxes[-1].end + 4, 4).isalnum():
            raise
    return tuple(boxes)


def _tracks(source: Source, moov: Box) -> tuple[Track, ...]:
    traks = tuple(islice(source.children(moov, b"trak"), MAX_TRACKS + 1))
    if len(traks) > MAX_TRACKS:
        msg = f"more than {MAX_TRACKS} tracks"
        raise Malformed(msg)
    tracks = (read_track(source, trak) for trak in traks)
    return tuple(track for track in tracks if track is not None)


def _container_ms(source: Source, movie: Movie, track: Track) -> int | None:
    if movie.ticks:
        return milliseconds(movie.ticks, movie.timescale)
    mehd = source.find(movie.moov, b"mvex", b"mehd")
    if mehd:
        wide = source.number(mehd, 0, 1)
        ticks = source.number(mehd, 4, 8 if wide else 4)
        if ticks:
            return milliseconds(ticks, movie.timescale)
    indexed = [indexed_ticks(source, sidx) for sidx in movie.indexes]
    ours = [(ticks, scale) for track_id, ticks, scale in indexed if track_id == track.track_id]
    if not ours or not all(scale for _, scale in ours):
        return None
    total = sum(ticks for ticks, _ in ours)
    return milliseconds(total, ours[0][1]) if total > 0 else None


def _stream_ms(movie: Movie, track: Track) -> int | None:
    edited = sum(edit.ticks for edit in track.edits)
    if edited:
        return milliseconds(edited, movie.timescale)
    return milliseconds(track.ticks, track.timescale) if track.ticks else None


def _samples_ms(movie: Movie, track: Track, media: Media) -> int:
    """Add up what the edits show of the samples; in units of 1/(both time scales) s, exactly."""
    per_second = track.timescale * movie.timescale
    if not track.edits:
        return milliseconds((media.end - media.first) * movie.timescale, per_second)
    shown = 0
    for edit in track.edits:
        start = max(edit.media_time, media.first)
        rest = max(0, media.end - start) * movie.timescale
        shown += min(rest, edit.ticks * track.timescale) if edit.ticks else rest
    if not shown:
        msg = "its edit list shows none of its samples"
        raise Malformed(msg)
    return milliseconds(shown, per_second)

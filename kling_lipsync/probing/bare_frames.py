"""MP3 and ADTS files: how long they last, by counting their frames.

An MP3 may begin with a frame that is no sound but a note of its encoder (Xing, Info, VBRI):
the container's word.  The same note tells how many samples the encoder put before and after
the sound; the innermost witness leaves them out.
"""

from attrs import frozen

from kling_lipsync.media import Duration
from kling_lipsync.probing.boxes import Malformed, Source
from kling_lipsync.probing.mpeg_audio import (
    Frame,
    Reader,
    adts_frame,
    find_frames,
    mpeg_frame,
    run_of_frames,
)
from kling_lipsync.probing.ticks import milliseconds

# 8 minutes at 26 ms a frame, many times what the API takes; the rest is estimated.
MAX_FRAMES = 20000
MAX_BYTES = 8 << 20
_START_WINDOW = 4096
_GAP_WINDOW = 2048
_MAX_GAPS = 8
_GAPLESS_ENCODERS = (b"LAME", b"Lavf", b"Lavc")


@frozen
class Note:
    """What the encoder noted in the first frame: frames in all, and samples that are no sound."""

    frames: int | None
    silence_before: int = 0
    silence_after: int = 0


@frozen
class Count:
    """Samples per channel that were counted; `whole` is false where the rest is an estimate."""

    samples: int
    whole: bool


def mp3_duration(source: Source, start: int) -> Duration:
    """Measure an MP3 whose tags end at byte `start`; raises Malformed."""
    data, at, first = _opening(source, start, mpeg_frame)
    note = read_note(data[at : at + first.length], first)
    if note:
        at += first.length
    count = _count(data, at, source.size - start, mpeg_frame, first)
    counted_ms = milliseconds(count.samples, first.rate)
    container_ms = None
    if note and note.frames:
        container_ms = milliseconds(note.frames * first.samples, first.rate)
    if not count.whole:
        return Duration(container_ms, counted_ms, None)
    sound = count.samples
    if note and note.silence_before + note.silence_after < count.samples:
        sound -= note.silence_before + note.silence_after
    return Duration(container_ms, counted_ms, milliseconds(sound, first.rate))


def aac_duration(source: Source, start: int) -> Duration:
    """Measure an ADTS file whose tags end at byte `start`; raises Malformed."""
    data, at, first = _opening(source, start, adts_frame)
    count = _count(data, at, source.size - start, adts_frame, first)
    counted_ms = milliseconds(count.samples, first.rate)
    return Duration(samples_ms=counted_ms) if count.whole else Duration(stream_ms=counted_ms)


def read_note(frame: bytes, header: Frame) -> Note | None:
    """Read a Xing, Info or VBRI header from the bytes of a frame, or None where there is none."""
    if frame[36:40] == b"VBRI" and len(frame) >= 54:
        return Note(int.from_bytes(frame[50:54], "big"))
    at = header.xing_offset
    if frame[at : at + 4] not in (b"Xing", b"Info") or len(frame) < at + 8:
        return None
    flags = frame[at + 7]
    frames = int.from_bytes(frame[at + 8 : at + 12], "big") if flags & 1 else None
    lame = at + 8 + 4 * (flags & 1) + 2 * (flags & 2) + 25 * (flags & 4) + (flags & 8) // 2
    silence = int.from_bytes(frame[lame + 21 : lame + 24], "big")
    if frame[lame : lame + 4] not in _GAPLESS_ENCODERS:
        return Note(frames)
    return Note(frames, silence >> 12, silence & 0xFFF)


def _opening(source: Source, start: int, reader: Reader) -> tuple[bytes, int, Frame]:
    """Give (bytes from `start`, where the first frame begins in them, its header)."""
    data = source.read(start, min(source.size - start, MAX_BYTES))
    at = find_frames(data, 0, _START_WINDOW, reader)
    first = None if at is None else reader(data, at)
    if at is None or first is None:
        msg = "no frames"
        raise Malformed(msg)
    return data, at, first


def _count(data: bytes, at: int, size: int, reader: Reader, first: Frame) -> Count:
    """Count frames from `at`, over small gaps, and estimate what lies beyond the bounds."""
    start, samples, frames_left = at, 0, MAX_FRAMES
    for _ in range(_MAX_GAPS):
        run = run_of_frames(data, at, reader, frames_left)
        samples, frames_left, end = samples + run.samples, frames_left - run.frames, run.end
        found = find_frames(data, end, end + _GAP_WINDOW, reader) if frames_left else None
        following = None if found is None else reader(data, found)
        if found is None or following is None or not following.continues(first):
            break
        at = found
    else:
        msg = f"more than {_MAX_GAPS} gaps between its frames"
        raise Malformed(msg)
    if not samples:
        msg = "no samples"
        raise Malformed(msg)
    at_end_of_data = len(data) < size and len(data) - end < 2 * _GAP_WINDOW
    if frames_left and not at_end_of_data:
        return Count(samples, whole=True)
    return Count(samples * (size - start) // (end - start), whole=False)

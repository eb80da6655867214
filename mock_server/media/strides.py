"""The frames of a video in strides of a quarter second, all of them within reach for a moment.

The last frame of a stride is always looked at; those before it only if something happened in
between, which is only known then.  So they are kept, decoded, within a bound of memory.  Runs in
the worker only.
"""

from collections.abc import Iterator

from attrs import frozen
from av.container import InputContainer
from av.video.frame import VideoFrame

from mock_server.media.looking import Eye, Frame
from mock_server.media.opening import moment, origin, pictures, refuse_lost_tail, video_track

STRIDE_MS = 240
MOST_FRAMES = 32
MOST_BYTES = 64 << 20


def strides(container: InputContainer, duration_ms: int | None) -> Iterator[tuple[Frame, ...]]:
    """Yield the frames of a whole video in order; the first stride is the first frame alone.

    What is shown after `duration_ms` is left out.  Raises ValueError for a video without frames.
    """
    stride: list[Frame] = []
    looked_ms = None
    for frame in frames(container, duration_ms):
        stride.append(frame)
        due = looked_ms is None or frame.begins_ms - looked_ms >= STRIDE_MS
        if due or len(stride) >= most_frames(frame.decoded):
            yield tuple(stride)
            looked_ms = frame.begins_ms
            stride.clear()
    if stride:
        yield tuple(stride)
    if looked_ms is None:
        msg = "no frame of the video can be decoded"
        raise ValueError(msg)


def most_frames(frame: VideoFrame) -> int:
    """Give how many frames of this size may be kept; two bytes a pixel are the usual."""
    return max(1, min(MOST_FRAMES, MOST_BYTES // max(1, 2 * frame.width * frame.height)))


def frames(container: InputContainer, duration_ms: int | None) -> Iterator[Frame]:
    """Yield the frames that begin before `duration_ms`, each with the time it is shown."""
    eye = Eye()
    waiting: Timed | None = None
    for shown in timed(container):
        if waiting is None:
            waiting = shown
        elif shown.begins_ms > waiting.begins_ms:
            yield Frame(eye, waiting.begins_ms, within(shown.begins_ms, duration_ms), waiting.frame)
            waiting = shown
        if duration_ms is not None and waiting.begins_ms >= duration_ms:
            waiting = None
            break
    if waiting is not None:
        yield Frame(eye, waiting.begins_ms, last_end(waiting, duration_ms), waiting.frame)


@frozen
class Timed:
    """A frame and the time that its own stamps give it; `ends_ms` may be too early or too late."""

    begins_ms: int
    ends_ms: int
    frame: VideoFrame


def timed(container: InputContainer) -> Iterator[Timed]:
    """Yield the frames of a whole video, and blame a video that was cut off."""
    track, zero = video_track(container), origin(container)
    end = moment(track.start_time, track, zero)
    for frame in pictures(container, track):
        if frame.pts is not None:
            begin = moment(frame.pts, track, zero)
            end = moment(frame.pts + frame.duration, track, zero)
            yield Timed(max(0, round(begin * 1000)), round(end * 1000), frame)
    refuse_lost_tail(track, zero, end)


def within(moment_ms: int, duration_ms: int | None) -> int:
    """Cut a time at the end of the video."""
    return moment_ms if duration_ms is None else min(moment_ms, duration_ms)


def last_end(last: Timed, duration_ms: int | None) -> int:
    """Give the end of the last frame: that of the video, if it is not more than a frame away."""
    length = max(1, last.ends_ms - last.begins_ms)
    end = last.begins_ms + length
    if duration_ms is not None and end + length >= duration_ms:
        return duration_ms
    return end

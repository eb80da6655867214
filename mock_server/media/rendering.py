"""How a result is made: each picture decoded, the chosen face drawn speaking, and encoded again.

A watermarked copy is made in the same pass.  The results say in their metadata that they are
synthetic.  Runs in the worker only.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from fractions import Fraction
from io import BytesIO
from itertools import chain
from pathlib import Path
from typing import Any, TypeAlias

import av
from attrs import frozen
from av.container import InputContainer
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from mock_server.media.ahead import ahead
from mock_server.media.aside import written_aside
from mock_server.media.opening import (
    Part,
    moment,
    opened,
    origin,
    pictures,
    refuse_lost_tail,
    video_track,
)
from mock_server.media.performance import Performance, Shot, performance
from mock_server.media.planes import planes_of
from mock_server.media.ports import RenderJob
from mock_server.media.result_file import ResultFile, look_of
from mock_server.media.sound import cropped_speech, soundtrack
from mock_server.media.sound_encoding import encoded
from mock_server.media.watermark import mark_for, marked
from mock_server.media.whereabouts import Whereabouts, seen_in

COMMENT = "Synthetic media made by kling-lipsync-twin, an offline mock; not a recording."
WATERMARKED_COMMENT = f"{COMMENT} Watermarked copy."
# Pictures that wait to be drawn on, and for the encoder; each is 3 MB in full HD.
AHEAD = 4

AnyPacket: TypeAlias = (
    "Packet[Any]"  # of a track of any kind; at run time the class takes no parameter
)

Places: TypeAlias = Callable[[Path], tuple[Whereabouts, ...]]


@frozen(eq=False)
class Plan:
    """All that a result is made of, once the sound is mixed and the face was watched."""

    video: Path
    acted: Performance | None
    sound: BytesIO


def render(job: RenderJob, places: Places = seen_in) -> int:
    """Make the files of a job and give their length in ms; they appear complete or not at all.

    `places` finds the faces, for somebody who knows them already.
    """
    length = playable_length(job.video)
    speech = cropped_speech(job)
    with ThreadPoolExecutor(1) as beside:
        sound = beside.submit(lambda: encoded(soundtrack(job, speech, length)))
        plan = Plan(job.video, performance(job, speech, places(job.video)), sound.result())
    with ExitStack() as stack:
        # The stack unwinds backwards: once the target is there, the watermarked one is, too.
        part = stack.enter_context(written_aside(job.target))
        marked_part = None
        if job.watermarked_target is not None:
            marked_part = stack.enter_context(written_aside(job.watermarked_target))
        write(plan, part, marked_part)
    return round(length * 1000)


def playable_length(video: Path) -> Fraction:
    """Give the length (s) of all tracks together; a video without any picture is blamed."""
    with opened(video, Part.VIDEO) as container:
        track, zero = video_track(container), origin(container)
        if next(pictures(container, track), None) is None:
            msg = "no frame of the video can be decoded"
            raise ValueError(msg)
        if container.duration:
            return Fraction(container.duration, av.time_base)
    with opened(video, Part.VIDEO) as container:
        ends = (packet_end(packet, zero) for packet in container.demux() if packet.size)
        return max(ends)


def packet_end(packet: AnyPacket, zero: Fraction) -> Fraction:
    """Give the end of what a packet shows, in s after `zero`."""
    return moment((packet.pts or 0) + (packet.duration or 0), packet.stream, zero)


def write(plan: Plan, part: Path, marked_part: Path | None) -> None:
    """Write the result, and the watermarked copy if there is to be one."""
    with ExitStack() as stack:
        source = stack.enter_context(opened(plan.video, Part.VIDEO))
        track = video_track(source)
        frames = shown(source, track)
        first = next(frames)
        planes = planes_of(first)
        look, mark = look_of(track, first, planes), mark_for(planes.size)
        result = stack.enter_context(ResultFile(part, look, plan.sound, COMMENT))
        copy = None
        if marked_part is not None:
            file = ResultFile(marked_part, look, plan.sound, WATERMARKED_COMMENT)
            copy = stack.enter_context(file)
        shots = shot(chain([first], frames), track, origin(source))
        if plan.acted is not None:
            watched = stack.enter_context(ahead(plan.acted.watched(shots), AHEAD))
            shots = plan.acted.spoken(watched)
        for picture in stack.enter_context(ahead(shots, AHEAD)):
            result.add(picture.planes, picture.pts, picture.duration)
            if copy is not None:
                copy.add(marked(picture.planes, mark), picture.pts, picture.duration)


def shown(source: InputContainer, track: VideoStream) -> Iterator[VideoFrame]:
    """Yield the frames of a video, each later than the one before; blame one that was cut off."""
    zero, last, end = origin(source), None, Fraction(0)
    for frame in pictures(source, track):
        if frame.pts is None or (last is not None and frame.pts <= last):
            continue
        last, end = frame.pts, moment(frame.pts + frame.duration, track, zero)
        yield frame
    refuse_lost_tail(track, zero, end)


def shot(frames: Iterator[VideoFrame], track: VideoStream, zero: Fraction) -> Iterator[Shot]:
    """Yield what is to be drawn on, at times that count from the file's origin."""
    begin = round(zero / (track.time_base or Fraction(1)))
    for frame in frames:
        seconds = float(moment(frame.pts, track, zero))
        yield Shot((frame.pts or 0) - begin, frame.duration, seconds, planes_of(frame))

"""How a result is made: the source's video packets as they are, with the mixed sound.

No picture is decoded for output yet: mouth motion and watermark pixels will take the place of
`copied_packets`.  The results are MP4 with the index in front, and say in their metadata
that they are synthetic.  Runs in the worker only.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from fractions import Fraction
from heapq import merge
from pathlib import Path
from typing import Any, TypeAlias

import av
from av.container import InputContainer
from av.packet import Packet
from av.video.stream import VideoStream

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
from mock_server.media.ports import RenderJob
from mock_server.media.sound import BIT_RATE, Soundtrack, encoded, soundtrack

COMMENT = "Synthetic media made by kling-lipsync-twin, an offline mock; not a recording."
WATERMARKED_COMMENT = f"{COMMENT} Watermarked copy."
FASTSTART = {"movflags": "faststart"}

AnyPacket: TypeAlias = (
    "Packet[Any]"  # of a track of any kind; at run time the class takes no parameter
)


def render(job: RenderJob) -> int:
    """Make the files of a job and give their length in ms; they appear complete or not at all."""
    length = playable_length(job.video)
    sound = soundtrack(job, length)
    with ExitStack() as stack:
        # The stack unwinds backwards: once the target is there, the watermarked one is, too.
        part = stack.enter_context(written_aside(job.target))
        write(job.video, sound, part, COMMENT)
        if job.watermarked_target is not None:
            part = stack.enter_context(written_aside(job.watermarked_target))
            write(job.video, sound, part, WATERMARKED_COMMENT)
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


def write(video: Path, sound: Soundtrack, part: Path, comment: str) -> None:
    """Write one MP4: the video's packets as they are, and the sound."""
    with (
        opened(video, Part.VIDEO) as source,
        av.open(f"file:{part}", "w", format="mp4", options=FASTSTART) as result,
    ):
        result.metadata["comment"] = comment
        source_track = video_track(source)
        picture = result.add_stream_from_template(source_track, opaque=True)
        if source_track.codec_context.codec_tag == "hvc1":
            # The muxer's own choice for HEVC, hev1, is not played by QuickTime and Safari.
            picture.codec_context.codec_tag = "hvc1"
        heard = result.add_stream("aac", sound.rate, layout="stereo", bit_rate=BIT_RATE)
        copied = copied_packets(source, source_track, picture)
        for packet in merge(copied, encoded(sound, heard), key=decoding_time):
            result.mux(packet)


def copied_packets(
    source: InputContainer, track: VideoStream, target: VideoStream
) -> Iterator[AnyPacket]:
    """Yield the packets of a track for another, at times that count from the file's origin."""
    zero = origin(source)
    shift = round(zero / (track.time_base or Fraction(1)))
    end = Fraction(0)
    for packet in source.demux(track):
        if packet.dts is None:  # the demuxer's last word, not a packet
            continue
        end = max(end, packet_end(packet, zero))
        packet.pts = None if packet.pts is None else packet.pts - shift
        packet.dts -= shift
        packet.stream = target
        yield packet
    refuse_lost_tail(track, zero, end)


def packet_end(packet: AnyPacket, zero: Fraction) -> Fraction:
    """Give the end of what a packet shows, in s after `zero`."""
    return moment((packet.pts or 0) + (packet.duration or 0), packet.stream, zero)


def decoding_time(packet: AnyPacket) -> Fraction:
    """Give the time (s) by which packets are ordered in a file."""
    return (packet.dts or 0) * packet.time_base

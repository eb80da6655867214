"""One file that a render makes: H.264 and AAC in an MP4, the index in front.

Pictures keep their times: they are counted in the ticks of the source.  Runs in the worker only.
"""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from types import TracebackType
from typing import Any, TypeAlias

import av
from attrs import frozen
from av.container import InputContainer
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from mock_server.media.planes import FORMAT, LIMITED_RANGE, Planes, frame_of

FASTSTART = {"movflags": "faststart"}
# What was not drawn on must stay what it was, 40 dB and better, so the quantiser has a ceiling
# (qpmax) that grain cannot lift: plain pictures stay below it and cost nothing more.  Finer chroma
# (chroma-qp-offset) pays for the coarser rounding there.  Adaptive quantisation and psycho-visual
# tuning move the error to where it is not seen, but where it is measured.  The rest is for speed:
# coarse estimates of motion, and B pictures without a search for where they fit best.
ENCODER = {
    "preset": "superfast",
    "crf": "20",
    "x264-params": "qpmax=19:chroma-qp-offset=-1:aq-mode=0:no-psy=1:subme=1:b-adapt=0:scenecut=0",
}
THREADS = 2
USUAL_RATE = Fraction(25)
# Values of FFmpeg's AVColorSpace: pictures in RGB become YUV by the rules of SMPTE 170M.
RGB, SMPTE_170M = 0, 6

AnyPacket: TypeAlias = (
    "Packet[Any]"  # of a track of any kind; at run time the class takes no parameter
)


@frozen
class Look:
    """What the pictures of a result have in common; `tick` is s, colours are FFmpeg's numbers."""

    size: tuple[int, int]
    tick: Fraction
    rate: Fraction
    pixel_shape: Fraction | None
    colorspace: int
    primaries: int
    transfer: int


def look_of(track: VideoStream, first: VideoFrame, planes: Planes) -> Look:
    """Tell how results of a source look, by its track and its first frame."""
    shape = track.sample_aspect_ratio
    if shape and round(first.rotation / 90) % 2:
        shape = 1 / shape
    return Look(
        size=planes.size,
        tick=track.time_base or 1 / USUAL_RATE,
        rate=track.average_rate or USUAL_RATE,
        pixel_shape=shape or None,
        colorspace=SMPTE_170M if first.colorspace == RGB else first.colorspace,
        primaries=first.color_primaries,
        transfer=first.color_trc,
    )


class ResultFile:
    """A file that is being written; leaving the `with` block well completes it."""

    def __init__(self, path: Path, look: Look, sound: BytesIO, comment: str) -> None:
        self._container = av.open(f"file:{path}", "w", format="mp4", options=FASTSTART)
        self._container.metadata["comment"] = comment
        self._tick = look.tick
        self._video = self._container.add_stream("libx264", look.rate, options=dict(ENCODER))
        dress(self._video, look)
        self._heard = av.open(BytesIO(sound.getbuffer()), "r", format="mov")
        self._packets = self._copied(self._heard)
        self._next = next(self._packets, None)

    def __enter__(self) -> "ResultFile":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if kind is None:
                self._mux(self._video.encode(None))
                self._catch_up(None)
        finally:
            self._heard.close()
            self._container.close()

    def add(self, planes: Planes, pts: int, duration: int) -> None:
        """Add the next picture; times are ticks."""
        frame = frame_of(planes)
        frame.pts, frame.time_base, frame.duration = pts, self._tick, duration
        self._mux(self._video.encode(frame))

    def _mux(self, packets: Iterable[AnyPacket]) -> None:
        """Write packets of the video, and the sound that belongs before them."""
        for packet in packets:
            self._catch_up((packet.dts or 0) * packet.time_base)
            self._container.mux(packet)

    def _catch_up(self, until: Fraction | None) -> None:
        """Write the sound up to a time (s), or all of it."""
        while self._next is not None:
            packet = self._next
            if until is not None and (packet.dts or 0) * packet.time_base > until:
                return
            self._next = next(self._packets, None)
            self._container.mux(packet)

    def _copied(self, heard: InputContainer) -> Iterator[AnyPacket]:
        """Yield the packets of the finished sound."""
        track = heard.streams.audio[0]
        target = self._container.add_stream_from_template(track)
        for packet in heard.demux(track):
            if packet.dts is not None:
                packet.stream = target
                yield packet


def dress(track: VideoStream, look: Look) -> None:
    """Tell an encoder what its pictures look like."""
    context = track.codec_context
    context.width, context.height = look.size
    context.pix_fmt = FORMAT
    context.time_base = look.tick
    context.thread_count = THREADS
    if look.pixel_shape:
        context.sample_aspect_ratio = look.pixel_shape
    context.color_range = LIMITED_RANGE
    context.colorspace = look.colorspace
    context.color_primaries = look.primaries
    context.color_trc = look.transfer

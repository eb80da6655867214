"""How the worker opens a file with FFmpeg, and how it says that a file is no good.

Left alone, libavformat guesses a format from the content and follows what it finds: a text
that is called `.mp4` can make it read other files.  So the magic bytes are checked here first,
the demuxer is pinned to them, and only the `file:` protocol exists.  Whoever promises or holds
more than any file that the API takes is blamed before it costs much.  Runs in the worker only:
the web process must never import `av`.
"""

import errno
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import StrEnum
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType

import av
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Disposition, Stream
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from kling_lipsync.probing.sniff import sniff


class Part(StrEnum):
    """The file of a request that is at fault."""

    VIDEO = "video"
    AUDIO = "audio"


DEMUXERS = MappingProxyType(
    {"mp4": "mov", "mov": "mov", "m4a": "mov", "wav": "wav", "mp3": "mp3", "aac": "aac"}
)
# What cameras, phones, editors and FFmpeg itself put into such files.  Every other decoder is code
# that only an attacker would reach; one that has another name here is never opened.
DECODERS = frozenset(
    "h264 hevc mpeg4 h263 mpeg2video vp8 vp9 libdav1d av1 prores dnxhd mjpeg"
    " aac alac mp3float mp3 ac3 eac3 opus flac pcm_alaw pcm_mulaw pcm_u8 pcm_s8"
    " pcm_s16le pcm_s24le pcm_s32le pcm_f32le pcm_f64le"
    " pcm_s16be pcm_s24be pcm_s32be pcm_f32be pcm_f64be adpcm_ms adpcm_ima_wav".split()
)
# What no file within the API's limits comes near to; memory and time follow from these.
MOST_TRACKS = 64
MOST_PIXELS = 3840 * 2160
MOST_SECONDS = 600
MOST_FRAMES = 20_000
MOST_SAMPLES = MOST_SECONDS * 48_000  # of each channel

OPTIONS = MappingProxyType(
    {
        "protocol_whitelist": "file",
        "codec_whitelist": ",".join(sorted(DECODERS)),
        "enable_drefs": "0",
        "max_streams": str(MOST_TRACKS),
        # For FFmpeg's own look while it opens, whatever the header said.
        "max_pixels": str(MOST_PIXELS),
    }
)

# A damaged codec tag leaves a stream without a codec, hence AttributeError.
FILE_FAULTS = (av.FFmpegError, ValueError, AttributeError, OverflowError, MemoryError, OSError)
# A full or forbidden disk is no fault of the file that is being read.
OUR_ERRORS = frozenset({errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EMFILE})

# How much of its declared length (s) a track may lack before the file counts as damaged.
LOST_TAIL = Fraction(1, 2)


class Undecodable(Exception):
    """The video or the audio of a request cannot be decoded; `reason` is for people."""

    def __init__(self, part: Part, reason: str) -> None:
        super().__init__(f"{part}: {reason}")
        self.part = part
        self.reason = reason


@contextmanager
def blaming(part: Part) -> Iterator[None]:
    """Turn whatever a broken file makes FFmpeg raise into Undecodable."""
    try:
        yield
    except FILE_FAULTS as error:
        if getattr(error, "errno", None) in OUR_ERRORS:
            raise
        raise Undecodable(part, f"{type(error).__name__}: {error}") from error


@contextmanager
def opened(path: Path, part: Part) -> Iterator[InputContainer]:
    """Open a file of the server's own; faults inside the block are blamed on the file."""
    kind = sniff(path)
    demuxer = DEMUXERS.get(kind)
    if demuxer is None:
        raise Undecodable(part, f"the bytes look like {kind}, which is no medium known here")
    with (
        blaming(part),
        av.open(
            f"file:{path}", "r", demuxer, options=dict(OPTIONS), metadata_errors="replace"
        ) as container,
    ):
        if part is Part.VIDEO:
            refuse_endless(container)
        yield container


def refuse_endless(container: InputContainer) -> None:
    """Blame a video that says it lasts for hours; a sound's own word is often a guess."""
    seconds = (container.duration or 0) / av.time_base
    if seconds > MOST_SECONDS:
        reason = f"it says it lasts {seconds:.0f} s, and {MOST_SECONDS} s are the most"
        raise Undecodable(Part.VIDEO, reason)


def origin(container: InputContainer) -> Fraction:
    """Give the time stamp (s) that counts as 0 ms: one for all tracks, or they drift apart."""
    return Fraction(container.start_time or 0, av.time_base)


def moment(stamp: int | None, track: Stream, zero: Fraction) -> Fraction:
    """Give a time stamp of a track in s after `zero`."""
    return (stamp or 0) * (track.time_base or Fraction(1)) - zero


def video_track(container: InputContainer) -> VideoStream:
    """Give the track with moving pictures (cover art is none), or blame the file."""
    for track in container.streams.video:
        if not track.disposition & Disposition.attached_pic:
            if not known(track):
                raise Undecodable(Part.VIDEO, f"its pictures are {track.codec_context.name}")
            # Two cores are shared with the web process; frame threads cost memory, too.
            track.thread_type = "AUTO"
            track.codec_context.thread_count = 2
            # The decoder itself refuses before it takes the memory, whatever the header said.
            track.codec_context.options = {"max_pixels": str(MOST_PIXELS)}
            return track
    raise Undecodable(Part.VIDEO, "there is no video track")


def audio_track(container: InputContainer) -> AudioStream | None:
    """Give the first track with sound, or None; a track in an unknown codec is none."""
    return next((track for track in container.streams.audio if known(track)), None)


def known(track: VideoStream | AudioStream) -> bool:
    """Whether a track has a decoder, and one of DECODERS."""
    return track.codec_context is not None and track.codec_context.name in DECODERS


def pictures(container: InputContainer, track: VideoStream) -> Iterator[VideoFrame]:
    """Yield the frames of a video; as in players, a damaged packet is left out."""
    left = MOST_FRAMES
    for packet in container.demux(track):
        with suppress(av.InvalidDataError):
            frames = packet.decode()
            left -= len(frames)
            refuse_more(left, f"{MOST_FRAMES} frames")
            yield from frames


def sounds(container: InputContainer, track: AudioStream) -> Iterator[AudioFrame]:
    """Yield the frames of a sound; a tag at the end of an MP3 is a damaged packet, too."""
    left = MOST_SAMPLES
    for packet in container.demux(track):
        with suppress(av.InvalidDataError):
            frames = packet.decode()
            left -= sum(frame.samples for frame in frames)
            refuse_more(left, f"{MOST_SAMPLES} samples")
            yield from frames


def refuse_more(left: int, most: str) -> None:
    """Blame a file that holds more than the most there may be."""
    if left < 0:
        msg = f"it holds more than {most}"
        raise ValueError(msg)


def declared_end(track: Stream, zero: Fraction) -> Fraction | None:
    """Give the end of a track in s after `zero` as its header has it, edit list included."""
    if not track.duration:
        return None
    return moment((track.start_time or 0) + track.duration, track, zero)


def refuse_lost_tail(track: Stream, zero: Fraction, end: Fraction) -> None:
    """Blame a file that was cut off: its video ends (s after `zero`) long before its header."""
    declared = declared_end(track, zero)
    if declared is not None and end + LOST_TAIL < declared:
        reason = f"it ends after {float(end):.3f} s, its header says {float(declared):.3f} s"
        raise Undecodable(Part.VIDEO, reason)

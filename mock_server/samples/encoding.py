"""Pictures and sound to files, the same bytes each time: one thread, no dates, fixed options."""

from collections.abc import Iterable
from fractions import Fraction
from itertools import chain
from pathlib import Path
from typing import cast

import av
import numpy as np
from numpy.typing import NDArray

from mock_server.samples.drawn_face import Picture

Sound = NDArray[np.float32]

# For each ending: the container, the codec, and how many samples its frames have.
_FORMATS = {
    ".mp3": ("mp3", "libmp3lame", 1152),
    ".wav": ("wav", "pcm_s16le", 1024),
    ".m4a": ("ipod", "aac", 1024),
    ".aac": ("adts", "aac", 1024),
}
_MP4 = {"movflags": "+faststart", "fflags": "+bitexact"}
WIDTH, HEIGHT = 1280, 720
FRAMES_PER_SECOND = 25
SOUND_RATE = 48000


def write_clip(
    path: Path, pictures: Iterable[Picture], sound: Sound | None, *, quality: int
) -> None:
    """Write RGB pictures of one size at 25 per second and mono sound at 48 kHz as H.264 and AAC.

    `quality` is x264's CRF: less is better and bigger.
    """
    frames = iter(pictures)
    first = next(frames)
    with av.open(str(path), "w", format="mp4", container_options=_MP4) as container:
        video = container.add_stream("libx264", rate=FRAMES_PER_SECOND)
        video.height, video.width = first.shape[:2]
        video.pix_fmt, video.thread_count = "yuv420p", 1
        track = None
        if sound is not None:
            track = container.add_stream("aac", rate=SOUND_RATE, layout="mono", bit_rate=32000)
        video.options = {"crf": str(quality), "preset": "veryslow", "g": "50"}
        for number, picture in enumerate(chain([first], frames)):
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, FRAMES_PER_SECOND)
            container.mux(video.encode(frame))
        container.mux(video.encode(None))
        if track is not None and sound is not None:
            for heard in sound_frames(sound, 1024):
                container.mux(track.encode(heard))
            container.mux(track.encode(None))


def sound_frames(sound: Sound, size: int) -> Iterable[av.AudioFrame]:
    """Cut mono sound at 48 kHz into frames of `size` samples for an encoder."""
    for start in range(0, len(sound), size):
        frame = av.AudioFrame.from_ndarray(sound[None, start : start + size], "fltp", "mono")
        frame.sample_rate, frame.pts, frame.time_base = SOUND_RATE, start, Fraction(1, SOUND_RATE)
        yield frame


def write_sound(path: Path, sound: Sound) -> None:
    """Write mono sound at 48 kHz in the format that the name's end says; MP3 has 56 kbit/s."""
    muxer, codec, size = _FORMATS[path.suffix]
    with av.open(str(path), "w", format=muxer, container_options={"fflags": "+bitexact"}) as file:
        track = cast("av.AudioStream", file.add_stream(codec, rate=SOUND_RATE, layout="mono"))
        track.bit_rate = 56000
        for frame in sound_frames(sound, size):
            file.mux(track.encode(frame))
        file.mux(track.encode(None))


def read_sound(path: Path) -> Sound:
    """Decode a sound file to mono at 48 kHz."""
    resampler = av.AudioResampler(format="fltp", layout="mono", rate=SOUND_RATE)
    with av.open(str(path)) as container:
        frames = [out for frame in container.decode(audio=0) for out in resampler.resample(frame)]
        frames += resampler.resample(None)
    return np.concatenate([frame.to_ndarray()[0] for frame in frames]).astype(np.float32)


def write_still(path: Path, picture: Picture) -> None:
    """Write one RGB picture of 1280x720 as an MP4 of one sample whose times count in ms."""
    options = _MP4 | {"video_track_timescale": "1000"}
    with av.open(str(path), "w", format="mp4", container_options=options) as container:
        video = container.add_stream("libx264", rate=1)
        video.width, video.height = WIDTH, HEIGHT
        video.pix_fmt, video.thread_count = "yuv420p", 1
        video.options = {"crf": "36", "preset": "veryslow", "tune": "stillimage"}
        frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
        frame.pts, frame.time_base = 0, Fraction(1, 1)
        container.mux(video.encode(frame))
        container.mux(video.encode(None))

"""Tiny inputs for the media tests: drawn faces that YuNet takes for faces, and noise as speech.

Everything is drawn, so the truth (who is seen when, what is heard where) is known exactly.
Needs the `[media]` extra: tests import this after their `importorskip`.
"""

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from attrs import frozen
from av.container import OutputContainer
from numpy.typing import NDArray

from mock_server.samples.drawn_face import Pose, draw_face

WIDTH, HEIGHT, FRAMES_A_SECOND = 640, 360, 25
HZ = 48_000
BIT_RATE = 192_000
OPTIONS = {
    "libx264": {"preset": "ultrafast"},
    "libx265": {"preset": "ultrafast", "x265-params": "log-level=none"},
}
CODECS = {".wav": "pcm_s16le", ".mp3": "libmp3lame", ".m4a": "aac", ".aac": "aac"}

Picture = NDArray[np.uint8]
Sound = NDArray[np.float32]  # shape (channels, n), full scale is 1
Who = Callable[[int], Sequence[tuple[int, int]]]  # centres (px) of the faces seen at a time (ms)


def nobody(_: int) -> Sequence[tuple[int, int]]:
    """Show no face at any time."""
    return ()


@frozen
class Clip:
    """What a video shows and sounds like.

    `turned` lays the pictures on their left side; `index_first` makes a file that can be cut.
    The sound has `sound_hz` and begins `sound_ms` after the pictures.
    """

    milliseconds: int
    who: Who = nobody
    sound: Sound | None = None
    codec: str = "libx264"
    face_height: int = 150
    turned: bool = False
    index_first: bool = False
    pix_fmt: str = "yuv420p"
    sound_hz: int = HZ
    sound_ms: int = 0

    def pictures(self) -> Iterator[Picture]:
        """Draw every frame."""
        for number in range(self.milliseconds * FRAMES_A_SECOND // 1000):
            picture = np.full((HEIGHT, WIDTH, 3), (110, 130, 150), np.uint8)
            for x, y in self.who(number * 1000 // FRAMES_A_SECOND):
                draw_face(picture, Pose(x, y, self.face_height))
            yield np.ascontiguousarray(np.rot90(picture)) if self.turned else picture


def save_video(path: Path, clip: Clip) -> Path:
    """Write a clip in the container that the name's suffix says."""
    flags = {"movflags": "faststart"} if clip.index_first else {}
    with av.open(str(path), "w", options=flags) as container:
        track = container.add_stream(clip.codec, FRAMES_A_SECOND, options=OPTIONS[clip.codec])
        assert isinstance(track, av.VideoStream)
        track.width, track.height = (HEIGHT, WIDTH) if clip.turned else (WIDTH, HEIGHT)
        track.pix_fmt = clip.pix_fmt
        if clip.sound is None:
            heard = None
        else:
            layout = "mono" if len(clip.sound) == 1 else "stereo"
            heard = container.add_stream("aac", clip.sound_hz, layout=layout, bit_rate=BIT_RATE)
        for picture in clip.pictures():
            container.mux(track.encode(av.VideoFrame.from_ndarray(picture, "rgb24")))
        container.mux(track.encode(None))
        if heard is not None and clip.sound is not None:
            add_sound(container, heard, clip.sound, clip.sound_hz, clip.sound_ms)
    return path


def save_sound(path: Path, sound: Sound, rate: int = HZ) -> Path:
    """Write a sound in the format that the name's suffix says."""
    with av.open(str(path), "w") as container:
        layout = "mono" if len(sound) == 1 else "stereo"
        track = container.add_stream(CODECS[path.suffix], rate, layout=layout)
        assert isinstance(track, av.AudioStream)
        track.bit_rate = BIT_RATE
        add_sound(container, track, sound, rate)
    return path


def add_sound(
    container: OutputContainer, track: av.AudioStream, sound: Sound, rate: int, at_ms: int = 0
) -> None:
    """Encode a whole sound that begins at a time."""
    layout = "mono" if len(sound) == 1 else "stereo"
    frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(sound), "fltp", layout)
    frame.sample_rate, frame.time_base = rate, Fraction(1, rate)
    frame.pts = at_ms * rate // 1000
    container.mux(track.encode(frame))
    container.mux(track.encode(None))


def noise(milliseconds: int, level: float, seed: int, channels: int = 2, rate: int = HZ) -> Sound:
    """Give low-passed noise, which codecs keep and which correlates with nothing but itself."""
    white = np.random.default_rng(seed).standard_normal((1, milliseconds * rate // 1000))
    smooth = np.apply_along_axis(np.convolve, 1, white, np.hanning(24), "same")
    one = (smooth / smooth.std() * level).astype(np.float32)
    return np.repeat(one, channels, axis=0)


def listen(path: Path) -> tuple[Sound, int]:
    """Decode the sound of a file by its time stamps alone: (samples, Hz)."""
    with av.open(str(path)) as container:
        rate = container.streams.audio[0].rate
        blocks = [
            (round((frame.time or 0) * rate), frame.to_ndarray())
            for frame in container.decode(audio=0)
        ]
    sound = np.zeros((2, max(start + block.shape[1] for start, block in blocks)), np.float32)
    for start, block in blocks:
        sound[:, max(0, start) : start + block.shape[1]] = block[:, max(0, -start) :]
    return sound, rate


def lag_ms(heard: Sound, said: Sound, at_ms: int, rate: int = HZ) -> float:
    """Give how much later (ms) than `at_ms` a known sound is heard, by cross-correlation."""
    reach = rate // 10
    start = at_ms * rate // 1000
    window = heard[0, max(0, start - reach) : start + said.shape[1] + reach]
    products = np.correlate(window, said[0], "valid")
    return float((int(np.argmax(products)) - min(start, reach)) / rate * 1000)


def gain(heard: Sound, said: Sound) -> float:
    """Give the factor by which a known sound was made louder, by least squares."""
    length = min(heard.shape[1], said.shape[1])
    one, other = heard[:, :length].ravel(), said[:, :length].ravel()
    return float(one @ other / (other @ other))

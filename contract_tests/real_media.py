"""Real, playable files of any size and length: encoded by FFmpeg, padded to the byte.

Needs PyAV: tests import this after their `importorskip`.  A film shows one grey picture a second
and a sound is a quiet hum, so a minute of either costs little.
"""

import math
import struct
from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from io import BytesIO

import av
import numpy as np
from attrs import frozen

from contract_tests.media_files import wav

MS = Fraction(1, 1000)
STEP_MS = 1000
QUIET = 0.05
SEVENS = (21, 14, 7, 0)

MP4 = (".mp4", "mp4", "libx264")
MOV = (".mov", "mov", "libx264")
WEBM = (".webm", "webm", "libvpx-vp9")
MKV = (".mkv", "matroska", "libx264")
AVI = (".avi", "avi", "mpeg4")
TS = (".ts", "mpegts", "libx264")
CINEPAK = (".mov", "mov", "cinepak")
FILM_OPTIONS = {
    "libx264": {"preset": "ultrafast", "tune": "zerolatency"},
    "libvpx-vp9": {"deadline": "realtime", "cpu-used": "8", "lag-in-frames": "0"},
}

MP3 = ("mp3", "libmp3lame")
WAV = ("wav", "pcm_s16le")
M4A = ("ipod", "aac")
AAC = ("adts", "aac")
OGG = ("ogg", "libopus")
WEBM_SOUND = ("webm", "libopus")
FLAC = ("flac", "flac")
AIFF = ("aiff", "pcm_s16be")
AC3 = ("ac3", "ac3")


@frozen
class Film:
    """A film by its sides (px) and length (ms); `kind` is its extension, container and codec."""

    width: int = 1280
    height: int = 720
    milliseconds: int = 3000
    kind: tuple[str, str, str] = MP4

    def encoded(self) -> bytes:
        """Return the file; only MP4 and MOV keep the length of the last picture exactly."""
        return _film(self)


@frozen
class Sound:
    """A sound by its length (ms), Hz and channels; `kind` is its container and codec."""

    milliseconds: int = 3000
    kind: tuple[str, str] = WAV
    rate: int = 48_000
    channels: int = 1

    def encoded(self) -> bytes:
        """Return the file."""
        return _sound(self)


@lru_cache(maxsize=32)
def _film(film: Film) -> bytes:
    _, form, codec = film.kind
    file = BytesIO()
    # Odd sides cannot have halved colours.
    odd = film.width % 2 or film.height % 2
    picture = np.full((film.height, film.width, 3), 90, np.uint8)
    with av.open(file, "w", format=form) as container:
        track = container.add_stream(codec, rate=25, options=FILM_OPTIONS.get(codec, {}))
        assert isinstance(track, av.VideoStream)
        track.width, track.height = film.width, film.height
        track.pix_fmt = "rgb24" if codec == "cinepak" else "yuv444p" if odd else "yuv420p"
        scale = Fraction(1, 25) if form == "avi" else MS
        track.codec_context.time_base = scale
        pixels = av.VideoFrame.from_ndarray(picture).reformat(format=track.pix_fmt)
        for at_ms in range(0, film.milliseconds, STEP_MS):
            pixels.pts, pixels.time_base = int(at_ms * MS / scale), scale
            for packet in track.encode(pixels):
                lasts = min(STEP_MS, film.milliseconds - at_ms)
                packet.duration = int(lasts * MS / (packet.time_base or MS))
                container.mux(packet)
        container.mux(track.encode(None))
    return file.getvalue()


@lru_cache(maxsize=32)
def _sound(sound: Sound) -> bytes:
    form, codec = sound.kind
    count = sound.milliseconds * sound.rate // 1000
    wave = QUIET * np.sin(2 * math.pi * 220 / sound.rate * np.arange(count, dtype=np.float64))
    layout = "mono" if sound.channels == 1 else "stereo"
    samples = np.repeat(wave[None, :].astype(np.float32), sound.channels, axis=0)
    file = BytesIO()
    with av.open(file, "w", format=form) as container:
        options = {"aac_coder": "fast"} if codec == "aac" else {}
        track = container.add_stream(codec, sound.rate, options=options, layout=layout)
        assert isinstance(track, av.AudioStream)
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples), "fltp", layout)
        frame.sample_rate, frame.pts, frame.time_base = sound.rate, 0, Fraction(1, sound.rate)
        container.mux(track.encode(frame))
        container.mux(track.encode(None))
    return file.getvalue()


Padding = Callable[[bytes, int], bytes]


def with_free_box(content: bytes, size: int) -> bytes:
    """Make an MP4 or M4A so many bytes long by a `free` box at its end."""
    free = size - len(content)
    return content + free.to_bytes(4, "big") + b"free" + bytes(free - 8)


def with_tag(content: bytes, size: int) -> bytes:
    """Make an MP3 or AAC so many bytes long by an empty ID3v2 tag before it."""
    inside = size - len(content) - 10
    digits = bytes(inside >> shift & 0x7F for shift in SEVENS)
    return b"ID3\x04\0\0" + digits + bytes(inside) + content


def with_chunk(content: bytes, size: int) -> bytes:
    """Make a WAV so many bytes long, an even number, by a chunk at its end."""
    chunk = b"JUNK" + struct.pack("<I", size - len(content) - 8) + bytes(size - len(content) - 8)
    return b"RIFF" + struct.pack("<I", size - 8) + content[8:] + chunk


def playable(content: bytes) -> tuple[int, int]:
    """Return how many pictures and how many samples of sound FFmpeg decodes behind any ID3 tag."""
    if content.startswith(b"ID3"):
        digits = content[6:10]
        content = content[
            10 + sum(digit << shift for digit, shift in zip(digits, SEVENS, strict=True)) :
        ]
    pictures = samples = 0
    with av.open(BytesIO(content), "r") as container:
        for packet in container.demux():
            for frame in packet.decode():
                pictures += isinstance(frame, av.VideoFrame)
                samples += frame.samples if isinstance(frame, av.AudioFrame) else 0
    return pictures, samples


def beep(milliseconds: int, start: int, end: int) -> bytes:
    """Make a WAV of a length (ms) that is silent but for a tone from `start` to `end` (ms)."""
    rate = 48_000
    curve = 0.5 * np.sin(2 * math.pi * 440 / rate * np.arange(milliseconds * rate // 1000))
    curve[: start * rate // 1000] = 0
    curve[end * rate // 1000 :] = 0
    return wav((curve * 32_767).astype("<i2").tobytes(), rate)


def loudness(film: bytes, start: int, end: int) -> float:
    """Return the root mean square of a film's sound between two instants (ms); 1 is full scale."""
    with av.open(BytesIO(film), "r") as container:
        frames = list(container.decode(audio=0))
        into = av.AudioResampler(format="flt", layout="mono", rate=48_000)
        parts = [part.to_ndarray()[0] for frame in frames for part in into.resample(frame)]
    heard = np.concatenate(parts)[start * 48 : end * 48]
    return float(np.sqrt(np.mean(np.square(heard))))

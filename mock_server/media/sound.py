"""What a result sounds like: the speech laid into the sound of the source video.

All positions are counted in samples from one origin per file, so that the speech stands where it
was asked to stand; what encoders add at the front (mp3, m4a) is cut off by the demuxer's time
stamps.  A raw `.aac` file does not say what was added.  Every encoder adds PRIMING samples, which
are left out here; one that adds more (twice as many is usual, 21 ms more at 48 kHz) comes late by
the rest.  Nothing in the mix is over CEILING.  Runs in the worker only.
"""

from collections.abc import Iterator
from fractions import Fraction
from math import ceil

import av
import numpy as np
from attrs import frozen
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer
from numpy.typing import NDArray

from mock_server.media.opening import (
    Part,
    Undecodable,
    audio_track,
    declared_end,
    moment,
    opened,
    origin,
    sounds,
)
from mock_server.media.ports import RenderJob

USUAL_RATE = 48_000
KEPT_RATES = frozenset({44_100, 48_000})

# Below the knee nothing changes; above it the limiter bends towards the ceiling.
KNEE, CEILING = 0.84, 0.95
FADE_MS = 5
# Time stamps are rounded; only a jump of more than this (s) is a gap in the sound.
JITTER = Fraction(5, 1000)

# Half a window of AAC: what its first frame holds is never sound.
PRIMING = 1024

Samples = NDArray[np.float32]  # shape (2, n), full scale is 1


@frozen(eq=False)
class Sound:
    """Stereo samples and their rate in Hz."""

    samples: Samples
    rate: int


def cropped_speech(job: RenderJob) -> Sound:
    """Decode the part of the speech that a job asks for, at its own rate and volume."""
    with opened(job.audio, Part.AUDIO) as container:
        track = audio_track(container)
        if track is None:
            raise Undecodable(Part.AUDIO, "there is no audio track")
        priming = PRIMING if container.format.name == "aac" else 0
        end = Fraction(job.sound_end_time, 1000) + Fraction(priming, track.rate or USUAL_RATE)
        speech = decoded(container, track, end)
    if not speech.samples.size:
        raise Undecodable(Part.AUDIO, "no sample of it can be decoded")
    begin = position(job.sound_start_time, speech.rate) + priming
    return Sound(speech.samples[:, begin:], speech.rate)


def soundtrack(job: RenderJob, speech: Sound, length: Fraction) -> Sound:
    """Mix the cropped speech of a job into the sound of its video, `length` s of it."""
    with opened(job.video, Part.VIDEO) as container:
        track = audio_track(container)
        rate = track.rate if track is not None and track.rate in KEPT_RATES else USUAL_RATE
        original = decoded(container, track, length) if track is not None else nothing()
    original = at_rate(original, rate)
    spoken = faded(at_rate(speech, rate)).samples
    mix = np.zeros((2, round(length * rate)), np.float32)
    start = position(job.sound_insert_time, rate)
    add(mix, original.samples, 0)
    changed = mix if job.whole_video else mix[:, start : start + spoken.shape[1]]
    changed *= np.float32(job.original_audio_volume)
    add(mix, spoken * np.float32(job.sound_volume), start)
    return Sound(limited(mix), rate)


def position(milliseconds: int, rate: int) -> int:
    """Give the number of the sample that is heard at a time."""
    return round(Fraction(milliseconds * rate, 1000))


def faded(sound: Sound) -> Sound:
    """Let a sound come and go within FADE_MS instead of clicking at its cut ends."""
    samples = sound.samples.copy()
    count = min(position(FADE_MS, sound.rate), samples.shape[1] // 2)
    ramp = np.sin(np.linspace(0, np.pi / 2, count, endpoint=False, dtype=np.float32)) ** 2
    samples[:, :count] *= ramp
    samples[:, samples.shape[1] - count :] *= ramp[::-1]
    return Sound(samples, sound.rate)


def add(mix: Samples, part: Samples, start: int) -> None:
    """Add a part to the mix from sample `start` on; what reaches beyond the mix is dropped."""
    room = mix[:, start : start + part.shape[1]]
    room += part[:, : room.shape[1]]


def limited(samples: Samples) -> Samples:
    """Bend what is above the knee so that it stays below the ceiling instead of being clipped."""
    level = np.abs(samples)
    bent = KNEE + (CEILING - KNEE) * np.tanh((level - KNEE) / (CEILING - KNEE))
    return np.where(level > KNEE, np.copysign(bent, samples), samples).astype(np.float32)


def nothing() -> Sound:
    """Give the sound of a video that has none."""
    return Sound(np.zeros((2, 0), np.float32), USUAL_RATE)


def decoded(container: InputContainer, track: AudioStream, until: Fraction) -> Sound:
    """Decode a track up to `until` (s after the file's origin), its gaps filled with silence."""
    zero, rate = origin(container), track.rate
    if container.format.name.startswith("mov"):
        # The last packet is padded with samples that the edit list takes back.  Other containers
        # only guess their duration, so it must not cut anything there.
        until = min(until, declared_end(track, zero) or until)
    blocks: list[tuple[int, Samples]] = []
    end = 0
    for stamp, block in stereo_blocks(container, track):
        start = end if stamp is None else round(moment(stamp, track, zero) * rate)
        start = end if blocks and abs(start - end) < JITTER * rate else start
        blocks.append((start, block))
        end = start + block.shape[1]
        if end >= until * rate:
            break
    samples = np.zeros((2, max(0, min(end, ceil(until * rate)))), np.float32)
    for start, block in blocks:
        put(samples, block, start)
    return Sound(samples, rate)


def put(samples: Samples, block: Samples, start: int) -> None:
    """Write a block at sample `start`; what lies before 0 or behind the end is dropped."""
    block = block[:, max(0, -start) :]
    room = samples[:, max(0, start) : max(0, start) + block.shape[1]]
    room[:] = block[:, : room.shape[1]]


def stereo_blocks(
    container: InputContainer, track: AudioStream
) -> Iterator[tuple[int | None, Samples]]:
    """Yield (time stamp, samples) of each frame of a track, at the track's own rate.

    One channel is heard on both sides at its own level: the usual conversion would take 3 dB off.
    """
    layout = "mono" if track.codec_context.channels == 1 else "stereo"
    convert = av.AudioResampler("fltp", layout, track.rate)
    for frame in sounds(container, track):
        stamp = frame.pts
        for converted in convert.resample(frame):
            samples = converted.to_ndarray().astype(np.float32)
            yield stamp, np.repeat(samples, 2, axis=0) if layout == "mono" else samples
            stamp = None


def at_rate(sound: Sound, rate: int) -> Sound:
    """Resample a sound without moving it; its length stays the same within one sample."""
    if sound.rate == rate or not sound.samples.size:
        return Sound(sound.samples, rate)
    convert = av.AudioResampler("fltp", "stereo", rate)
    pieces = [*convert.resample(as_frame(sound.samples, sound.rate, 0)), *convert.resample(None)]
    resampled = np.concatenate([piece.to_ndarray() for piece in pieces], axis=1)
    total = round(Fraction(sound.samples.shape[1] * rate, sound.rate))
    samples = np.zeros((2, total), np.float32)
    put(samples, resampled.astype(np.float32), 0)
    return Sound(samples, rate)


def as_frame(samples: Samples, rate: int, start: int) -> AudioFrame:
    """Give samples the form that FFmpeg takes; `start` is the position of the first."""
    frame = AudioFrame.from_ndarray(np.ascontiguousarray(samples), "fltp", "stereo")
    frame.sample_rate = rate
    frame.time_base = Fraction(1, rate)
    frame.pts = start
    return frame

"""The sound of a result as AAC, of which no decoded sample is over full scale.

What a lossy encoder does to a peak is known only afterwards: a loud sound is decoded again, and
where that overshoots the sound is made quieter for some hundredths of a second around it, until
it does not.  Runs in the worker only.
"""

from collections.abc import Iterator
from io import BytesIO

import av
import numpy as np
from av.audio.frame import AudioFrame
from numpy.typing import NDArray

from mock_server.media.sound import Samples, Sound, as_frame, put

BIT_RATE = 192_000
# The encoder was seen to make 0.95 to 1.9, so what is quieter than this is safe.
LOUD = 0.5
HIGHEST = 0.93
BLOCK = 1024


def encoded(sound: Sound) -> BytesIO:
    """Give a sound as the bytes of an M4A file, ready to be copied into a result."""
    while True:
        file = written(sound)
        if peaks(sound.samples).max(initial=0) <= LOUD:
            return file
        heard = peaks(decoded(file, sound.samples.shape[1]))
        if heard.max(initial=0) <= 1:
            return file
        sound = Sound(sound.samples * relief(heard, sound.samples.shape[1]), sound.rate)


def peaks(samples: Samples) -> NDArray[np.float32]:
    """Give the highest level in each block of samples."""
    blocks = -(-samples.shape[1] // BLOCK)
    padded = np.zeros((2, blocks * BLOCK), np.float32)
    put(padded, samples, 0)
    highest: NDArray[np.float32] = np.abs(padded).reshape(2, blocks, BLOCK).max(axis=(0, 2))
    return highest


def relief(heard: NDArray[np.float32], count: int) -> NDArray[np.float32]:
    """Give the factor for each of `count` samples, below 1 around blocks with too high peaks."""
    needed = np.where(heard > 1, HIGHEST / np.maximum(heard, 1), 1)
    around = np.pad(needed, 2, mode="edge")
    lowest = np.min([around[shift : shift + len(needed)] for shift in range(5)], axis=0)
    centres = (np.arange(len(needed)) + 0.5) * BLOCK
    return np.asarray(np.interp(np.arange(count), centres, lowest), np.float32)


def written(sound: Sound) -> BytesIO:
    """Write a sound to memory."""
    file = BytesIO()
    with av.open(file, "w", format="mp4") as container:
        track = container.add_stream("aac", sound.rate, layout="stereo")
        track.bit_rate = BIT_RATE
        for frame in seconds(sound):
            container.mux(track.encode(frame))
        container.mux(track.encode(None))
    file.seek(0)
    return file


def seconds(sound: Sound) -> Iterator[AudioFrame]:
    """Cut a sound into frames of a second."""
    for start in range(0, sound.samples.shape[1], sound.rate):
        yield as_frame(sound.samples[:, start : start + sound.rate], sound.rate, start)


def decoded(file: BytesIO, count: int) -> Samples:
    """Give the `count` samples that a player of a file gets to hear."""
    samples = np.zeros((2, count), np.float32)
    with av.open(file, "r", format="mov") as container:
        for frame in container.decode(audio=0):
            put(samples, frame.to_ndarray().astype(np.float32), frame.pts or 0)
    file.seek(0)
    return samples

"""How far a mouth opens, and how round it is, while a speech is heard.

The measure is the loudness of the speech itself: cropped, before its volume, mixed to one
channel.  Its envelope is the root mean square of WINDOW_MS around a time, once every HOP_MS,
smoothed by a Hann window of SMOOTHING_MS that looks as far ahead as back, so that it is not late.
The loudest LOUDEST share of the envelope opens the mouth fully; what is below SILENCE of that is
silence and closes it.  In between the opening is the envelope to the power of BEND.
"""

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from mock_server.media.sound import Sound

WINDOW_MS = 20
HOP_MS = 5
SMOOTHING_MS = 110
LOUDEST = 0.05
SILENCE = 0.04
BEND = 0.8
# A speech whose loudest part is quieter than this (full scale is 1) is no speech.
INAUDIBLE = 0.001

# Voiced round vowels have their sound below 800 Hz, spread ones and hisses above.
ROUND_HZ, SPREAD_HZ = 500.0, 2200.0
ROUNDING_MS = 160

Curve = NDArray[np.float32]


@frozen(eq=False)
class Articulation:
    """A value for every HOP_MS: opening from 0 (closed) to 1, roundness from -1 (spread) to 1."""

    opening: Curve
    roundness: Curve

    def at(self, seconds: float) -> tuple[float, float]:
        """Give (opening, roundness) at a time from the start of the cropped speech."""
        place = [seconds * 1000 / HOP_MS]
        places = np.arange(len(self.opening))
        opening, roundness = (
            np.interp(place, places, curve, left=0, right=0)[0]
            for curve in (self.opening, self.roundness)
        )
        return float(opening), float(roundness)


def articulation(speech: Sound) -> Articulation:
    """Give what a mouth does while a cropped speech is heard."""
    wave = speech.samples.mean(axis=0)
    loudness = smoothed(rms(wave, speech.rate), SMOOTHING_MS)
    full = float(np.quantile(loudness, 1 - LOUDEST)) if loudness.size else 0.0
    if full < INAUDIBLE:
        still = np.zeros(1, np.float32)
        return Articulation(still, still)
    heard = np.clip((loudness / full - SILENCE) / (1 - SILENCE), 0, 1) ** np.float32(BEND)
    roundness = smoothed(rounded(wave, speech.rate), ROUNDING_MS) * np.sqrt(heard)
    return Articulation(heard, roundness)


def rms(wave: Curve, rate: int) -> Curve:
    """Give the root mean square of WINDOW_MS around every multiple of HOP_MS."""
    half = WINDOW_MS * rate // 2000
    energy = np.concatenate([[0.0], np.cumsum(wave.astype(np.float64) ** 2)])
    middles = np.arange(0, len(wave) * 1000 // rate + 1, HOP_MS) * rate // 1000
    first, last = np.maximum(middles - half, 0), np.minimum(middles + half, len(wave))
    return np.asarray(np.sqrt((energy[last] - energy[first]) / (2 * half)), np.float32)


def rounded(wave: Curve, rate: int) -> Curve:
    """Give how round a mouth would say each HOP_MS, from -1 to 1, by the pitch of its sound.

    The root mean square of the slope over that of the wave is a frequency, and cheap.
    """
    slope = np.diff(wave, append=wave[-1:]) * np.float32(rate / (2 * np.pi))
    level = rms(wave, rate)
    pitch = rms(slope, rate) / np.maximum(level, 1e-6)
    octaves = np.log2(np.maximum(pitch, 1) / np.sqrt(ROUND_HZ * SPREAD_HZ))
    reach = np.log2(SPREAD_HZ / ROUND_HZ) / 2
    return np.asarray(np.clip(-octaves / reach, -1, 1), np.float32)


def smoothed(curve: Curve, milliseconds: int) -> Curve:
    """Average a curve with a Hann window; the ends count as silence beyond."""
    # An odd number of values, so that the middle one is now.
    window = np.hanning(2 * (milliseconds // (2 * HOP_MS)) + 3)[1:-1]
    return np.convolve(curve, window / window.sum(), "same")[: len(curve)].astype(np.float32)

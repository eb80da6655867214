"""Values as they are typed: times, pairs, amounts; text in, numbers out."""

import re
from argparse import ArgumentTypeError

_UNITS_MS = {"": 1, "ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000}
_TIME = re.compile(r"([0-9]+(?:\.[0-9]+)?)(ms|s|m|h)?")


def time_ms(text: str) -> int:
    """Read a point in a medium: `1500`, `1500ms` or `1.5s`; return ms."""
    found = _TIME.fullmatch(text)
    if found is None or (found[2] is None and "." in text):
        msg = f"{text!r} is no time: give ms, or such as 1500ms, 1.5s"
        raise ArgumentTypeError(msg)
    return round(float(found[1]) * _UNITS_MS[found[2] or ""])


def span_s(text: str) -> float:
    """Read how long to wait: `90`, `90s`, `30m` or `1h`; return s, above 0."""
    found = _TIME.fullmatch(text)
    unit = 1000 if found is None or found[2] is None else _UNITS_MS[found[2]]
    if found is None or not float(found[1]):
        msg = f"{text!r} is no span of time above 0: give s, or such as 90s, 30m, 1h"
        raise ArgumentTypeError(msg)
    return float(found[1]) * unit / 1000


def crop_ms(text: str) -> tuple[int, int]:
    """Read a stretch of the audio: `100-4600` or `0.1s-4.6s`; return its ends in ms."""
    start, dash, end = text.partition("-")
    if not dash:
        msg = f"{text!r} is no crop: give START-END, such as 100-4600 or 0.1s-4.6s"
        raise ArgumentTypeError(msg)
    return time_ms(start), time_ms(end)


def volumes(text: str) -> tuple[float, float]:
    """Read the volumes of the audio and of the video's own sound: `1,0.3`."""
    speech, _, own = text.partition(",")
    try:
        return float(speech), float(own)
    except ValueError:
        msg = f"{text!r} is no pair of volumes: give AUDIO,VIDEO, such as 1,0.3"
        raise ArgumentTypeError(msg) from None


def count(text: str) -> int:
    """Read a whole number from 0 up."""
    if not (text.isascii() and text.isdecimal()):
        msg = f"{text!r} is no whole number from 0 up"
        raise ArgumentTypeError(msg)
    return int(text)

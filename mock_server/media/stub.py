"""Stub results: a valid MP4 of any length that shows one picture, made in microseconds.

The template holds one sample, so its length stands in five numbers, and changing those
changes the length.  `mock_server/samples/make.py` makes the template; all its times count in ms.
"""

from functools import lru_cache
from pathlib import Path
from typing import Final

LONGEST_MS: Final = 0xFFFFFFFE  # 32 bits, of which the largest number means "unknown"
# Where the length stands: (box, bytes from the end of the box's four letters).
_LENGTHS = ((b"mvhd", 16), (b"tkhd", 20), (b"elst", 8), (b"mdhd", 16), (b"stts", 12))


def stub_mp4(milliseconds: int) -> bytes:
    """Give an H.264 MP4 (1280x720, silent, headers first) that lasts exactly so many ms."""
    if not 1 <= milliseconds <= LONGEST_MS:
        msg = f"a stub of {milliseconds} ms: give 1 to {LONGEST_MS}"
        raise ValueError(msg)
    template, places = _template()
    stub = bytearray(template)
    length = milliseconds.to_bytes(4, "big")
    for place in places:
        stub[place : place + 4] = length
    return bytes(stub)


@lru_cache(maxsize=1)
def _template() -> tuple[bytes, tuple[int, ...]]:
    still = (Path(__file__).parent / "data" / "still.mp4").read_bytes()
    return still, tuple(still.index(box) + 4 + skip for box, skip in _LENGTHS)

"""The page's own files, small ones made byte by byte, and the little that tests read of others."""

import math
import struct
import wave
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

PAGE_VIDEO = "https://p1-kling.klingai.com/kcdn/cdn-kcdn112452/kling-qa-test/kling20260206mp4.mp4"
PAGE_AUDIO = "https://p1-kling.klingai.com/kcdn/cdn-kcdn112452/kling-qa-test/go-to-world.mp3"
SAMPLES = Path(__file__).parent.parent / "mock_server" / "samples"
RATE = 8000


def tone(milliseconds: int) -> bytes:
    """Return a WAV of exactly this length: 8 kHz, 16 bits, one channel."""
    count = RATE * milliseconds // 1000
    samples = (int(9000 * math.sin(place / 5)) for place in range(count))
    return wav(struct.pack(f"<{count}h", *samples), RATE)


def wav(samples: bytes, rate: int) -> bytes:
    """Return samples of 16 bits as a WAV."""
    file = BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(rate)
        sound.writeframes(samples)
    return file.getvalue()


def boxes(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield type and content of the boxes of an MP4, going into `moov`."""
    place = 0
    while place + 8 <= len(content):
        size = int.from_bytes(content[place : place + 4], "big")
        kind, inside = content[place + 4 : place + 8], content[place + 8 : place + size]
        yield kind, inside
        if kind == b"moov":
            yield from boxes(inside)
        place += max(size, 8)


def length_of(content: bytes) -> float:
    """Return the seconds that the movie header of an MP4 tells."""
    header = dict(boxes(content))[b"mvhd"]
    if header[0] == 1:
        scale, ticks = struct.unpack(">IQ", header[20:32])
    else:
        scale, ticks = struct.unpack(">II", header[12:20])
    return float(ticks / scale)

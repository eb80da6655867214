"""MPEG audio as bare frames: what `.mp3` and `.aac` files hold after their tags.

Neither has a header for the whole file, so a length is known only by walking the frames.
Every function here works on bytes in memory; nothing opens a file, nothing loops without
moving forward, and the caller decides how many bytes that may be.
"""

from collections.abc import Callable
from functools import lru_cache

from attrs import frozen

_RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
_KBIT_1_1 = (0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448)
_KBIT_1_2 = (0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384)
_KBIT_1_3 = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_KBIT_2_1 = (0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256)
_KBIT_2_23 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_KBIT = {
    (True, 1): _KBIT_1_1,
    (True, 2): _KBIT_1_2,
    (True, 3): _KBIT_1_3,
    (False, 1): _KBIT_2_1,
    (False, 2): _KBIT_2_23,
    (False, 3): _KBIT_2_23,
}
_ADTS_RATES = (
    *(96000, 88200, 64000, 48000, 44100, 32000, 24000),
    *(22050, 16000, 12000, 11025, 8000, 7350),
)


@frozen
class Frame:
    """One frame: its kind (`mp3`, `mp2`, `aac`), bytes, samples per channel, and rate in Hz.

    `xing_offset` is where, in bytes from the frame's start, a Xing header would stand.
    """

    kind: str
    length: int
    samples: int
    rate: int
    xing_offset: int = 0

    def continues(self, other: "Frame") -> bool:
        """Whether both can belong to one stream."""
        return self.kind == other.kind and self.rate == other.rate


Reader = Callable[[bytes, int], Frame | None]


def mpeg_frame(data: bytes, at: int) -> Frame | None:
    """Read the header of an MPEG-1, 2 or 2.5 audio frame, or None where there is none."""
    return _mpeg_header(data[at : at + 4])


@lru_cache(maxsize=4096)
def _mpeg_header(head: bytes) -> Frame | None:
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return None
    version, layer = head[1] >> 3 & 3, 4 - (head[1] >> 1 & 3)
    bitrate_index, rate_index = head[2] >> 4, head[2] >> 2 & 3
    # Bitrate index 0 is "free format": lengths cannot be told from headers, and no one makes it.
    if version == 1 or layer == 4 or bitrate_index in (0, 15) or rate_index == 3:
        return None
    first = version == 3
    bits = _KBIT[first, layer][bitrate_index] * 1000
    rate, padding = _RATES[version][rate_index], head[2] >> 1 & 1
    samples = 384 if layer == 1 else 1152 if layer == 2 or first else 576
    length = (bits * 12 // rate + padding) * 4 if layer == 1 else samples * bits // 8 // rate
    mono = head[3] >> 6 == 3
    return Frame(
        kind="mp3" if layer == 3 else "mp2",
        length=length if layer == 1 else length + padding,
        samples=samples,
        rate=rate,
        xing_offset=4 + ((17 if mono else 32) if first else (9 if mono else 17)),
    )


def adts_frame(data: bytes, at: int) -> Frame | None:
    """Read the header of an ADTS frame (AAC), or None where there is none."""
    head = data[at : at + 7]
    if len(head) < 7 or head[0] != 0xFF or head[1] & 0xF6 != 0xF0:
        return None
    rate_index = head[2] >> 2 & 15
    length = (head[3] & 3) << 11 | head[4] << 3 | head[5] >> 5
    if rate_index >= len(_ADTS_RATES) or length < 7:
        return None
    return Frame("aac", length, 1024 * ((head[6] & 3) + 1), _ADTS_RATES[rate_index])


FRAME_READERS: tuple[Reader, ...] = (mpeg_frame, adts_frame)


@frozen
class Run:
    """Frames that follow each other: how many, their samples in all, and the byte after them."""

    frames: int
    samples: int
    end: int


def run_of_frames(data: bytes, at: int, reader: Reader, limit: int) -> Run:
    """Walk complete frames from `at` while each continues the first, at most `limit` of them."""
    first = reader(data, at)
    frames = samples = 0
    frame = first
    while first and frame and frames < limit and frame.continues(first):
        if at + frame.length > len(data):
            break
        at += frame.length
        frames += 1
        samples += frame.samples
        frame = reader(data, at)
    return Run(frames, samples, at)


def find_frames(data: bytes, start: int, stop: int, reader: Reader) -> int | None:
    """Find where frames begin in [start, stop): three in a row, or fewer that end the data."""
    at = data.find(b"\xff", start, stop)
    while at >= 0:
        run = run_of_frames(data, at, reader, 3)
        if run.frames == 3 or (run.frames and run.end == len(data)):
            return at
        at = data.find(b"\xff", at + 1, stop)
    return None

"""Real clips for a server that decodes: a person who is there, gone, and there again."""

from fractions import Fraction
from io import BytesIO

import av
import numpy as np

from contract_tests.media_files import SAMPLES

PORTRAIT = SAMPLES / "portrait-clip.mp4"
RATE = 25
SEEN_FRAMES = 40
CLEAR = 24
"""How much lighter or darker a point has to be, of 255, so that anybody sees it."""


def interrupted_portrait(gap_frames: int) -> bytes:
    """Return an MP4 of 25 frames/s: 40 frames of a face, so many of nothing, the face again."""
    with av.open(str(PORTRAIT)) as source:
        frames = source.decode(video=0)
        seen = [next(frames).to_ndarray(format="rgb24") for _ in range(SEEN_FRAMES)]
    nothing = np.full_like(seen[0], 90)
    file = BytesIO()
    with av.open(file, "w", format="mp4") as target:
        stream = target.add_stream("libx264", rate=RATE)
        stream.height, stream.width = seen[0].shape[:2]
        stream.pix_fmt, stream.options = "yuv420p", {"preset": "ultrafast", "g": "25"}
        for place, picture in enumerate([*seen, *[nothing] * gap_frames, *seen]):
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts, frame.time_base = place, Fraction(1, RATE)
            target.mux(stream.encode(frame))
        target.mux(stream.encode(None))
    return file.getvalue()


def loudness(video: bytes, start_ms: int, end_ms: int) -> float:
    """Return the root mean square of a video's sound between two instants; full scale is 1."""
    with av.open(BytesIO(video), "r") as container:
        frames = [frame.to_ndarray() for frame in container.decode(audio=0)]
        rate = container.streams.audio[0].rate
    heard = np.concatenate(frames, axis=1)[:, start_ms * rate // 1000 : end_ms * rate // 1000]
    return float(np.sqrt(np.mean(np.square(heard))))


def changed_share(one: bytes, other: bytes) -> float:
    """Return which share of the first picture looks otherwise in another video: 0 to 1."""
    pictures = []
    for video in (one, other):
        with av.open(BytesIO(video), "r") as container:
            pictures.append(next(container.decode(video=0)).to_ndarray(format="gray").astype(int))
    return float(np.mean(np.abs(pictures[0] - pictures[1]) > CLEAR))

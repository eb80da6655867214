"""The command `python -m bench.media`: how fast faces are found and results are made.

Clips are made on the fly, in a temporary folder: a real portrait that moves before a rough
background, so that the decoder has its usual work.  Results are made the way that tasks do it,
after the same worker has identified the clip, and by a worker that never saw it and has to find
the faces first.  Each figure stands beside its target.
"""

import argparse
import asyncio
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from time import perf_counter
from typing import Any, cast

import av
import cv2
import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from kling_lipsync.media import Video
from mock_server.app import create_server
from mock_server.http import Message
from mock_server.media.decoding import DecodingMedia
from mock_server.media.ports import Rendered, RenderJob
from mock_server.settings import Settings

SAMPLES = Path(__file__).parent.parent / "mock_server" / "samples"
LOOP_S = 10
ROUNDS = 3
CALLS = 5000
BODY = (
    b'{"video_url": "http://described.test/video?duration=8000&width=1280&height=720&face=0-5200"}'
)

Picture = NDArray[np.uint8]


@frozen
class Format:
    """The pictures of a clip."""

    width: int
    height: int
    rate: int


SMALL, LARGE = Format(1280, 720, 25), Format(1920, 1080, 30)


class WrongAnswerError(RuntimeError):
    """What was measured is not what had to be done."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure everything and print a table."""
    parser = argparse.ArgumentParser(prog="python -m bench.media", description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="the best counts (default: 3)")
    rounds = parser.parse_args(arguments).rounds
    say(f"load average before: {os.getloadavg()[0]:.2f} on {os.cpu_count()} cores")
    with tempfile.TemporaryDirectory(prefix="lipsync-bench-") as name:
        small = made(Path(name) / "720p.mp4", SMALL, 20)
        large = made(Path(name) / "1080p.mp4", LARGE, 20)
        minute = made(Path(name) / "minute.mp4", LARGE, 60)
        media = DecodingMedia()
        identified(media, SAMPLES / "talking-clip.mp4")  # the worker starts
        best = min(identified(media, small) for _ in range(rounds))
        row("identify, 720p, 20 s", f"{20 / best:.1f} x real time", "10")
        best = min(identified(media, minute) for _ in range(rounds))
        row("identify, 1080p30, 60 s", f"{best:.1f} s", "15 or less")
        for path, label, target in ((small, "720p", "3"), (large, "1080p30", "1.6")):
            identified(media, path)
            best = min(rendered(media, path) for _ in range(rounds))
            row(f"render, {label}, 20 s, as tasks do", f"{20 / best:.2f} x real time", target)
            best = min(rendered_cold(path) for _ in range(rounds))
            row(f"render, {label}, 20 s, faces unknown", f"{20 / best:.2f} x real time", "-")
        media.close()
    per_second = max(asyncio.run(described()) for _ in range(rounds))
    row("identify, described, ASGI alone", f"{per_second:,.0f} calls/s", "5,000")
    say(f"load average after: {os.getloadavg()[0]:.2f}")
    return 0


def say(text: str) -> None:
    """Print a line at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def row(what: str, measured: str, target: str) -> None:
    """Print a row of the table."""
    say(f"{what:<38} {measured:>18}   target {target}")


def made(path: Path, shape: Format, seconds: int) -> Path:
    """Write a clip: LOOP_S seconds are drawn and encoded, and repeated as they are."""
    loop = path.with_name(f"loop-{path.name}")
    with av.open(str(loop), "w") as container:
        options = {"preset": "veryfast", "crf": "21", "g": str(shape.rate * 2)}
        track = container.add_stream("libx264", shape.rate, options=options)
        track.width, track.height, track.pix_fmt = shape.width, shape.height, "yuv420p"
        for picture in pictures(shape):
            container.mux(track.encode(av.VideoFrame.from_ndarray(picture, "bgr24")))
        container.mux(track.encode(None))
    with av.open(str(path), "w") as result:
        target = None
        for turn in range(seconds // LOOP_S):
            with av.open(str(loop)) as source:
                track = source.streams.video[0]
                target = target or result.add_stream_from_template(track)
                shift = round(turn * LOOP_S / cast("Fraction", track.time_base))
                for packet in source.demux(track):
                    if packet.pts is not None and packet.dts is not None:
                        packet.pts, packet.dts = packet.pts + shift, packet.dts + shift
                        packet.stream = target
                        result.mux(packet)
    return path


def pictures(shape: Format) -> Iterator[Picture]:
    """Draw the frames of a loop, whose end fits to its start."""
    rough = np.random.default_rng(1).integers(0, 255, (shape.height // 8, shape.width // 8, 3))
    wide = cv2.resize(rough.astype(np.uint8), (shape.width, shape.height))
    background = cv2.GaussianBlur(wide, (0, 0), 3)
    side = shape.height * 9 // 10
    coded = np.fromfile(SAMPLES / "sources" / "portrait.jpg", np.uint8)
    portrait = cv2.resize(np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR), np.uint8), (side, side))
    for number in range(shape.rate * LOOP_S):
        angle = 2 * np.pi * number / (shape.rate * LOOP_S)
        left = round((shape.width - side) / 2 + shape.width / 10 * np.sin(angle))
        top = round((shape.height - side) / 2 * (1 + np.cos(angle)))
        picture = np.roll(background, number, axis=1).astype(np.uint8, copy=False)
        picture[top : top + side, left : left + side] = portrait
        yield picture


def identified(media: DecodingMedia, path: Path) -> float:
    """Give the seconds that one identification takes; it must find one face all along."""
    video = probed(media, path)
    started = perf_counter()
    (found,) = media.identify(path, video)
    took = perf_counter() - started
    if (found.face.start_time, found.face.end_time) != (0, video.duration.declared_ms):
        msg = f"the face of {path.name} was seen in {found.face}"
        raise WrongAnswerError(msg)
    return took


def probed(media: DecodingMedia, path: Path) -> Video:
    """Give what is known of a clip before it is decoded."""
    video = media.probe_video(path)
    if not isinstance(video, Video):
        raise WrongAnswerError(video.reason)
    return video


def rendered(media: DecodingMedia, path: Path) -> float:
    """Give the seconds that one result takes, in which the face speaks all the time."""
    milliseconds = probed(media, path).duration.declared_ms
    job = RenderJob(
        video=path,
        audio=spoken(path.with_suffix(".wav"), milliseconds),
        target=path.with_suffix(".result.mp4"),
        watermarked_target=None,
        face_id="0",
        sound_start_time=0,
        sound_end_time=milliseconds,
        sound_insert_time=0,
        sound_volume=1.0,
        original_audio_volume=1.0,
    )
    started = perf_counter()
    outcome = media.render(job)
    took = perf_counter() - started
    if not isinstance(outcome, Rendered):
        raise WrongAnswerError(outcome.message)
    return took


def rendered_cold(path: Path) -> float:
    """Give the seconds that one result takes a worker that never saw the clip."""
    media = DecodingMedia()
    identified(media, SAMPLES / "talking-clip.mp4")  # the worker starts
    try:
        return rendered(media, path)
    finally:
        media.close()


def spoken(path: Path, milliseconds: int) -> Path:
    """Write the sample's speech, repeated until it is long enough."""
    with av.open(str(SAMPLES / "speech.wav")) as container:
        samples = np.concatenate([f.to_ndarray() for f in container.decode(audio=0)], axis=1)
    count = milliseconds * 48
    repeated = np.tile(samples, count // samples.shape[1] + 1)[:, :count]
    with av.open(str(path), "w") as container:
        track = container.add_stream("pcm_s16le", 48_000, layout="mono")
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(repeated), "s16", "mono")
        frame.sample_rate = 48_000
        container.mux(track.encode(frame))
        container.mux(track.encode(None))
    return path


async def described() -> float:
    """Give how many identify calls for a described video the application answers in a second."""
    settings = Settings(quiet=True)
    server = create_server(settings)
    headers = [
        (b"authorization", f"Bearer {settings.api_key}".encode()),
        (b"content-type", b"application/json"),
    ]
    scope = {"type": "http", "method": "POST", "query_string": b"", "scheme": "http"}
    path = {"path": "/v1/videos/identify-face", "raw_path": b"/v1/videos/identify-face"}
    replies: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": BODY}

    async def send(message: Message) -> None:
        replies.append(message)

    started = perf_counter()
    for _ in range(CALLS):
        call: dict[str, Any] = {**scope, **path, "headers": headers, "client": ("127.0.0.1", 1)}
        await server.application(call, receive, send)
    took = perf_counter() - started
    events = iter(("startup", "shutdown"))  # the server's own way to clean up

    async def happens() -> Message:
        return {"type": f"lifespan.{next(events)}"}

    await server.application({"type": "lifespan"}, happens, send)
    if any(message.get("status", 200) != 200 for message in replies):
        raise WrongAnswerError(str(replies[:2]))
    return CALLS / took


if __name__ == "__main__":
    sys.exit(main())

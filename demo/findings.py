"""What can be said of the files that came out, measured rather than promised.

Imports the media extra, so it must only be imported when that is there.
"""

from pathlib import Path

import av

from demo.screen import Screen, nearby
from demo.story import CLIP, CROP_END, CROP_START, INSERT, ORIGINAL_VOLUME, Made, StoryFailed
from kling_lipsync.media import Unreadable
from kling_lipsync.probing.probe import probe_video

TOLERANCE_MS = 40


def report(screen: Screen, made: Made) -> None:
    """Say what came out, and what to look and listen for."""
    screen.step("Watch it")
    source, result = length_ms(CLIP), length_ms(made.result)
    if abs(result - source) > TOLERANCE_MS:
        msg = f"the result lasts {result} ms, expected {source} ms like the clip"
        raise StoryFailed(msg)
    end = INSERT + CROP_END - CROP_START
    screen.say(f"length     clip {source} ms, result {result} ms")
    screen.say(f"picture    {pictures(made)}")
    screen.say(f"watermark  {watermark(made)}")
    screen.say(f'metadata   "{comment(made.result)}"')
    screen.say(f"sound      all along: the hiss of the room, at {ORIGINAL_VOLUME:.0%} of its level")
    screen.say(f'           {INSERT / 1000} to {end / 1000} s: "Ask not" - a pause -')
    screen.say('           "what your country can do for you", in the voice of John F. Kennedy')
    screen.good(f"Play {nearby(made.result)} now.")


def length_ms(path: Path) -> int:
    """Measure how long a video is."""
    video = probe_video(path)
    if isinstance(video, Unreadable):
        msg = f"{path} is no video: {video.reason}"
        raise StoryFailed(msg)
    return video.duration.declared_ms


def pictures(made: Made) -> str:
    """Say whether the mock touched the pictures."""
    if packets(made.result) == packets(CLIP):
        return "the clip's own, untouched: this version does not move the lips yet"
    return "the clip's, with a mouth that opens with the speech"


def watermark(made: Made) -> str:
    """Say how the watermarked twin differs."""
    if packets(made.watermarked) == packets(made.result):
        return "not painted on the twin's pictures yet; only its metadata says so"
    return "painted on the twin's pictures"


def packets(path: Path) -> list[bytes]:
    """Read the encoded pictures of a video."""
    with av.open(str(path)) as container:
        return [bytes(packet) for packet in container.demux(video=0) if packet.size]


def comment(path: Path) -> str:
    """Read what a file says of itself."""
    with av.open(str(path)) as container:
        return container.metadata.get("comment", "")

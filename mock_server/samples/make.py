"""Makes every sample and template: `make samples`, or `python -m mock_server.samples.make`.

Needs the `media` extra; the files it makes are committed, so nobody else needs it.  Two runs
on one machine give the same bytes; other versions of the encoders may give others.
"""

from pathlib import Path

import cv2
import numpy as np

from mock_server.samples import scenes
from mock_server.samples.drawn_face import Pose
from mock_server.samples.encoding import (
    FRAMES_PER_SECOND,
    SOUND_RATE,
    WIDTH,
    Sound,
    read_sound,
    write_clip,
    write_sound,
    write_still,
)

HERE = Path(__file__).parent
SOURCES = HERE / "sources"
DATA = HERE.parent / "media" / "data"


def main() -> None:
    """Make all of them, in place."""
    DATA.mkdir(exist_ok=True)
    still = scenes.drawn_picture(Pose(WIDTH / 2, 330, 360))
    write_still(DATA / "still.mp4", still)
    small = cv2.resize(still[100:580, 400:880], (240, 240), interpolation=cv2.INTER_AREA)
    cv2.imwrite(str(DATA / "face.jpg"), small[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, 85])
    make_clips()
    make_sounds()


def make_clips() -> None:
    """Make the videos; all but one have quiet room noise."""
    portrait, turned = SOURCES / "portrait.jpg", SOURCES / "turned-portrait.jpg"
    write_clip(HERE / "talking-clip.mp4", scenes.talking(130), tone(130), quality=23)
    nearer = scenes.nearer(scenes.portrait_scene(portrait), (604, 190), 175)
    write_clip(HERE / "portrait-clip.mp4", nearer, tone(175), quality=25)
    nearer = scenes.nearer(scenes.portrait_scene(turned), (640, 240), 125)
    write_clip(HERE / "turned-head.mp4", nearer, tone(125), quality=30)
    write_clip(HERE / "two-people.mp4", scenes.two_people(200), tone(200), quality=25)
    write_clip(HERE / "upright.mp4", scenes.upright(125), tone(125), quality=25)
    write_clip(HERE / "no-face.mp4", scenes.nobody(125), tone(125), quality=25)
    write_clip(HERE / "silent.mp4", scenes.talking(125), None, quality=27)


def make_sounds() -> None:
    """Make the speech, cut from one recording."""
    spoken = read_sound(SOURCES / "inaugural-address.flac")
    # "Ask what you can do for your country", and "Ask not what your country can do for you".
    for suffix in ("mp3", "wav", "m4a", "aac"):
        write_sound(HERE / f"speech.{suffix}", faded(spoken[round(4.85 * SOUND_RATE) :]))
    write_sound(HERE / "portrait-speech.mp3", faded(spoken[: round(4.8 * SOUND_RATE)]))


def tone(frames: int) -> Sound:
    """Give quiet room noise (about -45 dBFS) that ends just before `frames` video frames do.

    It ends early, on a whole AAC frame, because the container lasts as long as its longest
    track, and that must be the video.
    """
    wanted = frames * SOUND_RATE // FRAMES_PER_SECOND
    count = (wanted // 1024 - 1) * 1024
    noise = np.random.RandomState(1961).standard_normal(count)
    low = np.convolve(noise, np.hanning(96), mode="same")
    return np.asarray(low * (10 ** (-45 / 20) / low.std()), np.float32)


def faded(sound: Sound) -> Sound:
    """Fade 20 ms in and out and bring the peak to 0.8."""
    ramp = np.minimum(1, np.arange(len(sound)) / (0.02 * SOUND_RATE))
    shaped = sound * ramp * ramp[::-1]
    return np.asarray(shaped * (0.8 / np.abs(shaped).max()), np.float32)


if __name__ == "__main__":
    main()

"""Makes every sample and template: `make samples`, or `python -m mock_server.samples.make`.

Needs the `media` extra; the files it makes are committed, so nobody else needs it.  Two runs
on one machine give the same bytes; other versions of the encoders may give others.
"""

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np

from mock_server.samples.drawn_face import Picture, Pose, backdrop, calm_pose, draw_face
from mock_server.samples.encoding import (
    FRAMES_PER_SECOND,
    HEIGHT,
    SOUND_RATE,
    WIDTH,
    Sound,
    read_sound,
    write_clip,
    write_mp3,
    write_still,
)

HERE = Path(__file__).parent
SOURCES = HERE / "sources"
DATA = HERE.parent / "media" / "data"
TALKING_FRAMES = 130  # 5200 ms
PORTRAIT_FRAMES = 175  # 7000 ms
PORTRAIT_SIDE = 660
FACE = (604, 190)  # px, where the portrait's face is in the scene


def main() -> None:
    """Make all of them, in place."""
    DATA.mkdir(exist_ok=True)
    write_still(DATA / "still.mp4", drawn_picture(Pose(WIDTH / 2, 330, 360)))
    portrait = drawn_picture(Pose(WIDTH / 2, 330, 360))[100:580, 400:880]
    small = cv2.resize(portrait, (240, 240), interpolation=cv2.INTER_AREA)
    cv2.imwrite(str(DATA / "face.jpg"), small[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, 85])
    write_clip(HERE / "talking-clip.mp4", talking(), tone(TALKING_FRAMES), quality=23)
    write_clip(HERE / "portrait-clip.mp4", portrait_views(), tone(PORTRAIT_FRAMES), quality=25)
    spoken = read_sound(SOURCES / "inaugural-address.flac")
    # "Ask what you can do for your country", and "Ask not what your country can do for you".
    write_mp3(HERE / "speech.mp3", faded(spoken[round(4.85 * SOUND_RATE) :]))
    write_mp3(HERE / "portrait-speech.mp3", faded(spoken[: round(4.8 * SOUND_RATE)]))


def drawn_picture(pose: Pose) -> Picture:
    """Give a picture of 1280x720 with one drawn face."""
    picture = backdrop(WIDTH, HEIGHT)
    draw_face(picture, pose)
    return picture


def talking() -> Iterator[Picture]:
    """Give the frames of the drawn clip; the face is there from the first to the last."""
    for number in range(TALKING_FRAMES):
        yield drawn_picture(calm_pose(number / FRAMES_PER_SECOND, WIDTH / 2, 330, 360))


def portrait_views() -> Iterator[Picture]:
    """Give the frames of the portrait clip: the whole picture, then slowly nearer to the face."""
    scene = portrait_scene()
    for number in range(PORTRAIT_FRAMES):
        # A half cosine starts and ends at rest.
        way = 0.5 - 0.5 * np.cos(np.pi * number / (PORTRAIT_FRAMES - 1))
        zoom = 1 + 0.3 * way
        view = np.array([[zoom, 0, (1 - zoom) * FACE[0]], [0, zoom, (1 - zoom) * FACE[1]]])
        yield cv2.warpAffine(
            scene, view, (WIDTH, HEIGHT), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
        ).astype(np.uint8)


def portrait_scene() -> Picture:
    """Set the portrait, whole, on a soft and darker copy of itself."""
    coded = np.frombuffer((SOURCES / "portrait.jpg").read_bytes(), np.uint8)
    portrait = np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR), np.uint8)[:, :, ::-1]
    wide = cv2.resize(portrait, (WIDTH, WIDTH), interpolation=cv2.INTER_CUBIC)
    top = (WIDTH - HEIGHT) // 2
    soft = cv2.GaussianBlur(wide[top : top + HEIGHT], (0, 0), 45) * 0.6
    sharp = cv2.resize(portrait, (PORTRAIT_SIDE, PORTRAIT_SIDE), interpolation=cv2.INTER_CUBIC)
    mask = np.zeros((HEIGHT, WIDTH, 1), np.float32)
    left, top = (WIDTH - PORTRAIT_SIDE) // 2, (HEIGHT - PORTRAIT_SIDE) // 2
    placed = soft.copy()
    placed[top : top + PORTRAIT_SIDE, left : left + PORTRAIT_SIDE] = sharp
    mask[top + 3 : top + PORTRAIT_SIDE - 3, left + 3 : left + PORTRAIT_SIDE - 3] = 1
    share = cv2.GaussianBlur(mask, (0, 0), 1.2)[:, :, None]
    return np.asarray(placed * share + soft * (1 - share)).clip(0, 255).round().astype(np.uint8)


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

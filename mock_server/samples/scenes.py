"""The frames of the sample clips: who is seen where and when is known exactly, for it is drawn."""

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np

from mock_server.samples.drawn_face import (
    ONE,
    OTHER,
    Picture,
    Pose,
    backdrop,
    calm_pose,
    draw_face,
)
from mock_server.samples.encoding import FRAMES_PER_SECOND, HEIGHT, WIDTH

PORTRAIT_SIDE = 660


def drawn_picture(*poses: Pose, width: int = WIDTH, height: int = HEIGHT) -> Picture:
    """Give a picture with drawn faces."""
    picture = backdrop(width, height)
    for pose in poses:
        draw_face(picture, pose)
    return picture


def talking(frames: int) -> Iterator[Picture]:
    """Give the frames of one drawn face that is there from the first to the last."""
    for number in range(frames):
        yield drawn_picture(calm_pose(number / FRAMES_PER_SECOND, WIDTH / 2, 330, 360))


def two_people(frames: int) -> Iterator[Picture]:
    """Give one person, on the left, from 1000 to 6000 ms, and another one from 3000 ms on."""
    for number in range(frames):
        seconds = number / FRAMES_PER_SECOND
        poses = []
        if 1 <= seconds < 6:
            poses.append(calm_pose(seconds, 390, 300, 280, ONE))
        if seconds >= 3:
            poses.append(calm_pose(seconds + 1, 900, 320, 280, OTHER))
        yield drawn_picture(*poses)


def upright(frames: int) -> Iterator[Picture]:
    """Give the frames of one drawn face in the format of a phone: 720 wide, 1280 high."""
    for number in range(frames):
        pose = calm_pose(number / FRAMES_PER_SECOND, HEIGHT / 2, 520, 400, OTHER)
        yield drawn_picture(pose, width=HEIGHT, height=WIDTH)


def nobody(frames: int) -> Iterator[Picture]:
    """Give a landscape with a sun, hills and a ball that rolls by."""
    for number in range(frames):
        picture = backdrop(WIDTH, HEIGHT)
        cv2.circle(picture, (1010, 150), 70, (236, 214, 150), -1, cv2.LINE_AA)
        cv2.ellipse(picture, (300, 760), (620, 300), 0, 0, 360, (92, 116, 78), -1, cv2.LINE_AA)
        cv2.ellipse(picture, (1050, 780), (560, 240), 0, 0, 360, (72, 98, 70), -1, cv2.LINE_AA)
        cv2.circle(picture, (number * 10, 640), 50, (176, 60, 52), -1, cv2.LINE_AA)
        yield picture


def nearer(scene: Picture, towards: tuple[int, int], frames: int) -> Iterator[Picture]:
    """Give the whole picture, then slowly nearer to one place (px) of it."""
    for number in range(frames):
        # A half cosine starts and ends at rest.
        way = 0.5 - 0.5 * np.cos(np.pi * number / (frames - 1))
        zoom = 1 + 0.3 * way
        view = np.array([[zoom, 0, (1 - zoom) * towards[0]], [0, zoom, (1 - zoom) * towards[1]]])
        yield cv2.warpAffine(
            scene, view, (WIDTH, HEIGHT), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
        ).astype(np.uint8)


def portrait_scene(path: Path) -> Picture:
    """Set a portrait, cut to a square at its foot, on a soft and darker copy of itself."""
    coded = np.frombuffer(path.read_bytes(), np.uint8)
    whole = np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR), np.uint8)[:, :, ::-1]
    portrait = np.ascontiguousarray(whole[: whole.shape[1]])
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

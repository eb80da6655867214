"""The visible mark of watermarked results: a word in the corner that says what they are.

It is drawn once for a size of picture and then laid over every frame.  Runs in the worker only.
"""

import cv2
import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from mock_server.media.planes import Plane, Planes

TEXT = "SYNTHETIC  kling-lipsync-twin"
# Shares of the picture's shorter side.
HEIGHT, MARGIN = 0.030, 0.03
WIDEST = 0.6  # of the picture's width
LETTERS, BEHIND = 235, 16
LETTERS_OPACITY, BEHIND_OPACITY = 0.85, 0.40
FONT = cv2.FONT_HERSHEY_SIMPLEX
FONT_PX = 22.0  # the height of a capital letter at scale 1

Share = NDArray[np.float32]


@frozen(eq=False)
class Mark:
    """A mark for pictures of one size: where it begins (px), its brightness, how much it covers."""

    left: int
    top: int
    luma: Share
    cover: Share


def mark_for(size: tuple[int, int]) -> Mark:
    """Draw the mark for pictures of a size."""
    short = min(size)
    scale = max(HEIGHT * short, 8) / FONT_PX
    (width, height), base = cv2.getTextSize(TEXT, FONT, scale, 1)
    if width > WIDEST * size[0]:
        scale *= WIDEST * size[0] / width
        (width, height), base = cv2.getTextSize(TEXT, FONT, scale, 1)
    pad = height // 2 + 1
    box = ((height + base + 2 * pad) & ~1, (width + 2 * pad) & ~1)
    letters = np.zeros(box, np.uint8)
    bold = max(1, round(scale * 2))
    cv2.putText(letters, TEXT, (pad, pad + height), FONT, scale, 255, bold, cv2.LINE_AA)
    share = letters.astype(np.float32) / 255
    margin = round(MARGIN * short) & ~1
    cover = BEHIND_OPACITY + share * (LETTERS_OPACITY - BEHIND_OPACITY)
    luma = BEHIND + share * (LETTERS - BEHIND)
    left, top = max(0, size[0] - box[1] - margin) & ~1, max(0, size[1] - box[0] - margin) & ~1
    return Mark(left, top, luma.astype(np.float32), cover.astype(np.float32))


def marked(planes: Planes, mark: Mark) -> Planes:
    """Give a picture with the mark; the one given is not touched."""
    copy = planes.copy()
    lay(copy.luma, mark.luma, mark.cover, mark.left, mark.top)
    half = cv2.resize(mark.cover, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    cover = np.asarray(half, np.float32)
    grey = np.full_like(cover, 128)
    for plane in (copy.blue, copy.red):
        lay(plane, grey, cover, mark.left // 2, mark.top // 2)
    return copy


def lay(plane: Plane, value: Share, cover: Share, left: int, top: int) -> None:
    """Cover a part of a plane with values."""
    part = plane[top : top + value.shape[0], left : left + value.shape[1]]
    fits = np.s_[: part.shape[0], : part.shape[1]]
    part[:] = np.rint(part + cover[fits] * (value[fits] - part)).astype(np.uint8)

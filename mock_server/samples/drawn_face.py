"""A face made of ellipses: nobody's, so no one has rights in it, and detectors accept it.

Everything is given in units of the face's height, from its centre, x to the right and y
down, and drawn with sub-pixel positions, so that slow motion is smooth.
"""

from math import cos, pi

import cv2
import numpy as np
from attrs import frozen
from numpy.typing import NDArray

Picture = NDArray[np.uint8]

LIP, DARK, TEETH = (160, 82, 80), (60, 20, 24), (236, 230, 222)
WHITE, IRIS, PUPIL, BROW = (242, 240, 238), (88, 72, 50), (18, 16, 16), (64, 46, 38)
_SHIFT = 4  # fractional bits of cv2's coordinates


Colour = tuple[int, int, int]


@frozen
class Person:
    """Who is drawn: the colours that tell one person from another."""

    skin: Colour = (196, 150, 122)
    shade: Colour = (172, 124, 98)
    light: Colour = (204, 160, 132)
    hair: Colour = (62, 44, 36)
    shirt: Colour = (70, 96, 128)
    collar: Colour = (92, 120, 152)


ONE = Person()
OTHER = Person(
    skin=(134, 92, 66),
    shade=(108, 70, 48),
    light=(148, 104, 76),
    hair=(150, 144, 140),
    shirt=(146, 58, 52),
    collar=(170, 84, 76),
)


@frozen
class Pose:
    """Where a face is in a picture (px) and what it does: openings from 0 to 1, gaze -1 to 1."""

    x: float
    y: float
    height: float
    mouth: float = 0.0
    eyes: float = 1.0
    gaze: float = 0.0
    person: Person = ONE


def draw_face(picture: Picture, pose: Pose) -> None:
    """Draw a face with hair and shoulders into an RGB picture."""
    who = pose.person
    parts = (_head(who), _eyes(who, pose.eyes, pose.gaze), _nose(who), _mouth(who, pose.mouth))
    for part in parts:
        for ellipse in part:
            _put(picture, pose, ellipse)


@frozen
class _Ellipse:
    x: float
    y: float
    width: float
    height: float
    colour: Colour
    angle: float = 0.0


def _head(who: Person) -> tuple[_Ellipse, ...]:
    return (
        _Ellipse(0, 1.34, 0.86, 0.62, who.shirt),
        _Ellipse(0, 0.80, 0.30, 0.16, who.collar),
        _Ellipse(0, 0.58, 0.19, 0.30, who.shade),
        _Ellipse(0, -0.14, 0.46, 0.52, who.hair),
        _Ellipse(-0.39, 0.04, 0.06, 0.11, who.shade, 8),
        _Ellipse(0.39, 0.04, 0.06, 0.11, who.shade, -8),
        _Ellipse(-0.39, 0.04, 0.03, 0.07, who.skin, 8),
        _Ellipse(0.39, 0.04, 0.03, 0.07, who.skin, -8),
        _Ellipse(0, 0.05, 0.38, 0.49, who.shade),
        _Ellipse(0, 0.04, 0.37, 0.48, who.skin),
        _Ellipse(0, -0.22, 0.24, 0.14, who.light),
        _Ellipse(-0.20, 0.18, 0.09, 0.08, who.light),
        _Ellipse(0.20, 0.18, 0.09, 0.08, who.light),
        _Ellipse(-0.14, -0.43, 0.30, 0.14, who.hair, -18),
        _Ellipse(0.20, -0.42, 0.24, 0.12, who.hair, 24),
        _Ellipse(0, 0.47, 0.09, 0.04, who.light),
    )


def _nose(who: Person) -> tuple[_Ellipse, ...]:
    return (
        _Ellipse(0.03, 0.07, 0.035, 0.16, who.shade),
        _Ellipse(0, 0.05, 0.035, 0.17, who.light),
        _Ellipse(0, 0.17, 0.075, 0.055, who.shade),
        _Ellipse(0, 0.155, 0.065, 0.05, who.light),
        _Ellipse(-0.035, 0.19, 0.018, 0.011, DARK),
        _Ellipse(0.035, 0.19, 0.018, 0.011, DARK),
    )


def _eyes(who: Person, opening: float, gaze: float) -> tuple[_Ellipse, ...]:
    return _eye(who, -0.165, opening, gaze) + _eye(who, 0.165, opening, gaze)


def _eye(who: Person, x: float, opening: float, gaze: float) -> tuple[_Ellipse, ...]:
    lid = max(0.12, opening)
    look = x + 0.02 * gaze
    return (
        _Ellipse(x, -0.045, 0.105, 0.062, who.shade),
        _Ellipse(x, -0.185, 0.105, 0.022, BROW),
        _Ellipse(x, -0.045, 0.088, 0.046 * lid, PUPIL),
        _Ellipse(x, -0.040, 0.082, 0.038 * lid, WHITE),
        _Ellipse(look, -0.042, 0.038, 0.038 * lid, IRIS),
        _Ellipse(look, -0.042, 0.020, 0.020 * lid, PUPIL),
        _Ellipse(look + 0.012, -0.055, 0.008, 0.008 * lid, WHITE),
    )


def _mouth(who: Person, opening: float) -> tuple[_Ellipse, ...]:
    gap = 0.008 + 0.055 * opening
    middle = 0.31 + 0.5 * gap
    return (
        _Ellipse(0, 0.275, 0.045, 0.018, who.shade),
        _Ellipse(0, middle, 0.135 - 0.015 * opening, gap + 0.032, LIP),
        _Ellipse(0, middle, 0.115 - 0.015 * opening, gap, DARK),
        _Ellipse(0, middle - 0.55 * gap, 0.08, 0.3 * gap * opening, TEETH),
        _Ellipse(0, middle + gap + 0.06, 0.07, 0.012, who.shade),
    )


def _put(picture: Picture, pose: Pose, ellipse: _Ellipse) -> None:
    scale = pose.height * (1 << _SHIFT)
    centre = (
        round(pose.x * (1 << _SHIFT) + ellipse.x * scale),
        round(pose.y * (1 << _SHIFT) + ellipse.y * scale),
    )
    axes = (round(ellipse.width * scale), round(ellipse.height * scale))
    cv2.ellipse(
        picture, centre, axes, ellipse.angle, 0, 360, ellipse.colour, -1, cv2.LINE_AA, _SHIFT
    )


def backdrop(width: int, height: int) -> Picture:
    """Give a calm RGB background: a vertical gradient that costs an encoder almost nothing."""
    top, bottom = np.array((150, 166, 172)), np.array((96, 108, 120))
    share = np.linspace(0, 1, height)[:, None, None]
    column = top * (1 - share) + bottom * share
    return np.broadcast_to(column, (height, width, 3)).round().astype(np.uint8).copy()


def calm_pose(seconds: float, x: float, y: float, height: float, person: Person = ONE) -> Pose:
    """Give the pose at a time: a slight sway, small lip movements, a blink every 2.4 s.

    The lips stay small so that speech put on them later is seen as such.
    """
    blinks = seconds % 2.4 > 2.28
    return Pose(
        x=x + 0.03 * height * cos(0.9 * seconds),
        y=y + 0.015 * height * cos(2.1 * seconds),
        height=height * (1 + 0.01 * cos(1.3 * seconds)),
        mouth=0.2 * cos(2 * pi * seconds) ** 2,
        eyes=0.1 if blinks else 1.0,
        gaze=cos(1.7 * seconds),
        person=person,
    )

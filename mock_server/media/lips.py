"""Where the points of a face go when its mouth opens: a jaw that drops, lips that part and round.

All in units of the face itself, so that it follows the head's size and turn.  The numbers are
shares of the gap that is asked for; they come from looking at people who talk.  Pure geometry.
"""

from math import hypot
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from mock_server.media.mesh import (
    CHIN,
    FOREHEAD,
    LOWER_INNER_LIP,
    UPPER_INNER_LIP,
    Points,
    eye_distance,
    inner_gap,
    rightward,
)

# The gap between the inner lips of a fully open mouth, in eye distances.
FULL_GAP = 0.24
# An eye distance is this share of the height of a face; a turned head hides only the former.
EYES_PER_HEIGHT = 0.42

UPPER_OUTER_LIP = (61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291)
LOWER_OUTER_LIP = (146, 91, 181, 84, 17, 314, 405, 321, 375)
BELOW_THE_LIPS = (
    *(18, 83, 313, 182, 406, 200, 201, 421, 194, 418, 32, 262, 211, 431, 204, 424, 106, 335),
    *(43, 273, 202, 422, 210, 430, 214, 434, 192, 416, 212, 432, 57, 287, 199, 208, 428, 175),
    *(152, 148, 377, 176, 400, 149, 378, 150, 379, 136, 365, 172, 397, 58, 288),
)
UNMOVED = (
    *(2, 98, 327, 164, 167, 393, 165, 391, 92, 322, 186, 410, 216, 436, 206, 426, 205, 425),
    *(187, 411, 147, 376, 50, 280, 36, 266, 132, 361, 234, 454, 4, 118, 347),
)
LIPS = (*UPPER_INNER_LIP, *UPPER_OUTER_LIP, *LOWER_INNER_LIP[1:-1], *LOWER_OUTER_LIP)
NODES = (*LIPS, *BELOW_THE_LIPS, *UNMOVED)
"""The points that carry the motion, each once."""

# How much of the gap is due to the upper lip, the rest is to the lower one.
UPPER_SHARE = 0.14
# A mouth that is open this far (eye distances), as in a smile, has raised its upper lip already.
RAISED = 0.1
LIP_COUNTS = (len(UPPER_INNER_LIP), len(UPPER_OUTER_LIP), 9, 9)
CORNER_SHARE = 0.12
SKIN_SHARE, CHIN_SHARE = 0.82, 0.66
# How far the corners move inwards: with the opening alone, and with a round sound.
NARROWING, ROUNDING, LEAST_ROUND = 0.12, 0.5, -0.4
# A smile, wider than this (eye distances), gives way by so much more.
WIDE, SMILE = 0.72, 0.9
# The width that moves with the jaw, in half widths of the mouth: at the lips, and at the chin.
WIDTH_AT_LIPS, WIDTH_AT_CHIN = 1.15, 2.6

Values = NDArray[np.floating[Any]]
Vectors = NDArray[np.float32]  # shape (n, 2)


@frozen(eq=False)
class Mouth:
    """A mouth before it is opened: its axes, its unit (an eye distance in px), its points."""

    points: Points
    right: Vectors
    down: Vectors
    unit: float

    def across(self, points: Vectors) -> NDArray[np.float32]:
        """Give where points are between the corners: -1 and 1 are corners, 0 is the middle."""
        left, middle, right = self.points[[UPPER_INNER_LIP[0], UPPER_INNER_LIP[5], 308]]
        way = (points - middle) @ self.right
        reach_left = max(float((middle - left) @ self.right), 1.0)
        reach_right = max(float((right - middle) @ self.right), 1.0)
        return np.asarray(np.where(way < 0, way / reach_left, way / reach_right), np.float32)

    def below(self, points: Vectors) -> NDArray[np.float32]:
        """Give how far below the lower lip's edge points are: 1 is the chin."""
        edge, chin = self.points[[LOWER_INNER_LIP[5], CHIN]]
        height = max(float((chin - edge) @ self.down), 1.0)
        lowered: NDArray[np.float32] = ((points - edge) @ self.down) / np.float32(height)
        return lowered


def mouth_of(points: Points) -> Mouth:
    """Measure a face."""
    way = points[CHIN] - points[FOREHEAD]
    height = max(hypot(*way), 1.0)
    unit = max(eye_distance(points), EYES_PER_HEIGHT * height)
    return Mouth(points, rightward(points), way / np.float32(height), unit)


def opened_by(mouth: Mouth, opening: float, roundness: float) -> Vectors:
    """Give how far (px) each of NODES moves when the mouth opens (0 to 1)."""
    gap = opening * FULL_GAP * mouth.unit
    width = float((mouth.points[308] - mouth.points[78]) @ mouth.right) / mouth.unit
    narrowing = NARROWING + ROUNDING * max(LEAST_ROUND, roundness) + SMILE * max(0, width - WIDE)
    down, inwards = shares(mouth)
    moved = down[:, None] * mouth.down + narrowing * inwards[:, None] * mouth.right
    return (gap * moved).astype(np.float32)


def shares(mouth: Mouth) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Give the shares of the gap by which each of NODES moves down, and to the right."""
    lips = mouth.points[list(LIPS)]
    across = mouth.across(lips)
    parted = bulge(across)
    raised = UPPER_SHARE * max(0.0, 1 - inner_gap(mouth.points) / RAISED)
    middle = np.repeat((-raised, -0.7 * raised, 1 - raised, 0.97 * (1 - raised)), LIP_COUNTS)
    down = middle * parted + CORNER_SHARE * (1 - parted)
    skin = mouth.points[list(BELOW_THE_LIPS)]
    aside, depth = mouth.across(skin), mouth.below(skin)
    chin = np.clip(depth, 0, 1)
    wide = np.asarray(WIDTH_AT_LIPS + chin * (WIDTH_AT_CHIN - WIDTH_AT_LIPS), np.float32)
    jaw = bulge(np.asarray(aside / wide, np.float32))
    dropped = (SKIN_SHARE + chin * (CHIN_SHARE - SKIN_SHARE)) * jaw * np.clip(1 + 1.5 * depth, 0, 1)
    drawn_in = -aside * 0.6 * (1 - chin) * bulge(np.asarray(aside / 2, np.float32))
    still = np.zeros(len(UNMOVED))
    return (
        np.concatenate([down, dropped, still]).astype(np.float32),
        np.concatenate([-across, drawn_in, still]).astype(np.float32),
    )


def bulge(across: Values) -> Values:
    """Give a round shape over the width of a mouth: 1 in the middle, 0 from the corners on."""
    return np.asarray(np.clip(1 - across**2, 0, 1) ** 0.65)

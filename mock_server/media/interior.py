"""The inside of an open mouth: dark, with teeth that hang from the upper jaw and a tongue below.

What the source shows between the lips (the teeth of a smile) stays where it is, on the upper jaw;
only what the jaw uncovers is painted, in colours taken from the face.  Runs in the worker only.
"""

from typing import Any

import cv2
import numpy as np
from attrs import astuple, frozen
from numpy.typing import NDArray

from mock_server.media.planes import Planes

# Sizes in eye distances.
TEETH, TOOTH = 0.085, 0.125
SEEN_TEETH = 0.05  # a gap this wide in the source shows its own teeth
TONGUE = 0.15
SOFT = 0.02
EDGE = 0.012
# An opening of this size is painted fully; a smaller one less, so that it grows out of the lips.
PAINTED = 0.045

BLACK = 16.0  # of limited range
NEUTRAL = 128.0
REDDISH = 15.0  # how far the skin of films in colour is from neutral at least

Values = NDArray[np.floating[Any]]


@frozen
class Colour:
    """A colour of limited range: luma, and the two chroma values."""

    luma: float
    blue: float
    red: float


@frozen
class Palette:
    """The colours of the inside of one mouth."""

    dark: Colour
    teeth: Colour
    tongue: Colour


@frozen(eq=False)
class Edge:
    """An edge of the lips from corner to corner, along and across the mouth, in eye distances."""

    along: Values
    across: Values

    def at(self, along: Values) -> Values:
        """Give the height of the edge at places along the mouth."""
        return np.interp(along, self.along, self.across).astype(np.float32)

    def distance(self, along: Values, across: Values) -> Values:
        """Give how far below the edge places are, near enough also where it is steep."""
        steps = np.gradient(self.across) / np.maximum(np.gradient(self.along), 1e-3)
        slope = np.interp(along, self.along, steps)
        return np.asarray((across - self.at(along)) / np.sqrt(1 + slope**2), np.float32)


@frozen(eq=False)
class Shape:
    """A mouth: its edges as they are now and as they were, and by how much the upper one rose."""

    upper: Edge
    lower: Edge
    old_upper: Edge
    old_lower: Edge
    added: float


@frozen(eq=False)
class Layers:
    """How much of each layer is seen at each place, from 0 to 1; later ones cover earlier ones."""

    inside: Values
    tongue: Values
    teeth: Values
    shade: Values
    kept: Values

    def halved(self) -> "Layers":
        """Give the layers for chroma planes, each of whose pixels covers four."""
        layers = (self.inside, self.tongue, self.teeth, self.shade, self.kept)
        half = [
            cv2.resize(part, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA) for part in layers
        ]
        return Layers(*(np.asarray(part, np.float32) for part in half))


def palette(skin: Colour) -> Palette:
    """Choose colours that fit a face: as bright and as colourful as its skin."""
    light = skin.luma - BLACK
    tint = min(1.0, max(0.0, (skin.red - NEUTRAL) / REDDISH))
    return Palette(
        dark=Colour(BLACK + 0.09 * light, NEUTRAL - 2 * tint, NEUTRAL + 9 * tint),
        teeth=Colour(BLACK + min(0.64 * light + 68, 184), NEUTRAL - 7 * tint, NEUTRAL + 9 * tint),
        tongue=Colour(BLACK + 0.27 * light, NEUTRAL - 5 * tint, NEUTRAL + 22 * tint),
    )


def layers(shape: Shape, along: Values, across: Values) -> Layers:
    """Give what is seen at places along and across a mouth (eye distances)."""
    above, below = shape.upper.distance(along, across), -shape.lower.distance(along, across)
    old_top, old_bottom = shape.old_upper.at(along), shape.old_lower.at(along)
    grown = smooth(np.full(1, shape.added / PAINTED, np.float32))
    inside = smooth(np.minimum(above, below) / SOFT) * grown
    reach = float(np.ptp(shape.upper.along)) / 2
    side = np.clip(np.abs(along - float(shape.upper.along.mean())) / max(reach, 1e-3), 0, 1)
    seen = smooth((old_bottom - old_top) / SEEN_TEETH)
    kept = smooth((old_bottom - EDGE - across) / SOFT) * smooth((across - old_top) / EDGE) * seen
    depth = across - old_top
    length = TEETH * (1 - 0.45 * side**2) * (0.94 + 0.06 * np.abs(np.cos(np.pi * along / TOOTH)))
    teeth = smooth((length - depth) / (1.5 * SOFT)) * (1 - seen)
    gaps = 1 - 0.10 * np.abs(np.cos(np.pi * along / TOOTH)) ** 12
    shade = gaps * (1 - 0.65 * side**3) * (0.7 + 0.3 * smooth(above / 0.06))
    tongue = smooth((TONGUE * (1 - side**2) - below) / (0.6 * TONGUE))
    return Layers(inside, tongue * (0.9 - 0.5 * seen), teeth * (1 - side**4), shade, kept)


def smooth(values: Values) -> Values:
    """Give a soft step: 0 up to 0, 1 from 1 on."""
    clipped = np.clip(values, 0, 1)
    return np.asarray(clipped * clipped * (3 - 2 * clipped), np.float32)


def paint(piece: Planes, original: Planes, seen: Layers, colours: Palette) -> None:
    """Paint the inside of a mouth onto a piece, keeping what the original shows there."""
    dark, teeth, tongue = (astuple(part) for part in (colours.dark, colours.teeth, colours.tongue))
    coarse = seen.halved()
    for number, part in enumerate((seen, coarse, coarse)):
        drawn, kept = piece.all[number], original.all[number]
        base = dark[number] + part.tongue * (tongue[number] - dark[number])
        enamel = dark[number] + part.shade * (teeth[number] - dark[number])
        base += part.teeth * (enamel - base)
        base += part.kept * (kept - base)
        drawn[:] = np.rint(drawn + part.inside * (base - drawn)).clip(0, 255).astype(np.uint8)

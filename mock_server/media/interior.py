"""The inside of an open mouth: dark, with teeth that hang from the upper jaw and a tongue below.

What the source shows between the lips (the teeth of a smile) stays where it is, on the upper jaw;
only what the jaw uncovers is painted, in colours taken from the face.  Runs in the worker only.
"""

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from mock_server.media.planes import Planes

# Sizes in eye distances.
TEETH, TOOTH = 0.105, 0.125
SEEN_TEETH = 0.05  # a gap this wide in the source shows its own teeth
TONGUE = 0.11
SOFT = 0.02
EDGE = 0.012
# An opening of this size is painted fully; a smaller one less, so that it grows out of the lips.
PAINTED = 0.045

BLACK = 16.0  # of limited range
NEUTRAL = 128.0

Values = NDArray[np.float32]


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


def palette(skin: Colour, lip: Colour) -> Palette:
    """Choose colours that fit a face."""
    light = skin.luma - BLACK
    return Palette(
        dark=tinted(lip, BLACK + 0.10 * light, 0.45),
        teeth=tinted(lip, BLACK + min(0.55 * light + 50, 165), 0.12),
        tongue=tinted(lip, BLACK + 0.34 * light, 0.95),
    )


def tinted(colour: Colour, luma: float, share: float) -> Colour:
    """Give a colour of some brightness with a share of the tint of another."""
    blue, red = colour.blue - NEUTRAL, colour.red - NEUTRAL
    return Colour(luma, NEUTRAL + share * blue, NEUTRAL + share * red)


def layers(shape: Shape, along: Values, across: Values) -> Layers:
    """Give what is seen at places along and across a mouth (eye distances)."""
    top, bottom = shape.upper.at(along), shape.lower.at(along)
    old_top, old_bottom = shape.old_upper.at(along), shape.old_lower.at(along)
    grown = smooth(np.asarray(shape.added / PAINTED, np.float32))
    inside = smooth(np.minimum(across - top, bottom - across) / SOFT) * grown
    reach = float(np.ptp(shape.upper.along)) / 2
    side = np.clip(np.abs(along - float(shape.upper.along.mean())) / max(reach, 1e-3), 0, 1)
    seen = smooth((old_bottom - old_top) / SEEN_TEETH)
    kept = smooth((old_bottom - EDGE - across) / SOFT) * smooth((across - top) / EDGE) * seen
    depth = across - old_top
    length = TEETH * (1 - 0.45 * side**2) * (0.94 + 0.06 * np.abs(np.cos(np.pi * along / TOOTH)))
    teeth = smooth((length - depth) / (1.5 * SOFT)) * (1 - seen)
    gaps = 1 - 0.10 * np.abs(np.cos(np.pi * along / TOOTH)) ** 12
    shade = gaps * (1 - 0.72 * side**2.5) * (0.45 + 0.55 * smooth((across - top) / 0.07))
    tongue = smooth((TONGUE - (bottom - across)) / TONGUE) * (1 - side**2)
    return Layers(inside, tongue * 0.8, teeth * (1 - side**4), shade, kept)


def smooth(values: Values) -> Values:
    """Give a soft step: 0 up to 0, 1 from 1 on."""
    clipped = np.clip(values, 0, 1)
    return np.asarray(clipped * clipped * (3 - 2 * clipped), np.float32)


def paint(piece: Planes, original: Planes, seen: Layers, colours: Palette) -> None:
    """Paint the inside of a mouth onto a piece, keeping what its original shows between the lips."""
    for name, drawn, kept, step in (
        ("luma", piece.luma, original.luma, 1),
        ("blue", piece.blue, original.blue, 2),
        ("red", piece.red, original.red, 2),
    ):
        dark, teeth, tongue = (
            float(getattr(colour, name)) for colour in (colours.dark, colours.teeth, colours.tongue)
        )
        part = Layers(*(thinned(layer, step) for layer in vars_of(seen)))
        base = dark + part.tongue * (tongue - dark)
        enamel = dark + part.shade * (teeth - dark)
        base += part.teeth * (enamel - base)
        base += part.kept * (kept - base)
        drawn[:] = np.rint(drawn + part.inside * (base - drawn)).clip(0, 255).astype(np.uint8)


def vars_of(seen: Layers) -> tuple[Values, ...]:
    """List the layers in their order."""
    return (seen.inside, seen.tongue, seen.teeth, seen.shade, seen.kept)


def thinned(layer: Values, step: int) -> Values:
    """Give a layer for a chroma plane, each of whose pixels covers four."""
    if step == 1:
        return layer
    height, width = layer.shape
    return layer.reshape(height // 2, 2, width // 2, 2).mean(axis=(1, 3))

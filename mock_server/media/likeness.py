"""How much one face looks like another: enough to notice that a person was exchanged, no more.

Pictures of one person a moment apart are nearly the same (correlation 0.8 and more, measured on
films of heads that turn), pictures of two people hardly ever (0.8 at most, 0.25 mostly).  After
a second the two ranges overlap: nobody is recognised again here.  Knows no boxes and no times.
"""

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

SIDE_PX = 24

Print = NDArray[np.float32]  # shape (SIDE_PX, SIDE_PX, 3): a face's box, shrunk
Thumbnail = NDArray[np.float32]  # shape (height, width, 3): a whole picture, shrunk

# Mean difference of thumbnails (levels of 255) above which a picture belongs to another scene:
# a hand-held camera reaches 8 from frame to frame, cuts begin at 30.
CUT = 28.0


@frozen
class Likeness:
    """Two faces side by side: `correlation` -1 to 1, `difference` in levels of 0 to 255."""

    correlation: float
    difference: float


ALIKE = Likeness(1.0, 0.0)


@frozen(eq=False)
class Look:
    """What a face looks like in one frame: as its box shows it, and laid onto a frontal face.

    Boxes tremble and do not tilt with the head, landmarks come together when it turns: so the
    better one of both counts.  `laid` is None where no landmarks are known.
    """

    pixels: Print = field(repr=False)
    laid: Print | None = field(default=None, repr=False)

    def like(self, other: "Look") -> Likeness:
        """Compare with another face, or with the same face a moment later."""
        boxed = compared(self.pixels, other.pixels)
        if self.laid is None or other.laid is None:
            return boxed
        laid = compared(self.laid, other.laid)
        return max(boxed, laid, key=lambda alike: alike.correlation)


def compared(one: Print, other: Print) -> Likeness:
    """Compare two prints of the same kind."""
    first, second = centred(one), centred(other)
    size = float(np.sqrt(np.sum(first * first) * np.sum(second * second)))
    correlation = float(np.sum(first * second)) / size if size else 0.0
    return Likeness(correlation, float(np.mean(np.abs(one - other))))


def centred(pixels: Print) -> Print:
    """Take the mean of each colour away, so that the light does not count."""
    return np.asarray(pixels - pixels.mean(axis=(0, 1)), np.float32)


def scene_changed(before: Thumbnail | None, now: Thumbnail | None) -> bool:
    """Tell whether two pictures are too different for one scene; None is no picture to compare."""
    if before is None or now is None:
        return False
    return before.shape != now.shape or float(np.mean(np.abs(before - now))) > CUT

"""Scenes with drawn people, of whom it is known to the frame when they are seen and where.

Needs the `[media]` extra: tests import this after their `importorskip`.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

import av
import numpy as np
from attrs import frozen

from mock_server.media.tests.clips import FRAMES_A_SECOND, HEIGHT, OPTIONS, WIDTH, Picture
from mock_server.samples.drawn_face import ONE, OTHER, Person, Pose, draw_face

FRAME_MS = 1000 // FRAMES_A_SECOND
FACE_HEIGHT = 150
HALF_WIDTH = 0.42 * FACE_HEIGHT  # from one ear to the middle
DAY, NIGHT = (110, 130, 150), (40, 36, 60)

__all__ = ["DAY", "FRAME_MS", "HALF_WIDTH", "NIGHT", "ONE", "OTHER", "Actor", "Course", "act"]

Course = Callable[[int], float]


@frozen
class Actor:
    """A person who is seen in [enters_ms, leaves_ms), at `x` px, as solid as `solid` (0 to 1)."""

    x: Course
    enters_ms: int = 0
    leaves_ms: int = 1 << 30
    person: Person = ONE
    solid: Course = lambda _: 1.0

    def appear(self, picture: Picture, at_ms: int) -> None:
        """Draw the person into a picture, if there at the time."""
        share = self.solid(at_ms)
        if not self.enters_ms <= at_ms < self.leaves_ms or share <= 0:
            return
        drawn = picture.copy()
        draw_face(drawn, Pose(self.x(at_ms), HEIGHT / 2, FACE_HEIGHT, person=self.person))
        picture[:] = (picture * (1 - share) + drawn * share).round()


def act(path: Path, milliseconds: int, actors: Sequence[Actor], cuts: Sequence[int] = ()) -> Path:
    """Write a scene; at each cut (ms) the light changes from day to night or back."""
    with av.open(str(path), "w") as container:
        track = container.add_stream("libx264", FRAMES_A_SECOND, options=OPTIONS["libx264"])
        track.width, track.height, track.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for at_ms in range(0, milliseconds, FRAME_MS):
            light = NIGHT if sum(cut <= at_ms for cut in cuts) % 2 else DAY
            picture = np.full((HEIGHT, WIDTH, 3), light, np.uint8)
            for actor in actors:
                actor.appear(picture, at_ms)
            container.mux(track.encode(av.VideoFrame.from_ndarray(picture, "rgb24")))
        container.mux(track.encode(None))
    return path

"""What is known of faces: boxes in single frames, and tracks of one face through many.

Values only; `matching` and `tracking` decide what belongs together.
"""

from attrs import evolve, field, frozen

from kling_lipsync.contract import load_contract
from mock_server.media.likeness import Look, Thumbnail

ABSENCE_MS: int = load_contract().rulebook.rules["identify.face-reappears"].limits["longest_gap_ms"]
"""How long a face may be missing and keep its number."""

# What makes a face; one that is known already may be less sure and smaller.
SURE_SCORE, LEAST_SCORE = 0.7, 0.5
SMALLER = 0.75

# How long a movement is looked at: boxes tremble, and a shorter time would tell nothing.
STEADY_MS = 200

# A detector's error lasts a frame or two; so does the half of a face that comes out of hiding.
LEAST_MS = 200

Point = tuple[float, float]


@frozen
class Box:
    """Where a face is, in px of the picture as shown, and how sure (0 to 1) that it is one."""

    left: float
    top: float
    width: float
    height: float
    score: float

    @property
    def centre(self) -> Point:
        """The middle of the box in px."""
        return self.left + self.width / 2, self.top + self.height / 2

    @property
    def worth(self) -> float:
        """How good a portrait this is: large and certain."""
        return self.score * self.height


@frozen
class Sighting:
    """A face in one frame, which is shown in [begins_ms, ends_ms).

    The landmarks are px of the picture as shown: the person's right eye (left in the picture),
    left eye, tip of the nose, right and left corner of the mouth.
    """

    begins_ms: int
    ends_ms: int
    box: Box
    landmarks: tuple[Point, ...] = ()
    look: Look | None = field(default=None, eq=False, repr=False)


@frozen
class View:
    """All that is seen in one frame; faces of people count from `least_height` px on."""

    begins_ms: int
    sightings: tuple[Sighting, ...]
    least_height: float = 0.0
    thumbnail: Thumbnail | None = field(default=None, eq=False, repr=False)

    def may_go_on(self) -> tuple[Sighting, ...]:
        """Give what is good enough to go on with a face that is known."""
        least = SMALLER * self.least_height
        return tuple(seen for seen in self.sightings if seen.box.height >= least)

    def sure(self) -> tuple[Sighting, ...]:
        """Give what is a face without any history."""
        return tuple(
            seen
            for seen in self.sightings
            if seen.box.score >= SURE_SCORE and seen.box.height >= self.least_height
        )


@frozen
class Track:
    """One appearance of one face, as often as it was looked at; `scene` counts cuts.

    `best` is the sighting that makes the best portrait.
    """

    number: int
    seen: tuple[Sighting, ...]
    best: Sighting
    scene: int = 0

    @property
    def last(self) -> Sighting:
        """The newest sighting."""
        return self.seen[-1]

    @property
    def interval(self) -> tuple[int, int]:
        """When the face is seen: [start, end) in ms."""
        return self.seen[0].begins_ms, self.last.ends_ms

    @property
    def confirmed(self) -> bool:
        """Whether more than a frame or two show the face."""
        start, end = self.interval
        return end - start >= LEAST_MS

    def going_on(self, seen: Sighting, scene: int) -> "Track":
        """Add a sighting; of how the face looked, only now and at its best is remembered."""
        best = max(self.best, seen, key=lambda sighting: sighting.box.worth)
        before = evolve(self.last, look=None)
        return Track(self.number, (*self.seen[:-1], before, seen), best, scene)

    def taking_over(self, other: "Track") -> "Track":
        """Add all that was seen of a face that turns out to be the same."""
        best = max(self.best, other.best, key=lambda sighting: sighting.box.worth)
        before = evolve(self.last, look=None)
        return Track(self.number, (*self.seen[:-1], before, *other.seen), best, other.scene)

    def expected(self, at_ms: int) -> Box:
        """Where the face should be if it goes on as it moved last."""
        last = self.last
        steady = (seen for seen in self.seen if last.begins_ms - seen.begins_ms <= STEADY_MS)
        before = self.seen[-2] if len(self.seen) > 1 else last
        before = min(next(steady), before, key=lambda seen: seen.begins_ms)
        passed = last.begins_ms - before.begins_ms
        if not 0 < passed <= ABSENCE_MS:
            return last.box
        ahead = (at_ms - last.begins_ms) / passed
        (x, y), (u, v) = before.box.centre, last.box.centre
        left, top = last.box.left + (u - x) * ahead, last.box.top + (v - y) * ahead
        return evolve(last.box, left=left, top=top)

"""Which face in this sample is which face of the samples before: boxes become tracks.

Pure geometry on a handful of boxes: no pixels and no FFmpeg.  Ends of tracks are as coarse as the
samples are; cuts between scenes are not looked for.
"""

from collections.abc import Iterator, Sequence
from math import hypot

from attrs import evolve, frozen

SAMPLE_MS = 500
ABSENCE_MS = 1000

LEAST_OVERLAP = 0.2
FARTHEST_CENTRES = 1.0  # in widths of the larger face: a head can move that far between samples
LARGEST_GROWTH = 2.0


@frozen
class Box:
    """Where a face is, in px of the picture as shown, and how sure (0 to 1) that it is one."""

    left: float
    top: float
    width: float
    height: float
    score: float

    @property
    def centre(self) -> tuple[float, float]:
        """The middle of the box in px."""
        return self.left + self.width / 2, self.top + self.height / 2

    @property
    def worth(self) -> float:
        """How good a portrait this is: large and certain."""
        return self.score * self.height


@frozen
class Track:
    """One appearance of one face: seen from `first_ms` to `last_ms`, at its best at `best_ms`."""

    number: int
    first_ms: int
    last_ms: int
    box: Box
    best_ms: int
    best: Box

    def seen(self, box: Box, at_ms: int) -> "Track":
        """Add a sample."""
        grown = evolve(self, last_ms=at_ms, box=box)
        return evolve(grown, best_ms=at_ms, best=box) if box.worth > self.best.worth else grown

    def interval(self, duration_ms: int) -> tuple[int, int]:
        """Give [start, end) in ms: the face stays until the next sample would have shown it."""
        return self.first_ms, min(self.last_ms + SAMPLE_MS, duration_ms)


def overlap(one: Box, other: Box) -> float:
    """Give the intersection over the union of two boxes, 0 to 1."""
    width = min(one.left + one.width, other.left + other.width) - max(one.left, other.left)
    height = min(one.top + one.height, other.top + other.height) - max(one.top, other.top)
    if width <= 0 or height <= 0:
        return 0.0
    shared = width * height
    return shared / (one.width * one.height + other.width * other.height - shared)


def distance(one: Box, other: Box) -> float:
    """Give the distance of two centres in widths of the larger face."""
    (x, y), (u, v) = one.centre, other.centre
    return hypot(x - u, y - v) / max(one.width, other.width)


def may_be_same(one: Box, other: Box) -> bool:
    """Tell whether one face can have moved from one box to the other between two samples."""
    growth = max(one.height, other.height) / min(one.height, other.height)
    near = overlap(one, other) >= LEAST_OVERLAP or distance(one, other) < FARTHEST_CENTRES
    return near and growth < LARGEST_GROWTH


def follow(tracks: Sequence[Track], boxes: Sequence[Box], at_ms: int) -> tuple[Track, ...]:
    """Give the tracks with one more sample; boxes of nobody known start new ones, left to right.

    A face that was absent for more than ABSENCE_MS is nobody known.
    """
    owners = dict(pairs(tracks, boxes, at_ms))
    found = {number: boxes[index] for index, number in owners.items()}
    followed = [
        track.seen(found[track.number], at_ms) if track.number in found else track
        for track in tracks
    ]
    strangers = [box for index, box in enumerate(boxes) if index not in owners]
    for box in sorted(strangers, key=lambda stranger: stranger.left):
        followed.append(Track(len(followed), at_ms, at_ms, box, at_ms, box))
    return tuple(followed)


def pairs(tracks: Sequence[Track], boxes: Sequence[Box], at_ms: int) -> Iterator[tuple[int, int]]:
    """Yield (index of box, number of track), the closest pairs first, each at most once."""
    candidates = sorted(
        (-overlap(track.box, box), distance(track.box, box), index, track.number)
        for track in tracks
        for index, box in enumerate(boxes)
        if at_ms - track.last_ms <= ABSENCE_MS and may_be_same(track.box, box)
    )
    boxes_left = set(range(len(boxes)))
    tracks_left = {track.number for track in tracks}
    for _, _, index, number in candidates:
        if index in boxes_left and number in tracks_left:
            boxes_left.remove(index)
            tracks_left.remove(number)
            yield index, number

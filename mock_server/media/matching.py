"""Which sighting is the next one of which track: near enough, and alike enough.

The numbers were measured on films of talking people, frame by frame and over gaps; what is allowed
grows with the time (ms) that passed.  Where it is doubtful the answer is no: a face that gets a
new number too often is a smaller harm than two people with one number.
"""

from collections.abc import Iterator, Sequence
from math import hypot

from attrs import frozen

from mock_server.media.likeness import Likeness
from mock_server.media.sightings import ABSENCE_MS, Box, Sighting, Track

LARGEST_GROWTH = 2.0
# How far a head moves, in widths of its face: at once, and with each second.
JUMP, SPEED = 0.35, 2.0
# How alike a face is to itself: at once, and how much less with each second.
SAME, LOSS = Likeness(0.65, 28.0), Likeness(-0.55, 45.0)
# The same after it was missing, and after it was missing and is back at another place.
BACK, BACK_ELSEWHERE, ELSEWHERE = 0.45, 0.6, 0.6
# Enough by itself: a copy in another light, or a dark face in which noise is all that differs.
COPY, FLAT = Likeness(0.93, 255.0), Likeness(0.3, 22.0)
# How long a face that came may turn out to be one that was hidden.
YOUNG_MS = 1000
# The boxes of two halves of a face are farther apart than the face moved.
HIDDEN_JUMP = 0.7
AFTER_CUT, AFTER_CUT_OVERLAP = Likeness(0.85, 25.0), 0.3

# When it is safe not to look at the frames between two sightings.
SETTLED_OVERLAP, SETTLED_CROWDED_OVERLAP, SETTLED = 0.3, 0.6, Likeness(0.8, 30.0)
CROWDED = 1.5  # widths from one face to another


@frozen
class Moment:
    """A frame that is looked at: its time, its scene, and the time of the one before."""

    at_ms: int
    scene: int
    before_ms: int


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


def likeness(one: Sighting, other: Sighting) -> Likeness:
    """Compare two looks; where nobody looked, they are alike."""
    if one.look is None or other.look is None:
        return Likeness(1.0, 0.0)
    return one.look.like(other.look)


def reaches(alike: Likeness, least: Likeness) -> bool:
    """Tell whether two faces are at least so alike."""
    return alike.correlation >= least.correlation and alike.difference <= least.difference


def may_be_same(track: Track, seen: Sighting, now: Moment) -> bool:
    """Tell whether a sighting can be the next one of a track."""
    box, last = seen.box, track.last
    if max(box.height, last.box.height) > LARGEST_GROWTH * min(box.height, last.box.height):
        return False
    alike = likeness(last, seen)
    missing = last.begins_ms != now.before_ms
    if now.scene != track.scene:
        return overlap(last.box, box) >= AFTER_CUT_OVERLAP and reaches(alike, AFTER_CUT)
    seconds = (now.at_ms - last.begins_ms) / 1000
    way = min(distance(last.box, box), distance(track.expected(now.at_ms), box))
    if way > JUMP + SPEED * seconds:
        return False
    least = SAME.correlation + LOSS.correlation * seconds
    if missing:
        # It may have been half hidden when it was seen last.
        alike = max(alike, likeness(track.best, seen), key=lambda one: one.correlation)
        least = max(least, BACK if way < ELSEWHERE else BACK_ELSEWHERE)
    if not missing and (reaches(alike, COPY) or reaches(alike, FLAT)):
        return True
    return reaches(alike, Likeness(least, SAME.difference + LOSS.difference * seconds))


def was_hidden(track: Track, newer: Track) -> bool:
    """Tell whether a face that came a moment ago is one that was hidden for a moment.

    Half a face that comes out of hiding is another to `may_be_same`, until it is seen whole.
    """
    came, gone = newer.seen[0], track.last
    young = newer.last.begins_ms - came.begins_ms <= YOUNG_MS
    if not young or not 0 <= came.begins_ms - gone.ends_ms <= ABSENCE_MS:
        return False
    if track.scene != newer.scene:
        return False
    seconds = (came.begins_ms - gone.begins_ms) / 1000
    way = min(distance(gone.box, came.box), distance(track.expected(came.begins_ms), came.box))
    if way > HIDDEN_JUMP + SPEED * seconds:
        return False
    least = Likeness(BACK_ELSEWHERE, SAME.difference)
    return reaches(likeness(track.best, newer.last), least)


def pairs(
    tracks: Sequence[Track], seen: Sequence[Sighting], now: Moment
) -> Iterator[tuple[int, int]]:
    """Yield (index of sighting, number of track), the closest pairs first, each at most once."""
    candidates = sorted(
        (cost(track, sighting, now.at_ms), index, track.number)
        for track in tracks
        for index, sighting in enumerate(seen)
        if may_be_same(track, sighting, now)
    )
    sightings_left = set(range(len(seen)))
    tracks_left = {track.number for track in tracks}
    for _, index, number in candidates:
        if index in sightings_left and number in tracks_left:
            sightings_left.remove(index)
            tracks_left.remove(number)
            yield index, number


def cost(track: Track, seen: Sighting, at_ms: int) -> float:
    """Give how far a sighting is from where a track should be, and how much it looks like it."""
    alike = likeness(track.last, seen)
    return distance(track.expected(at_ms), seen.box) + (1 - alike.correlation) / 2


def undoubted(track: Track, seen: Sighting, others: Sequence[Sighting]) -> bool:
    """Tell whether nothing of interest can have happened between a track's end and a sighting."""
    shared = overlap(track.last.box, seen.box)
    crowded = any(distance(seen.box, other.box) < CROWDED for other in others if other is not seen)
    least = SETTLED_CROWDED_OVERLAP if crowded else SETTLED_OVERLAP
    return shared >= least and reaches(likeness(track.last, seen), SETTLED)

"""Where a face is in each moment of a video, as far as identify-face knows it.

The tracker looks at some frames only; between two looks a face is where a straight line has it.
That is enough to point the face mesh at the right face, and at nobody when it is not there.
"""

from bisect import bisect_right
from collections.abc import Iterable
from pathlib import Path

from attrs import frozen

from kling_lipsync.media import Video
from kling_lipsync.probing.probe import probe_video
from mock_server.media.faces import TrackedFace, tracked_faces
from mock_server.media.mesh import MARGIN, View
from mock_server.media.sightings import Sighting


@frozen
class Place:
    """The box of a face at a time: its middle and its larger side in px."""

    at_ms: int
    x: float
    y: float
    side: float


@frozen
class Whereabouts:
    """One face, which is seen in [start_ms, end_ms), at its places in order of time."""

    face_id: str
    start_ms: int
    end_ms: int
    places: tuple[Place, ...]

    def view(self, at_ms: float) -> View | None:
        """Give the square in which the face is at a time, or None while it is not seen."""
        if not self.start_ms <= at_ms < self.end_ms:
            return None
        after = bisect_right(self.places, at_ms, key=lambda place: place.at_ms)
        one, other = self.places[max(0, after - 1)], self.places[min(after, len(self.places) - 1)]
        span = max(1, other.at_ms - one.at_ms)
        share = min(1.0, max(0.0, (at_ms - one.at_ms) / span))
        x, y = one.x + share * (other.x - one.x), one.y + share * (other.y - one.y)
        return View(x, y, MARGIN * (one.side + share * (other.side - one.side)))


def seen_in(video: Path) -> tuple[Whereabouts, ...]:
    """Watch a whole video for its faces, numbered as by identify-face.  Raises Undecodable.

    A part of it would not do: what comes later may tell that two faces are one.
    """
    return whereabouts(tracked_faces(video, declared_ms(video)))


def declared_ms(video: Path) -> int | None:
    """Give the length that identify-face goes by, or None where the file does not tell it."""
    probed = probe_video(video)
    return probed.duration.declared_ms if isinstance(probed, Video) else None


def whereabouts(faces: Iterable[TrackedFace]) -> tuple[Whereabouts, ...]:
    """Keep of tracked faces only what it takes to find them again."""
    return tuple(
        Whereabouts(
            tracked.face.face_id,
            tracked.face.start_time,
            tracked.face.end_time,
            tuple(place(seen) for seen in tracked.sightings),
        )
        for tracked in faces
    )


def place(seen: Sighting) -> Place:
    """Give the place where a face was seen."""
    return Place(seen.begins_ms, *seen.box.centre, max(seen.box.width, seen.box.height))

"""What the chosen face does in which frame: the speech, brought together with the face.

Only frames that are first shown while the speech is heard, and in which the face is seen well
enough, are drawn on at all; all others stay as they are.  Around frames in which the face cannot
be seen (turned away, hidden, not there) its mouth closes within FADE_FRAMES.  The volume of the
speech (`sound_volume`) is its loudness in the mix alone: the mouth moves alike at any volume, also
at 0.  Frames pass through once, a few of them held back so that each can know its neighbours.
Runs in the worker only.
"""

from collections.abc import Iterable, Iterator

import numpy as np
from attrs import evolve, frozen

from mock_server.media.articulation import Articulation, articulation
from mock_server.media.mesh import Points, inner_gap
from mock_server.media.neighbours import Neighbourhood, neighbourhoods
from mock_server.media.planes import Planes
from mock_server.media.ports import RenderJob
from mock_server.media.sound import Sound
from mock_server.media.speaking import speak
from mock_server.media.watching import Watcher, calm, steadied
from mock_server.media.whereabouts import Whereabouts

# Less than this share of a full opening is not seen.
LEAST_OPENING = 0.01
# A mouth that is open anyhow, by this many eye distances, opens by so much less.
OPEN, LESS = 0.2, 0.2
FADE_FRAMES = 5


@frozen(eq=False)
class Shot:
    """One frame on its way from the source to the result; times are in ticks and in s."""

    pts: int
    duration: int
    seconds: float
    planes: Planes
    heard: bool = False
    points: Points | None = None

    @property
    def hidden(self) -> bool:
        """Whether the face should speak here, but cannot be seen."""
        return self.heard and self.points is None


@frozen(eq=False)
class Performance:
    """A speech for the face of a video, from `start` to `end` (s after the file's origin)."""

    said: Articulation
    where: Whereabouts
    start: float
    end: float

    def spoken(self, watched: Iterator[Shot]) -> Iterator[Shot]:
        """Give the same shots with the face speaking."""
        for around in neighbourhoods(watched, FADE_FRAMES):
            yield self._spoken(around)

    def watched(self, shots: Iterator[Shot]) -> Iterator[Shot]:
        """Add the points of the face where the speech is heard.

        Every other frame is looked at, and those between only where the face is not calm.
        """
        watcher = Watcher(self.where)
        before: Shot | None = None
        between: Shot | None = None
        for shot in shots:
            heard = self.start <= shot.seconds < self.end
            if heard and before is not None and between is None:
                between = evolve(shot, heard=True)
                continue
            after = looked_at(watcher, shot) if heard else shot
            if between is not None:
                yield between_two(before, between, after) or looked_at(watcher, between)
            yield after
            before, between = after if after.points is not None else None, None
        if between is not None:
            yield looked_at(watcher, between)

    def _spoken(self, around: Neighbourhood[Shot]) -> Shot:
        """Open the mouth in the middle one of some shots; the source's planes stay untouched."""
        shot = around.middle
        points = steadied([other.points for other in around.values], around.number)
        opening, roundness = self.said.at(shot.seconds - self.start)
        if points is None or opening < LEAST_OPENING:
            return shot
        opening *= presence(around) * room(points)
        planes = shot.planes.copy()
        speak(planes, points, opening, roundness)
        return evolve(shot, planes=planes)


def performance(job: RenderJob, speech: Sound, faces: Iterable[Whereabouts]) -> Performance | None:
    """Prepare the chosen one of the faces to speak, or give None where there is no such face."""
    start = job.sound_insert_time
    lasts = min(
        speech.samples.shape[1] / speech.rate, (job.sound_end_time - job.sound_start_time) / 1000
    )
    end = start / 1000 + lasts
    where = next((face for face in faces if face.face_id == job.face_id), None)
    if where is None:
        return None
    return Performance(articulation(speech), where, start / 1000, end)


def looked_at(watcher: Watcher, shot: Shot) -> Shot:
    """Give a shot with the points of the face."""
    return evolve(shot, heard=True, points=watcher.watch(shot.planes, shot.seconds * 1000))


def between_two(before: Shot | None, shot: Shot, after: Shot) -> Shot | None:
    """Give a shot with the points half way between two others, or None where that is not safe."""
    if before is None or before.points is None or after.points is None:
        return None
    if not calm(before.points, after.points):
        return None
    share = (shot.seconds - before.seconds) / (after.seconds - before.seconds)
    return evolve(shot, points=before.points + np.float32(share) * (after.points - before.points))


def presence(around: Neighbourhood[Shot]) -> float:
    """Give 1 if the face is seen all around, less the nearer a shot is in which it is hidden."""
    away = [abs(number - around.number) for number, shot in enumerate(around.values) if shot.hidden]
    return min(1.0, min(away, default=FADE_FRAMES + 1) / (FADE_FRAMES + 1))


def room(points: Points) -> float:
    """Give how much of a full opening a face has room for: all of it, if its mouth is closed."""
    return 1 - LESS * min(1.0, inner_gap(points) / OPEN)

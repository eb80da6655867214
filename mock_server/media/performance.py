"""What the chosen face does in which frame: the speech, brought together with the face.

Only frames that are first shown while the speech is heard, and in which the face is seen well
enough, are drawn on at all; all others stay as they are.  Runs in the worker only.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np
from attrs import frozen

from mock_server.media.articulation import articulation
from mock_server.media.mesh import Points, inner_gap
from mock_server.media.planes import Planes
from mock_server.media.ports import RenderJob
from mock_server.media.sound import Sound
from mock_server.media.speaking import speak
from mock_server.media.watching import Watched, presence, steadied, watch
from mock_server.media.whereabouts import whereabouts_of

# Less than this share of a full opening is not seen.
LEAST_OPENING = 0.01
# A mouth that is open anyhow, by this many eye distances, opens by so much less.
OPEN, LESS = 0.2, 0.2


@frozen(eq=False)
class Grimace:
    """One frame of a speaking face."""

    points: Points
    opening: float
    roundness: float


@frozen(eq=False)
class Performance:
    """The frames to draw on, by the time stamps of the source."""

    grimaces: Mapping[int, Grimace]

    def drawn(self, pts: int | None, planes: Planes) -> Planes:
        """Give a frame as it is in the result; the one given is not touched."""
        grimace = self.grimaces.get(pts) if pts is not None else None
        if grimace is None:
            return planes
        copy = planes.copy()
        speak(copy, grimace.points, grimace.opening, grimace.roundness)
        return copy


def performance(job: RenderJob, speech: Sound) -> Performance:
    """Watch the chosen face while the speech of a job is heard, and say what it does."""
    start, end = job.sound_insert_time, job.sound_insert_time + heard_ms(job, speech)
    where = whereabouts_of(job.video, job.face_id, end)
    if where is None:
        return Performance(MappingProxyType({}))
    watched = watch(job.video, where, start, end)
    moments = np.array([seen.seconds for seen in watched]) - start / 1000
    said = articulation(speech, moments)
    opening = said.opening * presence(watched) * room(watched)
    return Performance(
        {
            seen.pts: Grimace(points, float(opening[number]), float(said.roundness[number]))
            for number, (seen, points) in enumerate(zip(watched, steadied(watched), strict=True))
            if points is not None and opening[number] > LEAST_OPENING
        }
    )


def room(watched: Sequence[Watched]) -> float:
    """Give how much of a full opening a face has room for: all of it, if its mouth is closed."""
    gaps = [inner_gap(seen.points) for seen in watched if seen.points is not None]
    return 1 - LESS * min(1.0, float(np.median(gaps)) / OPEN) if gaps else 1.0


def heard_ms(job: RenderJob, speech: Sound) -> int:
    """Give for how long the cropped speech is heard."""
    lasts = speech.samples.shape[1] * 1000 // speech.rate
    return min(lasts, job.sound_end_time - job.sound_start_time)

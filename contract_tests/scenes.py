"""The arithmetic of a lip-sync: lengths and times (ms) that are legal by construction.

With crop c, video length L, audio length A and a face from f to g, a create call is legal when

    c >= 2000,  0 <= start,  start + c <= A,  0 <= insert,  insert + c <= L,
    and all of c, insert + c - f, g - insert, g - f are >= 2000 (that is the overlap).

So `insert` lies in [max(0, f + 2000 - c), min(L - c, g - 2000)], which is never empty for
c <= L and g - f >= 2000.  Everything below draws from such intervals and filters nothing.
"""

from random import Random

from attrs import frozen

from contract_tests import spec

SHORTEST = spec.limit("create.crop-length", "shortest_ms")
LONGEST = spec.limit("identify.video-duration", "longest_ms")
NARROW = spec.limit("identify.video-sides", "shortest_px")
WIDE = spec.limit("identify.video-sides", "longest_px")


@frozen
class Scene:
    """A video, the face chosen in it, a sound, and what is done with them; all in ms."""

    video: int
    face: tuple[int, int]
    sound: int
    start: int
    end: int
    insert: int

    @property
    def crop(self) -> int:
        """How long the used part of the sound is."""
        return self.end - self.start


SCENE = Scene(video=8000, face=(0, 8000), sound=5000, start=0, end=3000, insert=1000)
"""A legal scene for tests that do not care which."""

VIDEO = "http://described.test/video?duration=8000"
"""A legal video for such tests, with one face all along."""


def any_scene(draw: Random, shortest: int = SHORTEST, spare: int = 0) -> Scene:
    """Draw from all legal scenes with so long a crop, and a sound that is longer by the spare."""
    video = draw.randint(shortest, LONGEST)
    seen = draw.randint(SHORTEST, video)
    begin = draw.randint(0, video - seen)
    sound = draw.randint(shortest + spare, LONGEST)
    crop = draw.randint(shortest, min(sound - spare, video))
    return placed(draw, video, (begin, begin + seen), sound, crop)


def placed(draw: Random, video: int, face: tuple[int, int], sound: int, crop: int) -> Scene:
    """Draw the times of a scene whose lengths are given."""
    insert = draw.randint(max(0, face[0] + SHORTEST - crop), min(video - crop, face[1] - SHORTEST))
    start = draw.randint(0, sound - crop)
    return Scene(video, face, sound, start, start + crop, insert)


def face_soon(draw: Random, spare: int = 0) -> Scene:
    """Draw a scene whose crop is long enough to start before the video and still overlap.

    It may start later by the spare as well.
    """
    begin = draw.randint(0, LONGEST - SHORTEST - 1 - spare)
    video = draw.randint(begin + SHORTEST + 1 + spare, LONGEST)
    seen = draw.randint(SHORTEST + spare, video - begin)
    crop = draw.randint(begin + SHORTEST + 1, video - spare)
    return placed(draw, video, (begin, begin + seen), draw.randint(crop, LONGEST), crop)


def face_late(draw: Random, spare: int = 0) -> Scene:
    """Draw a scene whose crop can reach past the video's end and still overlap with the face.

    It may end earlier by the spare as well.
    """
    video = draw.randint(SHORTEST + 1 + spare, LONGEST)
    gap = draw.randint(0, video - SHORTEST - 1 - spare)
    seen = draw.randint(SHORTEST + spare, video - gap)
    crop = draw.randint(gap + SHORTEST + 1, video - spare)
    face = (video - gap - seen, video - gap)
    return placed(draw, video, face, draw.randint(crop, LONGEST), crop)


def room_after_face(draw: Random, shortest: int = SHORTEST) -> Scene:
    """Draw a scene in which the sound fits so late that it misses the face, which is so long."""
    video = draw.randint(shortest + 1, LONGEST)
    gone = draw.randint(shortest, video - 1)
    begin = draw.randint(0, gone - shortest)
    crop = draw.randint(shortest, min(video, video - gone + shortest - 1))
    return placed(draw, video, (begin, gone), draw.randint(crop, LONGEST), crop)


def room_before_face(draw: Random, shortest: int = SHORTEST) -> Scene:
    """Draw a scene in which the sound fits so early that it misses the face, which is so long."""
    video = draw.randint(shortest + 1, LONGEST)
    begin = draw.randint(1, video - shortest)
    seen = draw.randint(shortest, video - begin)
    crop = draw.randint(shortest, min(video, begin + shortest - 1))
    return placed(draw, video, (begin, begin + seen), draw.randint(crop, LONGEST), crop)


def described(kind: str, facts: dict[str, object]) -> str:
    """Return the URL that describes a medium; a list of values repeats its key."""
    parts = [
        f"{name}={value}"
        for name, values in facts.items()
        for value in (values if isinstance(values, list) else [values])
    ]
    return f"http://described.test/{kind}?{'&'.join(parts)}"

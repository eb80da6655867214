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


def any_scene(draw: Random) -> Scene:
    """Draw from all legal scenes."""
    video = draw.randint(SHORTEST, LONGEST)
    seen = draw.randint(SHORTEST, video)
    begin = draw.randint(0, video - seen)
    sound = draw.randint(SHORTEST, LONGEST)
    crop = draw.randint(SHORTEST, min(sound, video))
    return placed(draw, video, (begin, begin + seen), sound, crop)


def placed(draw: Random, video: int, face: tuple[int, int], sound: int, crop: int) -> Scene:
    """Draw the times of a scene whose lengths are given."""
    insert = draw.randint(max(0, face[0] + SHORTEST - crop), min(video - crop, face[1] - SHORTEST))
    start = draw.randint(0, sound - crop)
    return Scene(video, face, sound, start, start + crop, insert)


def face_soon(draw: Random) -> Scene:
    """Draw a scene whose crop is long enough to start before the video and still overlap."""
    begin = draw.randint(0, LONGEST - SHORTEST - 1)
    video = draw.randint(begin + SHORTEST + 1, LONGEST)
    seen = draw.randint(SHORTEST, video - begin)
    crop = draw.randint(begin + SHORTEST + 1, video)
    return placed(draw, video, (begin, begin + seen), draw.randint(crop, LONGEST), crop)


def face_late(draw: Random) -> Scene:
    """Draw a scene whose crop can reach past the video's end and still overlap with the face."""
    video = draw.randint(SHORTEST + 1, LONGEST)
    gap = draw.randint(0, video - SHORTEST - 1)
    seen = draw.randint(SHORTEST, video - gap)
    crop = draw.randint(gap + SHORTEST + 1, video)
    face = (video - gap - seen, video - gap)
    return placed(draw, video, face, draw.randint(crop, LONGEST), crop)


def room_after_face(draw: Random) -> Scene:
    """Draw a scene in which the sound fits so late that it misses the face."""
    video = draw.randint(SHORTEST + 1, LONGEST)
    gone = draw.randint(SHORTEST, video - 1)
    begin = draw.randint(0, gone - SHORTEST)
    crop = draw.randint(SHORTEST, min(video, video - gone + SHORTEST - 1))
    return placed(draw, video, (begin, gone), draw.randint(crop, LONGEST), crop)


def room_before_face(draw: Random) -> Scene:
    """Draw a scene in which the sound fits so early that it misses the face."""
    video = draw.randint(SHORTEST + 1, LONGEST)
    begin = draw.randint(1, video - SHORTEST)
    seen = draw.randint(SHORTEST, video - begin)
    crop = draw.randint(SHORTEST, min(video, begin + SHORTEST - 1))
    return placed(draw, video, (begin, begin + seen), draw.randint(crop, LONGEST), crop)


def described(kind: str, facts: dict[str, object]) -> str:
    """Return the URL that describes a medium; a list of values repeats its key."""
    parts = [
        f"{name}={value}"
        for name, values in facts.items()
        for value in (values if isinstance(values, list) else [values])
    ]
    return f"http://described.test/{kind}?{'&'.join(parts)}"

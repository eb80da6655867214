"""Where the faces of the videos watched last are, so that nobody watches a video twice.

A video is identified before a result of it is made, mostly by the same process.  What is known
belongs to the bytes: a file that was changed since is watched again.  Runs in the worker only.
"""

from collections import OrderedDict
from pathlib import Path

from attrs import frozen

from mock_server.media.faces import portrayed, tracked, watched
from mock_server.media.ports import FoundFace
from mock_server.media.whereabouts import Whereabouts, declared_ms, whereabouts

MOST_VIDEOS = 32
# Of all videos together.  Each takes 190 bytes: 25 KB for a minute of one calm face, 10 MB at most.
MOST_PLACES = 50_000


@frozen
class Version:
    """A file as it was when it was watched, and how far (ms) it was watched."""

    path: Path
    size: int
    changed_ns: int
    duration_ms: int | None


class KnownFaces:
    """Finds faces, and remembers where; to be used by one thread at a time."""

    def __init__(self) -> None:
        self._known: OrderedDict[Version, tuple[Whereabouts, ...]] = OrderedDict()

    def find(self, path: Path, duration_ms: int) -> tuple[FoundFace, ...]:
        """Watch a video for `find_faces`, whatever is known of it.  Raises Undecodable."""
        version = version_of(path, duration_ms)
        watch = watched(path, duration_ms)
        self._keep(version, whereabouts(tracked(watch)))
        return portrayed(watch)

    def places(self, path: Path) -> tuple[Whereabouts, ...]:
        """Tell what `seen_in` tells, without watching if that is known.  Raises Undecodable."""
        version = version_of(path, declared_ms(path))
        faces = self._known.get(version)
        if faces is None:
            faces = whereabouts(tracked(watched(path, version.duration_ms)))
        self._keep(version, faces)
        return faces

    def _keep(self, version: Version, faces: tuple[Whereabouts, ...]) -> None:
        """Make a video the newest one, and forget the oldest ones beyond the bounds."""
        self._known[version] = faces
        self._known.move_to_end(version)
        while len(self._known) > MOST_VIDEOS or self._size() > MOST_PLACES:
            self._known.popitem(last=False)

    def _size(self) -> int:
        return sum(len(face.places) for faces in self._known.values() for face in faces)


def version_of(path: Path, duration_ms: int | None) -> Version:
    """Tell which version of a file is there now."""
    status = path.stat()
    return Version(path, status.st_size, status.st_mtime_ns, duration_ms)

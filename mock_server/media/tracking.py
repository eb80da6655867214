"""Which face in this frame is which face of the frames before: sightings become tracks.

A track keeps its number as long as its face was never missing for more than ABSENCE_MS.  Every
frame may be followed, or only some: `settled` tells when those between cannot matter, so that
faces that stay cost little and every start and end is known to the frame.  No pixels, no FFmpeg.
"""

from collections.abc import Sequence

from attrs import field, frozen

from mock_server.media.likeness import Thumbnail, scene_changed
from mock_server.media.matching import Moment, pairs, undoubted, was_hidden
from mock_server.media.sightings import ABSENCE_MS, Sighting, Track, View


@frozen
class Followed:
    """All that is known after some frames: `born` tracks so far, the ended ones included."""

    tracks: tuple[Track, ...] = ()
    at_ms: int = -1
    scene: int = 0
    born: int = 0
    thumbnail: Thumbnail | None = field(default=None, eq=False, repr=False)

    def moment(self, view: View) -> Moment:
        """Give the next moment, in a new scene if its picture is another."""
        scene = self.scene + scene_changed(self.thumbnail, view.thumbnail)
        return Moment(view.begins_ms, scene, self.at_ms)

    def candidates(self, at_ms: int) -> tuple[Track, ...]:
        """Give the tracks that a face seen now may belong to."""
        return tuple(track for track in self.tracks if at_ms - track.last.ends_ms <= ABSENCE_MS)

    def visible(self) -> tuple[Track, ...]:
        """Give the tracks that were seen in the frame looked at last."""
        return tuple(track for track in self.tracks if track.last.begins_ms == self.at_ms)


def follow(known: Followed, view: View) -> Followed:
    """Give what is known after one more frame; faces of nobody known start tracks."""
    now = known.moment(view)
    owners = owned(known, view, now)
    tracks = [
        track.going_on(owners[track.number], now.scene) if track.number in owners else track
        for track in known.tracks
    ]
    mine = set(map(id, owners.values()))
    strangers = [seen for seen in view.sure() if id(seen) not in mine]
    for number, seen in enumerate(sorted(strangers, key=from_the_left), known.born):
        tracks.append(Track(number, (seen,), seen, now.scene))
    return Followed(
        without_doubles(tracks),
        view.begins_ms,
        now.scene,
        known.born + len(strangers),
        view.thumbnail,
    )


def without_doubles(tracks: Sequence[Track]) -> tuple[Track, ...]:
    """Join the tracks of faces that were hidden for a moment with those that came out of hiding."""
    joined: list[Track] = []
    for newer in tracks:
        older = next((track for track in joined if was_hidden(track, newer)), None)
        if older is None:
            joined.append(newer)
        else:
            joined[joined.index(older)] = older.taking_over(newer)
    return tuple(joined)


def from_the_left(seen: Sighting) -> float:
    """Order sightings of one frame."""
    return seen.box.left


def owned(known: Followed, view: View, now: Moment) -> dict[int, Sighting]:
    """Give the sighting of each track that is seen; only visible faces may go on unsurely."""
    sightings = view.may_go_on()
    sure = set(map(id, view.sure()))
    visible = {track.number for track in known.visible()}
    return {
        number: sightings[index]
        for index, number in pairs(known.candidates(view.begins_ms), sightings, now)
        if number in visible or id(sightings[index]) in sure
    }


def settled(known: Followed, view: View) -> bool:
    """Tell whether the frames between what is known and a view need not be looked at.

    So it is when the same faces are seen at both ends, each without doubt the one it was.
    """
    now = known.moment(view)
    owners = owned(known, view, now)
    visible = known.visible()
    mine = set(map(id, owners.values()))
    return (
        {track.number for track in visible} == owners.keys()
        and all(id(seen) in mine for seen in view.sure())
        and all(undoubted(track, owners[track.number], view.sightings) for track in visible)
    )


def appearances(known: Followed) -> tuple[Track, ...]:
    """Give the tracks that are no errors of the detector, in order of appearance."""
    confirmed = (track for track in known.tracks if track.confirmed)
    return tuple(
        sorted(confirmed, key=lambda track: (track.interval[0], from_the_left(track.seen[0])))
    )

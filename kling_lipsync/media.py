"""What is known of a video or an audio: plain frozen values that the rules judge.

Nothing here opens a file.  Who measured the values (a probe, a description in a URL, a
client's own ffprobe) is not this module's concern; a part that nobody measured is None,
and a rule that needs it says nothing.
"""

from attrs import field, frozen


@frozen
class Duration:
    """How long a medium lasts, in ms, by each witness that could say; at least one is not None.

    Headers, the stream and the decoded samples disagree by some ms in real files (padding,
    encoder delay), so a duration is a range, and a rule refuses only what is refused at both ends.
    """

    container_ms: int | None = None
    stream_ms: int | None = None
    samples_ms: int | None = None
    witnesses: tuple[int, ...] = field(init=False, eq=False, repr=False)
    """What was said, in ms, from the outermost witness to the innermost."""
    shortest_ms: int = field(init=False, eq=False, repr=False)
    """The smallest length that any witness gives."""
    longest_ms: int = field(init=False, eq=False, repr=False)
    """The largest length that any witness gives."""

    @witnesses.default
    def _witnesses(self) -> tuple[int, ...]:
        said = (self.container_ms, self.stream_ms, self.samples_ms)
        return tuple(length for length in said if length is not None)

    @shortest_ms.default
    def _shortest(self) -> int:
        return min(self.witnesses)

    @longest_ms.default
    def _longest(self) -> int:
        return max(self.witnesses)

    @classmethod
    def exactly(cls, milliseconds: int) -> "Duration":
        """All witnesses agree."""
        return cls(milliseconds, milliseconds, milliseconds)

    @property
    def declared_ms(self) -> int:
        """The outermost witness: what the container says, where it says anything."""
        return self.witnesses[0]

    @property
    def decoded_ms(self) -> int:
        """The innermost witness: what the samples add up to, where they were counted."""
        return self.witnesses[-1]


@frozen
class Face:
    """One appearance of one person: [start_time, end_time) in ms from the start of the video."""

    face_id: str
    start_time: int
    end_time: int


@frozen
class Video:
    """A video as its bytes (or its description) show it.

    `container` is `mp4`, `mov`, or the name of whatever else the bytes are.  `width` and
    `height` are display sizes in px, after rotation.  `faces` is None until somebody looked.
    """

    container: str
    size_bytes: int
    duration: Duration
    width: int
    height: int
    has_sound: bool
    faces: tuple[Face, ...] | None = None
    blocked: bool = False


@frozen
class Audio:
    """A piece of audio as its bytes (or its description) show it.

    `format` is `mp3`, `wav`, `m4a`, `aac`, or the name of whatever else the bytes are.
    """

    format: str
    size_bytes: int
    duration: Duration
    blocked: bool = False


@frozen
class Unreadable:
    """Bytes that are not the medium that they should be.

    `reason` is a short English clause for people (`no moov box`); `kind` is the name of what
    the bytes look like (`html`, `png`, `m3u8`), or `unknown`.
    """

    size_bytes: int
    kind: str
    reason: str


@frozen
class Unreachable:
    """A medium that could not be had at all; `reason` is a short English clause for people."""

    reason: str

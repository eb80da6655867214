"""Described media: a URL that says what a video or an audio is, instead of leading to one.

No bytes exist, so every boundary of every rule can be reached to the ms and in microseconds:

    http://described.test/video?duration=8000&width=1280&height=720&face=0-5200&face=b:3000-7500
    http://described.test/audio?duration=60001&format=mp3&bytes=80000&age=31d

`.test` is reserved (RFC 2606): such a host never exists, so no real URL is mistaken for one.
Unknown keys and odd values are refused with a remedy; they would be silent mistakes of a test.
"""

from collections.abc import Mapping
from functools import lru_cache
from re import compile as pattern
from typing import Final
from urllib.parse import SplitResult, parse_qsl, urlsplit

from attrs import frozen

from kling_lipsync.media import Audio, Duration, Face, Video

HOST: Final = "described.test"
VIDEO_KEYS: Final = (
    *("duration", "width", "height", "bytes", "format", "face", "faces", "sound", "moderation"),
    *("id", "age", "container", "stream", "samples"),
)
AUDIO_KEYS: Final = (
    *("duration", "bytes", "format", "moderation"),
    *("id", "age", "container", "stream", "samples"),
)
_NUMBER = pattern(r"[0-9]{1,15}")
_NAME = pattern(r"[A-Za-z0-9._-]{1,128}")
_AGE = pattern(r"([0-9]{1,15})([smhd]?)")
_FACE = pattern(r"(?:([A-Za-z0-9._-]{1,128}):)?([0-9]{1,15})-([0-9]{1,15})")
_UNIT_MS = {"": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}
_MAX_PARTS = 1000
_MAX_CHARACTERS = 16384


@frozen
class DescribedVideo:
    """A video that exists only as facts, with the id and the age (ms) its session should have."""

    video: Video
    id: str | None = None
    age_ms: int | None = None


@frozen
class DescribedAudio:
    """An audio that exists only as facts, with the id and the age (ms) it should have."""

    audio: Audio
    id: str | None = None
    age_ms: int | None = None


@frozen
class Misdescribed:
    """A description with a mistake; `reason` names it, what is allowed, and the remedy."""

    reason: str


class _MistakeError(ValueError):
    """Carries the reason of a Misdescribed out of the functions below."""


def parse(url: str) -> DescribedVideo | DescribedAudio | Misdescribed | None:
    """Read a description; None for every URL that is not on the host `described.test`."""
    if len(url) <= _MAX_CHARACTERS:
        return _parsed(url)
    if _parts(url) is None:
        return None
    return Misdescribed(f"the URL is longer than {_MAX_CHARACTERS} characters; shorten it")


@lru_cache(maxsize=1024)
def _parsed(url: str) -> DescribedVideo | DescribedAudio | Misdescribed | None:
    parts = _parts(url)
    return None if parts is None else _described(parts)


def _parts(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    ours = parts.scheme in ("http", "https") and parts.hostname == HOST
    return parts if ours else None


def _described(parts: SplitResult) -> DescribedVideo | DescribedAudio | Misdescribed:
    try:
        return _read(parts)
    except _MistakeError as mistake:
        return Misdescribed(str(mistake))


def _read(parts: SplitResult) -> DescribedVideo | DescribedAudio:
    if parts.path == "/video":
        return _video(_Query.read(parts.query, VIDEO_KEYS))
    if parts.path == "/audio":
        return _audio(_Query.read(parts.query, AUDIO_KEYS))
    msg = f"path {parts.path!r}: {HOST} describes /video and /audio; use one of them"
    raise _MistakeError(msg)


@frozen
class _Query:
    """The keys of a description; `faces` are the values of the one key that may be repeated."""

    values: Mapping[str, str]
    faces: tuple[str, ...]

    @classmethod
    def read(cls, query: str, allowed: tuple[str, ...]) -> "_Query":
        try:
            pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=_MAX_PARTS)
        except ValueError:
            msg = f"the query has more than {_MAX_PARTS} parts; remove some"
            raise _MistakeError(msg) from None
        faces = tuple(value for key, value in pairs if key == "face" and "face" in allowed)
        values: dict[str, str] = {}
        for key, value in pairs:
            if key not in allowed:
                msg = f"unknown key {key!r}: use {', '.join(allowed)}, or remove it"
                raise _MistakeError(msg)
            if key in values and key != "face":
                msg = f"key {key!r} is given twice; give it once"
                raise _MistakeError(msg)
            values[key] = value
        return cls(values, faces)

    def number(self, key: str, default: int) -> int:
        """Give a whole number that is 0 or more."""
        value = self.values.get(key)
        if value is None:
            return default
        if not _NUMBER.fullmatch(value):
            msg = f"{key}={value}: give a whole number of up to 15 digits"
            raise _MistakeError(msg)
        return int(value)

    def choice(self, key: str, *allowed: str) -> str:
        """Give one of the allowed words; the first is the default."""
        value = self.values.get(key, allowed[0])
        if value not in allowed:
            msg = f"{key}={value}: use {' or '.join(allowed)}"
            raise _MistakeError(msg)
        return value

    def name(self, key: str) -> str | None:
        """Give a short name of letters, digits, dots, lines and dashes."""
        value = self.values.get(key)
        if value is not None and not _NAME.fullmatch(value):
            msg = f"{key}={value}: give 1 to 128 of A-Z a-z 0-9 . _ -"
            raise _MistakeError(msg)
        return value

    def duration(self, default: int) -> Duration:
        """Give what each witness says; those that are not told apart say `duration`."""
        length = self.number("duration", default)
        return Duration(
            container_ms=self.number("container", length),
            stream_ms=self.number("stream", length),
            samples_ms=self.number("samples", length),
        )

    def age(self) -> int | None:
        """Give the age in ms, or None."""
        value = self.values.get("age")
        if value is None:
            return None
        found = _AGE.fullmatch(value)
        if found is None:
            msg = f"age={value}: give whole ms, or a number with s, m, h or d, such as 31d"
            raise _MistakeError(msg)
        return int(found[1]) * _UNIT_MS[found[2]]


def _video(query: _Query) -> DescribedVideo:
    duration = query.duration(8000)
    video = Video(
        container=query.name("format") or "mp4",
        size_bytes=query.number("bytes", 1_000_000),
        duration=duration,
        width=query.number("width", 1280),
        height=query.number("height", 720),
        has_sound=query.choice("sound", "yes", "no") == "yes",
        faces=_faces(query, duration),
        blocked=query.choice("moderation", "passed", "blocked") == "blocked",
    )
    return DescribedVideo(video, query.name("id"), query.age())


def _audio(query: _Query) -> DescribedAudio:
    audio = Audio(
        format=query.name("format") or "mp3",
        size_bytes=query.number("bytes", 80_000),
        duration=query.duration(5000),
        blocked=query.choice("moderation", "passed", "blocked") == "blocked",
    )
    return DescribedAudio(audio, query.name("id"), query.age())


def _faces(query: _Query, duration: Duration) -> tuple[Face, ...]:
    if "faces" in query.values:
        query.choice("faces", "none")
        if query.faces:
            msg = "faces=none and face= contradict each other; remove one"
            raise _MistakeError(msg)
        return ()
    if not query.faces:
        length = duration.decoded_ms
        return (Face("0", 0, length),) if length else ()
    faces = tuple(_face(str(place), value) for place, value in enumerate(query.faces))
    if len({face.face_id for face in faces}) < len(faces):
        msg = "two faces have one id; give each its own, as in face=ID:START-END"
        raise _MistakeError(msg)
    for face, value in zip(faces, query.faces, strict=True):
        if face.end_time > duration.longest_ms:
            msg = f"face={value}: ends after the video ({duration.longest_ms} ms); end it earlier"
            raise _MistakeError(msg)
    return faces


def _face(place: str, value: str) -> Face:
    found = _FACE.fullmatch(value)
    if found is None or int(found[2]) >= int(found[3]):
        msg = f"face={value}: give START-END or ID:START-END in ms, START before END"
        raise _MistakeError(msg)
    return Face(found[1] or place, int(found[2]), int(found[3]))

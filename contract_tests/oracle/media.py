"""What a described medium is, read from its URL."""

from urllib.parse import parse_qsl, urlsplit

from attrs import frozen

MS = {"": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}
VIDEO_KEYS = {
    *("duration", "width", "height", "bytes", "format", "face", "faces", "sound"),
    *("moderation", "id", "age"),
}
DEFAULTS = {"video": (8000, "mp4", 1_000_000), "audio": (5000, "mp3", 80_000)}
AUDIO_KEYS = {"duration", "bytes", "format", "moderation", "id", "age"}


@frozen
class Seen:
    """A face and its interval (ms)."""

    face_id: str
    start: int
    end: int


@frozen
class Medium:
    """A video or a sound as its description tells it; sizes in px and bytes, lengths in ms."""

    kind: str
    duration: int
    format: str
    size: int
    blocked: bool
    width: int
    height: int
    faces: tuple[Seen, ...]
    age: int


def span(text: str) -> int:
    """Return the ms of a span such as `90s` or `250`."""
    unit = text.lstrip("0123456789")
    return int(text.removesuffix(unit)) * MS.get(unit, 1)


def read(url: str) -> Medium | None:
    """Return what a URL describes; None for one that leads nowhere."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    if parts.scheme not in ("http", "https") or parts.hostname != "described.test":
        return None
    kind = parts.path.removeprefix("/")
    allowed = {"video": VIDEO_KEYS, "audio": AUDIO_KEYS}.get(kind)
    if allowed is None or not {name for name, _ in pairs} <= allowed:
        return None
    return _described(kind, dict(pairs), [value for name, value in pairs if name == "face"])


def _described(kind: str, facts: dict[str, str], faces: list[str]) -> Medium:
    length, container, size = DEFAULTS[kind]
    duration = int(facts.get("duration", length))
    seen = tuple(_seen(place, text) for place, text in enumerate(faces))
    if kind == "video" and not seen and "faces" not in facts and duration:
        seen = (Seen("0", 0, duration),)
    return Medium(
        kind,
        duration,
        facts.get("format", container),
        int(facts.get("bytes", size)),
        facts.get("moderation") == "blocked",
        width=int(facts.get("width", 1280)),
        height=int(facts.get("height", 720)),
        faces=seen,
        age=span(facts.get("age", "0")),
    )


def _seen(place: int, text: str) -> Seen:
    name, _, interval = text.rpartition(":")
    start, _, end = interval.partition("-")
    return Seen(name or str(place), int(start), int(end))

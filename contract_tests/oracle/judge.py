"""Which of the rules a call breaks in a world, and which one is named."""

import re
from collections.abc import Generator, Iterable, Iterator
from decimal import Decimal

from contract_tests import spec
from contract_tests.oracle import fields, media
from contract_tests.oracle.fields import Fields
from contract_tests.oracle.media import Medium
from contract_tests.oracle.world import CALL, STRETCH_MS, STRETCH_UNITS, Session, World

SOUND_BYTES = spec.limit("create.sound-file-size", "largest_megabytes") * spec.MEGABYTE
VIDEO_BYTES = spec.limit("identify.video-size", "largest_megabytes") * spec.MEGABYTE
SOUND_MS = spec.rule("create.audio-duration").limits
VIDEO_MS = spec.rule("identify.video-duration").limits
SIDES = spec.rule("identify.video-sides").limits
OLDEST = {
    "create.audio-id": spec.limit("create.audio-id-age", "oldest_days") * spec.DAY_MS,
    "identify.video-id": spec.limit("identify.video-id-age", "oldest_days") * spec.DAY_MS,
}
OVERLAP_MS = spec.limit("create.overlap-with-face", "shortest_ms")
BASE64 = re.compile(r"([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")

UNSEEN = frozenset(
    {
        *spec.refusing()[: spec.refusing().index("transport.field-types")],
        *("transport.unknown-fields", "create.platform-policy", "envelope.server-fault"),
    }
)
"""Rules of which the model cannot tell by a body whether a request breaks them."""


def first(names: Iterable[str]) -> str | None:
    """Return the rule that is named of several that are broken."""
    return min(names, key=spec.refusing().index, default=None)


def of_query(query: Fields) -> Iterator[str]:
    """Yield the rules that the parameters of a list break."""
    for name, rule, largest in (
        ("pageNum", "list.page-number", 1000),
        ("pageSize", "list.page-size", 500),
    ):
        text = str(query.get(name, ""))
        if text and not (re.fullmatch(r"-?[0-9]{1,30}", text) and 1 <= int(text) <= largest):
            yield rule


def of_identify(world: World, body: Fields) -> Iterator[str]:
    """Yield the rules that an identify call breaks in a world."""
    broken = list(fields.of_identify(body))
    yield from broken
    yield from _standing(world, CALL)
    if broken:
        return
    if fields.filled(body, "video_id"):
        video = yield from _by_id(world, "identify.video-id", body["video_id"], "video")
    else:
        video = media.read(body["video_url"])
        yield from _of_file(video)
    if video is None:
        return
    shortest = 0 if fields.filled(body, "video_id") else VIDEO_MS["shortest_ms"]
    if not shortest <= video.duration <= VIDEO_MS["longest_ms"]:
        yield "identify.video-duration"
    if not video.faces and world.readings["no-face"] == "refuse":
        yield "identify.no-face"
    if video.blocked and world.readings["content-faults"] == "at-request":
        yield "identify.video-content"


def of_create(world: World, body: Fields) -> Iterator[str]:
    """Yield the rules that a create call breaks in a world."""
    broken = list(fields.of_create(body))
    yield from broken
    if "transport.field-types" in broken:
        return
    session = world.sessions.get(body.get("session_id", ""))
    if session is None:
        yield "create.session-known"
    elif not session.usable(world.now):
        yield "retention.session-life"
    name = body.get("external_task_id", "")
    if name and any(task.external_id == name for task in world.tasks):
        yield "create.external-id-unique"
    if world.slots is not None and world.open_tasks() >= world.slots:
        yield "concurrency.limit"
    length = 1 if session is None else session.video.duration
    yield from _standing(world, STRETCH_UNITS * max(1, -(-length // STRETCH_MS)))
    for entry in body.get("face_choose", []):
        yield from _of_entry(world, session, entry)


def _of_entry(world: World, session: Session | None, entry: Fields) -> Iterator[str]:
    if session is not None and session.video.faces is not None:
        known = {face.face_id for face in session.video.faces}
        if entry.get("face_id", "") not in known:
            yield "create.face-in-session"
    sound = yield from _sound(world, entry)
    if any(name not in entry for name in fields.TIMES):
        return
    if sound is not None and entry["sound_end_time"] > sound.duration:
        yield "create.sound-end-within-audio"
    if session is not None:
        yield from _of_window(session, entry)


def _of_window(session: Session, entry: Fields) -> Iterator[str]:
    start = entry["sound_insert_time"]
    end = start + fields.crop(entry)
    if end > session.video.duration:
        yield "create.insert-within-video"
    for face in session.video.faces:
        if face.face_id == entry.get("face_id") and (
            min(end, face.end) - max(start, face.start) < OVERLAP_MS
        ):
            yield "create.overlap-with-face"


def heard(world: World, entry: Fields) -> Medium | None:
    """Return the sound that an entry names, where there is one."""
    if fields.filled(entry, "audio_id"):
        named = world.named.get(entry["audio_id"])
        return None if named is None else named.medium
    return media.read(entry.get("sound_file", ""))


def _sound(world: World, entry: Fields) -> Generator[str, None, Medium | None]:
    if fields.filled(entry, "audio_id") == fields.filled(entry, "sound_file"):
        return None
    if fields.filled(entry, "audio_id"):
        sound = yield from _by_id(world, "create.audio-id", entry["audio_id"], "audio")
    else:
        sound = media.read(entry["sound_file"])
        yield from _of_sound_file(world, entry["sound_file"], sound)
    if sound is None or sound.kind != "audio":
        return None
    if not SOUND_MS["shortest_ms"] <= sound.duration <= SOUND_MS["longest_ms"]:
        yield "create.audio-duration"
    if sound.blocked and world.readings["content-faults"] == "at-request":
        yield "create.sound-content"
    return sound


def _of_sound_file(world: World, text: str, sound: Medium | None) -> Iterator[str]:
    formats = list(spec.rule("create.sound-file-format").limits["formats"])
    if world.readings["aac-formats"] == "refuse":
        formats = [name for name in formats if name not in ("m4a", "aac")]
    if not text.startswith(("http://", "https://")):
        if not BASE64.fullmatch(text):
            yield "create.sound-file-form"
    elif sound is None:
        yield "create.sound-file-reachable"
    elif sound.kind != "audio":
        yield "create.sound-file-format"
    else:
        if sound.size > SOUND_BYTES:
            yield "create.sound-file-size"
        if sound.format not in formats:
            yield "create.sound-file-format"


def _of_file(video: Medium | None) -> Iterator[str]:
    if video is None:
        yield "identify.video-url-reachable"
        return
    if video.kind != "video":
        yield "identify.video-format"
        return
    if video.size > VIDEO_BYTES:
        yield "identify.video-size"
    if video.format not in spec.rule("identify.video-format").limits["containers"]:
        yield "identify.video-format"
    sides = (video.width, video.height)
    if min(sides) < SIDES["shortest_px"] or max(sides) > SIDES["longest_px"]:
        yield "identify.video-sides"
    if min(sides) not in spec.rule("identify.video-resolution").limits["short_sides_px"]:
        yield "identify.video-resolution"


def _by_id(world: World, prefix: str, name: str, kind: str) -> Generator[str, None, Medium | None]:
    named = world.named.get(name)
    if named is None or named.medium.kind != kind:
        yield f"{prefix}-known"
        return None
    if world.now - named.generated_at > OLDEST[prefix]:
        yield f"{prefix}-age"
    return named.medium


def _standing(world: World, price: Decimal) -> Iterator[str]:
    if world.in_arrears:
        yield "billing.arrears"
    if not world.affords(price):
        yield "billing.pack-exhausted"

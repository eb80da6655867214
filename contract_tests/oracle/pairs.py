"""Pairs of rules that lie on one part of a request, each pair broken by one written-out request.

What lies on different parts is broken by two `ways` at once; together with `EXCLUSIVE` that is
every pair of rules that an operation has.
"""

from collections.abc import Callable, Iterator, Mapping
from itertools import combinations
from types import MappingProxyType

from attrs import frozen

from contract_tests import tokens
from contract_tests.callers import TASKS, Caller, Fields
from contract_tests.drafts import new_task, plain_fields
from contract_tests.exchanges import Exchange
from contract_tests.scenes import SCENE, VIDEO, Scene, described

NAMES = ("sound_start_time", "sound_end_time", "sound_insert_time")
Call = Callable[[Caller], Exchange]
FAR_S = 20 * 365 * 24 * 3600
OFF_CENTRE = Scene(video=8000, face=(1000, 7000), sound=5000, start=500, end=3500, insert=1000)
SOUND = described("audio", {"duration": 5000})
START, INSERT, CROP, END, VIDEO_END, OVERLAP = (
    *("create.sound-start-not-negative", "create.insert-not-negative", "create.crop-length"),
    *("create.sound-end-within-audio", "create.insert-within-video", "create.overlap-with-face"),
)


@frozen
class Pair:
    """Two rules, the one that is judged first before the other, and a call that breaks both."""

    first: str
    second: str
    call: Call


TIMES: tuple[tuple[str, str, Fields], ...] = tuple(
    (one, other, dict(zip(NAMES, times, strict=True)))
    for one, other, times in (
        (START, INSERT, (-1, 3500, -1)),
        (START, CROP, (-1, 1000, 2000)),
        (START, END, (-1, 5001, 1000)),
        (START, VIDEO_END, (-1, 3000, 5000)),
        (START, OVERLAP, (-1, 2000, 0)),
        (INSERT, CROP, (0, 1999, -1)),
        (INSERT, END, (2000, 5001, -1)),
        (INSERT, VIDEO_END, (0, 8002, -1)),
        (INSERT, OVERLAP, (0, 2000, -1)),
        (CROP, END, (3002, 5001, 2000)),
        (CROP, VIDEO_END, (0, 1999, 6002)),
        (CROP, OVERLAP, (0, 1999, 2000)),
        (END, VIDEO_END, (2000, 5001, 5000)),
        (END, OVERLAP, (3000, 5001, 0)),
        (VIDEO_END, OVERLAP, (0, 2500, 5501)),
    )
)
REQUIRED = "create.times-required"
OMITTED: tuple[tuple[str, str, Fields], ...] = (
    (REQUIRED, START, {"sound_start_time": -1, "sound_end_time": 3000}),
    (REQUIRED, INSERT, {"sound_end_time": 3000, "sound_insert_time": -1}),
    (REQUIRED, CROP, {"sound_start_time": 0, "sound_end_time": 1999}),
    (REQUIRED, END, {"sound_start_time": 0, "sound_end_time": 5001}),
)
SOURCE = "create.one-audio-source"
SOUNDS: tuple[tuple[str, str, Fields], ...] = (
    (SOURCE, "create.audio-id-known", {"audio_id": "1", "sound_file": SOUND}),
    (SOURCE, "create.audio-id-age", {"audio_id": "old", "sound_file": SOUND}),
    (SOURCE, "create.sound-file-form", {"audio_id": "new", "sound_file": "no base64"}),
    (SOURCE, "create.sound-file-reachable", {"audio_id": "new", "sound_file": "http://"}),
    (SOURCE, "create.sound-file-size", {"audio_id": "new", "sound_file": f"{SOUND}&bytes=5242881"}),
    (SOURCE, "create.sound-file-format", {"audio_id": "new", "sound_file": f"{SOUND}&format=ogg"}),
    (
        "create.sound-file-size",
        "create.sound-file-format",
        {"sound_file": f"{SOUND}&bytes=5242881&format=ogg"},
    ),
)
VIDEOS: tuple[tuple[str, Fields], ...] = (
    ("identify.video-size", {"bytes": 104_857_601}),
    ("identify.video-format", {"format": "webm"}),
    ("identify.video-duration", {"duration": 60_001}),
    ("identify.video-sides", {"width": 2161}),
    ("identify.video-resolution", {"height": 721}),
)
IDENTIFIED: tuple[tuple[str, Fields], ...] = (
    ("identify.one-video-source", {}),
    ("identify.video-id-known", {"video_id": "1"}),
    ("identify.video-id-age", {"video_id": "old"}),
    ("identify.video-url-reachable", {"video_url": "http://"}),
    ("identify.video-content", {"video_url": f"{VIDEO}&moderation=blocked"}),
    *((name, {"video_url": described("video", facts)}) for name, facts in VIDEOS),
)
TOKENS: Mapping[str, Fields] = MappingProxyType(
    {
        "auth.algorithm": {"alg": "HS384"},
        "auth.claims": {"iss": "nobody"},
        "auth.signature": {"secret": "wrong"},
        "auth.not-before": {"nbf": FAR_S},
        "auth.not-expired": {"exp": -FAR_S},
    }
)
"""What is wrong with a token; instants are s from now."""

EXCLUSIVE: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    (
        "what is not a token has no header, claims or signature",
        ("auth.header-present", "auth.bearer-credential"),
        ("auth.header-present", "auth.bearer-credential", *TOKENS),
    ),
    ("a path is one thing", ("transport.known-path",), ("get.known-task",)),
    (
        "a GET has no fields, and its parameters have rules of their own",
        ("transport.field-types",),
        ("list.page-number", "list.page-size", "get.known-task"),
    ),
    (
        "where the inserted sound lies takes all three times",
        ("create.times-required",),
        ("create.insert-within-video", "create.overlap-with-face"),
    ),
    ("what is unknown has no age", ("create.session-known",), ("retention.session-life",)),
    (
        "a sound has one source, or create.one-audio-source speaks",
        ("create.audio-id-known", "create.audio-id-age"),
        (
            *("create.audio-id-known", "create.audio-id-age", "create.sound-file-form"),
            *("create.sound-file-reachable", "create.sound-file-size", "create.sound-file-format"),
        ),
    ),
    (
        "what cannot be read has no facts",
        ("create.sound-file-form", "create.sound-file-reachable"),
        ("create.sound-file-reachable", "create.sound-file-size", "create.sound-file-format"),
    ),
    (
        "a video has one source, or identify.one-video-source speaks, and facts if it is there",
        ("identify.video-id-known", "identify.video-id-age", "identify.video-url-reachable"),
        (
            *("identify.video-id-age", "identify.video-url-reachable"),
            *(name for name, _ in VIDEOS),
        ),
    ),
    ("a call is struck by one fault", ("create.platform-policy",), ("envelope.server-fault",)),
)
"""Why two sets of rules cannot be broken together."""


def pairs() -> Iterator[Pair]:
    """Yield every pair of this module."""
    yield from (Pair(one, other, _created(fields)) for one, other, fields in TIMES + SOUNDS)
    yield from (Pair(one, other, _created(fields, bare=True)) for one, other, fields in OMITTED)
    for (one, facts), (other, more) in combinations(VIDEOS, 2):
        yield Pair(one, other, _identified({"video_url": described("video", facts | more)}))
    for name, fields in IDENTIFIED:
        yield Pair(name, "concurrency.limit", _without_slot(_identified(fields)))
    faceless = {"video_url": f"{VIDEO}&faces=none"}
    refusing = _without_slot(_identified(faceless), {"no-face": "refuse"})
    yield Pair("identify.no-face", "concurrency.limit", refusing)
    for one, other in combinations(TOKENS, 2):
        yield Pair(one, other, _with_token({**TOKENS[one], **TOKENS[other]}))
    typed = _identified({"video_id": 1, "video_url": VIDEO})
    yield Pair("transport.field-types", "identify.one-video-source", typed)
    yield Pair(
        "transport.field-types", "create.required-fields", lambda c: c.create({"session_id": 1})
    )
    yield Pair("transport.unknown-fields", "get.known-task", _asked_too_much)


def _asked_too_much(caller: Caller) -> Exchange:
    caller.change(readings={"unknown-field": "refuse"})
    return caller.request("GET", f"{TASKS}/1?what=ever")


def _named(caller: Caller, fields: Fields, name: str, medium: str) -> Fields:
    ages = {"old": "31d", "new": "1d"}
    if fields.get(name) not in ages:
        return fields
    return {**fields, name: caller.seed(f"{medium}&age={ages[fields[name]]}")}


def _created(fields: Fields, *, bare: bool = False) -> Call:
    def call(caller: Caller) -> Exchange:
        body = plain_fields(caller, OFF_CENTRE)
        entry = body["face_choose"][0]
        if bare:
            entry = {name: value for name, value in entry.items() if not name.endswith("_time")}
        body["face_choose"] = [{**entry, **_named(caller, fields, "audio_id", SOUND)}]
        return caller.create(body)

    return call


def _identified(fields: Fields) -> Call:
    return lambda caller: caller.identify(**_named(caller, fields, "video_id", VIDEO))


def _without_slot(call: Call, readings: Fields | None = None) -> Call:
    def full(caller: Caller) -> Exchange:
        new_task(caller, SCENE)
        caller.change(slots=1, readings={"identify-slot": "one", **(readings or {})})
        return call(caller)

    return full


def _with_token(wrong: Fields) -> Call:
    def call(caller: Caller) -> Exchange:
        now = tokens.host_seconds()
        payload = tokens.claims(caller.key)
        payload |= {k: now + wrong[k] for k in ("nbf", "exp") if k in wrong}
        payload["iss"] = wrong.get("iss", caller.key)
        header = {"alg": wrong.get("alg", "HS256"), "typ": "JWT"}
        token = tokens.mint(wrong.get("secret", caller.secret), payload, header)
        return caller.request("GET", TASKS, headers={"authorization": f"Bearer {token}"})

    return call

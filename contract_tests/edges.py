"""The edges of the rules: for each, the last legal values and the first illegal ones, in its unit.

A builder draws an otherwise legal request in which one quantity has exactly the given value.
"""

from collections.abc import Callable
from decimal import Decimal
from random import Random

from attrs import frozen

from contract_tests import drafts, scenes, tokens
from contract_tests.breaks_entry import nested
from contract_tests.breaks_fields import VOLUMES
from contract_tests.breaks_media import by_id, by_url, leave_units, open_tasks, price
from contract_tests.callers import Caller
from contract_tests.drafts import Draft, set_times
from contract_tests.spec import DAY_MS, HOUR_MS, MEGABYTE, limit
from contract_tests.ways import ANY, POSTS

Value = int | float
Build = Callable[[Random, Value], Draft]


@frozen
class Edge:
    """Values of one quantity on both sides of a limit; the unit is for people."""

    rule: str
    unit: str
    build: Build
    legal: tuple[Value, ...]
    illegal: tuple[Value, ...]


def _deep(draw: Random, levels: Value) -> Draft:
    draft = drafts.valid(draw.choice(POSTS), draw)
    draft.spoil = lambda body: nested(body, int(levels))
    return draft


def _long(draw: Random, size: Value) -> Draft:
    draft = drafts.valid(draw.choice(POSTS), draw)
    draft.spoil = lambda body: body + b" " * (int(size) - len(body))
    return draft


def _at_token_instant(claim: str) -> Build:
    """Build a call that is made so many ms after an instant that a token names."""

    def build(draw: Random, after_ms: Value) -> Draft:
        draft = drafts.valid(draw.choice(ANY), draw)

        def sign(caller: Caller) -> None:
            second = caller.now() // 1000 + draw.randint(1, 1000)
            payload = tokens.claims(caller.key, nbf=second - 9, exp=second + 9) | {claim: second}
            draft.headers["authorization"] = f"Bearer {tokens.mint(caller.secret, payload)}"
            caller.change(readings={"token-clock": "account"})
            caller.set_clock(second * 1000 + int(after_ms))

        draft.before.append(sign)
        return draft

    return build


def _nth_call(draw: Random, place: Value) -> Draft:
    draft = drafts.valid(draw.choice(ANY), draw)

    def call(caller: Caller) -> None:
        caller.change(rate=3)
        for _ in range(int(place) - 1):
            caller.page()

    draft.before.append(call)
    return draft


def _faces(draw: Random, count: Value) -> Draft:
    draft = drafts.valid("create", draw)
    draft.body["face_choose"] = [draft.choice] * int(count)
    return draft


def _volume(draw: Random, value: Value) -> Draft:
    draft = drafts.valid("create", draw)
    draft.choice[draw.choice(VOLUMES)] = value
    return draft


def _page(name: str) -> Build:
    def build(draw: Random, value: Value) -> Draft:
        draft = drafts.valid("list", draw)
        draft.query[name] = value
        return draft

    return build


def _timed(draw: Random, scene: scenes.Scene, start: int, crop: int, insert: int) -> Draft:
    draft = drafts.valid("create", draw, scene)
    set_times(draft, start=start, end=start + crop, insert=insert)
    return draft


def _start(draw: Random, start: Value) -> Draft:
    scene = scenes.any_scene(draw)
    return _timed(draw, scene, int(start), scene.crop, scene.insert)


def _insert(draw: Random, insert: Value) -> Draft:
    scene = scenes.face_soon(draw)
    return _timed(draw, scene, scene.start, scene.crop, int(insert))


def _crop(draw: Random, length: Value) -> Draft:
    scene = scenes.any_scene(draw)
    scene = scenes.placed(draw, scene.video, scene.face, scene.sound, scenes.SHORTEST)
    return _timed(draw, scene, scene.start, int(length), scene.insert)


def _end_after_sound(draw: Random, after: Value) -> Draft:
    scene = scenes.any_scene(draw)
    start = scene.sound - scene.crop + int(after)
    return _timed(draw, scene, start, scene.crop, scene.insert)


def _end_after_video(draw: Random, after: Value) -> Draft:
    scene = scenes.face_late(draw)
    return _timed(draw, scene, scene.start, scene.crop, scene.video - scene.crop + int(after))


def _overlap_at_end(draw: Random, overlap: Value) -> Draft:
    scene = scenes.room_after_face(draw)
    return _timed(draw, scene, scene.start, scene.crop, scene.face[1] - int(overlap))


def _overlap_at_start(draw: Random, overlap: Value) -> Draft:
    scene = scenes.room_before_face(draw)
    insert = scene.face[0] + int(overlap) - scene.crop
    return _timed(draw, scene, scene.start, scene.crop, insert)


def _session_age(draw: Random, age: Value) -> Draft:
    draft = drafts.valid("create", draw)
    draft.before.append(lambda caller: caller.advance(int(age)))
    return draft


def _sound(fact: str, name_it: Callable[[Draft], None]) -> Build:
    def build(draw: Random, value: Value) -> Draft:
        draft = drafts.valid("create", draw, _short_sound(draw, fact, value))
        name_it(draft)
        draft.sound[fact] = value
        return draft

    return build


def _short_sound(draw: Random, fact: str, value: Value) -> scenes.Scene:
    """Draw a scene that uses 2 s of a sound of this length, or any scene for other facts."""
    scene = scenes.any_scene(draw)
    if fact != "duration":
        return scene
    sound = max(int(value), scenes.SHORTEST)
    return scenes.placed(draw, scene.video, scene.face, sound, scenes.SHORTEST)


def _video(fact: str, name_it: Callable[[Draft], None]) -> Build:
    def build(draw: Random, value: Value) -> Draft:
        draft = drafts.valid("identify", draw)
        name_it(draft)
        draft.video[fact] = value
        if fact == "duration":
            draft.video["face"] = []
        return draft

    return build


def _sides(short: int | None) -> Build:
    """Build a video with a side of the given length beside a fixed one, or beside any longer one."""

    def build(draw: Random, value: Value) -> Draft:
        draft = drafts.valid("identify", draw)
        by_url(draft)
        other = draw.randint(int(value), 2160) if short is None else short
        sides = [int(value), other]
        draw.shuffle(sides)
        draft.video["width"], draft.video["height"] = sides
        return draft

    return build


def _short_side_in_box(draw: Random, value: Value) -> Draft:
    draft = _sides(1080)(draw, value)
    draft.settings = {"readings": {"resolution": "box-only"}}
    return draft


def _units(draw: Random, cents: Value) -> Draft:
    draft = drafts.valid(draw.choice(POSTS), draw)
    leave_units(draft, price(draft) + Decimal(int(cents)) / 100)
    return draft


def _slots(draw: Random, already_open: Value) -> Draft:
    draft = drafts.valid("create", draw)
    open_tasks(draft, int(already_open), 3)
    return draft


LONGEST_BODY = limit("transport.json-body", "largest_bytes")
DEEPEST = limit("transport.json-body", "deepest_nesting")
SESSION = limit("retention.session-life", "hours") * HOUR_MS
OLDEST = limit("create.audio-id-age", "oldest_days") * DAY_MS
SOUND_BYTES = limit("create.sound-file-size", "largest_megabytes") * MEGABYTE
VIDEO_BYTES = limit("identify.video-size", "largest_megabytes") * MEGABYTE
SHORT, LONG = scenes.SHORTEST, scenes.LONGEST
NARROW = limit("identify.video-sides", "shortest_px")
WIDE = limit("identify.video-sides", "longest_px")
QUIETER, LOUDER = -5e-324, 2.0000000000000004

EDGES: tuple[Edge, ...] = (
    Edge("transport.json-body", "levels", _deep, (DEEPEST,), (DEEPEST + 1,)),
    Edge("transport.json-body", "bytes", _long, (LONGEST_BODY,), (LONGEST_BODY + 1,)),
    Edge("auth.not-before", "ms past nbf", _at_token_instant("nbf"), (0, 1), (-1,)),
    Edge("auth.not-expired", "ms past exp", _at_token_instant("exp"), (-1,), (0, 1)),
    Edge("concurrency.rate-limit", "calls", _nth_call, (2, 3), (4,)),
    Edge("create.one-face", "entries", _faces, (1,), (2,)),
    Edge("create.required-fields", "entries", _faces, (1,), (0,)),
    Edge("create.volume-range", "volume", _volume, (0, -0.0, 2, 2.0), (QUIETER, LOUDER)),
    Edge("list.page-number", "pageNum", _page("pageNum"), (1, 2, 999, 1000), (0, 1001)),
    Edge("list.page-size", "pageSize", _page("pageSize"), (1, 2, 499, 500), (0, 501)),
    Edge("create.sound-start-not-negative", "ms", _start, (0,), (-1,)),
    Edge("create.insert-not-negative", "ms", _insert, (0,), (-1,)),
    Edge("create.crop-length", "ms", _crop, (SHORT,), (SHORT - 1,)),
    Edge("retention.session-life", "ms", _session_age, (SESSION - 1,), (SESSION, SESSION + 1)),
    Edge("create.audio-id-age", "ms", _sound("age", by_id), (OLDEST - 1, OLDEST), (OLDEST + 1,)),
    Edge("identify.video-id-age", "ms", _video("age", by_id), (OLDEST - 1, OLDEST), (OLDEST + 1,)),
    Edge(
        "create.sound-file-size",
        "bytes",
        _sound("bytes", by_url),
        (SOUND_BYTES,),
        (SOUND_BYTES + 1,),
    ),
    Edge(
        "identify.video-size", "bytes", _video("bytes", by_url), (VIDEO_BYTES,), (VIDEO_BYTES + 1,)
    ),
    Edge(
        *("create.audio-duration", "ms of a file", _sound("duration", by_url)),
        legal=(SHORT, SHORT + 1, LONG - 1, LONG),
        illegal=(SHORT - 1, LONG + 1),
    ),
    Edge(
        *("create.audio-duration", "ms of speech", _sound("duration", by_id)),
        legal=(SHORT, SHORT + 1, LONG - 1, LONG),
        illegal=(SHORT - 1, LONG + 1),
    ),
    Edge(
        *("identify.video-duration", "ms of a file", _video("duration", by_url)),
        legal=(SHORT, SHORT + 1, LONG - 1, LONG),
        illegal=(SHORT - 1, LONG + 1),
    ),
    Edge(
        *("identify.video-duration", "ms of a generated video", _video("duration", by_id)),
        legal=(1, SHORT - 1, SHORT, LONG),
        illegal=(LONG + 1,),
    ),
    Edge("identify.video-sides", "px beside 1080", _short_side_in_box, (NARROW,), (NARROW - 1,)),
    Edge("identify.video-sides", "px beside 720", _sides(720), (WIDE - 1, WIDE), (WIDE + 1,)),
    Edge(
        *("identify.video-resolution", "px of the short side", _sides(None)),
        legal=(720, 1080),
        illegal=(719, 721, 1079, 1081),
    ),
    Edge("create.sound-end-within-audio", "ms past the sound", _end_after_sound, (0,), (1,)),
    Edge("create.insert-within-video", "ms past the video", _end_after_video, (0,), (1,)),
    Edge("create.overlap-with-face", "ms at its end", _overlap_at_end, (SHORT,), (SHORT - 1,)),
    Edge("create.overlap-with-face", "ms at its start", _overlap_at_start, (SHORT,), (SHORT - 1,)),
    Edge("billing.pack-exhausted", "hundredths of a unit over", _units, (0, 1), (-1,)),
    Edge("concurrency.limit", "open tasks", _slots, (0, 2), (3, 4)),
)

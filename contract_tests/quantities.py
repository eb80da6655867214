"""Requests in which one quantity has exactly a given value, and all else is legal."""

from collections.abc import Callable
from decimal import Decimal
from random import Random

from contract_tests import drawing, scenes, tokens
from contract_tests.breaks_fields import VOLUMES
from contract_tests.breaks_form import nested
from contract_tests.breaks_media import by_url
from contract_tests.breaks_standing import leave_units, open_tasks, price
from contract_tests.callers import Caller
from contract_tests.drafts import Draft, set_times
from contract_tests.ways import ANY, POSTS

Value = int | float
Build = Callable[[Random, Value], Draft]


def deep(draw: Random, levels: Value) -> Draft:
    """A body so many levels deep."""
    draft = drawing.valid(draw.choice(POSTS), draw)
    draft.spoil = lambda body: nested(body, int(levels))
    return draft


def long(draw: Random, size: Value) -> Draft:
    """A body of so many bytes."""
    draft = drawing.valid(draw.choice(POSTS), draw)
    draft.spoil = lambda body: body + b" " * (int(size) - len(body))
    return draft


def at_token_instant(claim: str) -> Build:
    """Build a call that is made so many ms after an instant that a token names."""

    def build(draw: Random, after_ms: Value) -> Draft:
        draft = drawing.valid(draw.choice(ANY), draw)

        def sign(caller: Caller) -> None:
            second = caller.now() // 1000 + draw.randint(1, 1000)
            payload = tokens.claims(caller.key, nbf=second - 9, exp=second + 9) | {claim: second}
            draft.headers["authorization"] = f"Bearer {tokens.mint(caller.secret, payload)}"
            caller.change(readings={"token-clock": "account"})
            caller.set_clock(second * 1000 + int(after_ms))

        draft.before.append(sign)
        return draft

    return build


def nth_call(draw: Random, place: Value) -> Draft:
    """A call that is so many-th in its second, of three."""
    draft = drawing.valid(draw.choice(ANY), draw)

    def call(caller: Caller) -> None:
        caller.change(rate=3)
        for _ in range(int(place) - 1):
            caller.page()

    draft.before.append(call)
    return draft


def faces(draw: Random, count: Value) -> Draft:
    """So many entries, all legal."""
    draft = drawing.valid("create", draw)
    draft.body["face_choose"] = [draft.choice] * int(count)
    return draft


def volume(draw: Random, value: Value) -> Draft:
    """One of the volumes."""
    draft = drawing.valid("create", draw)
    draft.choice[draw.choice(VOLUMES)] = value
    return draft


def page(name: str) -> Build:
    """One of the page parameters."""

    def build(draw: Random, value: Value) -> Draft:
        draft = drawing.valid("list", draw)
        draft.query[name] = value
        return draft

    return build


def _timed(draw: Random, scene: scenes.Scene, start: int, crop: int, insert: int) -> Draft:
    draft = drawing.valid("create", draw, scene)
    set_times(draft, start=start, end=start + crop, insert=insert)
    return draft


def start(draw: Random, start: Value) -> Draft:
    """A crop that starts there."""
    scene = scenes.any_scene(draw, spare=max(0, int(start)))
    return _timed(draw, scene, int(start), scene.crop, scene.insert)


def insert(draw: Random, insert: Value) -> Draft:
    """A sound that is inserted there."""
    scene = scenes.face_soon(draw, spare=max(0, int(insert)))
    return _timed(draw, scene, scene.start, scene.crop, int(insert))


def crop(draw: Random, length: Value) -> Draft:
    """A crop of this length."""
    used = max(int(length), scenes.SHORTEST)
    scene = scenes.any_scene(draw, shortest=used)
    scene = scenes.placed(draw, scene.video, scene.face, scene.sound, used)
    return _timed(draw, scene, scene.start, int(length), scene.insert)


def end_after_sound(draw: Random, after: Value) -> Draft:
    """A crop that ends so many ms after the sound."""
    scene = scenes.any_scene(draw, spare=max(0, -int(after)))
    start = scene.sound - scene.crop + int(after)
    return _timed(draw, scene, start, scene.crop, scene.insert)


def end_after_video(draw: Random, after: Value) -> Draft:
    """An inserted sound that ends so many ms after the video."""
    scene = scenes.face_late(draw, spare=max(0, -int(after)))
    return _timed(draw, scene, scene.start, scene.crop, scene.video - scene.crop + int(after))


def overlap_at_end(draw: Random, overlap: Value) -> Draft:
    """So many ms in common with the end of a face's interval."""
    scene = scenes.room_after_face(draw, max(int(overlap), scenes.SHORTEST))
    return _timed(draw, scene, scene.start, scene.crop, scene.face[1] - int(overlap))


def overlap_at_start(draw: Random, overlap: Value) -> Draft:
    """So many ms in common with the start of a face's interval."""
    scene = scenes.room_before_face(draw, max(int(overlap), scenes.SHORTEST))
    insert = scene.face[0] + int(overlap) - scene.crop
    return _timed(draw, scene, scene.start, scene.crop, insert)


def session_age(draw: Random, age: Value) -> Draft:
    """A session that was opened so many ms ago."""
    draft = drawing.valid("create", draw)
    draft.before.append(lambda caller: caller.advance(int(age)))
    return draft


def sound(fact: str, name_it: Callable[[Draft], None]) -> Build:
    """One fact of the sound."""

    def build(draw: Random, value: Value) -> Draft:
        draft = drawing.valid("create", draw, _short_sound(draw, fact, value))
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


def video(fact: str, name_it: Callable[[Draft], None]) -> Build:
    """One fact of the video."""

    def build(draw: Random, value: Value) -> Draft:
        draft = drawing.valid("identify", draw)
        name_it(draft)
        draft.video[fact] = value
        if fact == "duration":
            draft.video["face"] = []
        return draft

    return build


def sides(short: int | None) -> Build:
    """Build a side beside a fixed one, or beside any longer one."""

    def build(draw: Random, value: Value) -> Draft:
        draft = drawing.valid("identify", draw)
        by_url(draft)
        other = draw.randint(int(value), 2160) if short is None else short
        sides = [int(value), other]
        draw.shuffle(sides)
        draft.video["width"], draft.video["height"] = sides
        return draft

    return build


def short_side_in_box(draw: Random, value: Value) -> Draft:
    """A side beside 1080 px, where only the box of sides counts."""
    draft = sides(1080)(draw, value)
    draft.settings = {"readings": {"resolution": "box-only"}}
    return draft


def sides_of(area: int) -> tuple[int, int] | None:
    """Return two legal sides (px) of this area (px), if there are any."""
    low, high = scenes.NARROW, scenes.WIDE
    found = ((side, area // side) for side in range(low, high + 1) if area % side == 0)
    return next((pair for pair in found if low <= pair[1] <= high), None)


def area(draw: Random, value: Value) -> Draft:
    """A video of this area, where areas count."""
    draft = drawing.valid("identify", draw)
    by_url(draft)
    sides = list(sides_of(int(value)) or (0, 0))
    draw.shuffle(sides)
    draft.video["width"], draft.video["height"] = sides
    draft.settings = {"readings": {"resolution": "pixel-area"}}
    return draft


def units(draw: Random, cents: Value) -> Draft:
    """So many hundredths of a unit more than the price."""
    draft = drawing.valid(draw.choice(POSTS), draw)
    leave_units(draft, price(draft) + Decimal(int(cents)) / 100)
    return draft


def slots(draw: Random, already_open: Value) -> Draft:
    """So many open tasks, of three."""
    draft = drawing.valid("create", draw)
    open_tasks(draft, int(already_open), 3)
    return draft

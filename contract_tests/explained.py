"""Refused requests, each with what the mock says is wrong with it and what would not be."""

from decimal import Decimal

from contract_tests import close_calls as c
from contract_tests.breaks_form import nested
from contract_tests.breaks_media import by_id
from contract_tests.breaks_standing import leave_units, open_tasks
from contract_tests.callers import TASKS, Caller
from contract_tests.close_calls import Change
from contract_tests.drafts import Draft

Row = tuple[str, str, Change, str, str, str]
"""A rule, an operation, what is wrong, and the field, the value and the nearest that are told."""


def sized(width: int, height: int) -> Change:
    """Let the video have these sides."""
    return c.video(width=width, height=height)


def seen(draft: Draft, face: str) -> Draft:
    """Let the face be seen in an interval alone."""
    draft.video["face"] = [face]
    return draft


def timed(start: int, end: int, insert: int, face: str = "0-8000") -> Change:
    """Ask for these times of a sound of 5 s, in a video of 8 s with a face."""

    def change(draft: Draft) -> None:
        seen(draft, face)
        times = {"sound_start_time": start, "sound_end_time": end, "sound_insert_time": insert}
        draft.choice.update(times)

    return change


def lasting(change: Change, duration: int) -> Change:
    """Name a medium of this length (ms) by its id."""

    def both(draft: Draft) -> None:
        by_id(draft)
        change(draft)
        (draft.video if draft.operation == "identify" else draft.sound)["duration"] = duration
        draft.video["face"] = draft.video["face"] if draft.operation == "create" else []

    return both


def left(units: str) -> Change:
    """Leave so many units."""
    return lambda draft: leave_units(draft, Decimal(units))


def full(slots: int) -> Change:
    """Let all slots be taken."""
    return lambda draft: open_tasks(draft, slots, slots)


def limited(rate: int) -> Change:
    """Let the account call so often in a second, and have done so."""

    def change(draft: Draft) -> None:
        def call(caller: Caller) -> None:
            caller.change(rate=rate)
            for _ in range(rate):
                caller.page()

        draft.before.append(call)

    return change


ROWS: tuple[Row, ...] = (
    ("create.crop-length", "create", timed(500, 2499, 0), "sound_end_time", "2499", "2500"),
    (
        "create.sound-start-not-negative",
        "create",
        timed(-7, 3000, 0),
        "sound_start_time",
        "-7",
        "0",
    ),
    ("create.insert-not-negative", "create", timed(0, 3000, -7), "sound_insert_time", "-7", "0"),
    (
        "create.sound-end-within-audio",
        "create",
        timed(0, 5007, 0),
        "sound_end_time",
        "5007",
        "5000",
    ),
    (
        "create.insert-within-video",
        "create",
        timed(0, 3000, 5007),
        "sound_insert_time",
        "5007",
        "5000",
    ),
    (
        "create.overlap-with-face",
        "create",
        timed(0, 3000, 0, "4000-8000"),
        "sound_insert_time",
        "0",
        "3000",
    ),
    (
        "create.overlap-with-face",
        "create",
        timed(0, 3000, 5000, "0-4000"),
        "sound_insert_time",
        "5000",
        "2000",
    ),
    (
        "create.overlap-with-face",
        "create",
        timed(0, 3000, 0, "4000-5000"),
        "sound_insert_time",
        "0",
        "",
    ),
    (
        "create.overlap-with-face",
        "create",
        timed(0, 2000, 0, "3000-5000"),
        "sound_insert_time",
        "0",
        "3000",
    ),
    (
        "create.overlap-with-face",
        "create",
        timed(0, 3000, 4000, "1000-3000"),
        "sound_insert_time",
        "4000",
        "1000",
    ),
    ("create.volume-range", "create", c.entry(sound_volume=2.5), "sound_volume", "2.5", "2"),
    ("create.volume-range", "create", c.entry(sound_volume=-0.5), "sound_volume", "-0.5", "0"),
    ("create.audio-duration", "create", c.sound(duration=60_007), "sound_file", "60007", "60000"),
    ("create.audio-duration", "create", lasting(c.nothing, 1990), "audio_id", "1990", "2000"),
    ("create.audio-duration", "create", lasting(c.nothing, 60_007), "audio_id", "60007", "60000"),
    (
        "create.sound-file-size",
        "create",
        c.sound(bytes=5_242_889),
        "sound_file",
        "5242889",
        "5242880",
    ),
    ("create.sound-file-format", "create", c.sound(format="ogg"), "sound_file", "ogg", "mp3"),
    ("create.face-in-session", "create", c.entry(face_id="7"), "face_id", "7", "0"),
    ("create.times-required", "create", c.without("sound_end_time"), "sound_end_time", "", ""),
    ("create.required-fields", "create", c.entry(face_id=""), "face_id", "", ""),
)

WHOLE: tuple[Row, ...] = (
    (
        "identify.video-size",
        "identify",
        c.video(bytes=104_857_609),
        "video_url",
        "104857609",
        "104857600",
    ),
    ("identify.video-format", "identify", c.video(format="webm"), "video_url", "webm", "mp4"),
    (
        "identify.video-duration",
        "identify",
        c.video(duration=1990, face=[]),
        "video_url",
        "1990",
        "2000",
    ),
    (
        "identify.video-duration",
        "identify",
        c.video(duration=60_007),
        "video_url",
        "60007",
        "60000",
    ),
    (
        "identify.video-duration",
        "identify",
        lasting(c.nothing, 60_007),
        "video_id",
        "60007",
        "60000",
    ),
    ("identify.video-sides", "identify", sized(500, 720), "video_url", "500x720", "512x720"),
    ("identify.video-sides", "identify", sized(2161, 500), "video_url", "2161x500", "2160x512"),
    ("identify.video-sides", "identify", sized(720, 2161), "video_url", "720x2161", "720x2160"),
    ("identify.video-resolution", "identify", sized(721, 800), "video_url", "721x800", "1280x720"),
    (
        "list.page-number",
        "list",
        lambda draft: draft.query.update(pageNum=1001),
        "pageNum",
        "1001",
        "1000",
    ),
    ("list.page-size", "list", lambda draft: draft.query.update(pageSize=0), "pageSize", "0", "1"),
    ("billing.pack-exhausted", "identify", left("0.04"), "units left", "0.04", "0.05"),
    ("billing.pack-exhausted", "create", left("0.45"), "units left", "0.45", "1.0"),
    ("concurrency.limit", "create", full(2), "open tasks", "3", "2"),
    ("concurrency.rate-limit", "list", limited(2), "requests this second", "3", "2"),
    (
        "auth.header-present",
        "list",
        c.header("authorization", None),
        "Authorization",
        "",
        "Bearer <token>",
    ),
    ("auth.algorithm", "list", c.token({"alg": "HS384"}), "alg", "HS384", "HS256"),
    ("auth.claims", "list", c.token(exp=None), "exp", "missing or of the wrong type", ""),
    ("auth.claims", "list", c.token(iss="x"), "iss", "an unknown AccessKey", ""),
    (
        "auth.ip-allowed",
        "list",
        c.account({}, allowed_ips=["::2", "10.0.0.9"]),
        "client address",
        "127.0.0.1",
        "10.0.0.9",
    ),
    (
        "auth.account-status",
        "list",
        c.account({}, status="frozen"),
        "account status",
        "frozen",
        "normal",
    ),
    ("auth.permission", "get", c.account({}, forbidden_operations=["get"]), "operation", "get", ""),
    ("transport.known-path", "list", c.path("/v1"), "path", "/v1", TASKS),
    ("transport.known-method", "list", c.method("PATCH"), "method", "PATCH", ""),
    (
        "transport.content-type",
        "identify",
        c.header("content-type", "text/x"),
        "Content-Type",
        "text/x",
        "application/json",
    ),
    (
        "transport.json-body",
        "identify",
        c.spoiled(lambda body: nested(body, 65)),
        "body",
        "nested deeper than 64 levels",
        "one JSON object",
    ),
    ("get.known-task", "get", c.path(f"{TASKS}/17"), "task_id", "17", ""),
    ("identify.video-id-known", "identify", c.by_id_named(lambda *_: "17"), "video_id", "17", ""),
)

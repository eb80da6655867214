"""Refused requests, each with what the mock says is wrong with it and what would not be."""

from decimal import Decimal

from contract_tests import close_calls as c
from contract_tests.breaks_media import by_id
from contract_tests.breaks_standing import leave_units, open_tasks
from contract_tests.callers import Caller
from contract_tests.close_calls import Change
from contract_tests.drafts import Draft

Row = tuple[str, str, Change, str, str, str]
"""A rule, an operation, what is wrong, and the field, the value and the nearest that are told."""


def timed(start: int, end: int, insert: int, face: str = "0-8000", sound: int = 5000) -> Change:
    """Ask for these times of a sound of so many ms, in a video of 8 s with a face."""

    def change(draft: Draft) -> None:
        draft.video["face"] = [face]
        draft.sound["duration"] = sound
        times = {"sound_start_time": start, "sound_end_time": end, "sound_insert_time": insert}
        draft.choice.update(times)

    return change


def lasting(duration: int) -> Change:
    """Name a medium of this length (ms) by its id."""

    def change(draft: Draft) -> None:
        by_id(draft)
        draft.sound["duration"] = duration
        if draft.operation == "identify":
            draft.video |= {"duration": duration, "face": []}

    return change


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
    (
        "create.overlap-with-face",
        "create",
        timed(0, 3000, 500, "6000-8000"),
        "sound_insert_time",
        "500",
        "5000",
    ),
    (
        "create.insert-within-video",
        "create",
        timed(0, 8000, 7, sound=10_000),
        "sound_insert_time",
        "7",
        "0",
    ),
    (
        "create.insert-within-video",
        "create",
        timed(0, 9000, 17, sound=10_000),
        "sound_insert_time",
        "17",
        "",
    ),
    ("create.volume-range", "create", c.entry(sound_volume=2.5), "sound_volume", "2.5", "2"),
    ("create.volume-range", "create", c.entry(sound_volume=-0.5), "sound_volume", "-0.5", "0"),
    ("create.audio-duration", "create", c.sound(duration=60_007), "sound_file", "60007", "60000"),
    ("create.audio-duration", "create", lasting(1990), "audio_id", "1990", "2000"),
    ("create.audio-duration", "create", lasting(60_007), "audio_id", "60007", "60000"),
    (
        "create.sound-file-size",
        "create",
        c.sound(bytes=5_242_889),
        "sound_file",
        "5242889",
        "5242880",
    ),
    ("create.sound-file-format", "create", c.sound(format="ogg"), "sound_file", "ogg", "mp3"),
    ("create.times-required", "create", c.without("sound_end_time"), "sound_end_time", "", ""),
    ("create.required-fields", "create", c.entry(face_id=""), "face_id", "", ""),
)

"""Bodies of creates that are legal or damaged in several places at once, as chance has it."""

from copy import deepcopy
from random import Random
from typing import Any

from contract_tests import scenes
from contract_tests.callers import Fields
from contract_tests.oracle.world import Session
from contract_tests.scenes import described

SHORT, LONG = scenes.SHORTEST, scenes.LONGEST
ANYTHING: tuple[Any, ...] = ("", "x", 0, -1, 1.5, 10**30, None, True, [], {}, [{}], "0")
TOP = ("session_id", "face_choose", "watermark_info", "external_task_id", "callback_url")
ENTRY = ("face_id", "audio_id", "sound_file", "sound_volume", "original_audio_volume")
TIMES = ("sound_start_time", "sound_end_time", "sound_insert_time")


def fields_for(session: Session, own: str, draw: Random) -> Fields:
    """Draw a body for a session: legal wherever its video and its face allow that."""
    video = session.video.duration
    face = session.video.faces[0] if session.video.faces else None
    begin, end = (0, video) if face is None else (face.start, face.end)
    sound = draw.randint(SHORT, LONG)
    crop = draw.randint(min(SHORT, video), max(SHORT, min(sound, video)))
    low, high = max(0, begin + SHORT - crop), min(video - crop, end - SHORT)
    start = draw.randint(0, max(0, sound - crop))
    entry: Fields = {
        "face_id": "0" if face is None else face.face_id,
        "sound_file": described("audio", {"duration": sound}),
        "sound_start_time": start,
        "sound_end_time": start + crop,
        "sound_insert_time": draw.randint(min(low, high), max(low, high)),
    }
    fields: Fields = {"session_id": session.session_id, "face_choose": [entry]}
    if own:
        fields["external_task_id"] = own
    if draw.randint(0, 1):
        fields["watermark_info"] = draw.choice(({}, {"enabled": True}, {"enabled": False}))
    return fields


def changed(fields: Fields, draw: Random) -> Fields:
    """Return the body with one to three things changed, harmful or not."""
    for _ in range(draw.randint(1, 3)):
        entries = fields.get("face_choose")
        entry = entries[0] if isinstance(entries, list) and entries else None
        if not isinstance(entry, dict) or draw.randint(0, 3) == 0:
            _replace(fields, draw.choice(TOP), draw)
        else:
            _replace_in_entry(entry, draw)
    return fields


def _anything(draw: Random) -> Any:  # noqa: ANN401 - any JSON value
    """Draw a value of its own: what is changed in it later is changed nowhere else."""
    return deepcopy(draw.choice(ANYTHING))


def _replace(fields: Fields, name: str, draw: Random) -> None:
    if draw.randint(0, 2) == 0:
        fields.pop(name, None)
    elif name == "face_choose" and isinstance(fields.get(name), list) and draw.randint(0, 1):
        fields[name] = fields[name] * draw.randint(0, 2)
    else:
        fields[name] = _anything(draw)


def _replace_in_entry(entry: Fields, draw: Random) -> None:
    name = draw.choice((*TIMES, *TIMES, *ENTRY))
    value = entry.get(name)
    if name in TIMES and isinstance(value, int) and draw.randint(0, 2):
        entry[name] = value + draw.choice(
            (-1, 1, -LONG, LONG, -SHORT, SHORT, draw.randint(-99, 99))
        )
    elif name == "sound_file" and draw.randint(0, 1):
        facts: Fields = {
            "duration": draw.choice((SHORT - 1, SHORT, LONG, LONG + 1)),
            "bytes": draw.choice((5 * 2**20, 5 * 2**20 + 1)),
            "format": draw.choice(("mp3", "wav", "m4a", "aac", "ogg")),
            "moderation": draw.choice(("passed", "passed", "blocked")),
        }
        names = draw.sample(sorted(facts), draw.randint(1, 4))
        entry[name] = described("audio", {name: facts[name] for name in names})
    elif name in ("sound_volume", "original_audio_volume") and draw.randint(0, 1):
        entry[name] = draw.choice((0, 2, 2.0000000000000004, -5e-324, 1.0, 3))
    elif draw.randint(0, 2) == 0:
        entry.pop(name, None)
    else:
        entry[name] = _anything(draw)

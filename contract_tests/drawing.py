"""Valid requests, drawn from all that the rulebook allows: described media, options, empty strings.

`draw` is any `random.Random`: Hypothesis's own for the properties, a plain one for the fuzz test.
"""

from random import Random

from contract_tests import scenes
from contract_tests.callers import IDENTIFY, TASKS
from contract_tests.drafts import (
    Draft,
    Fields,
    audio_id,
    session_id,
    sound_url,
    task_path,
    video_id,
    video_url,
)
from contract_tests.scenes import Scene

OLDEST_DAYS = 29
"""Days that a drawn medium is old at most; the rest is room for clocks that move."""


def valid(operation: str, draw: Random, scene: Scene | None = None) -> Draft:
    """Draw a valid request to an operation."""
    if operation == "list":
        return Draft(operation, "GET", TASKS, scene or scenes.SCENE, {}, {}, query=_query(draw))
    scene = scenes.any_scene(draw) if scene is None else scene
    if operation == "get":
        return Draft(operation, "GET", task_path, scene, {}, {})
    video, sound = _video(draw, scene), {"duration": scene.sound}
    if operation == "identify":
        return Draft(operation, "POST", IDENTIFY, scene, video, sound, _identify(draw, video))
    sound = _sound(draw, scene)
    return Draft(operation, "POST", TASKS, scene, video, sound, _create(draw, scene, sound))


def _video(draw: Random, scene: Scene) -> Fields:
    short = draw.choice((720, 1080))
    sides = [short, draw.randint(short, 2160)]
    draw.shuffle(sides)
    facts: Fields = {"duration": scene.video, "width": sides[0], "height": sides[1]}
    facts["face"] = [f"{scene.face[0]}-{scene.face[1]}"]
    if draw.randint(0, 3) == 0:
        facts["face"].append(f"other:{draw.randint(0, scene.video - 1)}-{scene.video}")
    if draw.randint(0, 3) == 0:
        facts |= {"format": draw.choice(("mp4", "mov")), "sound": draw.choice(("yes", "no"))}
    if draw.randint(0, 3) == 0:
        facts["bytes"] = draw.randint(1, 104_857_600)
    return facts


def _sound(draw: Random, scene: Scene) -> Fields:
    facts: Fields = {"duration": scene.sound}
    if draw.randint(0, 2) == 0:
        facts["format"] = draw.choice(("mp3", "wav", "m4a", "aac"))
    if draw.randint(0, 3) == 0:
        facts["bytes"] = draw.randint(1, 5_242_880)
    return facts


def _identify(draw: Random, video: Fields) -> Fields:
    if draw.randint(0, 3) == 0:
        video["age"] = f"{draw.randint(0, OLDEST_DAYS)}d"
        return _sprinkled(draw, {"video_id": video_id}, {"video_url": ("",)})
    return _sprinkled(draw, {"video_url": video_url}, {"video_id": ("",), "unknown_field": (1,)})


def _create(draw: Random, scene: Scene, sound: Fields) -> Fields:
    choice: Fields = {
        "face_id": "0",
        "sound_start_time": scene.start,
        "sound_end_time": scene.end,
        "sound_insert_time": scene.insert,
    }
    other = "audio_id"
    if draw.randint(0, 3) == 0:
        sound["age"] = f"{draw.randint(0, OLDEST_DAYS)}d"
        choice["audio_id"], other = audio_id, "sound_file"
    else:
        choice["sound_file"] = sound_url
    volumes = (0, 1, 2, 0.0, 2.0, 0.5, draw.randint(0, 2000) / 1000)
    _sprinkled(
        draw,
        choice,
        {"sound_volume": volumes, "original_audio_volume": volumes, other: ("",)},
    )
    options: Fields = {
        "watermark_info": ({}, {"enabled": True}, {"enabled": False}),
        "external_task_id": ("", f"order {draw.getrandbits(64):x}", f"é/{draw.getrandbits(64)}"),
        "callback_url": ("",),
        "unknown_field": (None, [], {"nested": 1}),
    }
    return _sprinkled(draw, {"session_id": session_id, "face_choose": [choice]}, options)


def _query(draw: Random) -> Fields:
    sizes, numbers = ("", 1, 500, draw.randint(1, 500)), ("", 1, 1000, draw.randint(1, 1000))
    return _sprinkled(draw, {}, {"pageNum": numbers, "pageSize": sizes, "unknown": ("1",)})


def _sprinkled(draw: Random, fields: Fields, options: Fields) -> Fields:
    """Add some of the options, each with one of its values."""
    for name, values in options.items():
        if draw.randint(0, 2) == 0:
            fields[name] = draw.choice(values)
    return fields

"""Ways to break the rules that are judged on a request's fields alone."""

from random import Random
from typing import Any

from contract_tests import scenes
from contract_tests.drafts import (
    Draft,
    set_times,
    sound_url,
    video_id,
    video_url,
)
from contract_tests.ways import CREATE, IDENTIFY, Way

LARGEST_LONG = 2**63 - 1
TIMES = ("sound_start_time", "sound_end_time", "sound_insert_time")
VOLUMES = ("sound_volume", "original_audio_volume")
UNDOCUMENTED = ("model_name", "Video_id", "")
_NO_TEXT: tuple[Any, ...] = (0, 1.5, True, None, [], ["x"], {})
_NO_LONG: tuple[Any, ...] = ("0", "", 0.5, True, None, [0], {}, LARGEST_LONG + 1, 10**40)
_NO_NUMBER: tuple[Any, ...] = ("1", "", True, None, [1], {})
_NO_OBJECT: tuple[Any, ...] = (0, "x", True, None, [])


def _take_out(fields: dict[str, Any], *names: str) -> None:
    for name in names:
        fields.pop(name, None)


def wrong_identify_type(draft: Draft, draw: Random) -> None:
    """A field of identify that is no string."""
    name = draw.choice(("video_id", "video_url"))
    _take_out(draft.body, "video_id", "video_url")
    draft.body[name] = draw.choice(_NO_TEXT)


def wrong_create_type(draft: Draft, draw: Random) -> None:
    """A field of create that has another type than the printed one."""
    audio = "audio_id" if draft.choice.get("audio_id") else "sound_file"
    places: list[tuple[dict[str, Any], str, tuple[Any, ...]]] = [
        (draft.body, "session_id", _NO_TEXT),
        (draft.body, "external_task_id", _NO_TEXT),
        (draft.body, "callback_url", _NO_TEXT),
        (
            draft.body,
            "face_choose",
            (0, "x", True, None, {}, draft.choice, [0], [None], ["x"], [[]]),
        ),
        (draft.choice, "face_id", _NO_TEXT),
        (draft.choice, audio, _NO_TEXT),
        *((draft.choice, name, _NO_LONG) for name in TIMES),
        *((draft.choice, name, _NO_NUMBER) for name in VOLUMES),
    ]
    holder, name, values = draw.choice(places)
    holder[name] = draw.choice(values)


def undocumented_field(draft: Draft, draw: Random) -> None:
    """A field or parameter that nobody documents, where the reading refuses such."""
    draft.query.pop("unknown", None)
    if draft.operation == "list":
        draft.query[draw.choice(("page_num", "status"))] = "1"
    else:
        draft.body[draw.choice(UNDOCUMENTED)] = draw.choice((1, "x", None))
    _refuse_unknown(draft)


def undocumented_entry_field(draft: Draft, draw: Random) -> None:
    """The same in the entry of face_choose."""
    draft.body.pop("unknown_field", None)
    draft.choice[draw.choice(UNDOCUMENTED)] = draw.choice((1, "x", None))
    _refuse_unknown(draft)


def _refuse_unknown(draft: Draft) -> None:
    draft.around(
        {"readings": {"unknown-field": "refuse"}}, {"readings": {"unknown-field": "ignore"}}
    )


def both_or_no_video(draft: Draft, draw: Random) -> None:
    """Both sources filled, or neither."""
    _take_out(draft.body, "video_id", "video_url")
    draft.body.update(
        draw.choice(
            (
                {"video_url": video_url, "video_id": video_id},
                {"video_url": "", "video_id": ""},
                {"video_url": ""},
                {"video_id": ""},
                {},
                {"video_url": video_url, "video_id": "no such video"},
            )
        )
    )


def missing_field(draft: Draft, draw: Random) -> None:
    """A required field that is left out or empty."""
    places: list[tuple[dict[str, Any], str, object]] = [
        (draft.body, "session_id", ""),
        (draft.body, "face_choose", []),
        (draft.choice, "face_id", ""),
    ]
    holder, name, empty = draw.choice(places)
    if draw.randint(0, 1):
        holder[name] = empty
    else:
        del holder[name]


def two_faces(draft: Draft, draw: Random) -> None:
    """More entries than one, each of them legal."""
    draft.body["face_choose"] = [draft.choice] * draw.randint(2, 5)


def both_or_no_audio(draft: Draft, draw: Random) -> None:
    """Both sources filled, or neither."""
    _take_out(draft.choice, "audio_id", "sound_file")
    draft.choice.update(
        draw.choice(
            (
                {"sound_file": sound_url, "audio_id": "850511204913471489"},
                {"sound_file": "", "audio_id": ""},
                {"sound_file": ""},
                {"audio_id": ""},
                {},
            )
        )
    )


def missing_time(draft: Draft, draw: Random) -> None:
    """One time or several that are left out."""
    for name in draw.sample(TIMES, draw.randint(1, 3)):
        del draft.choice[name]


def volume_out_of_range(draft: Draft, draw: Random) -> None:
    """A volume below 0 or above 2."""
    values = (-1, 3, -0.000001, 2.000001, -1e308, 1e308, 2.0000000000000004, -5e-324, 10**30)
    draft.choice[draw.choice(VOLUMES)] = draw.choice(values)


def wrong_watermark(draft: Draft, draw: Random) -> None:
    """A watermark_info that is no object, or whose `enabled` is no boolean."""
    enabled: Any = draw.choice((0, 1, "true", "", None, [], {}))
    values = (*_NO_OBJECT, {"enabled": enabled}, [{"enabled": True}])
    draft.body["watermark_info"] = draw.choice(values)


def wrong_callback(draft: Draft, draw: Random) -> None:
    """A callback_url that is no absolute http(s) URL."""
    draft.body["callback_url"] = draw.choice(
        (
            "callback",
            "/callback",
            "//client.example.com/callback",
            "client.example.com/callback",
            "ftp://client.example.com/callback",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "mailto:client@example.com",
            "http://",
            "http:///callback",
            "https:client.example.com",
            "http://[::1/callback",
            "http://client.example.com:70000/",
            "http://client.example.com:0/",
            "http://client.example.com/a b",
            "http://client.example.com/\n",
            " ",
        )
    )


def wrong_page_number(draft: Draft, draw: Random) -> None:
    """A pageNum out of its range, or no integer."""
    draft.query["pageNum"] = draw.choice(
        (0, -1, 1001, 10**30, "x", "1.5", "1e2", "0x1", "null", "%20", "%2B1", "1,2")
    )


def wrong_page_size(draft: Draft, draw: Random) -> None:
    """A pageSize out of its range, or no integer."""
    draft.query["pageSize"] = draw.choice(
        (0, -1, 501, 10**30, "x", "30.5", "true", "%00", "%2B5", "[]")
    )


def negative_start(draft: Draft, draw: Random) -> None:
    """A crop of legal length that starts before the sound does."""
    scene = draft.scene
    start = -draw.randint(1, scene.crop)
    set_times(draft, start=start, end=start + scene.crop, insert=scene.insert)


def negative_insert(draft: Draft, draw: Random) -> None:
    """A sound that starts before the video, and shares enough with the face nevertheless."""
    scene = draft.scene
    early = draw.randint(1, scene.crop - scene.face[0] - scenes.SHORTEST)
    set_times(draft, start=scene.start, end=scene.end, insert=-early)


def short_crop(draft: Draft, draw: Random) -> None:
    """A crop shorter than 2 s, or one that ends before it starts."""
    length = draw.choice(
        (scenes.SHORTEST - 1, 0, -1, draw.randint(-LARGEST_LONG // 2, scenes.SHORTEST - 1))
    )
    scene = draft.scene
    set_times(draft, start=scene.start, end=scene.start + length, insert=scene.insert)


WAYS = (
    Way("transport.field-types", wrong_identify_type, IDENTIFY, "body"),
    Way("transport.field-types", wrong_create_type, CREATE, "body"),
    Way("transport.unknown-fields", undocumented_field, ("identify", "create", "list"), "unknown"),
    Way("transport.unknown-fields", undocumented_entry_field, CREATE, "body"),
    Way("identify.one-video-source", both_or_no_video, IDENTIFY, "body"),
    Way("create.required-fields", missing_field, CREATE, "body"),
    Way("create.one-face", two_faces, CREATE, "face_choose"),
    Way("create.one-audio-source", both_or_no_audio, CREATE, "audio"),
    Way("create.times-required", missing_time, CREATE, "times"),
    Way("create.volume-range", volume_out_of_range, CREATE, "volumes"),
    Way("create.watermark-info", wrong_watermark, CREATE, "watermark_info"),
    Way("create.callback-url-form", wrong_callback, CREATE, "callback_url"),
    Way("list.page-number", wrong_page_number, ("list",), "pageNum"),
    Way("list.page-size", wrong_page_size, ("list",), "pageSize"),
    Way("create.sound-start-not-negative", negative_start, CREATE, "times"),
    Way("create.insert-not-negative", negative_insert, CREATE, "times", scenes.face_soon),
    Way("create.crop-length", short_crop, CREATE, "times"),
)

"""Which rules a body breaks that can be told from its fields alone, by the page's words."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from contract_tests.spec import limit

Fields = Mapping[str, Any]
TIMES = ("sound_start_time", "sound_end_time", "sound_insert_time")
VOLUMES = ("sound_volume", "original_audio_volume")
LONG = 2**63
SHORTEST = limit("create.crop-length", "shortest_ms")


def whole(value: Any) -> bool:  # noqa: ANN401 - any JSON value
    """Whether a value is a long: a whole number of 64 bits, however it is written."""
    return number(value) and -LONG <= value < LONG and int(value) == value


def number(value: object) -> bool:
    """Whether a value is a float."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def filled(fields: Fields, name: str) -> bool:
    """Whether a field is given: the empty string counts as not given."""
    return bool(fields.get(name, "") != "")


def of_identify(body: Fields) -> Iterator[str]:
    """Yield the rules that the fields of an identify call break."""
    names = ("video_id", "video_url")
    if any(not isinstance(body[name], str) for name in names if name in body):
        yield "transport.field-types"
    elif sum(filled(body, name) for name in names) != 1:
        yield "identify.one-video-source"


def of_create(body: Fields) -> Iterator[str]:
    """Yield the rules that the fields of a create call break."""
    if _wrong_types(body):
        yield "transport.field-types"
        return
    entries = body.get("face_choose", [])
    if not filled(body, "session_id") or not entries:
        yield "create.required-fields"
    if len(entries) > 1:
        yield "create.one-face"
    if "watermark_info" in body and not _is_watermark(body["watermark_info"]):
        yield "create.watermark-info"
    if filled(body, "callback_url") and not _is_absolute(body["callback_url"]):
        yield "create.callback-url-form"
    for entry in entries:
        yield from _of_entry(entry)


def _of_entry(entry: Fields) -> Iterator[str]:
    if not filled(entry, "face_id"):
        yield "create.required-fields"
    if filled(entry, "audio_id") == filled(entry, "sound_file"):
        yield "create.one-audio-source"
    if any(name not in entry for name in TIMES):
        yield "create.times-required"
    if any(not 0 <= entry[name] <= 2 for name in VOLUMES if name in entry):
        yield "create.volume-range"
    if entry.get("sound_start_time", 0) < 0:
        yield "create.sound-start-not-negative"
    if entry.get("sound_insert_time", 0) < 0:
        yield "create.insert-not-negative"
    if all(name in entry for name in TIMES[:2]) and crop(entry) < SHORTEST:
        yield "create.crop-length"


def crop(entry: Fields) -> int:
    """Return how long the cropped sound is (ms)."""
    return int(entry["sound_end_time"]) - int(entry["sound_start_time"])


def _wrong_types(body: Fields) -> bool:
    texts = ("session_id", "external_task_id", "callback_url")
    if any(not isinstance(body[name], str) for name in texts if name in body):
        return True
    entries = body.get("face_choose", [])
    if not isinstance(entries, list) or any(not isinstance(one, dict) for one in entries):
        return True
    return any(_wrong_entry(entry) for entry in entries)


def _wrong_entry(entry: Fields) -> bool:
    texts = ("face_id", "audio_id", "sound_file")
    return (
        any(not isinstance(entry[name], str) for name in texts if name in entry)
        or any(not whole(entry[name]) for name in TIMES if name in entry)
        or any(not number(entry[name]) for name in VOLUMES if name in entry)
    )


def _is_watermark(value: object) -> bool:
    return isinstance(value, dict) and isinstance(value.get("enabled", False), bool)


def _is_absolute(url: str) -> bool:
    if any(letter <= " " or letter == "\x7f" for letter in url):
        return False
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and port != 0

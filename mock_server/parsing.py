"""From bytes to values: the JSON border, and the only place where values have any type.

Parsing is lenient: a field of the wrong type becomes unknown (None), because the schema
names the rule that it breaks, and rules about other fields may still be asked.
"""

import json
import re
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl

import msgspec
from attrs import frozen

from kling_lipsync.rules.facts import CreateInput, IdentifyInput, ListInput, Readings

JsonObject = dict[str, Any]
_TIMES = ("sound_start_time", "sound_end_time", "sound_insert_time")
_BODY_TEXTS = ("session_id", "external_task_id", "callback_url")
_CHOICE_TEXTS = ("audio_id", "sound_file")
_NO_CHOICE: JsonObject = {}
_LARGEST_FLOAT = 1.7976931348623157e308
_WHOLE = re.compile(r"-?[0-9]{1,40}")


class _NotWellFormed(ValueError):
    """The text is JSON by grammar, and yet not one object that means one thing."""


@frozen
class BodyFault:
    """Why a body is not one well-formed JSON object."""

    reason: str


def parse_body(body: bytes, deepest_nesting: int) -> JsonObject | BodyFault:
    """Return the one JSON object that a body is, or why it is none."""
    plain = _plain(body, deepest_nesting)
    if plain is not None:
        return plain
    try:
        text = body.decode("utf-8")
        value = _decode(text)
    except UnicodeDecodeError as error:
        return BodyFault(f"not UTF-8 at byte {error.start}")
    except json.JSONDecodeError as error:
        return BodyFault(f"not JSON: {error.msg} at line {error.lineno} column {error.colno}")
    except RecursionError:
        return BodyFault(f"nested deeper than {deepest_nesting} levels")
    except ValueError as error:
        return BodyFault(str(error))
    if not isinstance(value, dict):
        return BodyFault(f"a JSON {_json_type(value)}, not an object")
    if text.count("[") + text.count("{") > deepest_nesting and _depth(value) > deepest_nesting:
        return BodyFault(f"nested deeper than {deepest_nesting} levels")
    if "\\u" in text and not _is_text(value):
        return BodyFault("half of a surrogate pair, which is not Unicode text")
    return value


def identify_input(body: Mapping[str, Any]) -> IdentifyInput:
    """Return the fields of an identify call."""
    return IdentifyInput(*_texts((body.get("video_id"), body.get("video_url"))))


def create_input(body: Mapping[str, Any], readings: Readings) -> CreateInput:
    """Return the fields of a create call, with its first face choice flattened."""
    entries = _entries(body.get("face_choose"))
    choice = entries[0] if entries else _NO_CHOICE
    session_id, external_task_id, callback_url = _texts(map(body.get, _BODY_TEXTS))
    audio_id, sound_file = _texts(map(choice.get, _CHOICE_TEXTS))
    face_ids = tuple([i for i in _texts([entry.get("face_id") for entry in entries]) if i])
    times = [choice.get(name) for name in _TIMES]
    start, end, insert = [v if type(v) is int else _time(v, readings) for v in times]
    loud, original = choice.get("sound_volume"), choice.get("original_audio_volume")
    return CreateInput(
        session_id,
        face_ids[0] if face_ids else None,
        audio_id,
        sound_file,
        start,
        end,
        insert,
        loud if type(loud) is int else _number(loud),
        original if type(original) is int else _number(original),
        "watermark_info" in body and _watermark(body["watermark_info"]),
        external_task_id,
        callback_url,
        len(entries) or 1,
        face_ids,
    )


def _entries(choices: object) -> list[JsonObject]:
    if not isinstance(choices, list):
        return []
    if len(choices) == 1 and type(choices[0]) is dict:
        return choices
    return [choice for choice in choices if isinstance(choice, dict)]


def fractional_times(body: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the time fields that were written with a decimal point or an exponent."""
    choices = body.get("face_choose")
    if not isinstance(choices, list) or not choices or not isinstance(choices[0], dict):
        return ()
    kinds = set(map(type, map(choices[0].get, _TIMES)))
    if float not in kinds:
        return ()
    choice = choices[0]
    return tuple([f"face_choose[0].{name}" for name in _TIMES if type(choice.get(name)) is float])


def query_fields(query: str) -> dict[str, object]:
    """Return the two page parameters as sent: an integer where it is one, absent where empty."""
    fields: dict[str, object] = {}
    for name, text in _query_pairs(query):
        if name in ("pageNum", "pageSize") and text and name not in fields:
            fields[name] = int(text) if _WHOLE.fullmatch(text) else text
    return fields


def unknown_query_fields(query: str, known: Collection[str] = ()) -> tuple[str, ...]:
    """Return the names of query parameters that are not among those that are documented."""
    if not query:
        return ()
    return tuple([name for name, _ in _query_pairs(query) if name not in known])


def list_input(
    fields: Mapping[str, object], bounds: Mapping[str, tuple[int, int, int]]
) -> ListInput:
    """Return the page asked for; `bounds` has the lowest, highest and default value of each.

    A number outside is moved inside: where that is refused, the schema did so before.
    """
    chosen = {}
    for name, (low, high, default) in bounds.items():
        value = fields.get(name, default)
        chosen[name] = min(max(value, low), high) if isinstance(value, int) else default
    return ListInput(chosen["pageNum"], chosen["pageSize"])


@lru_cache(maxsize=256)
def _query_pairs(query: str) -> tuple[tuple[str, str], ...]:
    return tuple(parse_qsl(query, keep_blank_values=True))


def _plain(body: bytes, deepest_nesting: int) -> JsonObject | None:
    """Return the object that a body is beyond doubt, in a quarter of the time; None in doubt.

    What reads back as it was written had no name twice, no odd number and no odd character.
    """
    if body.count(b"[") + body.count(b"{") > deepest_nesting:
        return None
    try:
        value = _quickly(body)
        same = _written(value) == msgspec.json.format(body, indent=-1)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None
    return value if same and type(value) is dict else None


def _unique(pairs: list[tuple[str, Any]]) -> JsonObject:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        msg = f"the name {twice[:40]!r} stands twice in one object"
        raise _NotWellFormed(msg)
    return found


def _no_constant(name: str) -> float:
    msg = f"{name} is no JSON number"
    raise _NotWellFormed(msg)


def _finite(text: str) -> float:
    return min(max(float(text), -_LARGEST_FLOAT), _LARGEST_FLOAT)


_quickly = msgspec.json.Decoder().decode
_written = msgspec.json.Encoder().encode
_decode = json.JSONDecoder(
    object_pairs_hook=_unique, parse_constant=_no_constant, parse_float=_finite
).decode


def _depth(value: object) -> int:
    deepest, level = 0, [value]
    while level:
        deepest += 1
        nested = [item for item in level if isinstance(item, dict | list)]
        level = [
            child
            for item in nested
            for child in (item.values() if isinstance(item, dict) else item)
            if isinstance(child, dict | list)
        ]
    return deepest


def _is_text(value: object) -> bool:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def _json_type(value: object) -> str:
    names = {list: "array", str: "string", bool: "boolean", type(None): "null"}
    return names.get(type(value), "number")


def _texts(values: Iterable[object]) -> list[str | None]:
    """Return the texts that are not empty, and None for everything else."""
    return [value if isinstance(value, str) and value else None for value in values]


def _number(value: object) -> float:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else 1.0


def _time(value: object, readings: Readings) -> int | None:
    if value is None and readings["omitted-time"] == "zero":
        return 0
    return _whole(value, readings)


def _whole(value: object, readings: Readings) -> int | None:
    if isinstance(value, float) and (
        value.is_integer() or readings["number-for-time"] == "truncate"
    ):
        return int(value)
    if isinstance(value, str) and readings["number-for-time"] == "numeric-text":
        return int(value) if _WHOLE.fullmatch(value) else None
    return None


def _watermark(value: object) -> bool:
    if isinstance(value, list):
        value = value[0] if value else None
    return isinstance(value, dict) and value.get("enabled") is True

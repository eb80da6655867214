"""Replies as the contract allows them, built from its schemas, and what may become of them."""

import copy
import json
import string
from random import Random
from typing import Any

from contract_tests import spec
from contract_tests.spec import ENVELOPES

Json = Any
MANY = 3
DIGITS = string.digits
LETTERS = string.ascii_letters + ' /:?&=é€\u3042\U0001f600"\\\n'
SCHEMAS: dict[str, Any] = spec.contract().openapi["components"]["schemas"]


def reply(operation: str, draw: Random) -> dict[str, Any]:
    """Draw an accepted reply of an operation."""
    value: dict[str, Any] = built({"$ref": f"#/components/schemas/{ENVELOPES[operation]}"}, draw)
    return value


def refusal(draw: Random) -> tuple[int, dict[str, Any]]:
    """Draw a refusal, with the HTTP status of its code."""
    code = draw.choice(sorted(set(spec.rulebook().codes) - {0}))
    body = {"code": code, "message": _text(draw), "request_id": _text(draw, shortest=1)}
    return spec.status_of(code), body


def built(schema: dict[str, Any], draw: Random) -> Json:
    """Draw a value that a schema of the contract allows, as simple as its keywords are."""
    name = schema.get("$ref", "").rpartition("/")[2]
    if name:
        found = {**SCHEMAS[name], **{k: v for k, v in schema.items() if k != "$ref"}}
        value = built(found, draw)
        return _agreeing(value, draw) if name == "Task" else value
    if "enum" in schema:
        return draw.choice(schema["enum"])
    if schema["type"] == "object":
        return _object(schema, draw)
    if schema["type"] == "array":
        count = draw.randint(schema.get("minItems", 0), min(schema.get("maxItems", MANY), MANY))
        return [built(schema["items"], draw) for _ in range(count)]
    if schema["type"] == "integer":
        return draw.randint(schema.get("minimum", -(2**31)), schema.get("maximum", 2**53))
    if schema["type"] == "boolean":
        return draw.randint(0, 1) == 1
    return _string(schema, draw)


def _object(schema: dict[str, Any], draw: Random) -> dict[str, Any]:
    required = schema.get("required", ())
    made = {
        name: built(part, draw)
        for name, part in schema["properties"].items()
        if name in required or draw.randint(0, 1)
    }
    if draw.randint(0, 3) == 0:
        made[f"new_{draw.randint(0, 9)}"] = draw.choice((None, 1, "x", [], {"a": None}))
    return made


def _agreeing(task: dict[str, Any], draw: Random) -> dict[str, Any]:
    """Let a task have a result iff it succeeded, and a reason if it failed."""
    task.pop("task_result", None)
    if task["task_status"] == "succeed":
        task["task_result"] = built({"$ref": "#/components/schemas/TaskResult"}, draw)
    if task["task_status"] == "failed":
        task["task_status_msg"] = _text(draw, shortest=1)
    return task


def _string(schema: dict[str, Any], draw: Random) -> str:
    if schema.get("format") == "uri":
        return f"https://media.example.com/{draw.getrandbits(40):x}?Expires={draw.randint(1, 9)}"
    if "pattern" in schema:
        number = "".join(draw.choice(DIGITS) for _ in range(draw.randint(1, 19)))
        decimals = draw.randint(0, 1) == 1 and "." in schema["pattern"]
        return f"{number}.{draw.randint(0, 99)}" if decimals else number
    return _text(draw, shortest=schema.get("minLength", 0))


def _text(draw: Random, *, shortest: int = 0) -> str:
    return "".join(draw.choice(LETTERS) for _ in range(draw.randint(shortest, 9)))


HARMS: tuple[Json, ...] = (
    *(None, "", "0", "x", 0, -1, 0.5, 10**30, 1e308, True, False),
    *([], {}, [None], {"": None}, "\ud800", 2**63),
)


def harmed(value: Json, draw: Random) -> Json:
    """Draw what a reply turns into when one to three parts of it are lost, replaced or repeated."""
    value = copy.deepcopy(value)
    for _ in range(draw.randint(1, 3)):
        value = _harmed_once(value, draw)
    return value


def _harmed_once(value: Json, draw: Random) -> Json:
    if not isinstance(value, (dict, list)) or not value or draw.randint(0, 5) == 0:
        return draw.choice(HARMS)
    if isinstance(value, list):
        place = draw.randint(0, len(value) - 1)
        return [*value[:place], _harmed_once(value[place], draw), *value[place + 1 :]]
    name = draw.choice(sorted(value))
    if draw.randint(0, 2) == 0:
        return {other: part for other, part in value.items() if other != name}
    return {**value, name: _harmed_once(value[name], draw)}


def nulled(value: Json) -> list[Json]:
    """Return the value with null in each place of it in turn."""
    inner: list[Json] = []
    if isinstance(value, dict):
        inner = [{**value, n: one} for n, part in value.items() for one in nulled(part)]
    elif isinstance(value, list):
        inner = [
            [*value[:place], one, *value[place + 1 :]]
            for place, part in enumerate(value)
            for one in nulled(part)
        ]
    return [None, *inner]


def written(value: Json) -> bytes:
    """Return a value as JSON, with what JSON can say and Python's types cannot."""
    return json.dumps(value).encode()

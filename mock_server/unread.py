"""What a client sent and nothing read: unknown fields, the second of two sources, a GET's body.

Fields are JSON pointers (RFC 6901) into what was sent: `/body/face_choose/0/speed`,
`/query/pageSise`; `/body` alone is a body where none is read.
"""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl

from kling_lipsync.contract import Contract
from kling_lipsync.rulebook import resolve_pointer
from mock_server import creating, identifying
from mock_server.journal import Entry
from mock_server.journal_text import json_of
from mock_server.operations import OPERATIONS, PAGE_SCHEMAS

_SCHEMAS: Mapping[str, str] = {"identify": identifying.SCHEMA, "create": creating.SCHEMA}
_EITHER = (("audio_id", "sound_file"), ("video_id", "video_url"))
"""Of these two, the second counts for nothing where the first is given."""


def unread(entry: Entry, contract: Contract) -> list[str] | None:
    """Return the fields that nothing read; None when the body was too large to be kept."""
    if entry.kind != "call" or entry.operation not in OPERATIONS:
        return []
    found = list(_unread_query(entry))
    if not entry.body_bytes:
        return found
    schema = _SCHEMAS.get(entry.operation)
    if schema is None:
        return [*found, "/body"]
    body = json_of(entry.body)
    if body is None and entry.body_bytes > len(entry.body):
        return None
    stated = resolve_pointer(contract.openapi, schema)
    return [*found, *_unread(body, stated, "/body", contract.openapi)]


def _unread_query(entry: Entry) -> Iterator[str]:
    known = PAGE_SCHEMAS if entry.operation == "list" else {}
    names: list[str] = []
    for name, _ in parse_qsl(entry.query, keep_blank_values=True):
        if name not in known:
            yield f"/query/{_escaped(name)}"
        elif name in names:
            yield f"/query/{name}/{names.count(name)}"
        names.append(name)


def _unread(value: Any, schema: Any, pointer: str, document: dict[str, Any]) -> Iterator[str]:  # noqa: ANN401 - any JSON
    if "$ref" in schema:
        schema = resolve_pointer(document, schema["$ref"].removeprefix("#"))
    if isinstance(value, list) and "items" in schema:
        for index, item in enumerate(value):
            yield from _unread(item, schema["items"], f"{pointer}/{index}", document)
    elif isinstance(value, dict) and "properties" in schema:
        for name, item in value.items():
            place = f"{pointer}/{_escaped(name)}"
            stated = schema["properties"].get(name)
            if stated is None or _passed_over(name, value):
                yield place
            else:
                yield from _unread(item, stated, place, document)


def _passed_over(name: str, siblings: Mapping[str, Any]) -> bool:
    return any(
        name == second and bool(siblings.get(first)) and bool(siblings[second])
        for first, second in _EITHER
    )


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")

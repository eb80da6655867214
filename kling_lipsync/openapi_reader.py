"""What the OpenAPI document may say: every key that this project acts on, and no other.

A misspelt keyword would silently lift a promise, so it fails when the contract is compiled.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from kling_lipsync.rulebook import SpecError, only_keys

TOP_KEYS = frozenset("openapi info servers tags paths components externalDocs x-errors".split())
SCHEMA_KEYS = frozenset(
    "$ref type format description example title default enum const pattern minLength maxLength "
    "minimum maximum items minItems maxItems properties propertyNames required "
    "additionalProperties if then else not allOf anyOf oneOf".split()
)
_SUBSCHEMAS = ("items", "propertyNames", "additionalProperties", "if", "then", "else", "not")
_LISTS = ("allOf", "anyOf", "oneOf")


def check_openapi(openapi: Mapping[str, Any]) -> None:
    """Raise SpecError for a key that is not understood, with its place."""
    only_keys(openapi, TOP_KEYS, "openapi.yaml")
    for place in _extensions({k: v for k, v in openapi.items() if k != "x-errors"}, ""):
        msg = f"openapi.yaml{place}: an extension that nothing reads; only /x-errors is known"
        raise SpecError(msg)
    components = openapi["components"]
    for name, schema in components["schemas"].items():
        _check_schema(schema, f"openapi.yaml/components/schemas/{name}")
    for part in ("paths", "components"):
        for place, schema in _schemas(openapi[part], f"openapi.yaml/{part}"):
            _check_schema(schema, place)
    codes = {str(code) for code in components["schemas"]["ServiceCode"]["enum"]} | {"0"}
    if codes != set(openapi["x-errors"]):
        differing = ", ".join(sorted(codes ^ set(openapi["x-errors"])))
        msg = f"openapi.yaml: x-errors and the enum of ServiceCode differ in: {differing}"
        raise SpecError(msg)


def _check_schema(schema: object, place: str) -> None:
    if isinstance(schema, bool) or not isinstance(schema, Mapping):
        return
    only_keys(schema, SCHEMA_KEYS, place)
    for name, property_schema in schema.get("properties", {}).items():
        _check_schema(property_schema, f"{place}/properties/{name}")
    for keyword in _SUBSCHEMAS:
        _check_schema(schema.get(keyword), f"{place}/{keyword}")
    for keyword in _LISTS:
        for number, part in enumerate(schema.get(keyword, ())):
            _check_schema(part, f"{place}/{keyword}/{number}")


def _schemas(value: object, place: str) -> Iterator[tuple[str, object]]:
    """Find what stands under a key `schema`, wherever parameters and media types have one."""
    if isinstance(value, Mapping):
        for key, child in value.items():
            if key == "schema":
                yield f"{place}/schema", child
            elif key not in ("example", "examples"):
                yield from _schemas(child, f"{place}/{key}")
    elif isinstance(value, list):
        for number, child in enumerate(value):
            yield from _schemas(child, f"{place}/{number}")


def _extensions(value: object, place: str) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, child in value.items():
            if str(key).startswith("x-"):
                yield f"{place}/{key}"
            yield from _extensions(child, f"{place}/{key}")
    elif isinstance(value, list):
        for number, child in enumerate(value):
            yield from _extensions(child, f"{place}/{number}")

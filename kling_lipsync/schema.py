"""The schemas of openapi.yaml, compiled, with every failure named by the rule that states it.

A reading that loosens or tightens a request schema is a patch in the rulebook, applied
before the schemas are compiled; schemas for the same patches are compiled once.
"""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

import jsonschema_rs
from attrs import frozen
from jsonschema_rs import ValidationErrorKind

from kling_lipsync.contract import Contract
from kling_lipsync.rulebook import Choice, Rulebook, resolve_pointer
from kling_lipsync.rules.facts import Finding

Path = tuple[str | int, ...]
_RECENT = 1024


@frozen
class Violation:
    """One schema keyword that a value fails: the rule that states it, where, and what was there."""

    rule: str
    position: int
    finding: Finding


class Schemas:
    """The compiled schemas of one set of readings; check values by the pointer of their schema."""

    def __init__(self, contract: Contract, readings: Mapping[str, Choice]) -> None:
        document = patched_document(contract, readings)
        self._document = document
        self._rulebook = contract.rulebook
        self._positions = {name: place for place, name in enumerate(contract.rulebook.order)}
        self._page_bounds = _page_bounds(contract.openapi)

    @cached_property
    def _validators(self) -> jsonschema_rs.ValidatorMap:
        """Compiled when the first value is checked: a server that only lists starts sooner."""
        return jsonschema_rs.validator_map_for(
            self._document, mask="the value", validate_formats=True
        )

    def is_valid(self, pointer: str, value: object) -> bool:
        """Whether the value obeys the schema at a pointer such as `/components/schemas/Task`."""
        return bool(self._validators["#" + pointer].is_valid(value))

    def violations(self, pointer: str, value: object, prefix: Path = ()) -> list[Violation]:
        """Return every named failure of the value; its fields stand under the path `prefix`."""
        return list(self._named(pointer, value, prefix))

    def page_bounds(self) -> Mapping[str, tuple[int, int, int]]:
        """Return the lowest, highest and default value of each page parameter."""
        return self._page_bounds

    def explain(self, pointer: str, value: object) -> str:
        """Return the failures as text for people, without the value; empty when there are none."""
        errors = self._validators["#" + pointer].iter_errors(value)
        return "; ".join(f"{error.message} at /{_joined(error.instance_path)}" for error in errors)

    def _named(self, pointer: str, value: object, prefix: Path) -> Iterator[Violation]:
        for error in self._validators["#" + pointer].iter_errors(value):
            path: Path = tuple(error.instance_path)
            place = self._absolute(pointer, error.evaluation_path)
            if isinstance(error.kind, ValidationErrorKind.Required):
                names = resolve_pointer(self._document, place)
                missing = error.kind.property
                if isinstance(names, list):
                    place = f"{place}/{names.index(missing)}"
                path = (*path, missing)
            elif isinstance(error.kind, ValidationErrorKind.AdditionalProperties):
                path = (*path, error.kind.unexpected[0])
            rule = self._rulebook.rule_at(place)
            if rule is None:
                msg = f"no rule of rules.yaml points at {place}, which a request can fail"
                raise LookupError(msg)
            finding = Finding(
                _seen(value, path), field_path((*prefix, *path)), self._nearest(place, rule)
            )
            yield Violation(rule, self._positions[rule], finding)

    def _absolute(self, pointer: str, evaluation_path: list[str | int]) -> str:
        """Follow the references on the way, so that the place is one in the document."""
        for token in evaluation_path:
            if token == "$ref":  # noqa: S105 - a JSON Schema keyword
                target = resolve_pointer(self._document, pointer)
                pointer = str(target["$ref"]).removeprefix("#")  # type: ignore[index]
            else:
                pointer = f"{pointer}/{token}"
        return pointer

    def _nearest(self, place: str, rule: str) -> object:
        keyword = place.rpartition("/")[2]
        if keyword in ("minimum", "maximum"):
            return resolve_pointer(self._document, place)
        return "the printed type" if rule == "transport.field-types" else None


class SchemaCache:
    """Compiles schemas once for each set of patches, however many accounts have it."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self._compiled: dict[str, Schemas] = {}
        self._recent: dict[int, tuple[Mapping[str, Choice], Schemas]] = {}

    def get(self, readings: Mapping[str, Choice]) -> Schemas:
        """Return the schemas for these readings."""
        recent = self._recent.get(id(readings))
        if recent is not None and recent[0] is readings:
            return recent[1]
        key = repr(patches_of(self._contract.rulebook, readings))
        schemas = self._compiled.get(key)
        if schemas is None:
            schemas = self._compiled[key] = Schemas(self._contract, readings)
        if len(self._recent) >= _RECENT:
            self._recent.clear()
        self._recent[id(readings)] = (readings, schemas)
        return schemas


def field_path(path: Path) -> str:
    """Write an instance path as people do: `face_choose[0].sound_end_time`."""
    text = ""
    for token in path:
        text += f"[{token}]" if isinstance(token, int) else f".{token}"
    return text.lstrip(".")


def patched_document(contract: Contract, readings: Mapping[str, Choice]) -> dict[str, Any]:
    """Return openapi.yaml with the patches of the readings that have one."""
    operations = patches_of(contract.rulebook, readings)
    if not operations:
        return contract.openapi
    import jsonpatch  # noqa: PLC0415 - only few readings have a patch; most servers never need it

    patched: dict[str, Any] = jsonpatch.JsonPatch(operations).apply(contract.openapi)
    return patched


def patches_of(rulebook: Rulebook, readings: Mapping[str, Choice]) -> list[Mapping[str, Any]]:
    """Return the JSON Patch operations that these readings ask for, in the rulebook's order."""
    return [
        operation
        for reading in rulebook.readings.values()
        for operation in reading.patches.get(str(readings[reading.name]), ())
    ]


def _page_bounds(openapi: Mapping[str, Any]) -> Mapping[str, tuple[int, int, int]]:
    schemas = {name: p["schema"] for name, p in openapi["components"]["parameters"].items()}
    return {
        name: (schema["minimum"], schema["maximum"], schema["default"])
        for name, schema in schemas.items()
    }


def _joined(path: list[str | int]) -> str:
    return "/".join(str(token) for token in path)


def _seen(value: object, path: Path) -> object:
    for token in path:
        if isinstance(value, Mapping) and token in value:
            value = value[str(token)]
        elif isinstance(value, list) and isinstance(token, int) and token < len(value):
            value = value[token]
        else:
            return None
    return value

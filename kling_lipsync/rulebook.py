"""The rulebook as values: every rule, reading, profile and service code, by name.

`rulebook_reader` makes them from the files in `spec/`; they know no file and nothing of HTTP.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from attrs import field, frozen

Choice = str | int
"""The value of a reading: one of its named choices, or a number of ms."""

EVIDENCE = ("documented", "observed", "assumed")
KINDS = ("refuses", "grants", "shapes")
OPERATIONS = ("identify", "create", "get", "list")
PROFILES = ("documented", "observed")
RETRY_CLASSES = ("never", "new-token", "back-off", "query-first")
MILLISECONDS = "milliseconds"


class SpecError(ValueError):
    """The spec says something that this code does not understand, or contradicts itself."""


@frozen
class ServiceCode:
    """One row of `x-errors`; `retry` is one of the four retry classes, None for code 0."""

    code: int
    http_status: int
    definition: str
    explanation: str
    remedy: str
    retry: str | None


@frozen
class Reading:
    """A point that the documents leave open, and what each profile takes it to mean."""

    name: str
    question: str
    choices: tuple[str, ...] | None
    profiles: Mapping[str, Choice]
    why: str
    patches: Mapping[str, tuple[Mapping[str, Any], ...]]

    def choice(self, value: object) -> Choice:
        """Return the value as one of the choices; raise SpecError that lists them otherwise."""
        if self.choices is None:
            if isinstance(value, int | str) and str(value).isdecimal():
                return int(value)
            msg = f"reading {self.name}: {value!r} is not a number of ms from 0 up, such as 50"
            raise SpecError(msg)
        if isinstance(value, str) and value in self.choices:
            return value
        msg = f"reading {self.name}: {value!r} is none of its choices: {', '.join(self.choices)}"
        raise SpecError(msg)


@frozen
class Rule:
    """One rule of the contract, under its permanent name."""

    name: str
    sentence: str
    quotes: tuple[str, ...]
    sources: tuple[str, ...]
    evidence: str
    kind: str
    operations: frozenset[str]
    code: int | None
    codes: tuple[int, ...]
    code_reading: str | None
    refuses_under: Mapping[str, str]
    code_basis: str | None
    boundary: str
    message: str
    message_evidence: str | None
    pointers: tuple[str, ...]
    limits: Mapping[str, Any]
    readings: tuple[str, ...]
    implies: tuple[str, ...]
    note: str

    def code_under(self, readings: Mapping[str, Choice]) -> int:
        """Return the service code that a refusal by this rule has under these readings."""
        if self.code_reading is not None:
            return int(str(readings[self.code_reading]).rsplit("/", 1)[-1])
        if self.code is None:
            msg = f"rule {self.name} has no code: it refuses nothing"
            raise SpecError(msg)
        return self.code


@frozen
class Rulebook:
    """Everything that `rules.yaml` and `x-errors` state."""

    rules: Mapping[str, Rule]
    readings: Mapping[str, Reading]
    sources: Mapping[str, str]
    codes: Mapping[int, ServiceCode]
    order: tuple[str, ...]
    steps: Mapping[str, str]
    pointers: Mapping[str, str] = field(repr=False)
    """JSON pointer into openapi.yaml -> name of the rule that it states."""

    def profile(
        self, name: str, changes: Mapping[str, object] | None = None
    ) -> Mapping[str, Choice]:
        """Return the value of every reading under a profile, with single readings changed."""
        if name not in PROFILES:
            msg = f"profile {name!r} is none of: {', '.join(PROFILES)}"
            raise SpecError(msg)
        chosen = {reading.name: reading.profiles[name] for reading in self.readings.values()}
        for changed, value in (changes or {}).items():
            if changed not in self.readings:
                msg = (
                    f"reading {changed!r} is unknown; the readings are: {', '.join(self.readings)}"
                )
                raise SpecError(msg)
            chosen[changed] = self.readings[changed].choice(value)
        return MappingProxyType(chosen)

    def rule_at(self, pointer: str) -> str | None:
        """Return the rule with the longest pointer that this place in openapi.yaml lies under."""
        while pointer:
            if pointer in self.pointers:
                return self.pointers[pointer]
            pointer = pointer.rpartition("/")[0]
        return None


def resolve_pointer(document: object, pointer: str) -> object:
    """Return what a JSON pointer (RFC 6901) names; raise LookupError when it names nothing."""
    for escaped in pointer.split("/")[1:]:
        token = escaped.replace("~1", "/").replace("~0", "~")
        if isinstance(document, list):
            document = document[int(token)]
        elif isinstance(document, Mapping):
            document = document[token]
        else:
            raise LookupError(pointer)  # noqa: TRY004 - the document, not the caller, is wrong
    return document


def only_keys(entry: Mapping[str, Any], allowed: frozenset[str], where: str) -> None:
    """Raise SpecError that names the place when a mapping has a key that is not understood."""
    unknown = sorted(set(map(str, entry)) - allowed)
    if unknown:
        known = ", ".join(sorted(allowed))
        msg = f"{where}: unknown key {unknown[0]!r}; the keys known here are: {known}"
        raise SpecError(msg)

"""The rulebook as values: every rule, reading, profile and service code, by name.

The two files in `spec/` are the only statement of the contract; this module turns what they
say into frozen values and refuses what it does not understand: an unknown key, an unknown
name, a pointer that points nowhere.  It opens no file and knows nothing of HTTP.
"""

from collections.abc import Iterable, Mapping
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

RULE_KEYS = frozenset(
    "sentence quotes sources evidence kind operations code codes code_reading refuses_under "
    "code_basis boundary message message_evidence schema limits readings implies note".split()
)
READING_KEYS = frozenset("question choices documented observed why patch".split())
SOURCE_KEYS = frozenset("title seen note".split())
ERROR_KEYS = frozenset("http_status definition explanation remedy retry".split())
TOP_KEYS = frozenset("version sources order readings rules".split())


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


def read_rulebook(rules: Mapping[str, Any], openapi: Mapping[str, Any]) -> Rulebook:
    """Turn both parsed documents into one rulebook.

    Raises SpecError with the place and the remedy when a key, a name or a pointer is not
    understood.
    """
    _only(rules, TOP_KEYS, "rules.yaml")
    sources = {name: _source(name, entry) for name, entry in rules["sources"].items()}
    readings = {name: _reading(name, entry) for name, entry in rules["readings"].items()}
    table = {name: _rule(name, entry) for name, entry in rules["rules"].items()}
    codes = _codes(openapi.get("x-errors", {}))
    steps = {name: step["step"] for step in rules["order"] for name in step["rules"]}
    book = Rulebook(
        rules=MappingProxyType(table),
        readings=MappingProxyType(readings),
        sources=MappingProxyType(sources),
        codes=MappingProxyType(codes),
        order=tuple(name for step in rules["order"] for name in step["rules"]),
        steps=MappingProxyType(steps),
        pointers=MappingProxyType(_pointer_index(table.values(), openapi)),
    )
    _check_names(book)
    return book


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


def _only(entry: Mapping[str, Any], allowed: frozenset[str], where: str) -> None:
    unknown = sorted(set(map(str, entry)) - allowed)
    if unknown:
        known = ", ".join(sorted(allowed))
        msg = f"{where}: unknown key {unknown[0]!r}; the keys known here are: {known}"
        raise SpecError(msg)


def _word(value: str | None, allowed: Iterable[str], where: str) -> str:
    if value is None or value not in tuple(allowed):
        msg = f"{where}: {value!r} is none of: {', '.join(allowed)}"
        raise SpecError(msg)
    return value


def _source(name: str, entry: Mapping[str, Any]) -> str:
    _only(entry, SOURCE_KEYS, f"rules.yaml sources.{name}")
    return f"{entry['title']} (seen {entry['seen']})"


def _reading(name: str, entry: Mapping[str, Any]) -> Reading:
    where = f"rules.yaml readings.{name}"
    _only(entry, READING_KEYS, where)
    choices = None if entry["choices"] == MILLISECONDS else tuple(map(str, entry["choices"]))
    patches = {str(choice): tuple(steps) for choice, steps in entry.get("patch", {}).items()}
    for choice in patches:
        _word(choice, choices or (), f"{where}.patch")
    reading = Reading(name, entry["question"], choices, {}, entry["why"], patches)
    profiles = {profile: reading.choice(entry[profile]) for profile in PROFILES}
    return Reading(name, entry["question"], choices, profiles, entry["why"], patches)


def _rule(name: str, entry: Mapping[str, Any]) -> Rule:
    where = f"rules.yaml rules.{name}"
    _only(entry, RULE_KEYS, where)
    if entry["kind"] == "refuses" and not (entry.get("code") and entry.get("message")):
        msg = f"{where}: a rule that refuses needs a code and a message"
        raise SpecError(msg)
    return Rule(
        name=name,
        sentence=entry["sentence"],
        quotes=tuple(entry.get("quotes", ())),
        sources=tuple(entry.get("sources", ())),
        evidence=_word(entry["evidence"], EVIDENCE, f"{where}.evidence"),
        kind=_word(entry["kind"], KINDS, f"{where}.kind"),
        operations=_operations(entry.get("operations", ["any"])),
        code=entry.get("code"),
        codes=tuple(entry.get("codes", [entry["code"]] if entry.get("code") else ())),
        code_reading=entry.get("code_reading"),
        refuses_under=entry.get("refuses_under", {}),
        code_basis=entry.get("code_basis"),
        boundary=entry.get("boundary", ""),
        message=entry.get("message", ""),
        message_evidence=entry.get("message_evidence"),
        pointers=tuple(entry.get("schema", ())),
        limits=MappingProxyType(dict(entry.get("limits", {}))),
        readings=tuple(entry.get("readings", ())),
        implies=tuple(entry.get("implies", ())),
        note=entry.get("note", ""),
    )


def _operations(names: Iterable[str]) -> frozenset[str]:
    return frozenset(OPERATIONS) if "any" in names else frozenset(names)


def _codes(table: Mapping[str, Any]) -> dict[int, ServiceCode]:
    codes = {}
    for text, row in table.items():
        where = f"openapi.yaml x-errors.{text}"
        _only(row, ERROR_KEYS, where)
        if int(text) != 0:
            _word(row.get("retry"), RETRY_CLASSES, f"{where}.retry")
        codes[int(text)] = ServiceCode(
            code=int(text),
            http_status=row["http_status"],
            definition=row["definition"],
            explanation=row["explanation"],
            remedy=row["remedy"],
            retry=row.get("retry"),
        )
    return codes


def _pointer_index(rules: Iterable[Rule], openapi: Mapping[str, Any]) -> dict[str, str]:
    index: dict[str, str] = {}
    for rule in rules:
        for pointer in rule.pointers:
            try:
                resolve_pointer(openapi, pointer)
            except (LookupError, ValueError):
                msg = (
                    f"rules.yaml rules.{rule.name}.schema: {pointer} points nowhere in openapi.yaml"
                )
                raise SpecError(msg) from None
            if rule.kind == "refuses" and index.setdefault(pointer, rule.name) != rule.name:
                msg = f"{pointer} is claimed by {index[pointer]} and by {rule.name}"
                raise SpecError(msg)
    return index


def _check_names(book: Rulebook) -> None:
    for rule in book.rules.values():
        where = f"rules.yaml rules.{rule.name}"
        named = {*rule.readings, *rule.refuses_under}
        if rule.code_reading:
            named.add(rule.code_reading)
        _known(named, book.readings, where)
        _known(rule.implies, book.rules, where)
        _known(rule.sources, book.sources, where)
        _known(rule.codes, book.codes, where)
    if len(set(book.order)) != len(book.order):
        msg = "rules.yaml order: a rule stands in it twice"
        raise SpecError(msg)
    _known(book.order, book.rules, "rules.yaml order")
    refusing = {rule.name for rule in book.rules.values() if rule.code is not None}
    if refusing != set(book.order):
        msg = (
            f"rules.yaml order: these do not match the refusing rules: {refusing ^ set(book.order)}"
        )
        raise SpecError(msg)


def _known(names: Iterable[object], table: Mapping[Any, Any], where: str) -> None:
    for name in names:
        if name not in table:
            msg = f"{where}: {name!r} is not known; is it misspelt?"
            raise SpecError(msg)

"""From the parsed files of `spec/` to the rulebook, refusing what is not understood.

An unknown key, an unknown name, a pointer that points nowhere: all of them fail at start-up,
so that no promise of the contract is silently ignored.
"""

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from kling_lipsync.rulebook import (
    EVIDENCE,
    KINDS,
    MILLISECONDS,
    OPERATIONS,
    PROFILES,
    RETRY_CLASSES,
    Reading,
    Rule,
    Rulebook,
    ServiceCode,
    SpecError,
    only_keys,
    resolve_pointer,
)

RULE_KEYS = frozenset(
    "sentence quotes sources evidence kind operations code codes code_reading refuses_under "
    "code_basis boundary message message_evidence schema limits readings implies note".split()
)
READING_KEYS = frozenset("question choices documented observed why patch".split())
SOURCE_KEYS = frozenset("title seen note".split())
ERROR_KEYS = frozenset("http_status definition explanation remedy retry".split())
STEP_KEYS = frozenset(("step", "rules"))
CODE_BASES = ("table", "observed", "assumed")
_RULE_NAME = re.compile(r"[a-z]+(-[a-z0-9]+)*\.[a-z0-9]+(-[a-z0-9]+)*")
_PLACEHOLDER = re.compile(r"\{[^}]*\}")
TOP_KEYS = frozenset("version sources order readings rules".split())


def read_rulebook(rules: Mapping[str, Any], openapi: Mapping[str, Any]) -> Rulebook:
    """Turn both parsed documents into one rulebook.

    Raises SpecError with the place and the remedy when a key, a name or a pointer is not
    understood.
    """
    only_keys(rules, TOP_KEYS, "rules.yaml")
    for step in rules["order"]:
        only_keys(step, STEP_KEYS, "rules.yaml order")
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


def _word(value: str | None, allowed: Iterable[str], where: str) -> str:
    if value is None or value not in tuple(allowed):
        msg = f"{where}: {value!r} is none of: {', '.join(allowed)}"
        raise SpecError(msg)
    return value


def _source(name: str, entry: Mapping[str, Any]) -> str:
    only_keys(entry, SOURCE_KEYS, f"rules.yaml sources.{name}")
    if not isinstance(entry["seen"], str):
        msg = f"rules.yaml sources.{name}.seen: {entry['seen']} is no text; put it in quotes"
        raise SpecError(msg)
    return f"{entry['title']} (seen {entry['seen']})"


def _reading(name: str, entry: Mapping[str, Any]) -> Reading:
    where = f"rules.yaml readings.{name}"
    only_keys(entry, READING_KEYS, where)
    choices = None if entry["choices"] == MILLISECONDS else tuple(map(str, entry["choices"]))
    patches = {str(choice): tuple(steps) for choice, steps in entry.get("patch", {}).items()}
    for choice in patches:
        _word(choice, choices or (), f"{where}.patch")
    reading = Reading(name, entry["question"], choices, {}, entry["why"], patches)
    profiles = {profile: reading.choice(entry[profile]) for profile in PROFILES}
    return Reading(name, entry["question"], choices, profiles, entry["why"], patches)


def _rule(name: str, entry: Mapping[str, Any]) -> Rule:
    where = f"rules.yaml rules.{name}"
    if not _RULE_NAME.fullmatch(name):
        msg = f"{where}: a rule is named area.rule, in lower case with hyphens"
        raise SpecError(msg)
    only_keys(entry, RULE_KEYS, where)
    _check_words(entry, where)
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


def _check_words(entry: Mapping[str, Any], where: str) -> None:
    for key in ("code_basis", "message_evidence"):
        if entry.get(key) is not None:
            _word(entry[key], CODE_BASES if key == "code_basis" else EVIDENCE, f"{where}.{key}")
    for name in entry.get("operations", ()):
        _word(name, ("any", *OPERATIONS, "callback", "media"), f"{where}.operations")
    for placeholder in _PLACEHOLDER.findall(entry.get("message", "")):
        _word(placeholder, ("{field}", "{value}"), f"{where}.message")


def _operations(names: Iterable[str]) -> frozenset[str]:
    return frozenset(OPERATIONS) if "any" in names else frozenset(names)


def _codes(table: Mapping[str, Any]) -> dict[int, ServiceCode]:
    codes = {}
    for text, row in table.items():
        where = f"openapi.yaml x-errors.{text}"
        only_keys(row, ERROR_KEYS, where)
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
            if rule.code is not None and index.setdefault(pointer, rule.name) != rule.name:
                msg = f"{pointer} is claimed by {index[pointer]} and by {rule.name}"
                raise SpecError(msg)
    return index


def _check_names(book: Rulebook) -> None:
    for rule in book.rules.values():
        where = f"rules.yaml rules.{rule.name}"
        named = {*rule.readings, *rule.refuses_under}
        for reading, choice in rule.refuses_under.items():
            _known((reading,), book.readings, where)
            book.readings[reading].choice(choice)
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

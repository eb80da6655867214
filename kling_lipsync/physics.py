"""Account physics: what an account may do, pays and keeps, each number with its evidence.

`spec/physics.yaml` lists them; numbers that the rulebook states are taken from there, and
changed there.
"""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Any

from attrs import evolve, frozen

from kling_lipsync.rulebook import EVIDENCE, Rulebook, SpecError, only_keys

TYPES: Mapping[str, str] = MappingProxyType(
    {
        "count": "a whole number from 0 up",
        "length": "a whole number from 1 up",
        "units": "a number from 0 up, such as 0.5",
        "flag": "true or false",
        "word": "a word",
        "words": "a list of words",
    }
)
_KEYS = frozenset("unit type default rule limit evidence sources sentence".split())


@frozen
class Number:
    """One number of account physics; `limit` is where its rule states it, "" where it does not."""

    name: str
    unit: str
    type: str
    value: Any
    default: Any
    rule: str
    limit: str
    evidence: str
    sources: tuple[str, ...]
    sentence: str

    def given(self, value: object) -> "Number":
        """Return the number with another value; raise SpecError that says what it can be."""
        fits = (value is None and self.default is None) or _fits(self.type, value)
        if not fits:
            null = ", or null for no limit" if self.default is None else ""
            msg = f"physics {self.name}: {value!r} is not {TYPES[self.type]}{null}"
            raise SpecError(msg)
        text = self.type == "units" and value is not None
        return evolve(self, value=str(value) if text else value)


Physics = Mapping[str, Number]


def read_physics(document: Mapping[str, Any], rulebook: Rulebook) -> Physics:
    """Turn the parsed physics.yaml into its numbers; raise SpecError as `read_rulebook` does."""
    only_keys(document, frozenset(("version", "numbers")), "physics.yaml")
    numbers = {name: _number(name, entry, rulebook) for name, entry in document["numbers"].items()}
    return MappingProxyType(numbers)


def changed(
    physics: Physics, rulebook: Rulebook, values: Mapping[str, object]
) -> tuple[Physics, Rulebook]:
    """Return both with other values; raise SpecError for an unknown name or a wrong value."""
    only_keys(values, frozenset(physics), "physics")
    numbers = dict(physics) | {name: physics[name].given(value) for name, value in values.items()}
    rules = dict(rulebook.rules)
    for number in numbers.values():
        if number.limit:
            rule = rules[number.rule]
            limits = MappingProxyType({**rule.limits, number.limit: number.value})
            rules[number.rule] = evolve(rule, limits=limits)
    return MappingProxyType(numbers), evolve(rulebook, rules=MappingProxyType(rules))


def _number(name: str, entry: Mapping[str, Any], rulebook: Rulebook) -> Number:
    where = f"physics.yaml numbers.{name}"
    only_keys(entry, _KEYS, where)
    rule, limit = rulebook.rules.get(entry["rule"]), entry.get("limit", "")
    if rule is None or (limit and limit not in rule.limits):
        msg = f"{where}: the rulebook has no {entry['rule']} {limit}".rstrip()
        raise SpecError(msg)
    own = {"default", "evidence", "sources", "sentence"} & set(entry)
    if bool(limit) is bool(own):
        msg = f"{where}: a limit of a rule has its default and evidence there, another has its own"
        raise SpecError(msg)
    if entry["type"] not in TYPES:
        msg = f"{where}.type: {entry['type']!r} is none of: {', '.join(TYPES)}"
        raise SpecError(msg)
    if not limit:
        _check_evidence(entry, rulebook, where)
    default = rule.limits[limit] if limit else entry["default"]
    return Number(
        name=name,
        unit=entry["unit"],
        type=entry["type"],
        value=default,
        default=default,
        rule=rule.name,
        limit=limit,
        evidence=rule.evidence if limit else entry["evidence"],
        sources=rule.sources if limit else tuple(entry["sources"]),
        sentence=rule.sentence if limit else entry["sentence"],
    ).given(default)


def _check_evidence(entry: Mapping[str, Any], rulebook: Rulebook, where: str) -> None:
    if entry["evidence"] not in EVIDENCE:
        msg = f"{where}.evidence: {entry['evidence']!r} is none of: {', '.join(EVIDENCE)}"
        raise SpecError(msg)
    unknown = [source for source in entry["sources"] if source not in rulebook.sources]
    if unknown:
        msg = f"{where}.sources: rules.yaml has no source {unknown[0]!r}"
        raise SpecError(msg)


def _fits(kind: str, value: object) -> bool:
    if kind == "flag":
        return isinstance(value, bool)
    if kind in ("count", "length"):
        least = 1 if kind == "length" else 0
        return isinstance(value, int) and not isinstance(value, bool) and value >= least
    if kind == "word":
        return isinstance(value, str) and bool(value)
    if kind == "words":
        return isinstance(value, list) and all(isinstance(item, str) for item in value)
    return _is_amount(value)


def _is_amount(value: object) -> bool:
    if not isinstance(value, int | float | str) or isinstance(value, bool):
        return False
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return False
    return amount.is_finite() and amount >= 0

"""The spec as the tests ask for it: rules, limits, codes, and the compiled reply schemas.

It reads `spec/` through `kling_lipsync.contract` and never imports what enforces the rules.
"""

from functools import lru_cache
from typing import Any

import jsonschema_rs

from kling_lipsync.contract import Contract, load_contract
from kling_lipsync.rulebook import Rule, Rulebook

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
MEGABYTE = 1024 * 1024

ENVELOPES = {
    "identify": "IdentifiedFacesEnvelope",
    "create": "CreatedTaskEnvelope",
    "get": "TaskEnvelope",
    "list": "TaskListEnvelope",
}


@lru_cache(maxsize=1)
def contract() -> Contract:
    """Return the contract, read once."""
    return load_contract()


def rulebook() -> Rulebook:
    """Return the rulebook."""
    return contract().rulebook


def rule(name: str) -> Rule:
    """Return a rule by name."""
    return rulebook().rules[name]


def limit(name: str, key: str) -> int:
    """Return a limit that a rule states."""
    return int(rule(name).limits[key])


def refusing() -> tuple[str, ...]:
    """Return the rules that can refuse, in the order in which a request is judged."""
    return rulebook().order


def of_kind(kind: str) -> tuple[str, ...]:
    """Return the rules of a kind: refuses, grants or shapes."""
    return tuple(name for name, one in rulebook().rules.items() if one.kind == kind)


def code_of(name: str, profile: str = "documented") -> int:
    """Return the service code of a rule under a profile."""
    return rule(name).code_under(rulebook().profile(profile))


def status_of(code: int) -> int:
    """Return the HTTP status that the vendor's table pairs with a code."""
    return rulebook().codes[code].http_status


@lru_cache(maxsize=1)
def _validators() -> Any:  # noqa: ANN401 - the package's own map, which has no public name
    return jsonschema_rs.validator_map_for(contract().openapi, validate_formats=True)


@lru_cache(maxsize=64)
def validator(schema: str) -> Any:  # noqa: ANN401 - one of several classes, by draft
    """Return the compiled form of a schema under `components`."""
    return _validators()[f"#/components/schemas/{schema}"]


def faults_of(schema: str, value: object) -> list[str]:
    """Return what is wrong with a value under a schema, as text."""
    return [str(error.message) for error in validator(schema).iter_errors(value)]

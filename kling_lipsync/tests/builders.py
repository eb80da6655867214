"""A spec of one screen, for tests that break it in one place, and the real contract."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from kling_lipsync.contract import Contract, load_contract
from kling_lipsync.rulebook import Rulebook
from kling_lipsync.rulebook_reader import read_rulebook

Document = dict[str, Any]


@lru_cache(maxsize=1)
def real_contract() -> Contract:
    """Return the contract of this checkout."""
    return load_contract()


def rules_document() -> Document:
    """Return a rulebook with one reading, one rule that refuses and one that shapes."""
    return {
        "version": 1,
        "sources": {"page": {"title": "A page", "seen": "2026-02"}},
        "order": [{"step": "fields", "rules": ["thing.small"]}],
        "readings": {"mode": reading_entry()},
        "rules": {
            "thing.small": refusing_entry(),
            "thing.reply": {
                "sentence": "A thing is answered.",
                "evidence": "assumed",
                "kind": "shapes",
                "operations": ["get"],
                "schema": ["/components/schemas/Thing"],
            },
        },
    }


def reading_entry() -> Document:
    """Return the entry of a reading with two choices, the second of which has a patch."""
    return {
        "question": "Which one?",
        "choices": ["first", "second"],
        "documented": "first",
        "observed": "second",
        "why": "Nobody knows.",
        "patch": {"second": [{"op": "remove", "path": "/components/schemas/Thing/maximum"}]},
    }


def refusing_entry() -> Document:
    """Return the entry of a rule that refuses."""
    return {
        "sentence": "A thing is small.",
        "sources": ["page"],
        "evidence": "documented",
        "kind": "refuses",
        "operations": ["create"],
        "code": 1201,
        "code_basis": "table",
        "message": "{field} value '{value}' is invalid",
        "message_evidence": "assumed",
        "schema": ["/components/schemas/Thing/maximum"],
        "readings": ["mode"],
    }


def openapi_document() -> Document:
    """Return an OpenAPI document with one schema and two service codes."""
    return {
        "openapi": "3.1.0",
        "components": {"schemas": {"Thing": {"type": "integer", "maximum": 9}}},
        "x-errors": {
            "0": {"http_status": 200, "definition": "d", "explanation": "e", "remedy": "r"},
            "1201": {
                "http_status": 400,
                "definition": "d",
                "explanation": "e",
                "remedy": "r",
                "retry": "never",
            },
        },
    }


def read(rules: Mapping[str, Any], openapi: Mapping[str, Any] | None = None) -> Rulebook:
    """Read a rulebook that stands beside the small OpenAPI document, or another one."""
    return read_rulebook(rules, openapi_document() if openapi is None else openapi)


def with_rule(**changes: object) -> Document:
    """Return the small rulebook with its refusing rule changed."""
    rules = rules_document()
    rules["rules"]["thing.small"] |= changes
    return rules


def with_reading(**changes: object) -> Document:
    """Return the small rulebook with its reading changed."""
    rules = rules_document()
    rules["readings"]["mode"] |= changes
    return rules

"""Account physics: every number has its evidence, and a changed one is in force everywhere."""

from decimal import Decimal
from typing import Any

import pytest

from kling_lipsync.physics import changed, read_physics
from kling_lipsync.rulebook import SpecError
from kling_lipsync.tests.builders import real_contract

PHYSICS, BOOK = real_contract().physics, real_contract().rulebook
OWN = {
    "unit": "calls",
    "type": "count",
    "default": None,
    "rule": "concurrency.rate-limit",
    "evidence": "assumed",
    "sources": ["errors-page"],
    "sentence": "No limit.",
}


def _read(**changes: Any) -> None:  # noqa: ANN401 - YAML
    entry = {name: value for name, value in {**OWN, **changes}.items() if value != "left out"}
    read_physics({"version": 1, "numbers": {"calls": entry}}, BOOK)


@pytest.mark.parametrize("name", PHYSICS)
def test_every_number_has_evidence(name: str) -> None:
    """With a sentence, sources that the rulebook knows, and the rule that goes by it."""
    number = PHYSICS[name]

    assert number.evidence in ("documented", "observed", "assumed")
    assert number.sentence
    assert set(number.sources) <= set(BOOK.sources)
    assert number.rule in BOOK.rules
    assert number.value == number.default


def test_a_number_of_the_rulebook_is_stated_there() -> None:
    """Not again."""
    assert PHYSICS["identify_price"].value == "0.05"
    assert PHYSICS["result_media_life"].value == 30
    assert PHYSICS["session_life"].sentence == BOOK.rules["retention.session-life"].sentence


def test_a_changed_number_is_the_rulebooks_too() -> None:
    """So that every rule goes by it; nothing else changes."""
    physics, book = changed(PHYSICS, BOOK, {"identify_price": 0.1, "slots": 5})

    assert Decimal(book.rules["billing.identify-price"].limits["units"]) == Decimal("0.1")
    assert (physics["slots"].value, physics["slots"].default) == (5, None)
    assert book.rules["retention.result-media"] == BOOK.rules["retention.result-media"]
    assert BOOK.rules["billing.identify-price"].limits["units"] == "0.05"


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"slot": 5}, "physics: unknown key 'slot'; the keys known here are: allowed_ips"),
        ({"slots": -1}, "physics slots: -1 is not a whole number from 0 up, or null for no limit"),
        ({"slots": True}, "physics slots: True is not"),
        ({"units": "many"}, "physics units: 'many' is not a number from 0 up"),
        ({"units": [1]}, "physics units: "),
        ({"units": float("nan")}, "physics units: nan is not"),
        ({"status": ""}, "physics status: '' is not a word"),
        ({"in_arrears": 1}, "physics in_arrears: 1 is not true or false"),
        ({"allowed_ips": "::1"}, "physics allowed_ips: '::1' is not a list of words"),
        ({"lip_sync_stretch": 0}, "physics lip_sync_stretch: 0 is not a whole number from 1 up"),
        ({"session_life": None}, "physics session_life: None is not"),
    ],
)
def test_a_wrong_value_is_refused(values: dict[str, object], words: str) -> None:
    """The name, the value, and what it can be."""
    with pytest.raises(SpecError) as refused:
        changed(PHYSICS, BOOK, values)

    assert words in str(refused.value)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"colour": "red"}, "unknown key 'colour'"),
        ({"rule": "no.such"}, "the rulebook has no no.such"),
        ({"limit": "no-such"}, "the rulebook has no concurrency.rate-limit no-such"),
        ({"rule": "billing.identify-price", "limit": "units"}, "has its default and evidence"),
        (dict.fromkeys(("default", "evidence", "sources", "sentence"), "left out"), "its own"),
        ({"type": "colour"}, "type: 'colour' is none of: count"),
        ({"evidence": "sure"}, "evidence: 'sure' is none of: documented"),
        ({"sources": ["a dream"]}, "rules.yaml has no source 'a dream'"),
        ({"default": "many"}, "physics calls: 'many' is not"),
    ],
)
def test_a_wrong_entry_of_the_file_is_refused(changes: dict[str, Any], words: str) -> None:
    """At the start, with its place."""
    with pytest.raises(SpecError) as refused:
        _read(**changes)

    assert words in str(refused.value)

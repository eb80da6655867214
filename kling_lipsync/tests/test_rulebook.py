"""The rulebook answers which rule, which choice and which code hold."""

from typing import Any

import pytest

from kling_lipsync.rulebook import Reading, SpecError, resolve_pointer
from kling_lipsync.tests.builders import (
    Document,
    read,
    reading_entry,
    real_contract,
    refusing_entry,
    rules_document,
    with_rule,
)


def test_a_profile_has_a_value_for_every_reading() -> None:
    """A profile is total, and single readings can be changed."""
    book = read(rules_document())

    assert dict(book.profile("documented")) == {"mode": "first"}
    assert dict(book.profile("observed")) == {"mode": "second"}
    assert dict(book.profile("documented", {"mode": "second"})) == {"mode": "second"}


@pytest.mark.parametrize(
    ("name", "changes", "words"),
    [
        ("imagined", {}, "profile 'imagined' is none of: documented, observed"),
        ("observed", {"mood": "first"}, "reading 'mood' is unknown; the readings are: mode"),
        ("observed", {"mode": "third"}, "reading mode: 'third' is none of its choices: first"),
    ],
)
def test_a_profile_refuses_what_it_does_not_know(name: str, changes: Document, words: str) -> None:
    """A misspelt profile, reading or choice is refused with what there is."""
    with pytest.raises(SpecError, match=words):
        read(rules_document()).profile(name, changes)


@pytest.mark.parametrize(("value", "expected"), [(0, 0), (50, 50), ("50", 50)])
def test_a_reading_in_ms_takes_numbers_from_0_up(value: object, expected: int) -> None:
    """A number of ms may be written as text too, as in an environment variable."""
    assert _margin().choice(value) == expected


@pytest.mark.parametrize("value", [-1, "-1", 1.5, "many", True, None, ""])
def test_a_reading_in_ms_takes_nothing_else(value: object) -> None:
    """What is no number of ms from 0 up is refused with an example of one."""
    with pytest.raises(SpecError, match="is not a number of ms from 0 up, such as 50"):
        _margin().choice(value)


def _margin() -> Reading:
    entry = reading_entry() | {"choices": "milliseconds", "documented": 0, "observed": 0}
    rules = rules_document()
    rules["readings"]["margin"] = entry | {"patch": {}}
    return read(rules).readings["margin"]


def test_the_longest_pointer_names_the_rule() -> None:
    """A place in the schema belongs to the rule whose pointer is its longest prefix."""
    rules = with_rule(schema=["/components/schemas/Thing"])
    rules["rules"]["thing.large"] = refusing_entry()
    rules["order"][0]["rules"].append("thing.large")

    book = read(rules)

    assert book.rule_at("/components/schemas/Thing/maximum") == "thing.large"
    assert book.rule_at("/components/schemas/Thing/type") == "thing.small"
    assert book.rule_at("/components/schemas") is None


def test_the_code_of_a_rule_is_its_own() -> None:
    """A rule without code_reading costs its code."""
    book = read(rules_document())

    assert book.rules["thing.small"].code_under({"mode": "first"}) == 1201


def test_the_code_of_a_rule_follows_its_reading() -> None:
    """With code_reading the choice decides, whatever status is paired with it."""
    book = read(with_rule(code_reading="mode"))

    assert book.rules["thing.small"].code_under({"mode": "404/1203"}) == 1203


def test_a_rule_that_refuses_nothing_has_no_code() -> None:
    """To ask for the code of a rule without one is refused with its name."""
    book = read(rules_document())

    with pytest.raises(SpecError, match=r"rule thing.reply has no code: it refuses nothing"):
        book.rules["thing.reply"].code_under({"mode": "first"})


@pytest.mark.parametrize(
    ("pointer", "expected"),
    [("/a/0/b", 1), ("/x~1y/~0", 2), ("", {"a": [{"b": 1}], "x/y": {"~": 2}})],
)
def test_a_pointer_is_followed_as_rfc_6901_says(pointer: str, expected: object) -> None:
    """Names, positions and both escapes lead to their value."""
    document: dict[str, Any] = {"a": [{"b": 1}], "x/y": {"~": 2}}

    assert resolve_pointer(document, pointer) == expected


def test_every_code_of_the_contract_can_be_refused_with() -> None:
    """Each service code but 0 is the code of some rule, so that it can be staged."""
    book = real_contract().rulebook
    told = {code for rule in book.rules.values() for code in rule.codes}

    assert set(book.codes) - {0} == told

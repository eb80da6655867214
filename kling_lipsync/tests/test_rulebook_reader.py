"""The reader turns the spec into a rulebook, and refuses what it does not understand."""

from collections.abc import Callable

import pytest

from kling_lipsync.rulebook import SpecError
from kling_lipsync.tests.builders import (
    Document,
    openapi_document,
    read,
    refusing_entry,
    rules_document,
    with_reading,
    with_rule,
)


def test_a_rulebook_holds_every_entry_by_name() -> None:
    """Rules, readings, sources and codes are found under their names."""
    book = read(rules_document())

    assert set(book.rules) == {"thing.small", "thing.reply"}
    assert set(book.readings) == {"mode"}
    assert dict(book.sources) == {"page": "A page (seen 2026-02)"}
    assert set(book.codes) == {0, 1201}
    assert book.order == ("thing.small",)
    assert dict(book.steps) == {"thing.small": "fields"}


def test_any_operation_means_all_four() -> None:
    """A rule of `any` operation is one of identify, create, get and list."""
    book = read(with_rule(operations=["any"]))

    assert book.rules["thing.small"].operations == {"identify", "create", "get", "list"}


@pytest.mark.parametrize(
    ("place", "words"),
    [
        (lambda r: r, "rules.yaml: unknown key 'colour'; the keys known here are: order"),
        (lambda r: r["rules"]["thing.small"], "rules.thing.small: unknown key 'colour'"),
        (lambda r: r["readings"]["mode"], "readings.mode: unknown key 'colour'"),
        (lambda r: r["sources"]["page"], "sources.page: unknown key 'colour'"),
        (lambda r: r["order"][0], "order.* unknown key 'colour'"),
    ],
    ids=["top", "rule", "reading", "source", "step"],
)
def test_an_unknown_key_is_refused(place: Callable[[Document], Document], words: str) -> None:
    """A key that nobody reads is refused with its place, not passed over."""
    rules = rules_document()
    place(rules)["colour"] = "red"

    with pytest.raises(SpecError, match=words):
        read(rules)


def test_an_unknown_key_of_a_service_code_is_refused() -> None:
    """A row of x-errors has the known keys only."""
    openapi = openapi_document()
    openapi["x-errors"]["1201"]["colour"] = "red"

    with pytest.raises(SpecError, match=r"x-errors\.1201: unknown key 'colour'"):
        read(rules_document(), openapi)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"readings": ["mood"]}, r"rules\.thing\.small: 'mood' is not known"),
        ({"code_reading": "mood"}, r"rules\.thing\.small: 'mood' is not known"),
        ({"refuses_under": {"mood": "first"}}, r"rules\.thing\.small: 'mood' is not known"),
        ({"implies": ["thing.tiny"]}, "'thing.tiny' is not known"),
        ({"sources": ["book"]}, "'book' is not known"),
        ({"code": 1999}, "1999 is not known"),
        ({"codes": [1201, 1999]}, "1999 is not known"),
    ],
)
def test_an_unknown_name_is_refused(changes: Document, words: str) -> None:
    """A rule names only readings, rules, sources and codes that exist."""
    with pytest.raises(SpecError, match=words):
        read(with_rule(**changes))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"evidence": "rumoured"}, r"evidence: 'rumoured' is none of: documented, observed"),
        ({"kind": "forbids"}, r"kind: 'forbids' is none of: refuses, grants, shapes"),
        ({"operations": ["creat"]}, "'creat'"),
        ({"code_basis": "guessed"}, "'guessed'"),
        ({"message_evidence": "rumoured"}, "'rumoured'"),
        ({"refuses_under": {"mode": "third"}}, "'third'"),
        ({"message": "at most {limit}"}, "{limit}"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_an_unknown_word_is_refused(changes: Document, words: str) -> None:
    """Where the rulebook's key lists the words, another word is refused."""
    with pytest.raises(SpecError, match=words):
        read(with_rule(**changes))


@pytest.mark.parametrize("name", ["Thing.Small", "thing", "thing small", "thing.small_one"])
def test_a_rule_name_of_another_form_is_refused(name: str) -> None:
    """Names are dotted and lower-case, with dashes inside a part."""
    rules = rules_document()
    rules["rules"][name] = refusing_entry() | {"schema": []}
    rules["order"][0]["rules"].append(name)

    with pytest.raises(SpecError, match=name):
        read(rules)


@pytest.mark.parametrize("missing", ["code", "message"])
def test_a_rule_that_refuses_without_code_or_message_is_refused(missing: str) -> None:
    """A refusal needs both to be told."""
    rules = rules_document()
    del rules["rules"]["thing.small"][missing]

    with pytest.raises(SpecError, match=r"thing.small: a rule that refuses needs a code and a mes"):
        read(rules)


@pytest.mark.parametrize(
    "pointer", ["/components/schemas/Thin", "/components/schemas/Thing/maximum/0", "/paths"]
)
def test_a_pointer_that_points_nowhere_is_refused(pointer: str) -> None:
    """A rule points only at what stands in openapi.yaml."""
    with pytest.raises(SpecError, match=rf"thing\.small\.schema: {pointer} points nowhere"):
        read(with_rule(schema=[pointer]))


def test_one_place_of_the_schema_belongs_to_one_rule() -> None:
    """Two refusing rules that claim one pointer are a contradiction."""
    rules = rules_document()
    rules["rules"]["thing.other"] = refusing_entry()
    rules["order"][0]["rules"].append("thing.other")

    with pytest.raises(SpecError, match=r"is claimed by thing.small and by thing.other"):
        read(rules)


def test_a_rule_stands_once_in_the_order() -> None:
    """An order that names a rule twice is refused."""
    rules = rules_document()
    rules["order"].append({"step": "later", "rules": ["thing.small"]})

    with pytest.raises(SpecError, match="order: a rule stands in it twice"):
        read(rules)


def test_the_order_names_known_rules() -> None:
    """An order with a name that no rule has is refused."""
    rules = rules_document()
    rules["order"][0]["rules"].append("thing.tiny")

    with pytest.raises(SpecError, match=r"order: 'thing.tiny' is not known"):
        read(rules)


def test_every_rule_with_a_code_stands_in_the_order() -> None:
    """A rule that can refuse and has no place in the order is named."""
    rules = rules_document()
    rules["order"] = []

    with pytest.raises(SpecError, match=r"do not match the refusing rules: {'thing.small'}"):
        read(rules)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"documented": "third"}, "reading mode: 'third' is none of its choices: first, second"),
        ({"observed": 7}, "reading mode: 7 is none of its choices"),
        ({"patch": {"third": []}}, r"readings\.mode\.patch: 'third' is none of: first, second"),
        ({"choices": "milliseconds", "patch": {}}, "'first' is not a number of ms from 0 up"),
    ],
)
def test_an_unknown_choice_is_refused(changes: Document, words: str) -> None:
    """Profiles and patches name choices of their reading."""
    with pytest.raises(SpecError, match=words):
        read(with_reading(**changes))


@pytest.mark.parametrize("retry", ["sometimes", None])
def test_an_unknown_retry_class_is_refused(retry: str | None) -> None:
    """Every code but 0 has one of the four retry classes."""
    openapi = openapi_document()
    openapi["x-errors"]["1201"]["retry"] = retry

    with pytest.raises(SpecError, match=r"x-errors\.1201\.retry: .* is none of: never, new-token"):
        read(rules_document(), openapi)

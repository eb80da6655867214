"""The table joins rules and functions, and rows stand in the rulebook's order."""

from types import MappingProxyType
from typing import Any

import pytest

from kling_lipsync import rules
from kling_lipsync.media import Unreachable
from kling_lipsync.rulebook import SpecError
from kling_lipsync.rules.facts import (
    NOT_THERE,
    CreateInput,
    Credential,
    Facts,
    GetInput,
    IdentifyInput,
    Input,
    ListInput,
    Transport,
)
from kling_lipsync.rules.tests.builders import NOW, judged, rulebook

NAMES = sorted(rules.CHECKS)
INPUTS: tuple[Input | None, ...] = (
    None,
    IdentifyInput(),
    CreateInput(),
    GetInput("850512470691213348"),
    ListInput(),
)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("given", INPUTS, ids=lambda given: type(given).__name__)
def test_a_rule_says_nothing_while_its_fact_is_unknown(name: str, given: Input | None) -> None:
    """Where nobody looked yet, no rule objects, whatever operation is called."""
    facts = Facts(NOW, input=given)

    assert judged(name, facts) is None


def test_a_call_without_rare_facts_is_judged_alike_by_the_usual_rows() -> None:
    """The rows that are left out say nothing about it, whatever else is known."""
    table = rules.rows(rulebook(), NAMES)
    left_out = {row.rule.name for row in table} - {r.rule.name for r in rules.usual_rows(table)}
    transport = Transport("/", "POST", known_path=True, known_method=True, body_fault="broken")
    known = Facts(
        NOW,
        transport=transport,
        credential=Credential(None),
        unknown_fields=("x",),
        input=CreateInput(audio_id="a", external_task_id="e"),
        session=NOT_THERE,
        video=Unreachable("gone"),
        audio=Unreachable("gone"),
        external_id_taken=True,
        task_found=False,
    )

    assert rules.is_usual(known)
    assert len(left_out) == 10
    assert [name for name in left_out if judged(name, known) is not None] == []


@pytest.mark.parametrize("name", rules.RARE_FACTS)
def test_a_call_with_a_rare_fact_is_not_usual(name: str) -> None:
    """One of them is enough for all rows to be asked."""
    rare: dict[str, Any] = {name: "anything"}

    assert rules.is_usual(Facts(NOW))
    assert not rules.is_usual(Facts(NOW, **rare))


@pytest.mark.parametrize("name", NAMES)
def test_every_function_enforces_a_rule_of_the_rulebook(name: str) -> None:
    """The table holds only names that rules.yaml knows and that have a place in the order."""
    assert name in rulebook().order


def test_every_rule_that_refuses_is_enforced() -> None:
    """What stands in the order has a function, or a place in the schema that states it."""
    book = rulebook()
    stated = {name for name in book.order if name in rules.CHECKS or book.rules[name].pointers}

    assert set(book.order) == stated


def test_rows_stand_in_the_order_of_the_rulebook() -> None:
    """However rules are named, they are judged in the order that rules.yaml gives."""
    names = ["create.crop-length", "auth.header-present", "transport.json-body"]

    found = rules.rows(rulebook(), names)

    assert [row.rule.name for row in found] == [
        "auth.header-present",
        "transport.json-body",
        "create.crop-length",
    ]
    assert [rulebook().order[row.position] for row in found] == [row.rule.name for row in found]


def test_a_rule_of_the_schema_alone_has_no_row() -> None:
    """A rule that the schema states in full is not asked a second time."""
    assert rules.rows(rulebook(), ["create.volume-range"]) == ()


def test_an_unknown_name_in_the_table_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A function under a name that no rule has would never be asked."""
    table = {**rules.CHECKS, "create.crop-lenght": rules.CHECKS["create.crop-length"]}
    monkeypatch.setattr(rules, "CHECKS", MappingProxyType(table))

    with pytest.raises(SpecError, match=r"'create\.crop-lenght', which rules\.yaml does not know"):
        rules.rows(rulebook(), [])


def test_the_first_row_that_objects_refuses() -> None:
    """Two rules are broken, and the earlier one is told, with its code and finding."""
    table = rules.rows(rulebook(), ["create.crop-length", "create.callback-url-form"])
    broken = CreateInput(sound_start_time=0, sound_end_time=1, callback_url="nowhere")

    refusal = rules.first_refusal(table, Facts(NOW, input=broken), rulebook().profile("documented"))

    assert refusal is not None
    assert (refusal.rule.name, refusal.code) == ("create.callback-url-form", 1201)
    assert refusal.finding.value == "nowhere"


def test_no_row_that_objects_is_no_refusal() -> None:
    """A legal call passes all rows."""
    table = rules.rows(rulebook(), NAMES)

    assert rules.first_refusal(table, Facts(NOW), rulebook().profile("documented")) is None


@pytest.mark.parametrize(("choice", "code"), [("404/1203", 1203), ("400/1201", 1201)])
def test_a_reading_decides_the_code(choice: str, code: int) -> None:
    """A rule whose code is open costs what the reading says."""
    table = rules.rows(rulebook(), ["get.known-task"])
    facts = Facts(NOW, input=GetInput("1"), task_found=False)
    readings = rulebook().profile("documented", {"missing-resource": choice})

    refusal = rules.first_refusal(table, facts, readings)

    assert refusal is not None
    assert refusal.code == code


@pytest.mark.parametrize("code", [5000, 5001, 5002])
def test_a_finding_may_bring_its_own_code(code: int) -> None:
    """Where one rule has several codes, the finding says which."""
    table = rules.rows(rulebook(), ["envelope.server-fault"])

    refusal = rules.first_refusal(
        table, Facts(NOW, staged_code=code), rulebook().profile("documented")
    )

    assert refusal is not None
    assert refusal.code == code

"""A schema keyword that fails is named by the rule that states it, at the field as sent."""

from typing import Any

import pytest

from kling_lipsync.rules.facts import Finding
from kling_lipsync.schema import Schemas, field_path, patched_document, patches_of
from kling_lipsync.tests.builders import real_contract

CREATE = "/components/schemas/CreateTaskInput"
IDENTIFY = "/components/schemas/IdentifyInput"
PAGE_SIZE = "/components/parameters/pageSize/schema"


def _schemas(**changes: object) -> Schemas:
    real = real_contract()
    readings = {name.replace("_", "-"): choice for name, choice in changes.items()}
    return Schemas(real, real.rulebook.profile("documented", readings))


DOCUMENTED = _schemas()


def _body(**choice: object) -> dict[str, Any]:
    """Return the page's create body with some of the face choice changed; None removes."""
    face = {
        "face_id": "0",
        "audio_id": "850511204913471489",
        "sound_start_time": 0,
        "sound_end_time": 3000,
        "sound_insert_time": 1000,
    }
    face = {name: value for name, value in (face | choice).items() if value is not None}
    return {"session_id": "850508686686064678", "face_choose": [face]}


def _found(schemas: Schemas, body: object) -> list[tuple[str, str]]:
    return [(found.rule, found.finding.field) for found in schemas.violations(CREATE, body)]


def test_a_legal_body_has_no_violations() -> None:
    """The page's own sample passes."""
    assert DOCUMENTED.is_valid(CREATE, _body())
    assert DOCUMENTED.violations(CREATE, _body()) == []
    assert DOCUMENTED.explain(CREATE, _body()) == ""


@pytest.mark.parametrize(
    ("choice", "rule", "field"),
    [
        ({"face_id": ""}, "create.required-fields", "face_id"),
        ({"face_id": 5}, "transport.field-types", "face_id"),
        ({"sound_start_time": -1}, "create.sound-start-not-negative", "sound_start_time"),
        ({"sound_start_time": "0"}, "transport.field-types", "sound_start_time"),
        ({"sound_start_time": 2**63}, "transport.field-types", "sound_start_time"),
        ({"sound_end_time": -(2**63) - 1}, "transport.field-types", "sound_end_time"),
        ({"sound_end_time": 10**4000}, "transport.field-types", "sound_end_time"),
        ({"sound_insert_time": -1}, "create.insert-not-negative", "sound_insert_time"),
        ({"sound_volume": 2.1}, "create.volume-range", "sound_volume"),
        ({"original_audio_volume": -0.1}, "create.volume-range", "original_audio_volume"),
        ({"sound_file": "aGVsbG8="}, "create.one-audio-source", "sound_file"),
    ],
)
def test_a_failed_keyword_is_named_by_the_longest_pointer(
    choice: dict[str, object], rule: str, field: str
) -> None:
    """The rule with the longest pointer above the keyword is the one that is broken."""
    assert _found(DOCUMENTED, _body(**choice)) == [(rule, f"face_choose[0].{field}")]


@pytest.mark.parametrize(
    ("choice"),
    [
        {"sound_start_time": 2**63 - 1},
        {"sound_end_time": 2**63 - 1},
        {"sound_end_time": -(2**63)},
        {"sound_end_time": 3000.0},
        {"sound_volume": 0},
        {"sound_volume": 2},
        {"audio_id": "", "sound_file": "aGVsbG8="},
    ],
)
def test_the_schema_takes_what_is_at_the_limit(choice: dict[str, object]) -> None:
    """Limits are inclusive, and an empty string counts as not given."""
    assert _found(DOCUMENTED, _body(**choice)) == []


@pytest.mark.parametrize(
    ("missing", "rule"),
    [
        ("face_id", "create.required-fields"),
        ("sound_start_time", "create.times-required"),
        ("sound_end_time", "create.times-required"),
        ("sound_insert_time", "create.times-required"),
        ("audio_id", "create.one-audio-source"),
    ],
)
def test_a_missing_field_is_told_by_its_place_among_the_required(missing: str, rule: str) -> None:
    """Each entry of a `required` list can belong to a rule of its own."""
    field = "sound_file" if missing == "audio_id" else missing

    assert _found(DOCUMENTED, _body(**{missing: None})) == [(rule, f"face_choose[0].{field}")]


@pytest.mark.parametrize("body", [[], "text", 5, True])
def test_a_body_of_another_type_is_told_at_no_field(body: object) -> None:
    """A body that is no object breaks the rule of types as a whole."""
    assert _found(DOCUMENTED, body) == [("transport.field-types", "")]


def test_a_violation_has_the_value_and_the_nearest_legal_one() -> None:
    """A bound that is exceeded is itself the nearest legal value."""
    found = DOCUMENTED.violations(CREATE, _body(sound_volume=9))

    assert [one.finding for one in found] == [Finding(9, "face_choose[0].sound_volume", 2)]


def test_a_prefix_stands_before_the_field() -> None:
    """A value that is itself a parameter is told by the parameter's name."""
    found = DOCUMENTED.violations(PAGE_SIZE, 501, prefix=("pageSize",))

    assert [(one.rule, one.finding) for one in found] == [
        ("list.page-size", Finding(501, "pageSize", 500))
    ]


def test_a_violation_stands_where_its_rule_is_judged() -> None:
    """The position is that in the rulebook's order, so that violations and rows can be compared."""
    order = real_contract().rulebook.order

    for found in DOCUMENTED.violations(CREATE, {"face_choose": "x"}):
        assert order[found.position] == found.rule


def test_an_explanation_keeps_the_value_to_itself() -> None:
    """What a schema objects to is told without what a client sent."""
    text = DOCUMENTED.explain(CREATE, _body(face_id=["SECRET"]))

    assert "/face_choose/0/face_id" in text
    assert "SECRET" not in text


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ((), ""),
        (("session_id",), "session_id"),
        (("face_choose", 0, "sound_end_time"), "face_choose[0].sound_end_time"),
        (("a", 1, 2, "b"), "a[1][2].b"),
    ],
)
def test_a_field_path_reads_as_people_write_it(path: tuple[str | int, ...], text: str) -> None:
    """Names are joined by dots, positions stand in brackets."""
    assert field_path(path) == text


def test_page_bounds_are_those_of_the_parameters() -> None:
    """Lowest, highest and default value come from openapi.yaml."""
    assert DOCUMENTED.page_bounds() == {"pageNum": (1, 1000, 1), "pageSize": (1, 500, 30)}


@pytest.mark.parametrize(
    ("readings", "choice"),
    [
        ({"number_for_time": "truncate"}, {"sound_end_time": 3000.5}),
        ({"number_for_time": "numeric-text"}, {"sound_end_time": "3000"}),
        ({"null_field": "absent"}, {"sound_file": "null"}),
        ({"omitted_time": "zero"}, {"sound_start_time": None}),
    ],
)
def test_a_reading_loosens_the_schema(
    readings: dict[str, object], choice: dict[str, object]
) -> None:
    """What the documented reading refuses, the patched schema takes."""
    body = _body(**choice)
    if choice == {"sound_file": "null"}:
        body["face_choose"][0]["sound_file"] = None

    assert not DOCUMENTED.is_valid(CREATE, body)
    assert _found(_schemas(**readings), body) == []


@pytest.mark.parametrize("reading", ["one-face-id", "many"])
def test_a_reading_lets_more_faces_through(reading: str) -> None:
    """How many entries are too many is then judged by a function."""
    body = _body()
    body["face_choose"] *= 2

    assert _found(DOCUMENTED, body) == [("create.one-face", "face_choose")]
    assert _found(_schemas(faces_chosen=reading), body) == []


@pytest.mark.parametrize(
    ("place", "field"), [("body", "colour"), ("choice", "face_choose[0].colour")]
)
def test_a_reading_tightens_the_schema(place: str, field: str) -> None:
    """Under `refuse` a field that no page documents is named, by the rule of such fields."""
    body = _body(colour="red") if place == "choice" else _body() | {"colour": "red"}

    assert _found(DOCUMENTED, body) == []
    assert _found(_schemas(unknown_field="refuse"), body) == [("transport.unknown-fields", field)]


@pytest.mark.parametrize("given", [{"enabled": True}, [{"enabled": True}], []])
def test_a_reading_takes_the_watermark_as_a_list_too(given: object) -> None:
    """Under `accept` the list with one such object stands beside the object."""
    assert _schemas(watermark_list="accept").is_valid(CREATE, _body() | {"watermark_info": given})


def test_a_wrong_watermark_is_the_rule_of_watermarks() -> None:
    """A wrong type of `watermark_info` belongs to its own rule, not to that of types."""
    assert _found(DOCUMENTED, _body() | {"watermark_info": [True]}) == [
        ("create.watermark-info", "watermark_info")
    ]


def test_clamped_pages_have_no_bounds_in_the_schema() -> None:
    """Under `clamp` a page outside its range passes, and its bounds are still known."""
    clamped = _schemas(page_out_of_range="clamp")

    assert clamped.is_valid(PAGE_SIZE, 100_000)
    assert clamped.page_bounds() == DOCUMENTED.page_bounds()


def test_readings_without_patch_leave_the_document_as_it_is() -> None:
    """The documented profile is openapi.yaml itself."""
    real = real_contract()
    documented = real.rulebook.profile("documented")

    assert patches_of(real.rulebook, documented) == []
    assert patched_document(real, documented) is real.openapi


def test_every_patch_of_the_rulebook_can_be_applied() -> None:
    """Each choice with a patch gives schemas that compile, and leaves the document alone."""
    real = real_contract()
    before = repr(real.openapi)

    for name, reading in real.rulebook.readings.items():
        for choice in reading.patches:
            changed = Schemas(real, real.rulebook.profile("documented", {name: choice}))
            assert changed.is_valid(IDENTIFY, {"video_url": "http://a.example/b.mp4"})
    assert repr(real.openapi) == before

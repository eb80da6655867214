"""What a body or a query says is read leniently: what is odd is not known."""

from typing import Any

import pytest

from kling_lipsync.rules.facts import CreateInput, IdentifyInput, ListInput
from mock_server import parsing
from mock_server.parsing import parse_body
from mock_server.tests.builders import contract

BOUNDS = {"pageNum": (1, 1000, 1), "pageSize": (1, 500, 30)}


def _readings(**changes: object) -> Any:  # noqa: ANN401 - a mapping of choices
    named = {name.replace("_", "-"): choice for name, choice in changes.items()}
    return contract().rulebook.profile("documented", named)


@pytest.mark.parametrize("value", [None, "", 5, ["x"]])
def test_an_empty_or_odd_text_is_unknown(value: object) -> None:
    """What the schema objects to, the rules of other fields need not know."""
    assert parsing.identify_input({"video_id": value, "video_url": "u"}) == IdentifyInput(None, "u")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"face_choose": None},
        {"face_choose": "x"},
        {"face_choose": []},
        {"face_choose": [5]},
        {"face_choose": [{"face_id": 5, "sound_start_time": "0", "sound_volume": "1"}]},
    ],
)
def test_a_body_of_the_wrong_types_is_a_call_of_unknown_fields(body: dict[str, Any]) -> None:
    """Parsing refuses nothing: everything that is odd is not known."""
    assert parsing.create_input(body, _readings()) == CreateInput()


def test_the_first_face_choice_is_flattened() -> None:
    """Its fields stand beside those of the body, and all face ids are kept."""
    first = {"face_id": "a", "sound_start_time": 5, "sound_volume": 0, "sound_file": "f"}
    body = {"session_id": "s", "face_choose": [first, {"face_id": "b"}]}
    watermark = {"watermark_info": {"enabled": True}}

    wanted = parsing.create_input(body | watermark, _readings())

    assert wanted == CreateInput(
        session_id="s",
        face_id="a",
        face_ids=("a", "b"),
        faces_chosen=2,
        sound_start_time=5,
        sound_volume=0,
        sound_file="f",
        watermark=True,
    )


@pytest.mark.parametrize(
    ("reading", "sent", "time"),
    [
        ("whole-value", 3000, 3000),
        ("whole-value", 3000.0, 3000),
        ("whole-value", 3000.5, None),
        ("whole-value", "3000", None),
        ("whole-value", True, None),
        ("whole-value", None, None),
        ("truncate", 3000.9, 3000),
        ("numeric-text", "3000", 3000),
        ("numeric-text", "3000.0", None),
        ("numeric-text", "", None),
        ("numeric-text", "9" * 5000, None),
    ],
)
def test_a_time_is_what_the_reading_takes(reading: str, sent: object, time: int | None) -> None:
    """Other values are unknown; the schema refuses them."""
    body = {"face_choose": [{"sound_end_time": sent}]}

    wanted = parsing.create_input(body, _readings(number_for_time=reading))

    assert wanted.sound_end_time == time


def test_an_omitted_time_may_be_zero() -> None:
    """Where the reading says so, a time that is not given or null is 0."""
    body = {"face_choose": [{"sound_start_time": None, "sound_end_time": 2000}]}

    wanted = parsing.create_input(body, _readings(omitted_time="zero"))

    assert (wanted.sound_start_time, wanted.sound_end_time) == (0, 2000)
    assert wanted.sound_insert_time == 0


def test_times_with_a_point_are_found() -> None:
    """3000.0 and 3e3 are told from 3000."""
    body = parse_body(
        b'{"face_choose": [{"sound_start_time": 0, "sound_end_time": 3e3,'
        b' "sound_insert_time": 1.0}]}',
        64,
    )

    assert isinstance(body, dict)
    assert parsing.fractional_times(body) == (
        "face_choose[0].sound_end_time",
        "face_choose[0].sound_insert_time",
    )


@pytest.mark.parametrize(
    ("given", "asks"),
    [({"enabled": True}, True), ([{"enabled": True}], True), ([], False), ({}, False), (1, False)],
)
def test_a_watermark_is_asked_for_by_true_alone(
    given: object,
    asks: bool,  # noqa: FBT001 - a column of the table
) -> None:
    """An object, or a list with one, that says `enabled: true`."""
    assert parsing.create_input({"watermark_info": given}, _readings()).watermark is asks


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ("", {}),
        ("pageNum=2&pageSize=5", {"pageNum": 2, "pageSize": 5}),
        ("pageNum=&pageSize=5", {"pageSize": 5}),
        ("pageNum=abc", {"pageNum": "abc"}),
        ("pageNum=1.0", {"pageNum": "1.0"}),
        ("pageNum=-1", {"pageNum": -1}),
        ("pageNum=2&pageNum=3", {"pageNum": 2}),
        ("pageNum=%D9%A3", {"pageNum": "\u0663"}),
        ("pageNum=" + "9" * 41, {"pageNum": "9" * 41}),
        ("colour=red&%FF=%FF", {}),
    ],
)
def test_a_page_is_read_as_it_was_sent(query: str, fields: dict[str, object]) -> None:
    """An integer where it is one, the text otherwise, and the first of several."""
    assert parsing.query_fields(query) == fields


def test_parameters_that_no_page_documents_are_named() -> None:
    """In the order in which they stand, with and without a value."""
    query = "a=1&pageNum=2&b&c="

    assert parsing.unknown_query_fields(query, ("pageNum", "pageSize")) == ("a", "b", "c")
    assert parsing.unknown_query_fields(query) == ("a", "pageNum", "b", "c")
    assert parsing.unknown_query_fields("") == ()


@pytest.mark.parametrize(
    ("fields", "wanted"),
    [
        ({}, ListInput(1, 30)),
        ({"pageNum": 2, "pageSize": 5}, ListInput(2, 5)),
        ({"pageNum": 0, "pageSize": 501}, ListInput(1, 500)),
        ({"pageNum": -(10**40), "pageSize": 10**40}, ListInput(1, 500)),
        ({"pageNum": "abc"}, ListInput(1, 30)),
    ],
)
def test_a_page_lies_within_its_bounds(fields: dict[str, object], wanted: ListInput) -> None:
    """What is outside moves inside; where that is refused, the schema did so."""
    assert parsing.list_input(fields, BOUNDS) == wanted

"""A body is one JSON object that means one thing, or it is told why it is none."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kling_lipsync.rules.facts import CreateInput, IdentifyInput, ListInput
from mock_server import parsing
from mock_server.parsing import BodyFault, parse_body
from mock_server.tests.builders import contract

BOUNDS = {"pageNum": (1, 1000, 1), "pageSize": (1, 500, 30)}
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=20,
)


def _readings(**changes: object) -> Any:  # noqa: ANN401 - a mapping of choices
    named = {name.replace("_", "-"): choice for name, choice in changes.items()}
    return contract().rulebook.profile("documented", named)


def _fault(body: bytes) -> str:
    found = parse_body(body, 64)
    assert isinstance(found, BodyFault), found
    return found.reason


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "not JSON: Expecting value at line 1 column 1"),
        (b"{", "not JSON: Expecting property name"),
        (b'{"a": 1} x', "not JSON: Extra data"),
        (b"{'a': 1}", "not JSON: "),
        (b"\xef\xbb\xbf{}", "not JSON: "),
        (b'{"a": "\xff"}', "not UTF-8 at byte 7"),
        (b'{"a": "\xed\xa0\x80"}', "not UTF-8 at byte 7"),
        (b'{"a": NaN}', "NaN is no JSON number"),
        (b'{"a": -Infinity}', "-Infinity is no JSON number"),
        (b'{"a": 1, "a": 1}', "the name 'a' stands twice in one object"),
        (b'{"x": [{"a": 1, "\\u0061": 2}]}', "the name 'a' stands twice in one object"),
        (b'{"a": "\\ud800"}', "half of a surrogate pair"),
        (b'{"\\udc00": 1}', "half of a surrogate pair"),
        (b"[]", "a JSON array, not an object"),
        (b'"text"', "a JSON string, not an object"),
        (b"1", "a JSON number, not an object"),
        (b"1.5", "a JSON number, not an object"),
        (b"true", "a JSON boolean, not an object"),
        (b"null", "a JSON null, not an object"),
        (b"[" * 100_000, "nested deeper than 64 levels"),
        (b'{"a":' * 100_000, "nested deeper than 64 levels"),
        (b'{"a":' + b"[" * 64 + b"]" * 64 + b"}", "nested deeper than 64 levels"),
        (b'{"a": ' + b"9" * 5000 + b"}", "Exceeds the limit"),
    ],
    ids=range(23),
)
def test_a_body_that_is_no_object_is_told_why(body: bytes, reason: str) -> None:
    """The reason names what is wrong, and where it can be told, the place."""
    assert reason in _fault(body)


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b"{}", {}),
        (b' {"a": 1}\n', {"a": 1}),
        (b'{"a": "\\ud83d\\ude00"}', {"a": "\U0001f600"}),
        (b'{"a": 12345678901234567890123}', {"a": 12345678901234567890123}),
        (b'{"a": "[[[["}', {"a": "[[[["}),
        (b'{"a": {"b": 1}, "b": 1}', {"a": {"b": 1}, "b": 1}),
    ],
)
def test_an_object_is_its_value(body: bytes, value: object) -> None:
    """Escapes, large integers and brackets in text are no obstacle."""
    assert parse_body(body, 64) == value


def test_sixty_four_levels_are_legal() -> None:
    """The limit itself is: 63 lists in an object."""
    body = b'{"a":' + b"[" * 63 + b"]" * 63 + b"}"

    assert isinstance(parse_body(body, 64), dict)


@pytest.mark.parametrize(
    ("number", "value"), [("1e400", 1.7976931348623157e308), ("-1e400", -1.7976931348623157e308)]
)
def test_a_number_beyond_every_float_is_the_largest(number: str, value: float) -> None:
    """What JSON allows and a float cannot hold stays a number, and out of every range."""
    assert parse_body(f'{{"a": {number}}}'.encode(), 64) == {"a": value}


@given(JSON)
def test_whatever_is_json_is_an_object_or_a_fault(value: object) -> None:
    """Nothing escapes as an exception."""
    found = parse_body(json.dumps(value).encode(), 64)

    assert isinstance(found, BodyFault) != isinstance(value, dict)


@given(st.binary(max_size=200))
def test_whatever_arrives_is_an_object_or_a_fault(body: bytes) -> None:
    """Not even random bytes escape."""
    assert isinstance(parse_body(body, 64), dict | BodyFault)


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
    assert parsing.unknown_query_fields("a=1&pageNum=2&b&c=") == ["a", "b", "c"]


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

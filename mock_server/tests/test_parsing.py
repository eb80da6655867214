"""A body is one JSON object that means one thing, or it is told why it is none."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_server.parsing import BodyFault, parse_body

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=20,
)


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


@given(
    st.dictionaries(st.text(), JSON, max_size=4),
    st.sampled_from([(",", ":"), (", ", ": "), (" ,\n", "\t: ")]),
    st.sampled_from(["ascii", "utf-8"]),
)
def test_any_object_is_read_as_the_standard_library_reads_it(
    value: dict[str, object], separators: tuple[str, str], written: str
) -> None:
    """Whatever the spaces, and whichever way it is read inside."""
    text = json.dumps(value, separators=separators, ensure_ascii=written == "ascii")

    found = parse_body(text.encode("utf-8", "surrogatepass"), 64)

    assert isinstance(found, BodyFault) or repr(found) == repr(json.loads(text))


def test_a_name_that_stands_twice_is_found_wherever_it_is() -> None:
    """Also deep inside, with the same value, and written in two ways."""
    for body in (
        b'{"a": {"b": 1, "b": 1}}',
        b'{"a": [{"b": null, "c": 1, "b": null}]}',
        b'{"a": 1, "\\u0061": 1}',
    ):
        assert _fault(body).endswith("stands twice in one object")

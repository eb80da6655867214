"""What is no request by the book is read as far as it can be."""

import pytest

from mock_server.unparsed import scope_of, without_offer, written


@pytest.mark.parametrize(
    ("head", "method", "path", "query"),
    [
        (b"BREW /pot%20a?sugar=1 HTTP/1.1\r\nHost: h", "BREW", "/pot a", b"sugar=1"),
        (b"GET /a HTTP/1.0", "GET", "/a", b""),
        (b"GET nowhere HTTP/1.1", "", "/", b""),
        (b"\x16\x03\x01", "", "/", b""),
        (b"", "", "/", b""),
    ],
)
def test_a_request_line_is_read_where_it_is_one(
    head: bytes, method: str, path: str, query: bytes
) -> None:
    """What is none has no method."""
    scope = scope_of(head)

    assert (scope["method"], scope["path"], scope["query_string"]) == (method, path, query)


def test_fields_are_read_and_what_is_no_field_is_passed_over() -> None:
    """By lower-case name, without the space around the value."""
    scope = scope_of(b"GET / HTTP/1.1\r\nHost:  h \r\nno field\r\nX-A: 1\r\nBad Name: 2")

    assert scope["headers"] == [(b"host", b"h"), (b"x-a", b"1")]


def test_an_offer_is_left_out_of_the_head_alone() -> None:
    """Whatever its case; everything else stays as it was."""
    data = b"GET / HTTP/1.1\r\nUPGRADE: h2c\r\nHost: h\r\n\r\n\r\nUpgrade: h2c\r\n"

    assert without_offer(data) == b"GET / HTTP/1.1\r\nHost: h\r\n\r\n\r\nUpgrade: h2c\r\n"


def test_a_response_is_written_whole_and_closes() -> None:
    """Status, headers, and the parts of the body."""
    start = {"type": "http.response.start", "status": 404, "headers": [(b"a", b"b")]}
    parts = [{"type": "http.response.body", "body": part} for part in (b"x", b"y")]

    assert written([start, *parts]) == (
        b"HTTP/1.1 404 Not Found\r\na: b\r\nconnection: close\r\n\r\nxy"
    )

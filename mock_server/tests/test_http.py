"""A body is read within its bound, and a reply is sent whole."""

import asyncio
import json
from collections.abc import Iterable
from typing import Any

import pytest

from mock_server.http import (
    Body,
    Message,
    Response,
    header,
    json_response,
    read_body,
    send_response,
)


def _scope(method: str = "POST", **headers: str) -> dict[str, Any]:
    pairs = [
        (name.replace("_", "-").encode(), value.encode("latin-1"))
        for name, value in headers.items()
    ]
    return {"type": "http", "method": method, "headers": pairs}


class _Sender:
    """Sends the parts of a body, and counts how many were asked for."""

    def __init__(self, parts: Iterable[bytes]) -> None:
        self.left = list(parts)
        self.asked = 0

    async def __call__(self) -> Message:
        self.asked += 1
        if not self.left:
            return {"type": "http.disconnect"}
        part = self.left.pop(0)
        return {"type": "http.request", "body": part, "more_body": bool(self.left)}


def _read(parts: Iterable[bytes], largest: int = 10, **headers: str) -> tuple[Body, _Sender]:
    sender = _Sender(parts)
    sent = dict(_scope(**headers)["headers"])
    return asyncio.run(read_body(sent, sender, largest)), sender


@pytest.mark.parametrize("parts", [[b""], [b"0123456789"], [b"01234", b"", b"56789"], []])
def test_a_body_within_the_bound_is_whole(parts: list[bytes]) -> None:
    """In one part or in several, the bound itself included; a caller who left sent nothing."""
    assert _read(parts)[0] == Body(b"".join(parts))


@pytest.mark.parametrize("parts", [[b"0123456789x"], [b"01234", b"56789", b"x"], [b"x" * 99]])
def test_a_body_beyond_the_bound_is_not_kept(parts: list[bytes]) -> None:
    """It is read to its end, so that its sender reads the answer."""
    body, sender = _read(parts)

    assert body == Body(b"", too_large=True)
    assert sender.left == []


def test_a_declared_length_is_enough_to_refuse() -> None:
    """The parts are thrown away as they come."""
    body, sender = _read([b"x" * 50, b"x" * 50], content_length="100")

    assert body == Body(b"", too_large=True)
    assert sender.left == []


def test_a_sender_that_waits_is_answered_before_it_sends() -> None:
    """With `Expect: 100-continue` not one part is asked for."""
    body, sender = _read([b"x" * 100], content_length="100", expect="100-continue")

    assert body == Body(b"", too_large=True)
    assert sender.asked == 0


def test_draining_has_an_end() -> None:
    """After 64 MiB the sender is left alone."""
    part = b"x" * (1024 * 1024)

    _, sender = _read([part] * 70, content_length=str(70 * 1024 * 1024))

    assert sender.asked == 64


@pytest.mark.parametrize("length", ["", "abc", "-1", "\u00b2"])
def test_an_odd_length_proves_nothing(length: str) -> None:
    """What arrives counts."""
    assert _read([b"x"], content_length=length)[0] == Body(b"x")


def test_the_first_header_of_a_name_counts() -> None:
    """It is text in Latin-1, and None when there is none."""
    scope = _scope(host="h\xe9")
    scope["headers"].append((b"host", b"other"))

    assert header(scope, b"host") == "h\xe9"
    assert header(scope, b"expect") is None


def _sent(method: str, response: Response) -> list[Message]:
    messages: list[Message] = []

    async def send(message: Message) -> None:
        messages.append(message)

    asyncio.run(send_response(_scope(method), send, response))
    return messages


def test_a_response_is_sent_whole() -> None:
    """Status, headers with the length, and body."""
    start, body = _sent("GET", Response(404, b"not found\n", "text/plain", (("allow", "GET"),)))

    assert start["status"] == 404
    assert start["headers"] == [
        (b"content-type", b"text/plain"),
        (b"allow", b"GET"),
        (b"content-length", b"10"),
    ]
    assert body == {"type": "http.response.body", "body": b"not found\n"}


def test_a_head_gets_the_headers_only() -> None:
    """With the length of what a GET would get."""
    start, body = _sent("HEAD", Response(200, b"12345"))

    assert (b"content-length", b"5") in start["headers"]
    assert body["body"] == b""


def test_json_for_people_is_ascii() -> None:
    """Indented, with everything else escaped, and a newline at the end."""
    response = json_response(200, {"a": "\u20ac\x1b"})

    assert response.body.isascii()
    assert b"\x1b" not in response.body
    assert response.body.endswith(b"}\n")
    assert json.loads(response.body) == {"a": "\u20ac\x1b"}

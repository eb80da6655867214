"""Whatever arrives, the vendor's paths answer in the vendor's envelope."""

import json
from typing import Any

import pytest

from mock_server import engine
from mock_server.routes import IDENTIFY_PATH, TASKS_PATH
from mock_server.tests.served import BASE_URL, BEARER, Sent, Served, serving

LARGEST = 8 * 1024 * 1024
AUTHORIZED = [(b"authorization", b"Bearer local-api-key"), (b"host", b"127.0.0.1:8787")]


def _posted(served: Served, parts: list[bytes], *headers: tuple[bytes, bytes]) -> Sent:
    pairs = [*AUTHORIZED, (b"content-type", b"application/json"), *headers]
    scope = {"method": "POST", "path": IDENTIFY_PATH, "headers": pairs}
    return served.raw(scope, parts)


def _envelope(sent: Sent) -> dict[str, Any]:
    envelope: dict[str, Any] = json.loads(sent.body)
    assert envelope.keys() == {"code", "message", "request_id"}
    return envelope


def test_an_accepted_call_has_no_headers_of_the_mock(served: Served) -> None:
    """A client sees what the vendor would send."""
    reply = served.vendor("GET", TASKS_PATH)

    assert (reply.status_code, reply.json()["code"]) == (200, 0)
    assert reply.headers["content-type"] == "application/json"
    assert not [name for name in reply.headers if name.startswith("x-")]


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/", 404, 1203),
        ("GET", "/v1/videos/advanced-lip-sync/a/b", 404, 1203),
        ("POST", "/__mock__", 404, 1203),
        ("GET", "/media", 404, 1203),
        ("PUT", TASKS_PATH, 404, 1202),
        ("BREW", TASKS_PATH, 404, 1202),
        ("OPTIONS", TASKS_PATH, 404, 1202),
        ("GET", IDENTIFY_PATH, 404, 1202),
    ],
)
def test_an_unknown_path_or_method_is_refused_in_the_envelope(
    served: Served, method: str, path: str, status: int, code: int
) -> None:
    """Not by the words of a web framework."""
    reply = served.vendor(method, path)

    assert (reply.status_code, reply.json()["code"]) == (status, code)
    assert reply.json().keys() == {"code", "message", "request_id"}


def test_a_caller_without_credential_learns_nothing_of_paths(served: Served) -> None:
    """The credential comes first, also where there is nothing."""
    assert served.ask("GET", "/nowhere").json()["code"] == 1001


def test_a_head_has_no_body(served: Served) -> None:
    """It is a method that no path has, and gets headers only."""
    reply = served.vendor("HEAD", TASKS_PATH)

    assert (reply.status_code, reply.content) == (404, b"")


@pytest.mark.parametrize(
    "parts",
    [[b"x" * (LARGEST + 1)], [b"x" * LARGEST, b"x"], [b"x" * 1024 * 1024] * 20],
    ids=["whole", "one more", "in chunks"],
)
def test_a_body_that_is_too_large_is_refused(served: Served, parts: list[bytes]) -> None:
    """More than 8 MiB are no well-formed body, however they arrive."""
    sent = _posted(served, parts)

    assert (sent.status, _envelope(sent)["code"]) == (400, 1200)
    assert sent.headers[b"x-mock-rule"] == b"transport.json-body"


def test_a_declared_length_is_refused_before_a_byte_is_sent(served: Served) -> None:
    """A sender that waits for `100 Continue` is answered without being asked for its body."""
    length = (b"content-length", str(LARGEST + 1).encode())

    sent = _posted(served, [], length, (b"expect", b"100-continue"))

    assert (sent.status, _envelope(sent)["code"]) == (400, 1200)


def test_eight_mib_are_legal(served: Served) -> None:
    """The limit itself is: such a body is judged by what it says."""
    body = b'{"video_id": "7", "x": "' + b"x" * (LARGEST - 26) + b'"}'

    sent = _posted(served, [body[:100], body[100:]])

    assert len(body) == LARGEST
    assert _envelope(sent)["code"] == 1203


def test_a_failure_of_our_own_is_500_in_the_envelope(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Code 5000, and the journal knows that it was a bug of the mock."""

    def fail(*_args: object) -> None:
        msg = "SECRET"
        raise RuntimeError(msg)

    monkeypatch.setattr(engine, "find_route", fail)
    reply = served.vendor("GET", TASKS_PATH)

    assert (reply.status_code, reply.json()["code"]) == (500, 5000)
    assert reply.headers["x-mock-rule"] == "envelope.server-fault"
    assert "SECRET" not in reply.text + str(reply.headers)


def test_a_trace_of_our_own_failure_is_on_the_console(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where the user of the mock can read it."""

    def fail(*_args: object) -> None:
        msg = "what went wrong"
        raise RuntimeError(msg)

    with serving(quiet=False) as served:
        monkeypatch.setattr(engine, "find_route", fail)
        served.vendor("GET", TASKS_PATH)

    assert "RuntimeError: what went wrong" in capsys.readouterr().err


@pytest.mark.parametrize(
    "evil", ["\x1b[31m", "a\r\nset-cookie: b", "\u20ac", "{value}", "%0d%0aX-Evil: 1"]
)
def test_headers_hold_nothing_that_a_client_chose(served: Served, evil: str) -> None:
    """They are ASCII, and an explanation is fetched by its id instead."""
    sent = _posted(served, [json.dumps({"video_id": evil}).encode()])
    mocks = {name: value for name, value in sent.headers.items() if name.startswith(b"x-mock")}

    assert mocks.keys() == {b"x-mock-rule", b"x-mock-basis", b"x-mock-explain"}
    assert mocks[b"x-mock-rule"] == b"identify.video-id-known"
    assert all(value.isascii() and value.decode().isprintable() for value in mocks.values())
    assert evil.encode() not in b"".join(mocks.values())


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        (b"mock.test:1234", b"http://mock.test:1234"),
        (b"[::1]:8787", b"http://[::1]:8787"),
        (b'evil"><script>', BASE_URL.encode()),
        (b"a\x1b[31m", BASE_URL.encode()),
        (b"user@evil.test", BASE_URL.encode()),
        (b"evil.test/path", BASE_URL.encode()),
        (b"", BASE_URL.encode()),
    ],
)
def test_urls_name_the_host_that_was_asked(served: Served, host: bytes, origin: bytes) -> None:
    """If it is a host at all; a strange one is replaced by the server's own address."""
    headers = [AUTHORIZED[0], (b"host", host), (b"content-type", b"application/json")]
    body = json.dumps({"video_url": "http://described.test/video"}).encode()

    sent = served.raw({"method": "POST", "path": IDENTIFY_PATH, "headers": headers}, [body])

    assert b'"face_image":"' + origin + b"/media/" in sent.body


def test_an_explanation_is_where_the_header_says(served: Served) -> None:
    """Its URL leads to the control API."""
    reply = served.vendor("POST", IDENTIFY_PATH, {"video_id": "7"})

    told = served.ask("GET", reply.headers["x-mock-explain"].removeprefix(BASE_URL)).json()

    assert (told["rule"], told["value"]) == ("identify.video-id-known", "7")
    assert told["request_id"] == reply.json()["request_id"]


def test_a_staged_failure_says_so_in_a_header(served: Served) -> None:
    """Nobody should look for a reason in the request."""
    served.happening("POST", "/faults", {"code": 1303})

    reply = served.vendor("GET", TASKS_PATH)

    assert (reply.status_code, reply.headers["x-mock-fault"]) == (429, "1303")


def test_the_date_is_the_accounts(served: Served) -> None:
    """The header follows the clock that the account lives on."""
    served.happening("POST", "/clock", {"to": 4_102_444_800_000})

    assert served.vendor("GET", TASKS_PATH).headers["date"] == "Fri, 01 Jan 2100 00:00:00 GMT"


@pytest.mark.parametrize("instant", [9_999_999_999_999, 10**15, 10**18])
def test_a_far_future_is_answered_in_the_envelope(served: Served, instant: int) -> None:
    """However far a clock was moved, or refused to be, calls are answered."""
    served.control("POST", "/clock", {"to": instant})

    reply = served.vendor("GET", TASKS_PATH)

    assert (reply.status_code, reply.json()["code"]) == (200, 0)


def test_calls_are_written_to_the_console(capsys: pytest.CaptureFixture[str]) -> None:
    """One line for a call, two more for a refusal, and never a credential."""
    with serving(quiet=False) as served:
        served.vendor("GET", TASKS_PATH)
        served.vendor("GET", "/nowhere")

    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 4
    assert lines[0].startswith("200 0 GET /v1/videos/advanced-lip-sync ")
    assert lines[1].startswith("404 1203 GET /nowhere ")
    assert "local-api-key" not in "".join(lines)


def test_something_else_than_http_is_left_alone(served: Served) -> None:
    """A web socket gets no answer, and no exception either."""

    async def never() -> dict[str, Any]:
        msg = "nothing is received or sent"
        raise AssertionError(msg)

    async def send(_message: object) -> None:
        await never()

    served.run(lambda: served.server.application({"type": "websocket"}, never, send))


def test_the_first_of_two_credentials_counts(served: Served) -> None:
    """As with any header that stands twice."""
    twice = [*AUTHORIZED, (b"authorization", b"Bearer wrong")]

    sent = served.raw({"path": TASKS_PATH, "headers": twice})

    assert sent.status == 200
    assert BEARER["authorization"].encode() == twice[0][1]

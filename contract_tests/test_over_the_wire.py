"""What only a connection shows: spellings, sizes and pieces of a request as bytes."""

import json
import socket
from collections.abc import Iterable
from http.client import parse_headers
from urllib.parse import urlsplit

import pytest

from contract_tests import spec
from contract_tests.callers import IDENTIFY, TASKS, Caller
from contract_tests.drafts import new_task
from contract_tests.exchanges import ACCEPTED, Exchange, Verdict, refused_by
from contract_tests.marks import rule
from contract_tests.scenes import SCENE, VIDEO
from contract_tests.targets import Target

pytestmark = pytest.mark.slow

LONGEST = spec.limit("transport.json-body", "largest_bytes")
BODY = json.dumps({"video_url": VIDEO}).encode()
TIMEOUT_S = 20.0


def head_of(caller: Caller, method: str, path: str, *fields: str) -> bytes:
    """Return the head of a request with the account's credential and these fields."""
    host = urlsplit(caller.target.origin).netloc
    lines = (f"{method} {path} HTTP/1.1", f"Host: {host}", *fields)
    return "\r\n".join((*lines, f"Authorization: {caller.authorization}", "", "")).encode()


def answers_to(caller: Caller, parts: Iterable[bytes], count: int = 1) -> list[Exchange]:
    """Send parts one after the other over one connection; return so many answers."""
    place = urlsplit(caller.target.origin)
    found = []
    with socket.create_connection((place.hostname, place.port), timeout=TIMEOUT_S) as connection:
        for part in parts:
            connection.sendall(part)
        file = connection.makefile("rb")
        for _ in range(count):
            status = int(file.readline().split()[1])
            headers = {name.lower(): value for name, value in parse_headers(file).items()}
            found.append(Exchange(status, headers, file.read(int(headers["content-length"]))))
    return found


def answer_to(caller: Caller, *parts: bytes) -> Verdict:
    """Send parts over a connection; return the verdict of the answer."""
    return answers_to(caller, parts)[0].verdict


def in_pieces(body: bytes, size: int) -> Iterable[bytes]:
    """Return a body in the pieces of a chunked transfer."""
    for at in range(0, len(body), size):
        piece = body[at : at + size]
        yield b"%x\r\n%b\r\n" % (len(piece), piece)
    yield b"0\r\n\r\n"


@rule("transport.json-body")
@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize(("more", "legal"), [(-1, True), (0, True), (1, False)])
def test_a_body_of_the_largest_size_is_read(
    socket_target: Target, more: int, *, chunked: bool, legal: bool
) -> None:
    """In one piece or in many; one byte more is refused in the envelope."""
    caller = Caller(socket_target)
    body = BODY + b" " * (LONGEST - len(BODY) + more)
    kind = "Content-Type: application/json"
    if chunked:
        head = head_of(caller, "POST", IDENTIFY, kind, "Transfer-Encoding: chunked")
        told = answer_to(caller, head, *in_pieces(body, 1 << 20))
    else:
        head = head_of(caller, "POST", IDENTIFY, kind, f"Content-Length: {len(body)}")
        told = answer_to(caller, head, body)

    assert told == (ACCEPTED if legal else refused_by("transport.json-body"))


@rule("transport.json-body")
@pytest.mark.parametrize("size", [1, 7, 1000])
def test_a_body_may_come_in_pieces(socket_target: Target, size: int) -> None:
    """However small they are."""
    caller = Caller(socket_target)
    head = head_of(
        caller, "POST", IDENTIFY, "Content-Type: application/json", "Transfer-Encoding: chunked"
    )

    assert answer_to(caller, head, *in_pieces(BODY, size)) == ACCEPTED


@rule("transport.known-method")
@pytest.mark.parametrize("method", ["get", "Get", "gET", "G", "GETS", "GE-T", "LIST", "delete"])
def test_a_method_is_spelled_in_capitals(socket_target: Target, method: str) -> None:
    """Methods are case-sensitive (RFC 9110, 9.1): any other spelling is an unknown one."""
    caller = Caller(socket_target)
    task_id = new_task(caller, SCENE)

    for path in (TASKS, f"{TASKS}/{task_id}"):
        head = head_of(caller, method, path)
        assert answer_to(caller, head) == refused_by("transport.known-method")


@rule("auth.header-present", "transport.content-type")
def test_names_of_header_fields_have_no_case(socket_target: Target) -> None:
    """And white space around a value does not belong to it (RFC 9110, 5.5)."""
    caller = Caller(socket_target)
    head = head_of(
        caller,
        "POST",
        IDENTIFY,
        "CONTENT-TYPE:   application/json; charset=utf-8  ",
        f"content-LENGTH:{len(BODY)}",
    )
    spelled = head.replace(b"Authorization: ", b"aUTHORIZATION:\t")

    assert answer_to(caller, head, BODY) == answer_to(caller, spelled, BODY) == ACCEPTED


@rule("envelope.fields")
def test_requests_are_answered_in_their_order(socket_target: Target) -> None:
    """Also those that are sent before the first of them is answered."""
    caller = Caller(socket_target)
    names = [new_task(caller, SCENE) for _ in range(3)]
    heads = [head_of(caller, "GET", f"{TASKS}/{name}") for name in (*names, "17")]
    told = answers_to(caller, [b"".join(heads)], len(heads))

    assert [one.data["task_id"] for one in told[:3]] == names
    assert told[3].verdict == refused_by("get.known-task")
    assert len({one.envelope["request_id"] for one in told}) == 4


@rule("transport.known-path")
def test_the_target_of_a_request_has_several_forms(socket_target: Target) -> None:
    """The whole address (RFC 9112, 3.2.2) is the path of it, and an empty query is none."""
    caller = Caller(socket_target)
    path = f"{TASKS}/{new_task(caller, SCENE)}"

    for form in (path, f"{path}?", f"{caller.target.origin}{path}"):
        assert answer_to(caller, head_of(caller, "GET", form)) == ACCEPTED

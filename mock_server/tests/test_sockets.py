"""Over a socket, staged faults are what they are in a network."""

import contextlib
import http.client
import re
import socket
import struct
import time
from collections.abc import Iterator
from json import dumps, loads

import pytest

from mock_server.routes import TASKS_PATH
from mock_server.tests.socket_server import BOTH, Process, read, running


@pytest.fixture(scope="module", params=BOTH, ids=["httptools", "h11"])
def server(request: pytest.FixtureRequest) -> Iterator[Process]:
    """A server of its own, with each of the two HTTP parsers."""
    yield from running(*request.param)


def test_a_reset_is_a_reset(server: Process) -> None:
    """No byte, and no orderly end."""
    server.stage(transport="reset")

    with pytest.raises(ConnectionResetError):
        read(server.call())
    assert server.control("GET", "/journal")["entries"][-1]["status"] == 0


def test_a_truncated_reply_ends_in_the_middle(server: Process) -> None:
    """The length of the whole is declared, half of it comes, and then the end."""
    server.stage(transport="truncate", phase="after")

    head, _, body = read(server.call()).partition(b"\r\n\r\n")
    declared = re.search(rb"content-length: (\d+)", head.lower())

    assert declared is not None
    assert len(body) == int(declared[1]) // 2
    assert b"x-mock-fault: truncate" in head.lower()


def test_a_stall_ends_with_its_latency(server: Process) -> None:
    """Nothing comes, and then the connection is gone."""
    server.stage(transport="stall", latency="200ms")
    started = time.perf_counter()

    with pytest.raises(ConnectionResetError):
        read(server.call())
    assert time.perf_counter() - started >= 0.2


def test_a_stall_lets_the_client_give_up(server: Process) -> None:
    """It runs into its own timeout, and the server goes on."""
    server.stage(transport="stall")

    with pytest.raises(TimeoutError):
        read(server.call(timeout=0.2))
    assert server.control("GET", "/health")["status"] == "ok"


def test_a_delayed_call_goes_on_when_its_client_has_gone(server: Process) -> None:
    """As behind a gateway that timed out: the call arrived, and is carried out."""
    server.stage(latency="60s")
    before = len(server.control("GET", "/journal")["entries"])
    with contextlib.closing(server.call()) as client:
        time.sleep(0.1)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    for _ in range(100):
        calls = server.control("GET", "/journal")["entries"]
        if len(calls) > before:
            break
        time.sleep(0.02)

    assert [call["status"] for call in calls[before:]] == [200]


def test_a_connection_is_used_again_after_a_staged_reply(server: Process) -> None:
    """Replies that are whole leave it open."""
    server.stage(transport="bad-gateway")
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", server.port)) as asking:
        statuses = []
        for _ in range(2):
            asking.request("GET", TASKS_PATH, headers={"authorization": "Bearer local-api-key"})
            reply = asking.getresponse()
            reply.read()
            statuses.append(reply.status)

    assert statuses == [502, 200]


def test_each_call_of_a_connection_has_its_own_headers(server: Process) -> None:
    """Whoever sent the calls before it on the same connection."""
    known, stranger = {"authorization": "Bearer local-api-key"}, {"authorization": "Bearer x"}
    statuses = []
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", server.port)) as asking:
        for headers in (known, known, stranger, {}, {}, known):
            asking.request("GET", TASKS_PATH, headers=headers)
            reply = asking.getresponse()
            reply.read()
            statuses.append(reply.status)

    assert statuses == [200, 200, 401, 401, 401, 200]


@pytest.mark.parametrize("fields", [{"transport": "stall"}, {"latency": "60s"}])
def test_a_server_that_ends_lets_go_of_who_waits(fields: dict[str, object]) -> None:
    """At once and without a word on the console, not after the time that was staged."""
    running = Process("-m", "mock_server")
    running.stage(**fields)
    with contextlib.closing(running.call()) as client:
        time.sleep(0.2)
        started = time.perf_counter()
        told = running.stop()
        took = time.perf_counter() - started
        with contextlib.suppress(ConnectionResetError):
            client.recv(1)

    assert took < 2
    assert told == ""


def test_an_offer_of_http_2_is_ignored(server: Process) -> None:
    """A call with Java's offer in its head, and its body in another packet, is served as usual."""
    body = dumps({"video_url": "http://described.test/video?duration=8000&face=0-5200"}).encode()
    head = (
        f"POST /v1/videos/identify-face HTTP/1.1\r\nConnection: Upgrade, HTTP2-Settings\r\n"
        f"Content-Length: {len(body)}\r\nHost: 127.0.0.1:{server.port}\r\n"
        "HTTP2-Settings: AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA\r\nUpgrade: h2c\r\n"
        "Authorization: Bearer local-api-key\r\nContent-Type: application/json\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", server.port), 10) as client:
        for _ in range(2):
            client.sendall(head.encode())
            time.sleep(0.05)
            client.sendall(body)
            answer = http.client.HTTPResponse(client)
            answer.begin()
            assert loads(answer.read())["code"] == 0


def test_only_the_head_is_searched_for_an_offer(server: Process) -> None:
    """A file that contains the words of an offer is kept as it was sent."""
    body = b"\r\nUpgrade: h2c\r\n\r\n" * 3
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", server.port)) as asking:
        asking.request("PUT", "/__mock__/media/offer.bin", body)
        url = loads(asking.getresponse().read())["url"]
        asking.request("GET", url.removeprefix(f"http://127.0.0.1:{server.port}"))
        assert asking.getresponse().read() == body


@pytest.mark.parametrize(
    ("sent", "status", "code"),
    [
        (f"BREW {TASKS_PATH} HTTP/1.1\r\nAuthorization: Bearer local-api-key\r\n\r\n", 404, 1202),
        (f"brew {TASKS_PATH} HTTP/1.1\r\n\r\n", 401, 1001),
        ("\x16\x03\x01 this is no HTTP\r\n\r\n", 401, 1001),
    ],
)
def test_what_the_parser_does_not_take_is_answered_in_the_envelope(
    server: Process, sent: str, status: int, code: int
) -> None:
    """By the same rules as every call; the connection ends then."""
    with socket.create_connection(("127.0.0.1", server.port), 10) as client:
        client.sendall(sent.encode("latin-1"))
        answer = b"".join(iter(lambda: client.recv(65_536), b""))
    head, _, body = answer.partition(b"\r\n\r\n")

    assert head.startswith(b"HTTP/1.1 %d " % status)
    assert loads(body)["code"] == code

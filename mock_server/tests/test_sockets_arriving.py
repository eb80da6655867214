"""However calls arrive on a connection, each is answered once and in its order."""

import contextlib
import http.client
import socket
import time
from collections.abc import Iterator
from json import dumps, loads
from typing import Any

import pytest

from mock_server.routes import TASKS_PATH
from mock_server.tests.socket_server import BOTH, Process, read, running


@pytest.fixture(scope="module", params=BOTH, ids=["httptools", "h11"])
def server(request: pytest.FixtureRequest) -> Iterator[Process]:
    """A server of its own, with each of the two HTTP parsers."""
    yield from running(*request.param)


def _call(*fields: str, method: str = "GET", path: str = TASKS_PATH, version: str = "1.1") -> bytes:
    lines = (f"{method} {path} HTTP/{version}", "Host: 127.0.0.1", *fields)
    return "\r\n".join((*lines, "Authorization: Bearer local-api-key", "", "")).encode()


def _posted(body: bytes) -> bytes:
    fields = (f"Content-Length: {len(body)}", "Content-Type: application/json")
    return _call(*fields, method="POST", path="/v1/videos/identify-face") + body


def _answers(client: socket.socket, count: int) -> list[tuple[int, dict[str, Any]]]:
    found = []
    with client.makefile("rb") as arriving:
        for _ in range(count):
            status = int(arriving.readline().split()[1])
            length = 0
            while (line := arriving.readline()) != b"\r\n":
                if line.lower().startswith(b"content-length:"):
                    length = int(line.partition(b":")[2])
            found.append((status, loads(arriving.read(length))))
    return found


DESCRIBED = dumps(
    {"video_url": "http://described.test/video?duration=8000&face=0-5200"}, separators=(",", ":")
).encode()


def test_a_call_in_pieces_is_answered_as_one_in_one_piece(server: Process) -> None:
    """Wherever a network cuts it."""
    whole = _posted(DESCRIBED)
    for cut in (5, 60, whole.index(b"\r\n\r\n") + 4, len(whole) - 1):
        with socket.create_connection(("127.0.0.1", server.port), 10) as client:
            client.sendall(whole[:cut])
            time.sleep(0.02)
            client.sendall(whole[cut:])
            ((status, envelope),) = _answers(client, 1)
        assert (status, envelope["code"]) == (200, 0)


def test_calls_that_come_at_once_are_answered_in_their_order(server: Process) -> None:
    """Also where one of them has to wait, for a medium that is not described."""
    waits = _posted(dumps({"video_url": "http://127.0.0.1:1/none.mp4"}).encode())
    with socket.create_connection(("127.0.0.1", server.port), 10) as client:
        client.sendall(_call(path="/v1/nowhere"))
        assert _answers(client, 1)[0][0] == 404
        client.sendall(waits)
        client.sendall(_posted(DESCRIBED))
        found = _answers(client, 2)

    assert [envelope["code"] for _, envelope in found] == [1201, 0]


@pytest.mark.parametrize(
    ("fields", "version"), [(("Connection: close",), "1.1"), ((), "1.0")], ids=["close", "1.0"]
)
def test_a_connection_is_closed_where_the_client_asks_for_it(
    server: Process, fields: tuple[str, ...], version: str
) -> None:
    """The answer comes whole, and then the end."""
    with socket.create_connection(("127.0.0.1", server.port), 10) as client:
        client.sendall(_call(*fields, version=version))
        head, _, body = read(client).partition(b"\r\n\r\n")

    assert head.startswith(b"HTTP/1.1 200")
    assert loads(body)["code"] == 0


def test_an_idle_connection_is_closed_after_a_while(server: Process) -> None:
    """Not while it is used, and 5 s after it was used last."""
    with socket.create_connection(("127.0.0.1", server.port), 20) as client:
        for _ in range(2):
            client.sendall(_call())
            assert _answers(client, 1)[0][0] == 200
            time.sleep(2.5)
        started = time.perf_counter()
        assert client.recv(1) == b""
        assert 1.5 < time.perf_counter() - started < 7


def test_a_forwarded_call_is_the_call_of_whom_it_is_forwarded_for(server: Process) -> None:
    """A proxy on this machine says who called; the list of allowed addresses takes its word."""
    born = server.control("POST", "/accounts", {"allowed_ips": ["192.0.2.7"]})
    statuses = []
    for forwarded in ({}, {"x-forwarded-for": "192.0.2.7"}):
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", server.port)) as asking:
            asking.request(
                "GET", TASKS_PATH, headers={"authorization": f"Bearer {born['token']}", **forwarded}
            )
            statuses.append(asking.getresponse().status)

    assert statuses == [429, 200]

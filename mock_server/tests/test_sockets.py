"""Over a socket, staged faults are what they are in a network."""

import contextlib
import http.client
import os
import re
import signal
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from json import dumps, loads
from typing import Any

import pytest

from mock_server.routes import TASKS_PATH

H11 = (
    "import sys; sys.modules['httptools'] = None; "
    "from mock_server.__main__ import main; sys.exit(main())"
)


class _Process:
    def __init__(self, *command: str) -> None:
        flags = ("--port", "0", "--media", "plain", "--quiet", "true")
        self.process = subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, *command, *flags],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        found = re.search(r"http://127\.0\.0\.1:(\d+)", self.process.stdout.readline())
        assert found is not None
        self.port = int(found[1])

    def stage(self, **fields: object) -> None:
        self.control("POST", "/faults", fields)

    def control(self, method: str, path: str, fields: object = None) -> Any:  # noqa: ANN401 - JSON
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.port)) as asking:
            asking.request(method, f"/__mock__{path}", dumps(fields) if fields else None)
            return loads(asking.getresponse().read())

    def call(self, timeout: float = 10) -> socket.socket:
        """Send a list call; return the connection, from which nothing was read yet."""
        client = socket.create_connection(("127.0.0.1", self.port), timeout)
        client.sendall(
            f"GET {TASKS_PATH} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n"
            "Authorization: Bearer local-api-key\r\n\r\n".encode()
        )
        return client

    def stop(self) -> str:
        """End the server politely; return what it wrote on the console."""
        self.process.send_signal(signal.SIGTERM)
        _, told = self.process.communicate(timeout=10)
        return told


@pytest.fixture(
    scope="module", params=[("-m", "mock_server"), ("-c", H11)], ids=["httptools", "h11"]
)
def server(request: pytest.FixtureRequest) -> Iterator[_Process]:
    """A server of its own, with each of the two HTTP parsers that uvicorn may have."""
    variables = [name for name in os.environ if name.startswith("LIPSYNC_MOCK_")]
    assert variables == []
    running = _Process(*request.param)
    yield running
    told = running.stop()
    assert "ERROR" not in told
    assert "Traceback" not in told


def _read(client: socket.socket) -> bytes:
    content = b""
    with contextlib.closing(client):
        while part := client.recv(65_536):
            content += part
    return content


def test_a_reset_is_a_reset(server: _Process) -> None:
    """No byte, and no orderly end."""
    server.stage(transport="reset")

    with pytest.raises(ConnectionResetError):
        _read(server.call())
    assert server.control("GET", "/journal")["entries"][-1]["status"] == 0


def test_a_truncated_reply_ends_in_the_middle(server: _Process) -> None:
    """The length of the whole is declared, half of it comes, and then the end."""
    server.stage(transport="truncate", phase="after")

    head, _, body = _read(server.call()).partition(b"\r\n\r\n")
    declared = re.search(rb"content-length: (\d+)", head.lower())

    assert declared is not None
    assert len(body) == int(declared[1]) // 2
    assert b"x-mock-fault: truncate" in head.lower()


def test_a_stall_ends_with_its_latency(server: _Process) -> None:
    """Nothing comes, and then the connection is gone."""
    server.stage(transport="stall", latency="200ms")
    started = time.perf_counter()

    with pytest.raises(ConnectionResetError):
        _read(server.call())
    assert time.perf_counter() - started >= 0.2


def test_a_stall_lets_the_client_give_up(server: _Process) -> None:
    """It runs into its own timeout, and the server goes on."""
    server.stage(transport="stall")

    with pytest.raises(TimeoutError):
        _read(server.call(timeout=0.2))
    assert server.control("GET", "/health")["status"] == "ok"


def test_a_delayed_call_goes_on_when_its_client_has_gone(server: _Process) -> None:
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


def test_a_connection_is_used_again_after_a_staged_reply(server: _Process) -> None:
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


@pytest.mark.parametrize("fields", [{"transport": "stall"}, {"latency": "60s"}])
def test_a_server_that_ends_lets_go_of_who_waits(fields: dict[str, object]) -> None:
    """At once and without a word on the console, not after the time that was staged."""
    running = _Process("-m", "mock_server")
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


def test_an_offer_of_http_2_is_ignored(server: _Process) -> None:
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


def test_only_the_head_is_searched_for_an_offer(server: _Process) -> None:
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
    server: _Process, sent: str, status: int, code: int
) -> None:
    """By the same rules as every call; the connection ends then."""
    with socket.create_connection(("127.0.0.1", server.port), 10) as client:
        client.sendall(sent.encode("latin-1"))
        answer = b"".join(iter(lambda: client.recv(65_536), b""))
    head, _, body = answer.partition(b"\r\n\r\n")

    assert head.startswith(b"HTTP/1.1 %d " % status)
    assert loads(body)["code"] == code


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


def test_a_call_in_pieces_is_answered_as_one_in_one_piece(server: _Process) -> None:
    """Wherever a network cuts it."""
    whole = _posted(DESCRIBED)
    for cut in (5, 60, whole.index(b"\r\n\r\n") + 4, len(whole) - 1):
        with socket.create_connection(("127.0.0.1", server.port), 10) as client:
            client.sendall(whole[:cut])
            time.sleep(0.02)
            client.sendall(whole[cut:])
            ((status, envelope),) = _answers(client, 1)
        assert (status, envelope["code"]) == (200, 0)


def test_calls_that_come_at_once_are_answered_in_their_order(server: _Process) -> None:
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
    server: _Process, fields: tuple[str, ...], version: str
) -> None:
    """The answer comes whole, and then the end."""
    with socket.create_connection(("127.0.0.1", server.port), 10) as client:
        client.sendall(_call(*fields, version=version))
        head, _, body = _read(client).partition(b"\r\n\r\n")

    assert head.startswith(b"HTTP/1.1 200")
    assert loads(body)["code"] == 0


def test_an_idle_connection_is_closed_after_a_while(server: _Process) -> None:
    """Not while it is used, and 5 s after it was used last."""
    with socket.create_connection(("127.0.0.1", server.port), 20) as client:
        for _ in range(2):
            client.sendall(_call())
            assert _answers(client, 1)[0][0] == 200
            time.sleep(2.5)
        started = time.perf_counter()
        assert client.recv(1) == b""
        assert 1.5 < time.perf_counter() - started < 7


def test_a_forwarded_call_is_the_call_of_whom_it_is_forwarded_for(server: _Process) -> None:
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

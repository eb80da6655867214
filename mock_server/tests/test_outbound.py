"""What a client's URL can make the server do is bounded, and stays on loopback by default."""

import socket
import threading
import time
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from kling_lipsync.media import Unreachable
from mock_server.outbound import Fetched, Reach, fetch, post
from mock_server.tests.receivers import answering, receiving, unused_port

REACH = Reach(seconds=5.0)
ANY = Reach(any_host=True, seconds=5.0)


def _get(url: str, tmp_path: Path, *, largest: int = 1000, reach: Reach = REACH) -> object:
    found = fetch(url, tmp_path / "fetched", largest, reach)
    return found.reason if isinstance(found, Unreachable) else found


def test_a_file_is_fetched_whole(tmp_path: Path) -> None:
    """Up to the size that was asked for, query and all."""
    with receiving(answering(200, b"x" * 1000)) as server:
        found = _get(f"{server.url}/a%20b.mp4?c=d", tmp_path)

    assert found == Fetched(1000)
    assert (tmp_path / "fetched").read_bytes() == b"x" * 1000
    assert server.got == [("GET", "/a%20b.mp4?c=d", b"")]


def test_one_byte_more_is_enough_to_know(tmp_path: Path) -> None:
    """A larger file is not read to its end, and is told from one that fits."""
    with receiving(answering(200, b"x" * 500_000)) as server:
        found = _get(server.url, tmp_path)

    assert found == Fetched(1001)
    assert (tmp_path / "fetched").stat().st_size == 1001


@pytest.mark.parametrize("status", [204, 304, 403, 404, 500])
def test_another_status_is_told(tmp_path: Path, status: int) -> None:
    """Only 200 is a file."""
    with receiving(answering(status)) as server:
        assert _get(server.url, tmp_path) == f"it answered HTTP {status}"


def test_redirects_are_followed_so_many_times(tmp_path: Path) -> None:
    """Three are, relative ones too; the fourth is one too many."""

    def behave(handler: BaseHTTPRequestHandler) -> None:
        left = int(handler.path.removeprefix("/"))
        if left:
            answering(302, Location=f"/{left - 1}")(handler)
        else:
            answering(200, b"here")(handler)

    with receiving(behave) as server:
        reached = _get(f"{server.url}/3", tmp_path)
        lost = _get(f"{server.url}/4", tmp_path)

    assert reached == Fetched(4)
    assert lost == "it redirected more than 3 times"
    assert len(server.got) == 8


@pytest.mark.parametrize("location", ["http://[", "http://a:x/", "ftp://127.0.0.1/", "//", "\x7f"])
def test_a_redirect_to_no_url_is_told(tmp_path: Path, location: str) -> None:
    """Whatever a foreign server answers, nothing of ours fails."""
    with receiving(answering(302, Location=location)) as server:
        found = _get(server.url, tmp_path)

    assert isinstance(found, str)


@pytest.mark.parametrize(
    ("host", "reach", "reason"),
    [
        ("10.0.0.1", REACH, "it is no loopback address, and the mock was not started with"),
        ("192.168.1.1", ANY, "it is an address of a private network"),
        ("169.254.169.254", ANY, "it is an address of a private network"),
        ("[fd00::1]", ANY, "it is an address of a private network"),
    ],
)
def test_a_redirect_to_a_private_address_is_refused(
    tmp_path: Path, host: str, reach: Reach, reason: str
) -> None:
    """Every hop is checked, not only the first."""
    with receiving(answering(302, Location=f"http://{host}/latest/meta-data")) as server:
        found = _get(server.url, tmp_path, reach=reach)

    assert str(found).startswith(reason)


@pytest.mark.parametrize(
    "host",
    [
        "192.0.2.1",
        "10.0.0.1",
        "0.0.0.0",  # noqa: S104 - an address to be refused
        "[2001:db8::1]",
        "[::ffff:10.0.0.1]",
        "169.254.169.254",
        "8.8.8.8",
        "0x7f.1.1.1.1",
    ],
)
def test_by_default_only_loopback_is_reached(
    tmp_path: Path, host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another address is refused without a connection."""

    def connect(*_args: object, **_options: object) -> None:
        msg = "a connection was opened"
        raise AssertionError(msg)

    monkeypatch.setattr(socket, "create_connection", connect)

    assert isinstance(_get(f"http://{host}/", tmp_path), str)
    assert isinstance(post(f"http://{host}/", b"", {}, REACH), Unreachable)


def test_the_checked_address_is_the_connected_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name is looked up once, so that it cannot lead elsewhere the second time."""
    real, answers = socket.getaddrinfo, iter(["127.0.0.1", "192.0.2.1", "192.0.2.1"])

    def look_up(host: str, port: int, *args: object, **options: object) -> object:
        address = next(answers) if host == "rebinding.test" else host
        return real(address, port, *args, **options)  # type: ignore[arg-type]  # as called

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    with receiving(answering(200, b"here")) as server:
        port = server.url.rpartition(":")[2]
        found = _get(f"http://rebinding.test:{port}/", tmp_path)

    assert found == Fetched(4)


def test_every_allowed_address_of_a_name_is_tried(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`localhost` is often ::1 first, where a server on 127.0.0.1 does not listen."""
    real = socket.getaddrinfo

    def look_up(host: str, port: int, *args: object, **options: object) -> list[object]:
        addresses = ["::1", "127.0.0.1"] if host == "localhost" else [host]
        return [
            entry
            for address in addresses
            for entry in real(address, port, *args, **options)  # type: ignore[arg-type]  # as called
        ]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    with receiving(answering(200, b"here")) as server:
        found = _get(server.url.replace("127.0.0.1", "localhost"), tmp_path)

    assert found == Fetched(4)


@pytest.mark.parametrize(
    "url",
    ["", "nowhere", "/etc/passwd", "file:///etc/passwd", "ftp://127.0.0.1/", "http://", "http://["],
)
def test_what_is_no_web_address_is_told(tmp_path: Path, url: str) -> None:
    """Nothing else is opened, a file of this machine least of all."""
    assert isinstance(_get(url, tmp_path), str)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:{}/\r\nX: 1", "http://127.0.0.1:{}/ä b", "http://a\x00b/"]
)
def test_an_odd_address_is_told(tmp_path: Path, url: str) -> None:
    """No header is smuggled in, and nothing of ours fails."""
    with receiving(answering(200, b"here")) as server:
        found = _get(url.format(server.url.rpartition(":")[2]), tmp_path)

    assert isinstance(found, str | Fetched)
    assert all("X" not in headers for headers in server.headers)


def test_a_port_where_nothing_listens_is_told(tmp_path: Path) -> None:
    """In plain words."""
    assert _get(f"http://127.0.0.1:{unused_port()}/", tmp_path) == "nothing listens there"


def test_a_slow_server_ends_within_the_limit(tmp_path: Path) -> None:
    """One that drips for ever is cut off, and is no file; only here does real time pass."""
    stop = threading.Event()

    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        while not stop.wait(0.02):
            try:
                handler.wfile.write(b"x")
            except OSError:
                return

    started = time.monotonic()
    with receiving(drip) as server:
        found = _get(server.url, tmp_path, reach=Reach(seconds=0.3))
        took = time.monotonic() - started
        stop.set()

    assert took < 3
    assert isinstance(found, str)


def test_a_silent_server_ends_within_the_limit(tmp_path: Path) -> None:
    """One that accepts and never answers."""
    stop = threading.Event()

    def wait(_handler: BaseHTTPRequestHandler) -> None:
        stop.wait(5)

    with receiving(wait) as server:
        started = time.monotonic()
        found = _get(server.url, tmp_path, reach=Reach(seconds=0.3))
        took = time.monotonic() - started
        stop.set()

    assert took < 3
    assert isinstance(found, str)


def test_a_file_that_breaks_off_is_no_file(tmp_path: Path) -> None:
    """Fewer bytes than were announced are half a video, which might even play."""

    def behave(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "900")
        handler.end_headers()
        handler.wfile.write(b"x" * 100)

    with receiving(behave) as server:
        found = _get(server.url, tmp_path)

    assert isinstance(found, str)


def test_the_real_service_is_never_asked(tmp_path: Path) -> None:
    """Its name is not even looked up."""
    reach = Reach(any_host=True, never=frozenset({"api.example.com"}))
    refusal = "it is on a host of the real service, which the mock never asks"

    assert _get("https://API.example.com/clip.mp4", tmp_path, reach=reach) == refusal

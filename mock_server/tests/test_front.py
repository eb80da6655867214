"""TLS and the proxy beside the plain port: what is bound, what answers there, what is left."""

import json
import socket
import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import httpx
import pytest

from kling_lipsync.contract import load_contract
from mock_server.access import Access, access_from, url_of
from mock_server.accounts import SAMPLE_AUDIO_URL
from mock_server.front import listen, open_front
from mock_server.routes import IDENTIFY_PATH, TASKS_PATH
from mock_server.settings import Settings, SettingsError
from mock_server.tests.builders import VIDEO, create_body
from mock_server.tests.commands import Running, running
from mock_server.tests.receivers import receiving
from mock_server.tests.served import BEARER

HOSTS = load_contract().vendor_hosts()


@pytest.fixture
def plain() -> Iterator[socket.socket]:
    """The plain listener of a server."""
    with listen("127.0.0.1", 0, "--port") as listener:
        yield listener


@pytest.fixture(scope="module")
def mock() -> Iterator[Running]:
    """A mock with everything, whose tasks end within a few ms."""
    with running("--proxy", "--time=x1000", lines=4) as started:
        yield started


def access_of(mock: Running) -> Access:
    """Return how a running mock says that it is reached."""
    reply = httpx.get(f"http://127.0.0.1:{mock.port}/__mock__/health", trust_env=False)
    return access_from(reply.json()["access"])


def client_of(access: Access, *, through_proxy: bool) -> httpx.Client:
    """Return a client that trusts the mock's authority and no other."""
    trust = ssl.create_default_context(cafile=access.ca_file)
    proxy = url_of("http", access.proxy) if through_proxy and access.proxy else None
    return httpx.Client(proxy=proxy, verify=trust, trust_env=False, headers=BEARER)


def test_without_its_settings_there_is_no_front(plain: socket.socket) -> None:
    """Nothing is bound and nothing is imported for it."""
    assert open_front(Settings(), plain) is None


def test_tls_alone_has_no_proxy(plain: socket.socket) -> None:
    """Its folder is there until it is closed."""
    front = open_front(Settings(tls=0), plain)

    assert front is not None
    folder = Path(front.access.ca_file).parent
    assert front.access.proxy is None
    assert front.access.hosts == HOSTS
    assert folder.stat().st_mode & 0o777 == 0o700
    front.opened.close()
    assert not folder.exists()


def test_the_proxy_stays_on_loopback() -> None:
    """A server on all addresses is reached at loopback, and its proxy from nowhere else."""
    with listen("0.0.0.0", 0, "--port") as plain:  # noqa: S104 - what is tested
        front = open_front(Settings(host="0.0.0.0", proxy=0), plain)  # noqa: S104 - what is tested
        assert front is not None
        assert front.proxy_listener is not None
        bound = front.proxy_listener.getsockname()[0]
        front.opened.close()

    assert bound == "127.0.0.1"
    access = front.access
    assert access.proxy is not None
    assert {access.plain[0], access.tls[0], access.proxy[0]} == {"127.0.0.1"}


@pytest.mark.parametrize("flag", ["tls", "proxy"])
def test_a_port_in_use_names_its_flag(
    flag: str, plain: socket.socket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And leaves no folder behind."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    settings = Settings(**{flag: plain.getsockname()[1]})

    with pytest.raises(SettingsError, match=rf"cannot listen on .*choose another with --{flag}"):
        open_front(settings, plain)
    assert list(tmp_path.iterdir()) == []


def test_a_kept_folder_stays(plain: socket.socket, tmp_path: Path) -> None:
    """With the same authority for the next run."""
    front = open_front(Settings(tls=0, tls_dir=str(tmp_path)), plain)

    assert front is not None
    front.opened.close()
    assert Path(front.access.ca_file) == tmp_path / "ca.pem"
    assert (tmp_path / "ca.pem").is_file()


def test_the_tls_listener_answers_beside_the_plain_one(mock: Running) -> None:
    """One server: what is made through one is there through the other."""
    access = access_of(mock)
    with client_of(access, through_proxy=False) as client:
        secure, plain = url_of("https", access.tls), url_of("http", access.plain)
        session = client.post(secure + IDENTIFY_PATH, json={"video_url": VIDEO}).json()["data"]
        body = create_body(session["session_id"])
        task = client.post(plain + TASKS_PATH, json=body).json()["data"]["task_id"]
        shown = client.get(f"{secure}{TASKS_PATH}/{task}").json()

    assert shown["data"]["task_id"] == task
    assert session["face_data"][0]["face_image"].startswith(f"{secure}/media/")
    assert f"also at {secure}, trusted with {access.ca_file}\n" in mock.greeting


@pytest.mark.parametrize("host", HOSTS)
def test_a_callback_carries_the_host_that_was_called(host: str, mock: Running) -> None:
    """And its URL leads to the result through the proxy."""
    ended = threading.Event()

    def behave(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        if b'"succeed"' in receiver.got[-1][2]:
            ended.set()

    access = access_of(mock)
    with receiving(behave) as receiver, client_of(access, through_proxy=True) as client:
        api = f"https://{host}"
        session = client.post(api + IDENTIFY_PATH, json={"video_url": VIDEO}).json()["data"]
        choice = {"sound_file": SAMPLE_AUDIO_URL}
        body = create_body(session["session_id"], choice=choice, callback_url=receiver.url)
        assert client.post(api + TASKS_PATH, json=body).json()["code"] == 0
        assert ended.wait(20)
        url = json.loads(receiver.got[-1][2])["task_result"]["videos"][0]["url"]
        result = client.get(url)

    assert url.startswith(f"https://{host}/media/")
    assert result.status_code == 200
    assert result.content[4:8] == b"ftyp"


def test_the_control_api_answers_to_no_vendor_host(mock: Running) -> None:
    """A program under test cannot reach it by accident."""
    with client_of(access_of(mock), through_proxy=True) as client:
        reply = client.get(f"https://{HOSTS[0]}/__mock__/health")

    assert reply.status_code == 403


def test_another_host_is_refused(mock: Running) -> None:
    """By tunnel and by plain request."""
    with client_of(access_of(mock), through_proxy=True) as client:
        plain = client.get("http://example.com/")
        with pytest.raises(httpx.ProxyError, match="403 Refused by lipsync-mock"):
            client.get("https://example.com/")

    assert plain.status_code == 403
    assert plain.text.startswith("example.com:80 is refused")


def test_nothing_is_left_behind() -> None:
    """When it is stopped, its folder is gone, though a tunnel was open."""
    with running("--proxy", lines=4) as started:
        access = access_of(started)
        assert access.proxy is not None
        tunnel = socket.create_connection(access.proxy)
        tunnel.sendall(f"CONNECT {HOSTS[0]}:443 HTTP/1.1\r\n\r\n".encode())
        assert tunnel.recv(99).startswith(b"HTTP/1.1 200 ")

    tunnel.close()
    assert not Path(access.ca_file).parent.exists()

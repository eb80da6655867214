"""The servers that the tests can aim at, behind one small seam.

This is the only module that knows the mock server, and it only starts it.
"""

import http.client
import json
import os
import subprocess
import sys
import uuid
from collections.abc import Mapping
from typing import Any, Protocol
from urllib.parse import urlsplit

import httpx
from attrs import frozen

from contract_tests.conformance.capabilities import EVERYTHING
from contract_tests.exchanges import Exchange
from contract_tests.inprocess import InProcessClient, InProcessTransport
from mock_server.app import create_server
from mock_server.settings import Settings
from mock_server.testing import InProcessMock

PREFIX = "/__mock__"


class ControlRefused(AssertionError):
    """The target would not do what a test asked of its control API."""


@frozen
class Credentials:
    """What an account proves itself with."""

    access_key: str
    secret_key: str
    api_keys: tuple[str, ...]


class Target(Protocol):
    """A server under test, and what it can do; the mock can do all that tests ask for."""

    origin: str
    capabilities: frozenset[str] = EVERYTHING

    @property
    def credentials(self) -> Credentials:
        """The one account of a target that has no others; the mock makes a new one.

        Its clock is the machine's, its tasks are done at once, and it has an API key.  It takes
        open points to mean what the server does that makes it.
        """
        key = f"key-{uuid.uuid4()}"
        return self._made(time="real", pace="0+0", slots=None, api_keys=[key])

    def request(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
    ) -> Exchange:
        """Send one request; the path has its query with it."""
        ...

    def close(self) -> None:
        """Stop the server."""
        ...

    def transport(self) -> httpx.BaseTransport | None:
        """Return what carries the requests of an httpx client to it; None for the network."""
        return None

    def control(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        """Ask the control API for something; raise ControlRefused when it says no."""
        content = body if isinstance(body, bytes) else b"" if body is None else _json(body)
        exchange = self.request(method, PREFIX + path, body=content)
        if exchange.status >= 300:
            msg = f"{method} {path} {str(body)[:300]}: {exchange.status} {exchange.body[:300]!r}"
            raise ControlRefused(msg)
        return exchange.envelope

    def new_account(self, **fields: object) -> Credentials:
        """Make an account whose clock stands still, unless the fields say otherwise.

        It takes open points to mean what is documented, whatever the server's default is.
        """
        return self._made(**{"time": "frozen", "profile": "documented", **fields})

    def _made(self, **fields: object) -> Credentials:
        made = self.control("POST", "/accounts", fields)
        return Credentials(made["access_key"], made["secret_key"], tuple(made["api_keys"]))


class InProcess(Target):
    """The mock server's application, called without a socket."""

    def __init__(self, media: str = "plain", profile: str = "documented") -> None:
        settings = Settings(
            validate_replies=True, time="frozen", quiet=True, media=media, profile=profile
        )
        self.origin = f"http://{settings.host}:{settings.port}"
        self.client = InProcessClient(create_server(settings).application)

    def request(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
    ) -> Exchange:
        """Send one request."""
        return self.client.request(method, path, headers=headers, body=body)

    def transport(self) -> httpx.BaseTransport:
        """Return what carries requests to the application."""
        return InProcessTransport(self.client)

    def close(self) -> None:
        """Shut the application down."""
        self.client.close()


class Plugged(Target):
    """The mock server as the pytest plugin has it: in this process, called by httpx clients."""

    def __init__(self, profile: str = "documented") -> None:
        settings = Settings(
            validate_replies=True, time="frozen", quiet=True, media="plain", profile=profile
        )
        self._mock = InProcessMock(settings)
        self.origin = self._mock.origin
        self._client = httpx.Client(transport=self._mock.transport, base_url=self.origin)

    def request(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
    ) -> Exchange:
        """Send one request; its method and path go as they are."""
        exactly = {"target": path.encode("latin-1")}
        url = self.origin + path.partition("?")[0]
        request = httpx.Request(method, url, headers=headers, content=body, extensions=exactly)
        request.method = method  # httpx writes it in capitals, and methods are case-sensitive
        answer = self._client.send(request)
        found = {name.lower(): value for name, value in answer.headers.items()}
        return Exchange(answer.status_code, found, answer.content)

    def transport(self) -> httpx.BaseTransport:
        """Return what the plugin gives to httpx clients."""
        return self._mock.transport

    def close(self) -> None:
        """Shut the server down."""
        self._client.close()
        self._mock.close()


class Remote(Target):
    """A server that runs somewhere, called over one connection that is kept.

    The origin may end with a path, which then stands before every path that is called.
    """

    def __init__(self, origin: str, timeout_s: float = 30.0) -> None:
        self.origin = origin.rstrip("/")
        found = urlsplit(self.origin)
        kind = {"http": http.client.HTTPConnection, "https": http.client.HTTPSConnection}
        if found.scheme not in kind or not found.hostname:
            msg = f"{origin!r} is no base URL, such as https://api.example.com"
            raise ValueError(msg)
        self._base = found.path
        self._connection = kind[found.scheme](found.hostname, found.port, timeout=timeout_s)

    def request(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
    ) -> Exchange:
        """Send one request; a connection that was closed meanwhile is opened again."""
        try:
            return self._exchange(method, path, headers or {}, body)
        except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
            self._connection.close()
            return self._exchange(method, path, headers or {}, body)

    def close(self) -> None:
        """Close the connection; the server goes on."""
        self._connection.close()

    def _exchange(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes
    ) -> Exchange:
        self._connection.request(method, self._base + path, body or None, dict(headers))
        answer = self._connection.getresponse()
        content = answer.read()
        found = {name.lower(): value for name, value in answer.getheaders()}
        return Exchange(answer.status, found, content)


class Socket(Remote):
    """The mock server as a process of its own, called over a TCP socket."""

    def __init__(self, profile: str = "documented") -> None:
        own = {k: v for k, v in os.environ.items() if not k.startswith("LIPSYNC_MOCK_")}
        self._process = subprocess.Popen(  # noqa: S603 - every word of the command is ours
            [
                *(sys.executable, "-m", "mock_server", "--port", "0", "--media", "plain"),
                *("--profile", profile),
            ],
            stdout=subprocess.PIPE,
            text=True,
            env=own | {"LIPSYNC_MOCK_VALIDATE_REPLIES": "true", "LIPSYNC_MOCK_QUIET": "true"},
        )
        ready, _curl = self._line(), self._line()
        super().__init__(ready.split()[2])

    def close(self) -> None:
        """Stop the process."""
        super().close()
        self._process.terminate()
        self._process.wait(timeout=10)
        if self._process.stdout is not None:
            self._process.stdout.close()

    def _line(self) -> str:
        if self._process.stdout is None:
            return ""
        line = self._process.stdout.readline()
        if not line:
            msg = f"the server did not start; it ended with {self._process.wait(timeout=10)}"
            raise RuntimeError(msg)
        return line.rstrip("\n")


def _json(body: object) -> bytes:
    return json.dumps(body).encode()

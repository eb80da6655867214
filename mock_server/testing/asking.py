"""How the control API is asked, whatever carries the request."""

import json
from collections.abc import Mapping
from typing import Any, Protocol

import httpx

PREFIX = "/__mock__"

Json = dict[str, Any]


class ControlRefused(AssertionError):
    """The mock would not do what it was asked for; the text is its own."""


class Asking(Protocol):
    """A mock that can be asked: one that listens, or one in this process."""

    @property
    def origin(self) -> str:
        """The origin of its URLs, such as `http://127.0.0.1:8787`."""

    @property
    def transport(self) -> httpx.BaseTransport | None:
        """What carries the requests of an httpx client to it; None for the network."""

    @property
    def async_transport(self) -> httpx.AsyncBaseTransport | None:
        """The same for an asynchronous client."""

    def ask(self, request: httpx.Request) -> httpx.Response:
        """Send one request and return its answer, read to its end."""


def control(
    mock: Asking,
    method: str,
    path: str,
    body: object = None,
    query: Mapping[str, object] | None = None,
) -> Any:  # noqa: ANN401 - JSON, or the text of a page
    """Ask the control API; raise ControlRefused with its words when it says no.

    A `body` of bytes goes as it is, anything else as JSON; a query leaves out what is None.
    """
    asked = {name: str(value) for name, value in (query or {}).items() if value is not None}
    content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body)
    request = httpx.Request(method, mock.origin + PREFIX + path, params=asked, content=content)
    reply = mock.ask(request)
    if reply.status_code >= 300:
        msg = f"{method} {path}: {_error(reply)}"
        raise ControlRefused(msg)
    kind = reply.headers.get("content-type", "")
    return reply.json() if kind.startswith("application/json") else reply.text


def _error(reply: httpx.Response) -> str:
    try:
        return str(reply.json()["error"])
    except (ValueError, KeyError, TypeError):
        return f"HTTP {reply.status_code} {reply.text[:200]}"

"""The only module that opens connections: to fetch media, and to announce to callback URLs.

A client chose these URLs, so everything is bounded (bytes, seconds, redirects), the address
that was checked is the one that is connected to, and only loopback is reached unless the
user of the mock said otherwise; private networks stay closed even then.
"""

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import SplitResult, urljoin, urlsplit

from attrs import frozen

from kling_lipsync.media import Unreachable

_CHUNK = 256 * 1024
_KEPT = 2048
_REDIRECTS = (301, 302, 303, 307, 308)


@frozen
class Reach:
    """What may be reached, and for how long; `any_host` still leaves private networks closed.

    The hosts in `never` (those of the real service) are not even looked up.
    """

    any_host: bool = False
    never: frozenset[str] = frozenset()
    seconds: float = 20.0
    redirects: int = 3


@frozen
class Fetched:
    """A file was fetched whole, or up to one byte more than was asked for."""

    size_bytes: int


@frozen
class _Exchange:
    """One response: its status, how much of it was read, its Location and first bytes."""

    status: int
    size: int
    location: str | None
    start: bytes


@frozen
class Answered:
    r"""The HTTP status that a receiver answered with, and the first 2 KiB of what it said.

    Bytes that are no UTF-8 stand in the text as escapes, such as `\xff`.
    """

    status: int
    start: str = ""


def fetch(url: str, target: Path, largest_bytes: int, reach: Reach) -> Fetched | Unreachable:
    """Write what a URL points to into a file; stop one byte after `largest_bytes`."""
    for _ in range(reach.redirects + 1):
        answer = _request("GET", url, b"", {}, reach, target, largest_bytes + 1)
        if isinstance(answer, Unreachable):
            return answer
        if answer.status in _REDIRECTS and answer.location:
            try:
                url = urljoin(url, answer.location)
            except ValueError:
                return Unreachable("it redirected to something that is no URL")
        elif answer.status == 200:
            return Fetched(answer.size)
        else:
            return Unreachable(f"it answered HTTP {answer.status}")
    return Unreachable(f"it redirected more than {reach.redirects} times")


def post(url: str, body: bytes, headers: Mapping[str, str], reach: Reach) -> Answered | Unreachable:
    """Send a body to a URL once, and say what the receiver answered."""
    answer = _request("POST", url, body, headers, reach, None, 64 * 1024)
    if isinstance(answer, Unreachable):
        return answer
    return Answered(answer.status, answer.start.decode("utf-8", "backslashreplace"))


def _request(  # noqa: PLR0913 - one HTTP exchange has these parts
    method: str,
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    reach: Reach,
    target: Path | None,
    most_bytes: int,
) -> _Exchange | Unreachable:
    """Return what came of a request; everything that goes wrong is Unreachable."""
    try:
        parts = urlsplit(url)
        connected = _connect(parts, reach)
    except (OSError, ValueError) as error:
        return Unreachable(_plainly(error))
    if isinstance(connected, Unreachable):
        return connected
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port or 80)
    connection.sock = connected
    late = threading.Event()
    watchdog = threading.Timer(reach.seconds, _cut, (connected, late))
    watchdog.start()
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request(method, path, body or None, {"Host": _host(parts), **headers})
        response = connection.getresponse()
        size, start = _read(response, target if response.status == 200 else None, most_bytes)
        if late.is_set():
            return Unreachable("it took too long")
        if size < most_bytes and response.length:
            return Unreachable("it broke off before its end")
        return _Exchange(response.status, size, response.getheader("Location"), start)
    except (OSError, ValueError, http.client.HTTPException) as error:
        return Unreachable(_plainly(error))
    finally:
        watchdog.cancel()
        connection.close()


def _connect(parts: SplitResult, reach: Reach) -> socket.socket | Unreachable:
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return Unreachable("it is no http(s) URL")
    if parts.hostname in reach.never:
        return Unreachable("it is on a host of the real service, which the mock never asks")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    allowed = [entry for entry in found if _allowed(str(entry[4][0]), reach)]
    if not allowed:
        return Unreachable(
            "it is no loopback address, and the mock was not started with --fetch any"
            if not reach.any_host
            else "it is an address of a private network"
        )
    plain = _first_that_listens([str(entry[4][0]) for entry in allowed], port, reach)
    if parts.scheme == "http":
        return plain
    return ssl.create_default_context().wrap_socket(plain, server_hostname=parts.hostname)


def _first_that_listens(addresses: list[str], port: int, reach: Reach) -> socket.socket:
    """Connect to the first address that answers; raise the last one's OSError."""
    for address in addresses[:-1]:
        try:
            return socket.create_connection((address, port), timeout=reach.seconds)
        except OSError:
            continue
    return socket.create_connection((addresses[-1], port), timeout=reach.seconds)


def _allowed(address: str, reach: Reach) -> bool:
    ip = ipaddress.ip_address(address.partition("%")[0])
    return ip.is_loopback or (reach.any_host and ip.is_global)


def _read(
    response: http.client.HTTPResponse, target: Path | None, most_bytes: int
) -> tuple[int, bytes]:
    size, start = 0, b""
    sink = target.open("wb") if target is not None else None
    try:
        while size < most_bytes:
            chunk = response.read(min(_CHUNK, most_bytes - size))
            if not chunk:
                break
            size += len(chunk)
            start += chunk[: _KEPT - len(start)]
            if sink is not None:
                sink.write(chunk)
    finally:
        if sink is not None:
            sink.close()
    return size, start


def _host(parts: SplitResult) -> str:
    return parts.netloc.rpartition("@")[2]


def _cut(connection: socket.socket, late: threading.Event) -> None:
    late.set()
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return


def _plainly(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "it took too long"
    if isinstance(error, socket.gaierror):
        return "its host name is unknown"
    if isinstance(error, ConnectionRefusedError):
        return "nothing listens there"
    return f"the connection failed: {type(error).__name__}"

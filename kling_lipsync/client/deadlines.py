"""A limit on a whole blocking exchange, which httpx itself does not have.

Its read timeout starts anew with each piece, so a server that drips bytes defeats it.  Here
each piece may take what is left until one deadline, headers included.  An awaited exchange
needs none of this: it is cancelled.
"""

from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

import httpx
from attrs import frozen

if TYPE_CHECKING:
    import ssl

    from httpcore import NetworkBackend, NetworkStream

_Left = Callable[[float | None], float | None]
_left: ContextVar[_Left | None] = ContextVar("left", default=None)


@contextmanager
def reading_until(until: float, clock: Callable[[], float]) -> Generator[None]:
    """Bound every read of this thread inside the block by `until`, in s of the clock."""

    def left(timeout: float | None) -> float:
        remaining = until - clock()
        if remaining <= 0:
            msg = "the time for the exchange ran out"
            raise httpx.ReadTimeout(msg)
        return remaining if timeout is None else min(timeout, remaining)

    token = _left.set(left)
    try:
        yield
    finally:
        _left.reset(token)


def bound_exchanges(client: httpx.Client) -> None:
    """Make a client's connections obey `reading_until`; other transports than sockets stay."""
    mounted: Iterable[httpx.BaseTransport | None] = client._mounts.values()
    for transport in (client._transport, *mounted):
        pool = getattr(transport, "_pool", None)
        if pool is not None and hasattr(pool, "_network_backend"):
            pool._network_backend = _Backend(pool._network_backend)


def _within(timeout: float | None) -> float | None:
    left = _left.get()
    return timeout if left is None else left(timeout)


@frozen
class _Backend:
    inner: "NetworkBackend"

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> "_Stream":
        return _Stream(
            self.inner.connect_tcp(host, port, _within(timeout), local_address, socket_options)
        )

    def sleep(self, seconds: float) -> None:
        self.inner.sleep(seconds)


@frozen
class _Stream:
    inner: "NetworkStream"

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self.inner.read(max_bytes, _within(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.inner.write(buffer, _within(timeout))

    def close(self) -> None:
        self.inner.close()

    def start_tls(
        self,
        ssl_context: "ssl.SSLContext",
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> "_Stream":
        return _Stream(self.inner.start_tls(ssl_context, server_hostname, _within(timeout)))

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 - as httpcore has it
        return self.inner.get_extra_info(info)

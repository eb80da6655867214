"""uvicorn's HTTP protocol, which also hands the application the connection of each call."""

import asyncio
import re
from collections.abc import Awaitable, Callable

from uvicorn.protocols.http.auto import AutoHTTPProtocol

from mock_server.http import Receive, Scope, Send
from mock_server.transport_faults import CONNECTION, SocketConnection

Application = Callable[[Scope, Receive, Send], Awaitable[None]]

_OFFER = re.compile(rb"\r\nupgrade:[ \t]*h2c[ \t]*(?=\r\n)", re.IGNORECASE)


class ConnectedProtocol(AutoHTTPProtocol):  # type: ignore[misc, valid-type]  # chosen at its import
    """Puts a SocketConnection into the scope of each call, whichever parser uvicorn has."""

    def connection_made(self, transport: asyncio.Transport) -> None:
        """Begin a connection."""
        super().connection_made(transport)
        application: Application = self.app  # type: ignore[has-type]  # of the protocol
        connection = self._connection = SocketConnection(transport)

        def connected(scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
            scope["extensions"] = {**scope.get("extensions", {}), CONNECTION: connection}
            return application(scope, receive, send)

        self.app = connected

    def data_received(self, data: bytes) -> None:
        """Read on; an offer of HTTP/2, which Java's client makes with every call, is ignored.

        httptools takes a request with such an offer for one without a body.
        """
        begins = self.cycle is None or self.cycle.response_complete  # type: ignore[has-type]
        super().data_received(_without_offer(data) if begins else data)

    def shutdown(self) -> None:
        """End the connection as the server shuts down; whatever is only waiting ends at once."""
        self._connection.closing.set()
        super().shutdown()


def _without_offer(data: bytes) -> bytes:
    """Return the start of a request without the line that offers HTTP/2 (RFC 7540, 3.2)."""
    head, end, body = data.partition(b"\r\n\r\n")
    return _OFFER.sub(b"", head + b"\r\n")[:-2] + end + body

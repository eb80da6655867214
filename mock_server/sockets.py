"""uvicorn's HTTP protocol, which also hands the application the connection of each call."""

import asyncio
from collections.abc import Awaitable, Callable

from uvicorn.protocols.http.auto import AutoHTTPProtocol

from mock_server.http import Receive, Scope, Send
from mock_server.transport_faults import CONNECTION, SocketConnection

Application = Callable[[Scope, Receive, Send], Awaitable[None]]


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

    def shutdown(self) -> None:
        """End the connection as the server shuts down; whatever is only waiting ends at once."""
        self._connection.closing.set()
        super().shutdown()

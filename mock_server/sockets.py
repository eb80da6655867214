"""uvicorn's HTTP protocol, which also hands the application the connection of each call.

Calls that uvicorn's parser does not take, such as those with a method that it does not know, are
handed to the application, too: whatever is wrong with a call, it is answered in the envelope.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable
from functools import lru_cache

from uvicorn.protocols.http.auto import AutoHTTPProtocol

from mock_server.asgi import Application as Mock
from mock_server.http import Message, Receive, Scope, Send, Target
from mock_server.transport_faults import CONNECTION, SocketConnection
from mock_server.unparsed import scope_of, without_offer, written
from mock_server.values import Call
from mock_server.vendor_calls import Later, Sender, VendorCalls

_NOT_PLAIN = frozenset({b"expect", b"upgrade", b"x-forwarded-for", b"x-forwarded-proto"})
"""Header fields that change how a call is received, or whose call it is."""

_VENDORS = b"/v1/"
_METHODS = {b"GET": "GET", b"POST": "POST"}
_PLAIN = re.compile(rb"(/v1/[0-9A-Za-z/_.~-]*)(?:\?([!-\"$-~]*))?")

Application = Callable[[Scope, Receive, Send], Awaitable[None]]


class ConnectedProtocol(AutoHTTPProtocol):  # type: ignore[misc, valid-type]  # chosen at its import
    """Puts a SocketConnection into the scope of each call, whichever parser uvicorn has.

    With httptools, a call of the vendor's API that arrives in one piece is answered within the
    callback of the parser, without a task of its own; all others go the way of any ASGI server.
    """

    def connection_made(self, transport: asyncio.Transport) -> None:
        """Begin a connection."""
        super().connection_made(transport)
        self._connection = SocketConnection(transport)
        self._unanswered: set[asyncio.Task[None]] = set()
        self.app = self._connected(self.app)  # type: ignore[has-type]  # of the protocol
        served = self.config.app
        self._calls = served.calls if isinstance(served, Mock) else None
        self._parts: list[bytes] | None = None
        self._same_headers: list[tuple[bytes, bytes]] | None = None
        self._sender: Sender | None = None
        self._idle_timer: asyncio.TimerHandle | None = None
        self._last = 0.0

    def connection_lost(self, exc: Exception | None) -> None:
        """End a connection."""
        super().connection_lost(exc)
        if self._idle_timer is not None:
            self._idle_timer.cancel()

    def data_received(self, data: bytes) -> None:
        """Read what came, and keep it for the case that the parser does not take it.

        An offer of HTTP/2, which Java's client makes with every call, is ignored: httptools takes
        a request with one for a request without a body.
        """
        if (b"h2c" in data or b"H2C" in data) and self._is_idle():
            data = without_offer(data)
        self._arrived = data
        super().data_received(data)
        if self._parts is not None:
            parts, self._parts = self._parts, None
            self._hand_on(parts)

    def on_message_begin(self) -> None:
        """Begin a call; what ASGI wants to know of it is gathered when it is handed on."""
        self.url = b""
        self.headers: list[tuple[bytes, bytes]] = []

    def on_header(self, name: bytes, value: bytes) -> None:
        """Note a header field."""
        self.headers.append((name, value))

    def on_headers_complete(self) -> None:
        """Begin a call, or wait for the rest of one that may be answered at once."""
        if self._calls is not None and self.url.startswith(_VENDORS) and self._is_idle():
            self._parts = []
        else:
            self._begin()

    def on_body(self, body: bytes) -> None:
        """Keep a part of a body."""
        if self._parts is None:
            super().on_body(body)
        else:
            self._parts.append(body)

    def on_message_complete(self) -> None:
        """Answer a call at once, if it waits for nothing."""
        parts, self._parts = self._parts, None
        if parts is None or self._calls is None:
            super().on_message_complete()
            return
        call = self._call(self._calls, parts)
        answer = None if call is None else self._calls.at_once(call)
        if isinstance(answer, bytes):
            self.transport.write(answer)
            self._answered()
            return
        application = self.app
        if answer is not None:
            self.app = self._connected(_after_body(answer))
        self._hand_on(parts)
        self.app = application
        super().on_message_complete()

    def _call(self, calls: VendorCalls, parts: list[bytes]) -> Call | None:
        """Return the call that arrived; None when more than method, path and body matters."""
        parser, target = self.parser, _target(self.url)
        method = _METHODS.get(parser.get_method())
        if target is None or method is None:
            return None
        if self.headers != self._same_headers:
            fields = {name.lower(): value for name, value in reversed(self.headers)}
            plain = fields.keys().isdisjoint(_NOT_PLAIN)
            self._sender = calls.sender_of(fields, (self.scheme, self.client)) if plain else None
            self._same_headers = self.headers
        if self._sender is None or self.flow.write_paused:
            return None
        if not parser.should_keep_alive() or parser.get_http_version() != "1.1":
            return None
        content = b"".join(parts) if parts else b""
        return calls.call_of(method, target, self._sender, content)

    def _is_idle(self) -> bool:
        return self.cycle is None or self.cycle.response_complete

    def _begin(self) -> None:
        """Begin a call as any ASGI server does."""
        url, headers = self.url, self.headers
        super().on_message_begin()
        self.url = url
        for name, value in headers:
            super().on_header(name, value)
        super().on_headers_complete()

    def _answered(self) -> None:
        """Count an answer, and close the connection once nothing came for the usual time."""
        self.server_state.total_requests += 1
        self._last = self.loop.time()
        if self._idle_timer is None and not self.transport.is_closing():
            self._idle_timer = self.loop.call_later(self.timeout_keep_alive, self._look_idle)

    def _look_idle(self) -> None:
        """Close the connection if it is idle, or look again when it may be."""
        self._idle_timer = None
        if self.transport.is_closing() or not self._is_idle() or self.timeout_keep_alive_task:
            return  # closed, or left to uvicorn, which begins another timer after its own answers
        left = self._last + self.timeout_keep_alive - self.loop.time()
        if left > 0:
            self._idle_timer = self.loop.call_later(left, self._look_idle)
        else:
            self.timeout_keep_alive_handler()

    def _hand_on(self, parts: list[bytes]) -> None:
        """Begin a call that was waited for, with the parts of its body that are there."""
        self._begin()
        for part in parts:
            super().on_body(part)

    def _connected(self, application: Application) -> Application:
        connection = self._connection

        def connected(scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
            scope["extensions"] = {**scope.get("extensions", {}), CONNECTION: connection}
            return application(scope, receive, send)

        return connected

    def send_400_response(self, _text: str) -> None:
        """Answer what the parser did not take as the application answers a call, and close."""
        self._parts = None
        task = asyncio.ensure_future(self._answer_unparsed(self._arrived))
        self._unanswered.add(task)
        task.add_done_callback(self._unanswered.discard)

    def shutdown(self) -> None:
        """End the connection as the server shuts down; whatever is only waiting ends at once."""
        self._connection.closing.set()
        super().shutdown()

    async def _answer_unparsed(self, arrived: bytes) -> None:
        head, _, body = arrived.partition(b"\r\n\r\n")
        unread, sent = [body], list[Message]()

        async def receive() -> Message:
            if unread:
                return {"type": "http.request", "body": unread.pop(), "more_body": False}
            await self._connection.closing.wait()
            return {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            sent.append(message)

        scope = scope_of(head)
        scope.update(client=self.client, server=self.server, scheme=self.scheme)
        await self.app(scope, receive, send)
        if sent and not self.transport.is_closing():
            self.transport.write(written(sent))
        self.transport.close()


@lru_cache(maxsize=1024)
def _target(url: bytes) -> Target | None:
    """Return what a URL without anything unusual asks for."""
    found = _PLAIN.fullmatch(url)
    if found is None:
        return None
    return Target(found[1].decode("ascii"), found[1], (found[2] or b"").decode("ascii"))


def _after_body(later: Later) -> Application:
    """Return what is left to do for a call whose body was read, as an ASGI application."""

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await later(scope, receive, send)

    return application

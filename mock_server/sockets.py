"""uvicorn's HTTP protocol, which also hands the application the connection of each call.

Calls that uvicorn's parser does not take, such as those with a method that it does not know, are
handed to the application, too: whatever is wrong with a call, it is answered in the envelope.
"""

import asyncio
import http.client
import re
from collections.abc import Coroutine
from typing import Any
from urllib.parse import unquote

from uvicorn.protocols.http.auto import AutoHTTPProtocol

from mock_server.http import Message, Receive, Scope, Send
from mock_server.transport_faults import CONNECTION, SocketConnection

_REQUEST_LINE = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}) (/\S{0,8000}) HTTP/1\.[01]")
_FIELD = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\x20-\x7e\x80-\xff\t]*?)[ \t]*")
_OFFER = re.compile(rb"\r\nupgrade:[ \t]*h2c[ \t]*(?=\r\n)", re.IGNORECASE)


class ConnectedProtocol(AutoHTTPProtocol):  # type: ignore[misc, valid-type]  # chosen at its import
    """Puts a SocketConnection into the scope of each call, whichever parser uvicorn has."""

    def connection_made(self, transport: asyncio.Transport) -> None:
        """Begin a connection."""
        super().connection_made(transport)
        application = self.app  # type: ignore[has-type]  # of the protocol
        connection = self._connection = SocketConnection(transport)
        self._unanswered: set[asyncio.Task[None]] = set()

        def connected(scope: Scope, receive: Receive, send: Send) -> Coroutine[Any, Any, None]:
            scope["extensions"] = {**scope.get("extensions", {}), CONNECTION: connection}
            answer: Coroutine[Any, Any, None] = application(scope, receive, send)
            return answer

        self.app = connected

    def data_received(self, data: bytes) -> None:
        """Read what came, and keep it for the case that the parser does not take it.

        An offer of HTTP/2, which Java's client makes with every call, is ignored: httptools takes
        a request with one for a request without a body.
        """
        begins = self.cycle is None or self.cycle.response_complete
        self._arrived = _without_offer(data) if begins else data
        super().data_received(self._arrived)

    def send_400_response(self, _text: str) -> None:
        """Answer what the parser did not take as the application answers a call, and close."""
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


def scope_of(head: bytes) -> Scope:
    """Return the scope of a request by its head; what is no request at all has no method."""
    first, *lines = head.split(b"\r\n")
    line = _REQUEST_LINE.fullmatch(first)
    target = b"/" if line is None else line[2]
    path, _, query = target.partition(b"?")
    fields = (_FIELD.fullmatch(text) for text in lines)
    return {
        "type": "http",
        "http_version": "1.1",
        "method": "" if line is None else line[1].decode("ascii"),
        "path": unquote(path.decode("latin-1")),
        "raw_path": path,
        "query_string": query,
        "root_path": "",
        "headers": [(field[1].lower(), field[2]) for field in fields if field is not None],
    }


def written(messages: list[Message]) -> bytes:
    """Return the bytes of a response after which the connection is closed."""
    start, *rest = messages
    status = int(start["status"])
    phrase = http.client.responses.get(status, "")
    head = [f"HTTP/1.1 {status} {phrase}".encode("ascii")]
    head += [name + b": " + value for name, value in start["headers"]]
    head += [b"connection: close", b"", b""]
    return b"\r\n".join(head) + b"".join(message.get("body", b"") for message in rest)


def _without_offer(data: bytes) -> bytes:
    """Return the start of a request without the line that offers HTTP/2 (RFC 7540, 3.2)."""
    head, end, body = data.partition(b"\r\n\r\n")
    return _OFFER.sub(b"", head + b"\r\n")[:-2] + end + body

"""Requests that the HTTP parser does not take, read well enough to be answered.

Whatever is wrong with a call, it is answered in the envelope.
"""

import http.client
import re
from urllib.parse import unquote

from mock_server.http import Message, Scope

_REQUEST_LINE = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}) (/\S{0,8000}) HTTP/1\.[01]")
_FIELD = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\x20-\x7e\x80-\xff\t]*?)[ \t]*")
_OFFER = re.compile(rb"\r\nupgrade:[ \t]*h2c[ \t]*(?=\r\n)", re.IGNORECASE)


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


def without_offer(data: bytes) -> bytes:
    """Return the start of a request without the line that offers HTTP/2 (RFC 7540, 3.2)."""
    head, end, body = data.partition(b"\r\n\r\n")
    return _OFFER.sub(b"", head + b"\r\n")[:-2] + end + body

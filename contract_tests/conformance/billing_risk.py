"""Whether a request could cost money if the server were to accept it, fault or no fault.

A request is safe when it only reads, or when it names nothing that exists: a create call in a
session that never was, an identify call of a video that nobody can fetch.  So it is refused
even by a server that does not keep the rule under test.
"""

import re
from urllib.parse import urlsplit

NO_SUCH_ID = "1"
"""An id that no service gives: its ids are instants, and this one was in 2019."""

UNREACHABLE = (".invalid", ".test", "127.0.0.1")
"""Top-level names that RFC 2606 keeps from ever being registered, and the server itself."""

_LONGEST_MADE_UP = 13
"""Digits of the longest id that tests make up; an id of the service has 18."""

_COSTLY = "POST"
_NAMED = re.compile(r"""["'\\](session_id|video_id|video_url)["'\\]+\s*:\s*["'\\]+([^"'\\]*)""")


def of(method: str, body: bytes) -> str | None:
    """Say why a request could be billed; None when it cannot be.

    It looks at the bytes and not at the JSON, for a server may read what is no JSON.
    """
    if method != _COSTLY:
        return None
    text = body.replace(b"\0", b"").decode("latin-1")
    for name, value in _NAMED.findall(text):
        if name == "video_url" and not _leads_nowhere(value):
            return f"video_url {value!r} could be fetched"
        if name != "video_url" and sum(map(str.isdigit, value)) > _LONGEST_MADE_UP:
            return f"{name} {value!r} could exist"
    return None


def _leads_nowhere(url: str) -> bool:
    try:
        found = urlsplit(url)
        host = found.hostname or ""
    except ValueError:
        return True
    return found.scheme not in ("http", "https") or not host or host.endswith(UNREACHABLE)

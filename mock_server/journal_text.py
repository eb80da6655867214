"""What a journal keeps of texts that may be large or secret: short bodies, no credentials."""

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import jwt
from attrs import frozen

LONGEST_BODY = 4096
_LONG_TEXT = 512
_HEAD = 64
_SHOWN = 4
_SECRET = ("secret", "api_key", "token", "password")
REDACTED = "[redacted]"


@frozen
class Shown:
    """What may be told of a credential: never enough to use it.

    `key` is the end of the AccessKey or API key; the instants are the token's claims (Unix s).
    """

    scheme: str
    key: str
    issued_at: float | None = None
    not_before: float | None = None
    expires: float | None = None


@lru_cache(maxsize=4096)
def shown_credential(header: str) -> Shown:
    """Return what may be told of an Authorization header."""
    scheme, _, token = header.partition(" ")
    if scheme != "Bearer":
        return Shown(REDACTED, "")
    if token.count(".") != 2:
        return Shown(scheme, _end(token))
    try:
        claims = jwt.decode(token, options={"verify_signature": False})
    except (jwt.InvalidTokenError, ValueError, RecursionError):
        return Shown(scheme, "")
    issuer = claims.get("iss")
    return Shown(
        scheme,
        _end(issuer) if isinstance(issuer, str) else "",
        _instant(claims.get("iat")),
        _instant(claims.get("nbf")),
        _instant(claims.get("exp")),
    )


def shortened(body: bytes) -> bytes:
    """Return a body of at most 4 KiB: long strings of JSON lose their middle, the rest is cut.

    A JSON body whose only large parts are strings, such as base64, stays well-formed.
    """
    if len(body) <= LONGEST_BODY:
        return body
    parts = body.split(b'"')
    kept = b'"'.join([_shorter(part) if len(part) > _LONG_TEXT else part for part in parts])
    return kept[:LONGEST_BODY]


def redacted(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """Return a JSON value without the values of fields whose name says that they are secret."""
    if isinstance(value, Mapping):
        return {
            name: REDACTED if any(word in name for word in _SECRET) else redacted(item)
            for name, item in value.items()
        }
    return [redacted(item) for item in value] if isinstance(value, list) else value


def json_of(body: bytes) -> Any:  # noqa: ANN401 - any JSON value
    """Return the JSON value that a body is; None when it is none."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _shorter(part: bytes) -> bytes:
    head = part[:_HEAD].partition(b"\\")[0].decode("utf-8", "ignore").encode()
    escapes = len(part) - len(part.rstrip(b"\\"))
    return b"%s...(%d bytes)%s" % (head, len(part), b"\\" * (escapes % 2))


def _end(key: str) -> str:
    """Return the last four characters of a key that is long enough to keep the rest secret."""
    return key[-_SHOWN:] if len(key) >= 3 * _SHOWN else ""


def _instant(value: object) -> float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None

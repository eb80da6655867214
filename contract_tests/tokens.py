"""JSON Web Tokens made by hand (RFC 7519), good and bad ones, from the standard library alone.

Written from the RFC and not from the server, so that both cannot share a mistake.
"""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Mapping

HEADER: Mapping[str, object] = {"alg": "HS256", "typ": "JWT"}
LIFE_S = 24 * 3600


def host_seconds() -> int:
    """Return the machine's clock, which clients sign with (Unix s)."""
    return int(time.time())


def claims(
    access_key: str, *, nbf: float | None = None, exp: float | None = None
) -> dict[str, object]:
    """Return the vendor's three claims; valid from 5 s ago for a day when nothing is given."""
    now = host_seconds()
    return {
        "iss": access_key,
        "exp": now + LIFE_S if exp is None else exp,
        "nbf": now - 5 if nbf is None else nbf,
    }


def mint(
    secret_key: str, payload: Mapping[str, object], header: Mapping[str, object] = HEADER
) -> str:
    """Return a token with this header and payload, signed as its `alg` says."""
    signed = f"{encoded(header)}.{encoded(payload)}"
    if header.get("alg") == "none":
        return f"{signed}."
    digest = {"HS384": hashlib.sha384, "HS512": hashlib.sha512}.get(
        str(header.get("alg")), hashlib.sha256
    )
    return f"{signed}.{_text(hmac.new(secret_key.encode(), signed.encode(), digest).digest())}"


def with_payload(token: str, payload: Mapping[str, object]) -> str:
    """Return the token with another payload under the old signature."""
    header, _, signature = token.split(".")
    return f"{header}.{encoded(payload)}.{signature}"


def payload_of(token: str) -> dict[str, object]:
    """Return the claims of a token; nothing is verified."""
    text = token.split(".")[1]
    payload: dict[str, object] = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    return payload


def encoded(part: Mapping[str, object]) -> str:
    """Return a part of a token: base64url of JSON, without padding."""
    return _text(json.dumps(part, separators=(",", ":")).encode())


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()

"""The Standard Webhooks signature of a callback, as the vendor's callback page describes it.

The key is the base64 behind `whsec_`; what is signed is `id.timestamp.body`, HMAC-SHA256.  While
secrets are rotated, one signature for each stands in the header, the newest first.  The timestamp
is that of the account's clock, so a receiver of an account whose clock was moved checks it on
that clock: `now` of the account, within the tolerance that the rule `callback.signature` states.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Sequence

PREFIX = "whsec_"


class SecretError(ValueError):
    """A webhook secret that cannot be a key; the text says what one looks like."""


def read_secret(secret: str) -> bytes:
    """Return the key that a secret holds; raise SecretError when it holds none."""
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not secret.startswith(PREFIX) or not key:
        msg = "a webhook_secret is whsec_ followed by the base64 of the key"
        raise SecretError(msg)
    return key


def signature_headers(
    secrets: Sequence[str], webhook_id: str, now_ms: int, body: bytes
) -> tuple[tuple[str, str], ...]:
    """Return the three headers that sign a body at an instant (Unix ms); none without secrets."""
    if not secrets:
        return ()
    stamp = str(now_ms // 1000)
    signed = b".".join((webhook_id.encode(), stamp.encode(), body))
    return (
        ("webhook-id", webhook_id),
        ("webhook-timestamp", stamp),
        ("webhook-signature", " ".join(_signature(secret, signed) for secret in secrets)),
    )


def strange_secret(webhook_id: str) -> str:
    """Return a secret that nobody was given, the same again for the same id."""
    key = hashlib.sha256(f"nobody's key for {webhook_id}".encode()).digest()
    return PREFIX + base64.b64encode(key).decode()


def _signature(secret: str, signed: bytes) -> str:
    digest = hmac.new(read_secret(secret), signed, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()

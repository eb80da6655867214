"""The Standard Webhooks signature of a callback, as the vendor's callback page describes it.

The key is the base64 behind `whsec_`; what is signed is `id.timestamp.body`, HMAC-SHA256.
"""

import base64
import binascii
import hashlib
import hmac

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
    secret: str, webhook_id: str, now_ms: int, body: bytes
) -> tuple[tuple[str, str], ...]:
    """Return the three headers that sign a body at an instant (Unix ms)."""
    stamp = str(now_ms // 1000)
    signed = b".".join((webhook_id.encode(), stamp.encode(), body))
    digest = hmac.new(read_secret(secret), signed, hashlib.sha256).digest()
    return (
        ("webhook-id", webhook_id),
        ("webhook-timestamp", stamp),
        ("webhook-signature", "v1," + base64.b64encode(digest).decode()),
    )

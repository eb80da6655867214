"""Callbacks: read, verified where there is a secret, and let through once and in order."""

import base64
import binascii
import hashlib
import hmac
import json
import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from threading import Lock

from kling_lipsync_api.models import CallbackPayload

from kling_lipsync.client.confirming import rank
from kling_lipsync.client.contracted import signature_tolerance_s
from kling_lipsync.client.errors import BadSignature, CallbackRejected, Report

PREFIX = "whsec_"


def parse_callback(
    body: bytes,
    headers: Mapping[str, str] | Sequence[tuple[str, str]] = (),
    *,
    secret: str | None = None,
    now: float | None = None,
) -> CallbackPayload:
    """Return the task that a callback tells of, as the generated model.

    With a `secret` (`whsec_…`) the Standard Webhooks signature is required and checked in
    constant time; its timestamp may be 300 s off `now` (Unix s; this machine's clock by
    default), before or behind.  Raises CallbackRejected.
    """
    if secret is not None:
        pairs = headers.items() if isinstance(headers, Mapping) else headers
        lowered = {name.lower(): value for name, value in pairs}
        _verify(body, lowered, _key(secret), time.time() if now is None else now)
    try:
        fields = json.loads(body)
        if isinstance(fields, dict):
            return CallbackPayload.from_dict(fields)
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        fault = f"the body is no callback: {type(error).__name__} {error}"
        raise CallbackRejected(Report(fault)) from None
    fault = "the body is no callback: it is not a JSON object"
    raise CallbackRejected(Report(fault))


def _verify(body: bytes, headers: Mapping[str, str], key: bytes, now: float) -> None:
    webhook_id, stamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    signatures = headers.get("webhook-signature", "")
    if not (webhook_id and stamp and signatures):
        fault = "the callback is not signed"
        raise BadSignature(Report(fault))
    if not (stamp.isascii() and stamp.isdecimal() and len(stamp) <= 15):
        fault = "the callback's timestamp is not a number of seconds"
        raise BadSignature(Report(fault))
    if abs(now - int(stamp)) > signature_tolerance_s():
        fault = "the callback's timestamp is too far from this clock"
        raise BadSignature(Report(fault))
    signed = b".".join((webhook_id.encode(), stamp.encode(), body))
    wanted = b"v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest())
    matches = [hmac.compare_digest(wanted, given.encode()) for given in signatures.split(" ")]
    if not any(matches):
        fault = "the callback's signature is made with another secret, or of another body"
        raise BadSignature(Report(fault))


def _key(secret: str) -> bytes:
    """Return the key in a secret; raise ValueError that does not show it when there is none."""
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not secret.startswith(PREFIX) or not key:
        msg = "a webhook secret is whsec_ followed by the base64 of the key"
        raise ValueError(msg)
    return key


class CallbackGuard:
    """Lets each change of a task through once, and none after a later one; safe under threads.

    Remembers the last `keep` tasks.
    """

    def __init__(self, keep: int = 10_000) -> None:
        self._keep = keep
        self._lock = Lock()
        self._seen: OrderedDict[str, tuple[int, int]] = OrderedDict()

    def accept(self, callback: CallbackPayload) -> bool:
        """Whether this is news: False for a duplicate, and for a state before one already seen."""
        told = (rank(callback.task_status), callback.updated_at)
        with self._lock:
            known = self._seen.get(callback.task_id)
            if known is not None and (told <= known or known[0] > told[0]):
                return False
            self._seen[callback.task_id] = told
            self._seen.move_to_end(callback.task_id)
            while len(self._seen) > self._keep:
                self._seen.popitem(last=False)
            return True

    def forget(self, callback: CallbackPayload) -> None:
        """Let the change be told again, because nobody could take it in."""
        told = (rank(callback.task_status), callback.updated_at)
        with self._lock:
            if self._seen.get(callback.task_id) == told:
                del self._seen[callback.task_id]

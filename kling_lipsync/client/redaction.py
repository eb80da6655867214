"""Requests as people may see them: secrets and bulk replaced, the rest to the letter."""

import json
import re
import shlex
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote, urlencode, urlsplit, urlunsplit

from attrs import frozen

REDACTED = "[redacted]"
LONGEST_FIELD = 2048
_SECRET_QUERY = re.compile(
    r"(?i)([?&][^=&#]*(?:sign|token|key|secret|password|credential|policy|auth)[^=&#]*=)[^&#]*"
)
_TOKEN = re.compile(r"eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")


def scrubbed(text: str, secrets: Iterable[str]) -> str:
    """Return the text without the secrets, without any JWT, and without presigned URL parts."""
    for secret in secrets:
        text = text.replace(secret, REDACTED)
    return _SECRET_QUERY.sub(rf"\g<1>{REDACTED}", _TOKEN.sub(REDACTED, text))


@frozen
class Shown:
    """A request without its secrets: what a report of a failure may hold."""

    method: str
    url: str
    body: str | None = None

    def curl(self) -> str:
        """Return a command for a POSIX shell; the credential is the variable KLING_TOKEN."""
        parts = ["curl", "-sS", "-X", self.method, shlex.quote(self.url)]
        parts += ["-H", '"Authorization: Bearer $KLING_TOKEN"']
        if self.body is not None:
            parts += ["-H", "'Content-Type: application/json'", "--data", shlex.quote(self.body)]
        return " ".join(parts)


def shown(base_url: str, arguments: Mapping[str, Any], secrets: Iterable[str]) -> Shown:
    """Return a request as people may see it; fields of over 2048 characters are cut short."""
    secrets, parts = tuple(secrets), urlsplit(base_url)
    origin = urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))
    query = urlencode(arguments.get("params") or {}, quote_via=quote)
    url = origin.rstrip("/") + str(arguments["url"]) + (f"?{query}" if query else "")
    body = arguments.get("json")
    text = None if body is None else json.dumps(_short(body), ensure_ascii=False)
    return Shown(
        str(arguments["method"]).upper(),
        scrubbed(url, secrets),
        None if text is None else scrubbed(_without_user(text), secrets),
    )


def _without_user(text: str) -> str:
    return re.sub(r"(https?://)[^/\s\"@]*@", r"\1", text)


def _short(value: object) -> object:
    if isinstance(value, dict):
        return {name: _short(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_short(item) for item in value]
    if isinstance(value, str) and len(value) > LONGEST_FIELD:
        return f"{value[:64]}… ({len(value)} characters)"
    return value

"""Who calls: an AccessKey pair or an API key, from arguments or the environment, never shown."""

import os
from collections.abc import Mapping
from urllib.parse import urlsplit

from attrs import field, frozen

DEFAULT_BASE_URL = "https://api-singapore.klingai.com"
_REMEDY = "give access_key and secret_key, or api_key, or set KLING_ACCESS_KEY and KLING_SECRET_KEY"


class CredentialsError(ValueError):
    """The credentials, or the base URL, cannot be used; the text says what to give instead."""


@frozen
class Credentials:
    """An AccessKey pair (a JWT is minted with it), or an API key; its repr shows neither."""

    access_key: str = field(default="", repr=False)
    secret_key: str = field(default="", repr=False)
    api_key: str = field(default="", repr=False)

    @property
    def kind(self) -> str:
        """What the credential is, in words that give nothing away."""
        return "API key" if self.api_key else "AccessKey pair"

    @property
    def secrets(self) -> tuple[str, ...]:
        """The parts that no text may show."""
        return tuple(part for part in (self.secret_key, self.api_key, self.access_key) if part)


def find_credentials(
    access_key: str | None = None,
    secret_key: str | None = None,
    api_key: str | None = None,
    environ: Mapping[str, str] = os.environ,
) -> Credentials:
    """Return the credentials from the arguments, or else from KLING_… variables.

    Arguments win as a whole: a pair in the arguments is never mixed with variables.  Where
    both kinds are set in the same place the API key is used.  Raises CredentialsError when
    there are none, only half a pair, or characters that no header can carry.
    """
    if access_key is None and secret_key is None and api_key is None:
        access_key = environ.get("KLING_ACCESS_KEY")
        secret_key = environ.get("KLING_SECRET_KEY")
        api_key = environ.get("KLING_API_KEY")
    if api_key:
        return Credentials(api_key=_headerable(api_key, "api_key"))
    if not access_key or not secret_key:
        missing = "credentials" if not access_key and not secret_key else "half of the pair"
        msg = f"{missing} missing: {_REMEDY}"
        raise CredentialsError(msg)
    return Credentials(access_key, secret_key)


def find_base_url(base_url: str | None, environ: Mapping[str, str] = os.environ) -> str:
    """Return the origin to call: the argument, KLING_BASE_URL, or the vendor's own.

    Raises CredentialsError for what is not an absolute http(s) URL, or holds a user name.
    """
    chosen = base_url or environ.get("KLING_BASE_URL") or DEFAULT_BASE_URL
    try:
        parts = urlsplit(chosen)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in chosen
    except ValueError:
        usable = False
    if not usable:
        msg = "the base URL is http:// or https:// with a host, and without a user name"
        raise CredentialsError(msg)
    return chosen.rstrip("/")


def _headerable(text: str, name: str) -> str:
    if not text.isascii() or not text.isprintable() or " " in text:
        msg = f"{name} holds characters that an HTTP header cannot carry"
        raise CredentialsError(msg)
    return text

"""Tokens: minted on the server's clock, renewed before they end, by one thread at a time."""

import base64
import hashlib
import hmac
import json
from email.utils import parsedate_to_datetime
from threading import Lock

from attrs import field, frozen

from kling_lipsync.client.credentials import Credentials

LIFE_S = 1800
BACK_S = 5
RENEW_BEFORE_S = 300
"""A token is used for LIFE_S less this; no exchange that starts with it outlives it."""
_HEADER = base64.urlsafe_b64encode(b'{"alg":"HS256","typ":"JWT"}').rstrip(b"=")


def mint(credentials: Credentials, now_s: float) -> str:
    """Return a JWT (HS256) that is good from 5 s before an instant (Unix s) to 1800 s after it."""
    claims = {"iss": credentials.access_key, "exp": int(now_s) + LIFE_S, "nbf": int(now_s) - BACK_S}
    payload = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=")
    signed = _HEADER + b"." + payload
    digest = hmac.new(credentials.secret_key.encode(), signed, hashlib.sha256).digest()
    return (signed + b"." + base64.urlsafe_b64encode(digest).rstrip(b"=")).decode()


@frozen
class Token:
    """A credential as a header carries it; `number` counts how often it was made anew."""

    header: str = field(repr=False)
    number: int
    made_at: float


def date_of(header: str | None) -> float | None:
    """Return the instant (Unix s) of a `Date` header, or None for one that cannot be read."""
    if not header:
        return None
    try:
        return parsedate_to_datetime(header).timestamp()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


class Tokens:
    """Gives the token for each request, and learns what the server's clock shows.

    `offset_s` is the server's clock less this machine's, 0 until a reply had a `Date`; whole
    seconds, as that header has no others.
    """

    def __init__(self, credentials: Credentials) -> None:
        self._credentials = credentials
        self._lock = Lock()
        self._token: Token | None = None
        self._last_date: str | None = None
        self.offset_s = 0.0

    @property
    def renewable(self) -> bool:
        """Whether another token can be made; an API key is what it is."""
        return not self._credentials.api_key

    def current(self, wall_s: float) -> Token:
        """Return a token that is good at this instant of this machine's clock (Unix s)."""
        token, now = self._token, wall_s + self.offset_s
        if token is not None and self._is_fresh(token, now):
            return token
        with self._lock:
            token = self._token
            if token is None or not self._is_fresh(token, now):
                token = self._token = self._made(now, 1 if token is None else token.number + 1)
            return token

    def renew(self, refused: Token, wall_s: float) -> Token:
        """Return a token other than the refused one; whoever comes second gets the first's."""
        with self._lock:
            token = self._token
            if token is None or token.number == refused.number:
                token = self._made(wall_s + self.offset_s, refused.number + 1)
                self._token = token
            return token

    def learn(self, date: str | None, wall_s: float) -> None:
        """Take the server's clock from a `Date` header that came at this instant (Unix s)."""
        if date is None or date == self._last_date:
            return
        told = date_of(date)
        if told is None:
            return
        with self._lock:
            self._last_date = date
            # A Date is cut to whole seconds: within one of them the clocks agree.
            ahead = told - wall_s
            self.offset_s = 0.0 if -1 <= ahead <= 0 else float(round(ahead))

    def _is_fresh(self, token: Token, now_s: float) -> bool:
        age = now_s - token.made_at
        return not self.renewable or -BACK_S < age < LIFE_S - RENEW_BEFORE_S

    def _made(self, now_s: float, number: int) -> Token:
        if not self.renewable:
            return Token(f"Bearer {self._credentials.api_key}", number, now_s)
        return Token(f"Bearer {mint(self._credentials, now_s)}", number, now_s)

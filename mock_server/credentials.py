"""From an Authorization header to what the auth rules judge; nothing is decided here.

Decoding and checking an HMAC costs more than everything else about a call, and clients send
one token many times, so what was decoded is kept by header; the clock is not part of it.
"""

import re
from collections.abc import Callable
from typing import Any

import jwt
from attrs import frozen
from jwt.algorithms import HMACAlgorithm

from kling_lipsync.rules.facts import Credential
from mock_server.values import Account

_BEARER = re.compile(r"Bearer (\S+)")
_HMAC = HMACAlgorithm(HMACAlgorithm.SHA256)
_KEPT = 4096

FindAccount = Callable[[str], Account | None]
"""Returns the account that has this AccessKey or API key."""


@frozen
class Identified:
    """What a header says, and whose it is; the account is None where that is not known."""

    credential: Credential
    account: Account | None


class Credentials:
    """Reads headers, and remembers those that it has read."""

    def __init__(self, find_account: FindAccount) -> None:
        self._find_account = find_account
        self._kept: dict[str, tuple[str, Identified]] = {}

    def identify(self, header: str | None) -> Identified:
        """Return what is known of a header; an account that changed is looked up again."""
        if header is None or not header.strip():
            return Identified(Credential(header), None)
        kept = self._kept.get(header)
        if kept is not None and kept[1].account is self._find_account(kept[0]):
            return kept[1]
        identified = read_credential(header, self._find_account)
        if identified.account is not None:
            if len(self._kept) >= _KEPT:
                self._kept.clear()
            self._kept[header] = (identified.account.access_key, identified)
        return identified


def read_credential(header: str, find_account: FindAccount) -> Identified:
    """Decode one header that is not blank."""
    bearer = _BEARER.fullmatch(header)
    if bearer is None:
        return Identified(Credential(header, recognised=False), None)
    token = bearer[1]
    by_key = find_account(token)
    if by_key is not None and token in by_key.api_keys:
        return Identified(Credential(header, recognised=True), by_key)
    try:
        parts = jwt.decode_complete(token, options={"verify_signature": False})
    except (jwt.InvalidTokenError, ValueError, RecursionError):
        return Identified(Credential(header, recognised=False), None)
    return _judge_parts(header, token, parts, find_account)


def mint_token(account: Account, now_s: int, lifetime_s: int = 1800) -> str:
    """Return a JWT as the vendor's sample makes it: valid from 5 s ago for `lifetime_s` seconds."""
    claims = {"iss": account.access_key, "exp": now_s + lifetime_s, "nbf": now_s - 5}
    return jwt.encode(claims, account.secret_key, algorithm="HS256")


def _judge_parts(
    header: str,
    token: str,
    parts: dict[str, Any],
    find_account: FindAccount,
) -> Identified:
    payload: dict[str, Any] = parts["payload"]
    issuer = payload.get("iss")
    account = find_account(issuer) if isinstance(issuer, str) else None
    if account is not None and account.access_key != issuer:
        account = None
    missing = _missing_claim(payload)
    credential = Credential(
        header=header,
        recognised=True,
        algorithm=str(parts["header"].get("alg")),
        missing_claim=missing,
        issuer_known=account is not None,
        signature_matches=account is not None and _signed_by(account, token, parts["signature"]),
        not_before=payload["nbf"] if missing is None else None,
        expires=payload["exp"] if missing is None else None,
    )
    return Identified(credential, account)


def _missing_claim(payload: dict[str, Any]) -> str | None:
    if not isinstance(payload.get("iss"), str):
        return "iss"
    for claim in ("exp", "nbf"):
        value = payload.get(claim)
        if isinstance(value, bool) or not isinstance(value, int | float):
            return claim
    return None


def _signed_by(account: Account, token: str, signature: bytes) -> bool:
    signed = token.rpartition(".")[0].encode()
    return _HMAC.verify(signed, account.secret_key.encode(), signature)

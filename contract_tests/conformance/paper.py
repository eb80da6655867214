"""A request as data: what would be sent, with its credential as a recipe instead of a token.

A draft is sent to paper instead of a server.  That works for those that are decided by one
exchange: what would need an account of its own, or an earlier answer, raises NeedsMoreError.
"""

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any

from attrs import field, frozen

from contract_tests import tokens
from contract_tests.callers import Caller
from contract_tests.conformance.billing_risk import NO_SUCH_ID
from contract_tests.drafts import Draft
from contract_tests.exchanges import Exchange
from contract_tests.targets import Credentials, Target

ON_PAPER = Credentials("$ACCESS_KEY", "$SECRET_KEY", ("$API_KEY",))
VALID: Mapping[str, Any] = {"kind": "token"}
"""The recipe of a token that every server takes: HS256, valid from 5 s ago on."""

_INSTANTS = ("exp", "nbf")


class NeedsMoreError(Exception):
    """One exchange does not decide this."""


@frozen
class Request:
    """One request; `authorization` is a recipe (see `header_from`), None for no such header."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    authorization: Mapping[str, Any] | None = field(default=VALID)


class _PaperTarget(Target):
    """Keeps what it is sent."""

    origin = "http://127.0.0.1"

    def __init__(self) -> None:
        self.sent: list[tuple[str, str, dict[str, str], bytes]] = []
        self._given = False

    def new_account(self, **fields: object) -> Credentials:
        """Give the account on paper, which is one, and has no settings."""
        if fields or self._given:
            raise NeedsMoreError
        self._given = True
        return ON_PAPER

    def control(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        raise NeedsMoreError(method, path, body)

    def request(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
    ) -> Exchange:
        self.sent.append((method, path, dict(headers or {}), body))
        return Exchange(200, {}, b"{}")

    def close(self) -> None:
        """There is nothing to stop."""


class _PaperCaller(Caller):
    """Has no clock but the machine's, and no session, medium or task but one that never was."""

    def __init__(self, target: Target) -> None:
        super().__init__(target)
        self.made = 0

    def now(self) -> int:
        return tokens.host_seconds() * 1000

    def identify(self, video_url: str | None = None, **fields: object) -> Exchange:
        data = json.dumps({"data": {"session_id": NO_SUCH_ID}, "asked": [video_url, *fields]})
        return Exchange(200, {}, data.encode())

    def create(self, fields: Mapping[str, Any]) -> Exchange:
        data = json.dumps({"data": {"task_id": NO_SUCH_ID}, "asked": sorted(fields)})
        return Exchange(200, {}, data.encode())

    def seed(self, url: str) -> str:
        return NO_SUCH_ID if url else ""


def request_of(draft: Draft) -> Request:
    """Return what sending a draft would send; raise NeedsMoreError when that is not all."""
    while True:
        second = tokens.host_seconds()
        target = _PaperTarget()
        caller = _PaperCaller(target)
        draft.send(caller)
        if second == tokens.host_seconds():
            break
    ((method, path, headers, body),) = target.sent
    header = headers.pop("authorization", None)
    return Request(method, path, headers, body, recipe_of(header, caller.authorization, second))


def recipe_of(header: str | None, valid: str, second: int) -> Mapping[str, Any] | None:
    """Return how a header was made, given the valid one of the same second (Unix s).

    `{"kind": "text", "text": ...}` is a header with $TOKEN, $ACCESS_KEY and $API_KEY in it.
    `{"kind": "token"}` is a signed one; `header` and `claims` change those of a valid one, a
    claim of null being left out and `{"now": s}` an instant; `signature` is "valid",
    "other-secret", "of-other-claims", "flipped" or "empty".
    """
    if header is None or header == valid:
        return None if header is None else VALID
    token = valid.removeprefix("Bearer ")
    parts = header.removeprefix("Bearer ").split(".")
    if token in header or len(parts) != 3 or not all(map(_is_json, parts[:2])):
        text = header.replace(token, "$TOKEN")
        return {"kind": "text", "text": text}
    head, claims = (_decoded(part) for part in parts[:2])
    made = {name: _relative(name, value, second) for name, value in claims.items()}
    gone = {name: None for name in tokens.claims("") if name not in claims}
    usual = {name: _relative(name, v, second) for name, v in _decoded(token.split(".")[1]).items()}
    changed = {name: value for name, value in {**made, **gone}.items() if value != usual.get(name)}
    nulls = [name for name, value in claims.items() if value is None]
    recipe: dict[str, Any] = {"kind": "token", "signature": _signature(parts, token, head, claims)}
    if head != dict(tokens.HEADER):
        recipe["header"] = head
    if changed:
        recipe["claims"] = changed | {name: {"null": True} for name in nulls}
    return recipe


def header_from(recipe: Mapping[str, Any] | None, account: Credentials) -> str | None:
    """Return the header that a recipe makes for an account at this second."""
    if recipe is None:
        return None
    claims: dict[str, Any] = {**tokens.claims(account.access_key)}
    token = tokens.mint(account.secret_key, claims)
    if recipe["kind"] == "text":
        api_key = account.api_keys[0] if account.api_keys else ""
        text = str(recipe["text"]).replace("$TOKEN", token)
        return text.replace("$ACCESS_KEY", account.access_key).replace("$API_KEY", api_key)
    changed = {**claims, **{name: _absolute(v) for name, v in recipe.get("claims", {}).items()}}
    for name, value in recipe.get("claims", {}).items():
        if value is None:
            del changed[name]
    head = recipe.get("header", tokens.HEADER)
    kind = recipe.get("signature", "valid")
    secret = account.secret_key + ("x" if kind == "other-secret" else "")
    return "Bearer " + _resigned(kind, tokens.mint(secret, changed, head), token)


def _resigned(kind: str, made: str, valid: str) -> str:
    signed, _, signature = made.rpartition(".")
    return {
        "flipped": f"{signed}.{'A' if signature[:1] != 'A' else 'B'}{signature[1:]}",
        "empty": f"{signed}.",
        "of-other-claims": f"{signed}.{valid.rpartition('.')[2]}",
    }.get(kind, made)


def _signature(parts: list[str], valid: str, head: dict[str, Any], claims: dict[str, Any]) -> str:
    header = ".".join(parts)
    secret = ON_PAPER.secret_key
    if header == tokens.mint(secret, claims, head):
        return "valid"
    for kind in ("other-secret", "flipped", "empty", "of-other-claims"):
        key = secret + ("x" if kind == "other-secret" else "")
        if header == _resigned(kind, tokens.mint(key, claims, head), valid):
            return kind
    raise NeedsMoreError(header)


def _relative(name: str, value: object, second: int) -> object:
    if name == "iss" and value == ON_PAPER.access_key:
        return {"access_key": True}
    if name in _INSTANTS and isinstance(value, int | float) and not isinstance(value, bool):
        return {"now": value - second}
    return value


def _absolute(value: object) -> object:
    if isinstance(value, dict) and "now" in value:
        return tokens.host_seconds() + value["now"]
    return None if value == {"null": True} else value


def _is_json(part: str) -> bool:
    try:
        return isinstance(_decoded(part), dict)
    except (ValueError, binascii.Error):
        return False


def _decoded(part: str) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return value

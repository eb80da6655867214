"""Rules about who calls: the header, the token, and what the account may do at all.

The token was decoded elsewhere; here only its parts are judged, in the order of the rulebook.
"""

from collections.abc import Mapping

from kling_lipsync.rules.facts import Credential, Facts, Finding, Readings

Limits = Mapping[str, object]


def header_present(facts: Facts, _limits: Limits, _readings: Readings) -> Finding | None:
    """The Authorization header is there and not blank."""
    token = facts.credential
    if token is None or (token.header is not None and token.header.strip()):
        return None
    return Finding(token.header, "Authorization", "Bearer <token>")


def bearer_credential(facts: Facts, _limits: Limits, _readings: Readings) -> Finding | None:
    """The header is `Bearer`, one space, and a three-part JWT or a known API key."""
    token = facts.credential
    if token is None or token.recognised is not False:
        return None
    return Finding("a header of another form", "Authorization", "Bearer <token>")


def algorithm(facts: Facts, _limits: Limits, _readings: Readings) -> Finding | None:
    """A JWT is signed with HS256."""
    token = facts.credential
    if token is None or token.algorithm in (None, "HS256"):
        return None
    return Finding(token.algorithm, "alg", "HS256")


def claims(facts: Facts, _limits: Limits, _readings: Readings) -> Finding | None:
    """A JWT carries iss, exp and nbf, and iss is the AccessKey of an account."""
    token = facts.credential
    if token is None:
        return None
    if token.missing_claim is not None:
        return Finding("missing or of the wrong type", token.missing_claim)
    return Finding("an unknown AccessKey", "iss") if token.issuer_known is False else None


def signature(facts: Facts, _limits: Limits, _readings: Readings) -> Finding | None:
    """A JWT's signature is the HMAC made with the account's SecretKey."""
    token = facts.credential
    if token is None or token.signature_matches is not False:
        return None
    return Finding("a signature made with another SecretKey", "signature")


def not_before(facts: Facts, _limits: Limits, _readings: Readings) -> Finding | None:
    """A JWT is used at or after its nbf, on one of the clocks that may judge it."""
    token = facts.credential
    if token is None or token.not_before is None:
        return None
    if any(instant >= token.not_before for instant in facts.instants):
        return None
    return Finding(token.not_before, "nbf", max(facts.instants, default=None))


def not_expired(facts: Facts, _limits: Limits, _readings: Readings) -> Finding | None:
    """A JWT is used before its exp, on a clock on which its nbf has come."""
    token = facts.credential
    if token is None or token.expires is None or _valid_somewhere(token, facts.instants):
        return None
    return Finding(token.expires, "exp", int(max(facts.instants, default=0)) + 1)


def _valid_somewhere(token: Credential, instants: tuple[float, ...]) -> bool:
    start = float("-inf") if token.not_before is None else token.not_before
    end = float("inf") if token.expires is None else token.expires
    return any(start <= instant < end for instant in instants)


def ip_allowed(facts: Facts, _limits: Limits, _readings: Readings) -> Finding | None:
    """The caller's address is on the account's list, where it has one."""
    standing = facts.standing
    if standing is None or standing.allowed_ips is None:
        return None
    if standing.client_ip in standing.allowed_ips:
        return None
    return Finding(standing.client_ip, "client address", min(standing.allowed_ips, default=None))


def account_status(facts: Facts, _limits: Limits, _readings: Readings) -> Finding | None:
    """The account is in a normal state."""
    standing = facts.standing
    if standing is None or standing.status == "normal":
        return None
    return Finding(standing.status, "account status", "normal")


def permission(facts: Facts, _limits: Limits, _readings: Readings) -> Finding | None:
    """The account may use the operation that it calls."""
    standing = facts.standing
    if standing is None or standing.operation not in standing.forbidden_operations:
        return None
    return Finding(standing.operation, "operation")


def rate_limit(facts: Facts, _limits: Limits, _readings: Readings) -> Finding | None:
    """The account keeps below its request rate, where one is set."""
    standing = facts.standing
    if standing is None or standing.rate_limit is None:
        return None
    if standing.calls_this_second < standing.rate_limit:
        return None
    return Finding(standing.calls_this_second + 1, "requests this second", standing.rate_limit)


def arrears(facts: Facts, _limits: Limits, _readings: Readings) -> Finding | None:
    """A postpaid account owes nothing."""
    standing = facts.standing
    return (
        Finding("in arrears", "account") if standing is not None and standing.in_arrears else None
    )


def pack_exhausted(facts: Facts, _limits: Limits, _readings: Readings) -> Finding | None:
    """A prepaid account has the units left that the call costs."""
    standing = facts.standing
    if standing is None or standing.units_left is None or standing.units_left >= standing.price:
        return None
    return Finding(str(standing.units_left), "units left", str(standing.price))


def open_tasks(facts: Facts, _limits: Limits, readings: Readings) -> Finding | None:
    """No more tasks are open at once than the account has slots."""
    standing = facts.standing
    if standing is None or standing.slots is None or standing.open_tasks < standing.slots:
        return None
    if standing.operation == "identify" and readings["identify-slot"] == "none":
        return None
    return Finding(standing.open_tasks + 1, "open tasks", standing.slots)

"""Ways to break the rules that are judged first: who calls, and where."""

from collections.abc import Callable
from random import Random

from contract_tests import tokens
from contract_tests.callers import IDENTIFY as IDENTIFY_PATH
from contract_tests.callers import TASKS, Caller
from contract_tests.drafts import Draft
from contract_tests.ways import ANY, Way

ChangeClaims = Callable[[dict[str, object]], dict[str, object]]

FAR_S = 10 * 365 * 24 * 3600
FARTHEST_HOOK_S = 7200
"""Farther than the calls that a draft needs move the clock once a token is signed."""


def _authorize(draft: Draft, header: str | None) -> None:
    draft.headers["authorization"] = header


def _use_claims(draft: Draft, change: ChangeClaims) -> None:
    def sign(caller: Caller) -> None:
        payload = change(tokens.claims(caller.key))
        _authorize(draft, f"Bearer {tokens.mint(caller.secret, payload)}")

    draft.before.append(sign)


def no_header(draft: Draft, draw: Random) -> None:
    """No header, or a blank one."""
    _authorize(draft, draw.choice((None, "", " ", "\t ")))


def no_bearer(draft: Draft, draw: Random) -> None:
    """Another scheme, another spacing, or neither a token nor a known key."""
    wrong = draw.choice(
        (
            "{token}",
            "bearer {token}",
            "Basic {token}",
            "Bearer  {token}",
            "Bearer     {token}",
            "Bearer\t{token}",
            "Bearer {token} x",
            "Bearer{token}",
            "Bearer",
            "Bearer no-such-key",
            "Bearer one.two",
            "Bearer one.two.three.four",
            "Bearer {key}",
        )
    )

    def spoil(caller: Caller) -> None:
        token = caller.authorization.removeprefix("Bearer ")
        _authorize(draft, wrong.format(token=token, key=caller.key))

    draft.before.append(spoil)


def other_algorithm(draft: Draft, draw: Random) -> None:
    """A token that is signed in another way, or not at all."""
    name = draw.choice(("none", "HS384", "HS512", "RS256", "hs256", "None"))

    def sign(caller: Caller) -> None:
        header = {"alg": name, "typ": "JWT"}
        token = tokens.mint(caller.secret, tokens.claims(caller.key), header)
        _authorize(draft, f"Bearer {token}")

    draft.before.append(sign)


def wrong_claims(draft: Draft, draw: Random) -> None:
    """A claim that is missing, of another type, or names nobody."""
    name = draw.choice(("iss", "exp", "nbf"))
    if draw.randint(0, 1):
        _use_claims(draft, lambda found: {k: v for k, v in found.items() if k != name})
        return
    wrong = {
        "iss": (1, None, "", "no-such-access-key"),
        "exp": ("tomorrow", None, True, []),
        "nbf": ("yesterday", None, False, {}),
    }
    value = draw.choice(wrong[name])
    _use_claims(draft, lambda found: {**found, name: value})


def wrong_signature(draft: Draft, draw: Random) -> None:
    """A token made with another secret, with a changed payload, or with no signature."""
    kind = draw.choice(("secret", "payload", "first", "empty"))

    def sign(caller: Caller) -> None:
        payload = tokens.claims(caller.key)
        token = tokens.mint(caller.secret, payload)
        signed, _, signature = token.rpartition(".")
        flipped = ("A" if signature[0] != "A" else "B") + signature[1:]
        forged = {
            "secret": tokens.mint(f"{caller.secret}x", payload),
            "payload": tokens.with_payload(token, {**payload, "exp": tokens.host_seconds() + 7}),
            "first": f"{signed}.{flipped}",
            "empty": f"{signed}.",
        }
        _authorize(draft, f"Bearer {forged[kind]}")

    draft.before.append(sign)


def too_early(draft: Draft, draw: Random) -> None:
    """A token whose `nbf` is to come, on every clock."""
    ahead = draw.randint(FARTHEST_HOOK_S, FAR_S)

    def sign(caller: Caller) -> None:
        nbf = max(tokens.host_seconds(), caller.now() // 1000) + ahead
        payload = tokens.claims(caller.key, nbf=nbf, exp=nbf + 1800)
        _authorize(draft, f"Bearer {tokens.mint(caller.secret, payload)}")

    draft.before.append(sign)


def too_late(draft: Draft, draw: Random) -> None:
    """A token whose `exp` has passed, on every clock."""
    ago = draw.randint(60, FAR_S)

    def sign(caller: Caller) -> None:
        exp = min(tokens.host_seconds(), caller.now() // 1000) - ago
        payload = tokens.claims(caller.key, nbf=exp - 1800, exp=exp)
        _authorize(draft, f"Bearer {tokens.mint(caller.secret, payload)}")

    draft.before.append(sign)


def other_address(draft: Draft, draw: Random) -> None:
    """A list of addresses without the caller's."""
    ips = draw.choice(([], ["203.0.113.7"], ["127.0.0.2", "::2"]))
    draft.around({"allowed_ips": ips}, {"allowed_ips": None})


def abnormal_account(draft: Draft, draw: Random) -> None:
    """An account in another state."""
    status = draw.choice(("frozen", "closed", "Normal"))
    draft.around({"status": status}, {"status": "normal"})


def too_often(draft: Draft, _draw: Random) -> None:
    """One call more than the account may make in a second."""
    draft.around({"rate": 0}, {"rate": None})


def unknown_path(draft: Draft, draw: Random) -> None:
    """A path that is none of the operations'."""
    draft.path = draw.choice(
        (
            "/",
            "/v1",
            "/v1/videos",
            "/v1/videos/lip-sync",
            "/v2/videos/identify-face",
            f"{IDENTIFY_PATH}/",
            f"{IDENTIFY_PATH}/1",
            f"{TASKS}/",
            f"{TASKS}/1/2",
            TASKS.upper(),
            f"/{TASKS}",
            f"{TASKS}%2F1",
        )
    )


def unknown_method(draft: Draft, draw: Random) -> None:
    """A method that the path does not have."""
    methods = ["PUT", "DELETE", "PATCH", "OPTIONS", "BREW"]
    methods += {"identify": ["GET"], "get": ["POST"]}.get(draft.operation, [])
    draft.method = draw.choice(methods)


def forbidden_operation(draft: Draft, draw: Random) -> None:
    """An operation that the account may not use."""
    forbidden = [draft.operation, *draw.sample(ANY, draw.randint(0, 3))]
    draft.around({"forbidden_operations": forbidden}, {"forbidden_operations": []})


WAYS = (
    Way("auth.header-present", no_header, ANY, "authorization"),
    Way("auth.bearer-credential", no_bearer, ANY, "authorization"),
    Way("auth.algorithm", other_algorithm, ANY, "authorization"),
    Way("auth.claims", wrong_claims, ANY, "authorization"),
    Way("auth.signature", wrong_signature, ANY, "authorization"),
    Way("auth.not-before", too_early, ANY, "authorization"),
    Way("auth.not-expired", too_late, ANY, "authorization"),
    Way("auth.ip-allowed", other_address, ANY, "allowed_ips"),
    Way("auth.account-status", abnormal_account, ANY, "status"),
    Way("concurrency.rate-limit", too_often, ANY, "rate"),
    Way("transport.known-path", unknown_path, ANY, "path"),
    Way("transport.known-method", unknown_method, ANY, "method"),
    Way("auth.permission", forbidden_operation, ANY, "forbidden_operations"),
)

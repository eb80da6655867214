"""The credential is judged by its parts, and the account by what it may do."""

from decimal import Decimal

import pytest

from kling_lipsync.rules.facts import Credential, Facts, Finding, Standing
from kling_lipsync.rules.tests.builders import NOW, changed, judged

JWT = Credential("Bearer a.b.c", True, "HS256", None, True, True, 1000.0, 2000.0)  # noqa: FBT003 - positions of a short value
CREDENTIAL_RULES = (
    "auth.header-present",
    "auth.bearer-credential",
    "auth.algorithm",
    "auth.claims",
    "auth.signature",
    "auth.not-before",
    "auth.not-expired",
)


def _token(instants: tuple[float, ...] = (1500.0,), **changes: object) -> Facts:
    return Facts(NOW, credential=changed(JWT, changes), instants=instants)


def _standing(**changes: object) -> Facts:
    return Facts(NOW, standing=changed(Standing(), changes))


@pytest.mark.parametrize("rule", CREDENTIAL_RULES)
def test_a_good_token_passes(rule: str) -> None:
    """Nothing is wrong with a signed token between its nbf and its exp."""
    assert judged(rule, _token()) is None


@pytest.mark.parametrize("rule", CREDENTIAL_RULES[2:])
def test_an_api_key_has_no_parts_to_judge(rule: str) -> None:
    """A known key passes the rules about tokens."""
    assert judged(rule, Facts(NOW, credential=Credential("Bearer k", recognised=True))) is None


@pytest.mark.parametrize("header", [None, "", " ", "\t "])
def test_a_missing_or_blank_header_is_refused(header: str | None) -> None:
    """The nearest legal header is told."""
    found = judged("auth.header-present", Facts(NOW, credential=Credential(header)))

    assert found == Finding(header, "Authorization", "Bearer <token>")


def test_a_header_of_another_form_is_refused() -> None:
    """What was sent is a secret and not told."""
    found = judged("auth.bearer-credential", _token(recognised=False))

    assert found == Finding("a header of another form", "Authorization", "Bearer <token>")


@pytest.mark.parametrize("algorithm", ["none", "HS512", "RS256", "hs256", "None"])
def test_another_algorithm_is_refused(algorithm: str) -> None:
    """Only HS256 signs; the names of algorithms have case."""
    found = judged("auth.algorithm", _token(algorithm=algorithm))

    assert found == Finding(algorithm, "alg", "HS256")


@pytest.mark.parametrize("claim", ["iss", "exp", "nbf"])
def test_a_missing_claim_is_refused(claim: str) -> None:
    """The claim is named."""
    found = judged("auth.claims", _token(missing_claim=claim))

    assert found == Finding("missing or of the wrong type", claim)


def test_an_unknown_issuer_is_refused() -> None:
    """An AccessKey of no account is told as such, without its value."""
    assert judged("auth.claims", _token(issuer_known=False)) == Finding(
        "an unknown AccessKey", "iss"
    )


def test_a_foreign_signature_is_refused() -> None:
    """A token signed with another key is told as such."""
    assert judged("auth.signature", _token(signature_matches=False)) == Finding(
        "a signature made with another SecretKey", "signature"
    )


def test_a_token_is_good_from_its_nbf_on() -> None:
    """The limit is inclusive, and the clock that is furthest is the nearest legal value."""
    assert judged("auth.not-before", _token((1000.0,))) is None
    assert judged("auth.not-before", _token((999.0, 998.0))) == Finding(1000.0, "nbf", 999.0)


def test_a_token_is_bad_from_its_exp_on() -> None:
    """The limit is exclusive."""
    found = judged("auth.not-expired", _token((2000.0,)))

    assert judged("auth.not-expired", _token((1999.0,))) is None
    assert found is not None
    assert (found.value, found.field) == (2000.0, "exp")


@pytest.mark.parametrize("instants", [(2000.0,), (2000.5,), (2000.0, 3000.0), (3000.0, 2000.0)])
def test_the_nearest_exp_makes_an_expired_token_good(instants: tuple[float, ...]) -> None:
    """A token with the exp that is told passes at the same instants."""
    found = judged("auth.not-expired", _token(instants))

    assert found is not None
    assert judged("auth.not-expired", _token(instants, expires=found.nearest)) is None


@pytest.mark.parametrize("instants", [(999.0,), (999.0, 10.0)])
def test_the_nearest_nbf_makes_an_early_token_good(instants: tuple[float, ...]) -> None:
    """A token with the nbf that is told passes at the same instants."""
    found = judged("auth.not-before", _token(instants))

    assert found is not None
    assert judged("auth.not-before", _token(instants, not_before=found.nearest)) is None


@pytest.mark.parametrize("instants", [(1500.0, 9000.0), (9000.0, 1500.0), (0.0, 1500.0)])
def test_one_clock_that_finds_a_token_valid_is_enough(instants: tuple[float, ...]) -> None:
    """Under `either` the account's clock or the host's may judge."""
    assert judged("auth.not-before", _token(instants)) is None
    assert judged("auth.not-expired", _token(instants)) is None


def test_two_clocks_that_agree_on_nothing_refuse() -> None:
    """A token that is early on one clock and late on the other is valid on neither."""
    found = judged("auth.not-expired", _token((999.0, 2000.0)))

    assert found is not None
    assert found.field == "exp"


@pytest.mark.parametrize("limit", [float("inf"), 10**400])
def test_a_token_may_be_valid_for_ever(limit: float) -> None:
    """No upper limit of exp is printed."""
    assert judged("auth.not-expired", _token(expires=limit)) is None


def test_an_address_off_the_list_is_refused() -> None:
    """Only where the account has a list; an address on it is told."""
    listed = frozenset({"192.0.2.1", "192.0.2.2"})

    assert judged("auth.ip-allowed", _standing(client_ip="192.0.2.1", allowed_ips=listed)) is None
    assert judged("auth.ip-allowed", _standing(client_ip="192.0.2.3")) is None
    assert judged("auth.ip-allowed", _standing(client_ip="::1", allowed_ips=listed)) == Finding(
        "::1", "client address", "192.0.2.1"
    )


def test_an_empty_list_allows_nobody() -> None:
    """There is no address that would pass, so none is told."""
    found = judged("auth.ip-allowed", _standing(client_ip="::1", allowed_ips=frozenset()))

    assert found == Finding("::1", "client address", None)


def test_an_abnormal_account_is_refused() -> None:
    """Any state but `normal` is."""
    assert judged("auth.account-status", _standing()) is None
    assert judged("auth.account-status", _standing(status="frozen")) == Finding(
        "frozen", "account status", "normal"
    )


def test_a_forbidden_operation_is_refused() -> None:
    """The operation is told; others pass."""
    forbidden = frozenset({"create"})

    assert judged("auth.permission", _standing(operation="create", forbidden_operations=forbidden))
    assert not judged("auth.permission", _standing(operation="get", forbidden_operations=forbidden))


@pytest.mark.parametrize(("before", "refused"), [(0, False), (1, False), (2, True), (3, True)])
def test_the_rate_is_the_number_of_calls_in_a_second(before: int, refused: bool) -> None:  # noqa: FBT001 - a column of the table
    """With a rate of 2 the second call passes and the third does not."""
    found = judged("concurrency.rate-limit", _standing(rate_limit=2, calls_this_second=before))

    assert (found is not None) == refused
    assert found is None or found == Finding(before + 1, "requests this second", 2)


def test_without_a_rate_there_is_no_limit() -> None:
    """No figure is printed by the vendor, so none holds unless it is set."""
    assert judged("concurrency.rate-limit", _standing(calls_this_second=10**9)) is None


def test_arrears_are_refused() -> None:
    """A postpaid account that owes something may not create."""
    assert judged("billing.arrears", _standing()) is None
    assert judged("billing.arrears", _standing(in_arrears=True)) == Finding("in arrears", "account")


@pytest.mark.parametrize(("left", "refused"), [("0.5", False), ("0.49", True), ("0", True)])
def test_a_balance_equal_to_the_price_is_enough(left: str, refused: bool) -> None:  # noqa: FBT001 - a column of the table
    """The price is the nearest legal balance."""
    standing = _standing(units_left=Decimal(left), price=Decimal("0.5"))

    found = judged("billing.pack-exhausted", standing)

    assert found == (Finding(left, "units left", "0.5") if refused else None)


def test_without_a_pack_nothing_is_exhausted() -> None:
    """None means without limit."""
    assert judged("billing.pack-exhausted", _standing(price=Decimal(10))) is None


@pytest.mark.parametrize(("under_way", "refused"), [(0, False), (2, False), (3, True), (4, True)])
def test_the_nth_task_is_legal_and_the_next_is_not(under_way: int, refused: bool) -> None:  # noqa: FBT001 - a column of the table
    """With three slots a third task may be made, a fourth may not."""
    found = judged("concurrency.limit", _standing(slots=3, open_tasks=under_way))

    assert found == (Finding(under_way + 1, "open tasks", 3) if refused else None)


def test_without_slots_there_is_no_limit() -> None:
    """None means without limit."""
    assert judged("concurrency.limit", _standing(open_tasks=10**6)) is None

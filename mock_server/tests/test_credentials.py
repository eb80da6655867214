"""A header is read for what it says; what is wrong with it, the rules say."""

import base64
import json

import jwt
import pytest
from attrs import evolve

from mock_server.credentials import Credentials, mint_token, read_credential
from mock_server.tests.builders import API_KEY, KEY, NOW, SECRET, account
from mock_server.values import Account

ACCOUNT = account()
OTHER = account(
    access_key="ak-other", secret_key="sk-of-another-with-more-than-32-bytes", api_keys=()
)
NOW_S = NOW // 1000


def find(key: str) -> Account | None:
    """Find one of two accounts by any of its keys."""
    return {KEY: ACCOUNT, API_KEY: ACCOUNT, "ak-other": OTHER}.get(key)


def _signed(claims: dict[str, object] | None = None, secret: str = SECRET) -> str:
    payload: dict[str, object] = {"iss": KEY, "exp": NOW_S + 1800, "nbf": NOW_S - 5}
    return jwt.encode(payload | (claims or {}), secret, algorithm="HS256")


def _part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def test_a_minted_token_is_good() -> None:
    """What the mock mints says whose it is, from 5 s ago for half an hour."""
    found = read_credential(f"Bearer {mint_token(ACCOUNT, NOW_S)}", find)

    credential = found.credential
    assert found.account is ACCOUNT
    assert (credential.recognised, credential.algorithm) == (True, "HS256")
    assert (credential.issuer_known, credential.signature_matches) == (True, True)
    assert (credential.not_before, credential.expires) == (NOW_S - 5, NOW_S + 1800)


def test_an_api_key_is_a_credential_of_its_own() -> None:
    """A known key has nothing to decode."""
    found = read_credential(f"Bearer {API_KEY}", find)

    assert found.account is ACCOUNT
    assert found.credential.recognised is True
    assert found.credential.algorithm is None


@pytest.mark.parametrize(
    "header",
    [
        "Bearer",
        "Bearer ",
        f"Bearer  {API_KEY}",
        f"Bearer\t{API_KEY}",
        f"bearer {API_KEY}",
        f"Basic {API_KEY}",
        API_KEY,
        f"Bearer {API_KEY} ",
        f"Bearer {API_KEY} {API_KEY}",
        f"Bearer {KEY}",
        "Bearer an-unknown-key",
        "Bearer a.b",
        "Bearer a.b.c",
        "Bearer ..",
        "Bearer é.é.é",
        f"Bearer {_part({'alg': 'HS256'})}.{_part([1])}.Yw",
        f"Bearer {_part('HS256')}.{_part({})}.Yw",
        f"Bearer {_part({'alg': 'HS256'})}.{'W' * 200_000}.Yw",
    ],
)
def test_another_form_is_not_recognised(header: str) -> None:
    """One space, one known key or one token of three parts; an AccessKey alone is neither."""
    found = read_credential(header, find)

    assert found.account is None
    assert found.credential.recognised is False


def test_a_deeply_nested_token_is_not_recognised() -> None:
    """A payload made to exhaust a parser is a token of another form."""
    deep = base64.urlsafe_b64encode(b"[" * 100_000).rstrip(b"=").decode()

    found = read_credential(f"Bearer {_part({'alg': 'HS256'})}.{deep}.Yw", find)

    assert found.credential.recognised is False


@pytest.mark.parametrize("algorithm", ["none", "None", "HS512"])
def test_another_algorithm_is_told(algorithm: str) -> None:
    """What the token says of itself is kept for the rule that judges it."""
    header, payload = {"alg": algorithm, "typ": "JWT"}, {"iss": KEY, "exp": 1, "nbf": 0}

    found = read_credential(f"Bearer {_part(header)}.{_part(payload)}.", find)

    assert found.credential.algorithm == algorithm
    assert found.credential.signature_matches is False


def test_a_tampered_payload_does_not_match_its_signature() -> None:
    """A claim that was changed after signing is found out."""
    header, _, signature = _signed().split(".")
    forged = _part({"iss": KEY, "exp": NOW_S + 10**6, "nbf": NOW_S - 5})

    found = read_credential(f"Bearer {header}.{forged}.{signature}", find)

    assert found.credential.signature_matches is False


def test_another_secret_does_not_match() -> None:
    """Only the account's own SecretKey signs for it."""
    found = read_credential(f"Bearer {_signed(secret=OTHER.secret_key)}", find)

    assert found.account is ACCOUNT
    assert found.credential.signature_matches is False


@pytest.mark.parametrize("issuer", ["ak-nobody", API_KEY])
def test_only_an_access_key_issues_tokens(issuer: str) -> None:
    """An unknown issuer, or an API key in its place, is no account."""
    found = read_credential(f"Bearer {_signed({'iss': issuer})}", find)

    assert found.account is None
    assert found.credential.issuer_known is False


@pytest.mark.parametrize(
    ("claims", "missing"),
    [
        ({"iss": None}, "iss"),
        ({"exp": None}, "exp"),
        ({"exp": "soon"}, "exp"),
        ({"exp": True}, "exp"),
        ({"nbf": None}, "nbf"),
        ({"nbf": [0]}, "nbf"),
        ({}, None),
    ],
)
def test_a_missing_claim_is_named(claims: dict[str, object], missing: str | None) -> None:
    """A claim of another type is missing, too; its instants are then not judged."""
    token = f"{_part({'alg': 'HS256'})}.{_part({'iss': KEY, 'exp': 9, 'nbf': 1} | claims)}.Yw"

    credential = read_credential(f"Bearer {token}", find).credential

    assert credential.missing_claim == missing
    assert (credential.expires is None) == (missing is not None)


def test_huge_instants_are_instants() -> None:
    """A token may be valid until after the end of the world."""
    token = _signed({"exp": 10**300})

    assert read_credential(f"Bearer {token}", find).credential.expires == 10**300


@pytest.mark.parametrize("header", [None, "", "  "])
def test_no_header_is_nobody(header: str | None) -> None:
    """A missing or blank header is kept as it is."""
    found = Credentials(find).identify(header)

    assert (found.account, found.credential.header) == (None, header)
    assert found.credential.recognised is None


def test_a_token_is_decoded_once() -> None:
    """The same header is answered from memory while its account stays as it is."""
    credentials = Credentials(find)
    header = f"Bearer {_signed()}"

    assert credentials.identify(header) is credentials.identify(header)


def test_a_changed_account_is_looked_up_again() -> None:
    """What is remembered of a header does not outlive the account that it was read for."""
    accounts = {KEY: ACCOUNT}
    credentials = Credentials(accounts.get)
    header = f"Bearer {_signed()}"
    before = credentials.identify(header)

    accounts[KEY] = evolve(ACCOUNT, secret_key="a-new-sk-with-more-than-32-bytes")
    after = credentials.identify(header)
    accounts.clear()
    gone = credentials.identify(header)

    assert before.credential.signature_matches is True
    assert after.credential.signature_matches is False
    assert gone.account is None


def test_a_revoked_api_key_is_forgotten() -> None:
    """A key that was taken from its account is unknown at once."""
    accounts = {KEY: ACCOUNT, API_KEY: ACCOUNT}
    credentials = Credentials(accounts.get)
    assert credentials.identify(f"Bearer {API_KEY}").account is ACCOUNT

    del accounts[API_KEY]
    accounts[KEY] = evolve(ACCOUNT, api_keys=())

    assert credentials.identify(f"Bearer {API_KEY}").account is None


def test_no_more_headers_are_kept_than_fit() -> None:
    """Many tokens of one account are all answered rightly, old ones too."""
    credentials = Credentials(find)
    headers = [f"Bearer {_signed({'nbf': nbf})}" for nbf in range(5)] * 900

    assert all(credentials.identify(header).account is ACCOUNT for header in headers)

"""What a journal keeps is short, well-formed where it can be, and opens nothing."""

import base64
import json

import pytest

from mock_server.credentials import mint_token
from mock_server.journal_text import (
    LONGEST_BODY,
    REDACTED,
    Shown,
    json_of,
    redacted,
    shortened,
    shown_credential,
)
from mock_server.tests.builders import NOW, account, changed


def test_of_a_token_only_its_times_and_the_end_of_its_key_are_told() -> None:
    """The signature opens an account, so it is nowhere."""
    holder = changed(account(), {"access_key": "ak-0123456789"})
    token = mint_token(holder, NOW // 1000, 60)
    seconds = NOW // 1000

    assert shown_credential(f"Bearer {token}") == Shown(
        "Bearer", "6789", None, seconds - 5, seconds + 60
    )


@pytest.mark.parametrize(
    ("header", "shown"),
    [
        ("Bearer api-key-of-12", Shown("Bearer", "f-12")),
        ("Bearer short-key", Shown("Bearer", "")),
        ("Bearer a.b.c", Shown("Bearer", "")),
        ("Basic dXNlcjpwYXNz", Shown(REDACTED, "")),
        ("a-naked-secret-key", Shown(REDACTED, "")),
        ("", Shown(REDACTED, "")),
        (f"Bearer {'[' * 3000}.{'[' * 3000}.x", Shown("Bearer", "")),
    ],
)
def test_other_credentials_tell_less(header: str, shown: Shown) -> None:
    """Whatever somebody sends instead of a token."""
    assert shown_credential(header) == shown


def test_a_token_with_strange_claims_is_shown_without_them() -> None:
    """Claims are the client's to choose."""
    parts = [{"alg": "HS256"}, {"iss": 7, "exp": "x", "nbf": True, "iat": 5}]
    encoded = [base64.urlsafe_b64encode(json.dumps(p).encode()).decode() for p in parts]

    assert shown_credential(f"Bearer {'.'.join(encoded)}.x").expires is None


def test_a_short_body_is_kept_as_it_came() -> None:
    """Up to 4 KiB."""
    body = b'"' + b"x" * (LONGEST_BODY - 2) + b'"'

    assert shortened(body) == body


@pytest.mark.parametrize(
    "sound",
    [
        base64.b64encode(b"sound" * 100_000).decode(),
        '\\"' * 3000,
        "\\" * 5001,
        "\u20ac" * 3000,
        "x" * 63 + "\u20ac" * 3000,
        'a"' * 200 + "x" * 9000,
    ],
)
@pytest.mark.parametrize("ascii_only", [True, False])
def test_a_long_text_in_json_is_shortened(sound: str, *, ascii_only: bool) -> None:
    """What remains is JSON, with every field, if its long parts are texts."""
    fields = {"session_id": "7", "sound_file": sound, "after": [1, {"b": "c"}]}
    kept = shortened(json.dumps(fields, ensure_ascii=ascii_only).encode())

    assert len(kept) <= LONGEST_BODY
    if sound.startswith(('\\"', "a")):
        return
    read = json_of(kept)
    assert {**read, "sound_file": ""} == {**fields, "sound_file": ""}
    assert len(read["sound_file"]) < len(sound)


def test_what_is_no_text_is_cut() -> None:
    """Whatever it is."""
    assert shortened(b"\xff" * 10_000) == b"...(10000 bytes)"
    assert shortened(b"[" * 10_000) == b"[" * 64 + b"...(10000 bytes)"
    assert len(shortened(b'"a"' * 10_000)) == LONGEST_BODY


def test_secrets_are_redacted_at_any_depth() -> None:
    """By the names of their fields."""
    given = {"secret_key": "s", "webhook_secrets": ["a"], "a": [{"api_keys": ["k"], "b": 1}]}

    assert redacted(given) == {
        "secret_key": REDACTED,
        "webhook_secrets": REDACTED,
        "a": [{"api_keys": REDACTED, "b": 1}],
    }


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[" * 100_000])
def test_what_is_no_json_is_nothing(body: bytes) -> None:
    """And harms nobody."""
    assert json_of(body) is None

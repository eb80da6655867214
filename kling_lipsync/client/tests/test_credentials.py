"""Credentials: where they come from, and what is said when they are missing."""

import pytest

from kling_lipsync.client.credentials import (
    DEFAULT_BASE_URL,
    CredentialsError,
    find_base_url,
    find_credentials,
)
from kling_lipsync.contract import load_contract

PAIR = {"KLING_ACCESS_KEY": "a", "KLING_SECRET_KEY": "s"}


def test_arguments_win_over_variables() -> None:
    """As a whole: a pair is never made of both."""
    assert find_credentials("x", "y", environ=PAIR).secret_key == "y"
    assert find_credentials(api_key="k", environ=PAIR).api_key == "k"
    with pytest.raises(CredentialsError, match="half"):
        find_credentials("x", environ=PAIR)


def test_variables_are_read_when_nothing_is_given() -> None:
    """The API key first, where both are set."""
    assert find_credentials(environ=PAIR).access_key == "a"
    assert find_credentials(environ={**PAIR, "KLING_API_KEY": "k"}).kind == "API key"


def test_what_is_missing_is_said() -> None:
    """With the names of the variables."""
    with pytest.raises(CredentialsError, match="KLING_ACCESS_KEY"):
        find_credentials(environ={})


@pytest.mark.parametrize("key", ["a b", "a\nb", "ä", "a\x00"])
def test_a_key_that_no_header_can_carry_is_refused_unseen(key: str) -> None:
    """The error does not show it."""
    with pytest.raises(CredentialsError) as caught:
        find_credentials(api_key=key, environ={})

    assert key not in str(caught.value)


def test_the_base_url_is_an_origin() -> None:
    """The argument, the variable, or the first server of the contract."""
    assert find_base_url(None, {}) == DEFAULT_BASE_URL
    assert load_contract().openapi["servers"][0]["url"] == DEFAULT_BASE_URL
    assert find_base_url("http://x/", {"KLING_BASE_URL": "http://y"}) == "http://x"
    assert find_base_url(None, {"KLING_BASE_URL": "http://y"}) == "http://y"
    for wrong in ("x", "ftp://x", "http://", "http://user:pass@x", "http://[x"):
        with pytest.raises(CredentialsError) as caught:
            find_base_url(wrong, {})
        assert "pass" not in str(caught.value)

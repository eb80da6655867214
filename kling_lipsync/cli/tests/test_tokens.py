"""The verb that makes a token."""

import json
import time

import jwt
import pytest

from kling_lipsync.cli.tests.conftest import Lipsync

SECRET = "a-secret-key-of-at-least-32-bytes-it-is"


def test_a_token_is_what_the_pair_signs(lipsync: Lipsync, monkeypatch: pytest.MonkeyPatch) -> None:
    """For half an hour; the secret itself is nowhere."""
    monkeypatch.delenv("KLING_API_KEY")
    monkeypatch.setenv("KLING_ACCESS_KEY", "somebody")
    monkeypatch.setenv("KLING_SECRET_KEY", SECRET)
    made = json.loads(lipsync("token", "--json").out)
    claims = jwt.decode(made["token"], SECRET, algorithms=["HS256"])

    assert claims["iss"] == "somebody"
    assert claims["exp"] * 1000 == made["expires_at"]
    assert 1700 < claims["exp"] - time.time() <= 1800
    assert SECRET not in lipsync("token").out


def test_there_is_no_token_without_a_pair(
    lipsync: Lipsync, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An API key is one already, and is not shown; without credentials it is 10."""
    ran = lipsync("token")
    assert (ran.code, ran.out) == (2, "")
    assert "local-api-key" not in ran.err

    monkeypatch.delenv("KLING_API_KEY")
    assert lipsync("token").code == 10

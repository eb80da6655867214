"""Whose a token is, how long one serves that was used before, and what an address opens."""

import re
import time

import pytest

from contract_tests.callers import TASKS, Caller
from contract_tests.drafts import new_task
from contract_tests.exchanges import ACCEPTED, refused_by
from contract_tests.marks import rule
from contract_tests.scenes import SCENE
from contract_tests.targets import Target
from contract_tests.tokens import claims, host_seconds, mint


@rule("auth.claims")
@pytest.mark.parametrize(
    "name", ["an early API key", "a late API key", "the public id", "the AccessKey in capitals"]
)
def test_only_the_access_key_is_an_issuer(target: Target, name: str) -> None:
    """A token whose `iss` is anything else of the account is nobody's, however it is signed."""
    keys = [f"{letter}-{time.time_ns()}" for letter in "!~"]
    caller = Caller(target, api_keys=keys)
    issuer = {
        "an early API key": keys[0],
        "a late API key": keys[1],
        "the public id": str(caller.shown()["public_id"]),
        "the AccessKey in capitals": caller.key.upper(),
    }[name]
    header = {"authorization": f"Bearer {mint(caller.secret, claims(issuer))}"}

    assert caller.request("GET", TASKS, headers=header).verdict == refused_by("auth.claims")


@rule("auth.bearer-credential")
@pytest.mark.parametrize("name", ["key", "secret"])
def test_only_an_api_key_is_a_credential_by_itself(target: Target, name: str) -> None:
    """Neither the AccessKey nor the SecretKey is one, nor the public id."""
    caller = Caller(target, api_keys=[f"key-{time.time_ns()}"])
    words = [getattr(caller, name), str(caller.shown()["public_id"])]
    told = [
        caller.request("GET", TASKS, headers={"authorization": f"Bearer {word}"}).rule
        for word in (*words, caller.api_keys[0])
    ]

    assert told == ["auth.bearer-credential", "auth.bearer-credential", None]


@pytest.mark.slow
@rule("auth.not-expired", "auth.not-before")
def test_a_token_that_was_used_ends_all_the_same(target: Target) -> None:
    """On a clock that runs, a token serves until its `exp`, however often it served before."""
    caller = Caller(target, time="real")
    end = host_seconds() + 2
    header = {
        "authorization": f"Bearer {mint(caller.secret, claims(caller.key, nbf=end - 9, exp=end))}"
    }
    before = [caller.request("GET", TASKS, headers=header).verdict for _ in range(3)]
    time.sleep(end - time.time() + 0.05)

    assert before == [ACCEPTED] * 3
    assert caller.request("GET", TASKS, headers=header).verdict == refused_by("auth.not-expired")


@rule("retention.result-media")
def test_an_address_that_was_not_given_opens_nothing(target: Target) -> None:
    """A result's address without its signature, or with another end, is forbidden."""
    caller = Caller(target)
    task_id = new_task(caller, SCENE)
    caller.advance("1h")
    url = caller.get(task_id).data["task_result"]["videos"][0]["url"]
    bare, _, query = url.partition("?")
    later = re.sub(r"Expires=\d+", "Expires=9999999999", url)
    told = [caller.media(one).status for one in (url, bare, later, f"{bare}?{query[:-1]}")]

    assert told == [200, 403, 403, 403]

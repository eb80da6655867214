"""Tokens: what is in them, when they are renewed, and whose clock they follow."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from email.utils import formatdate

import httpx
import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kling_lipsync.client.async_client import AsyncLipSync
from kling_lipsync.client.credentials import Credentials
from kling_lipsync.client.tests.both import on_both
from kling_lipsync.client.tests.canned import refused
from kling_lipsync.client.tests.service import START, Fault, Service, World
from kling_lipsync.client.tokens import LIFE_S, RENEW_BEFORE_S, Token, Tokens, date_of, mint

PAIR = Credentials("the access key", "the secret key of some length, at least")


def _claims(header: str) -> dict[str, int]:
    claims: dict[str, int] = jwt.decode(
        header.removeprefix("Bearer "),
        PAIR.secret_key,
        algorithms=["HS256"],
        options={"verify_exp": False, "verify_nbf": False, "verify_iat": False},
    )
    return claims


@given(st.floats(0, 4e9))
def test_a_token_is_that_of_the_vendors_sample(now: float) -> None:
    """Another implementation reads it: iss, exp in 1800 s, nbf 5 s ago, HS256."""
    token = mint(PAIR, now)

    claims = _claims(token)
    assert claims == {"iss": PAIR.access_key, "exp": int(now) + 1800, "nbf": int(now) - 5}
    assert jwt.get_unverified_header(token) == {"alg": "HS256", "typ": "JWT"}


def test_a_token_is_kept_until_shortly_before_its_end() -> None:
    """And never used for longer, nor when this machine's clock was set back."""
    tokens = Tokens(PAIR)
    first = tokens.current(START)

    assert tokens.current(START + LIFE_S - RENEW_BEFORE_S - 1) is first
    second = tokens.current(START + LIFE_S - RENEW_BEFORE_S)
    assert second.number == 2
    assert tokens.current(START).number == 3


def test_an_api_key_is_used_as_it_is() -> None:
    """It cannot be renewed."""
    tokens = Tokens(Credentials(api_key="k"))

    assert tokens.current(0).header == "Bearer k"
    assert tokens.current(1e9).number == 1
    assert not tokens.renewable


def test_many_threads_mint_one_token() -> None:
    """Whoever comes second gets what the first one made, on expiry and on refusal."""
    tokens = Tokens(PAIR)
    with ThreadPoolExecutor(16) as pool:
        made = list(pool.map(lambda _: tokens.current(START), range(200)))
        renewed = list(pool.map(lambda _: tokens.renew(made[0], START), range(200)))

    assert {token.number for token in made} == {1}
    assert {token.number for token in renewed} == {2}


def test_many_tasks_mint_one_token() -> None:
    """Fifty calls at once that all find the token refused renew it once."""
    world = World()
    service = Service(world)
    service._keep({"external_task_id": "mine"})
    seen: list[str] = []

    async def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers["authorization"])
        await asyncio.sleep(0)
        if request.headers["authorization"] != seen[0]:
            return service.answer(request)
        world.now += 1.0
        return refused(1004)

    async def run() -> None:
        async with AsyncLipSync(
            access_key=PAIR.access_key,
            secret_key=PAIR.secret_key,
            environment=world.environment(),
            transport=httpx.MockTransport(answer),
        ) as client:
            await asyncio.gather(*[client.get("mine") for _ in range(50)])

    asyncio.run(run())

    assert len(set(seen)) == 2


@pytest.mark.parametrize("skew", [-7200.0, -90.0, 0.0, 90.0, 7200.0])
def test_the_servers_clock_is_learnt_from_a_refusal(skew: float) -> None:
    """A machine whose clock is off gets one refusal, and a token on the server's clock."""
    service = Service(World(skew=skew), [Fault("1003")] if skew else [])
    service._keep({"external_task_id": "mine"})
    outcome = on_both(service, lambda client: client.get("mine"))

    assert outcome.error is None
    assert outcome.pauses == ()
    claims = jwt.decode(
        outcome.service.headers[-1]["authorization"].removeprefix("Bearer "),
        options={"verify_signature": False},
    )
    assert abs(claims["nbf"] - (START - 5)) <= 1


@pytest.mark.parametrize("code", ["1003", "1004"])
def test_a_token_is_minted_anew_once(code: str) -> None:
    """The second refusal is the answer."""
    outcome = on_both(Service(World(), [Fault(code)] * 9), lambda client: client.get("t"))

    assert outcome.error.code == int(code)
    assert len(outcome.requests) == 2


def test_a_date_within_the_second_is_no_difference() -> None:
    """The header has whole seconds only."""
    tokens = Tokens(PAIR)
    tokens.learn(formatdate(START, usegmt=True), START + 0.9)
    assert tokens.offset_s == 0
    tokens.learn(formatdate(START + 10, usegmt=True), START + 0.4)
    assert tokens.offset_s == 10


@given(st.text())
def test_no_date_header_can_break_it(text: str) -> None:
    """What cannot be read teaches nothing."""
    tokens = Tokens(PAIR)
    tokens.learn(text, START)

    assert isinstance(tokens.current(START), Token)
    assert date_of(text) is None or isinstance(date_of(text), float)

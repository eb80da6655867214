"""What tokens and dates are worth on an account's clock."""

import time

import pytest

from contract_tests.callers import TASKS, Caller
from contract_tests.drafts import new_task
from contract_tests.exchanges import ACCEPTED, refused_by
from contract_tests.marks import rule
from contract_tests.moving import FAR, MINUTE, stamped
from contract_tests.scenes import SCENE
from contract_tests.targets import Target
from contract_tests.tokens import claims, host_seconds, mint, payload_of

PATIENCE_S = 10.0


@rule("auth.not-before", "auth.not-expired")
def test_a_token_can_follow_the_accounts_clock(target: Target) -> None:
    """Under `account` the token of before has expired after the move; one minted there passes."""
    caller = Caller(target, readings={"token-clock": "account"}, pace=f"0+{68 * MINUTE}")
    now = caller.now() // 1000
    short = mint(caller.secret, claims(caller.key, nbf=now - 5, exp=now + 1800))
    caller.authorization = f"Bearer {short}"
    task_id = new_task(caller, SCENE)
    caller.move(until_task=task_id)
    late = caller.get(task_id)
    now = caller.now() // 1000
    token = mint(caller.secret, claims(caller.key, nbf=now - 5, exp=now + 1800))
    caller.authorization = f"Bearer {token}"

    assert late.verdict == ("auth.not-expired", 1004, 401)
    assert caller.get(task_id).data["task_status"] == "succeed"


@rule("auth.not-before", "auth.not-expired")
@pytest.mark.parametrize("ms", [0, 1, 999])
def test_a_token_is_good_to_the_second(target: Target, ms: int) -> None:
    """On the account's clock: not before `nbf`, from then on, and no more at `exp`."""
    caller = Caller(target, readings={"token-clock": "account"})
    first, last = FAR // 1000 + 10, FAR // 1000 + 20
    token = mint(caller.secret, claims(caller.key, nbf=first, exp=last))
    caller.authorization = f"Bearer {token}"
    codes = []
    for second in (first - 1, first, last - 1, last):
        caller.set_clock(second * 1000 + ms)
        codes.append(caller.page().envelope["code"])

    assert codes == [1003, 0, 0, 1004]


@rule("auth.not-before", "auth.not-expired")
def test_accounts_in_different_years_serve_one_client(target: Target) -> None:
    """A client that signs with its machine's clock goes on, whatever the account's says."""
    now = host_seconds()
    seen = []
    for year_s in (now + 400 * 86_400, FAR // 1000):
        caller = Caller(target)
        token = mint(caller.secret, claims(caller.key, nbf=now - 5, exp=now + 1800))
        caller.authorization = f"Bearer {token}"
        caller.set_clock(year_s * 1000)
        task = caller.get(new_task(caller, SCENE))
        seen.append((task.envelope["code"], stamped(task), task.data["created_at"] // 1000))

        assert seen[-1] == (0, year_s, year_s)


def test_every_reply_has_the_date_of_its_account(target: Target) -> None:
    """Accepted or refused, and a medium's too: the second in which the account's clock stands."""
    caller = Caller(target, pace="0+1000")
    for instant in (FAR, FAR + 2999, FAR + 4000):
        caller.set_clock(instant)
        replies = [caller.page(), caller.get("1"), caller.create({}), caller.identify("")]
        task_id = new_task(caller, SCENE)
        end = caller.move(until_task=task_id)["now"]
        url = caller.get(task_id).data["task_result"]["videos"][0]["url"]

        assert [stamped(reply) for reply in replies] == [instant // 1000] * 4
        assert stamped(caller.media(url)) == end // 1000


def test_a_token_of_the_accounts_clock_is_shown(target: Target) -> None:
    """The token that the control API hands out holds there after any move, as in the sample."""
    caller = Caller(target, readings={"token-clock": "account"})
    caller.set_clock(FAR)
    token = caller.shown()["token"]
    caller.authorization = f"Bearer {token}"
    now = FAR // 1000

    assert payload_of(token) == {"iss": caller.key, "exp": now + 1800, "nbf": now - 5}
    assert caller.request("GET", TASKS).envelope["code"] == 0


@pytest.mark.slow
@rule("auth.not-before", "auth.not-expired")
@pytest.mark.parametrize("clock", ["either", "account"])
def test_a_token_ends_while_the_clock_goes_on(target: Target, clock: str) -> None:
    """Of an account a day ahead, whose token begins on the machine's clock only tomorrow.

    Used over and over, it is refused from its `exp` on, and not before.
    """
    caller = Caller(target, time="x100", readings={"token-clock": clock})
    caller.advance("24h")
    now = caller.now() // 1000
    token = mint(caller.secret, claims(caller.key, nbf=now - 5, exp=now + 20))
    caller.authorization = f"Bearer {token}"
    before, until = 0, time.monotonic() + PATIENCE_S
    while before < (now + 20) * 1000 and time.monotonic() < until:
        before = caller.now()
        told = caller.page().verdict
        assert told == ACCEPTED or caller.now() >= (now + 20) * 1000

    assert told == refused_by("auth.not-expired")

"""Which calls a staged failure strikes, and what it tells them."""

import pytest

from contract_tests import spec
from contract_tests.callers import TASKS, Caller
from contract_tests.drafts import new_task, plain_fields
from contract_tests.marks import rule
from contract_tests.scenes import SCENE
from contract_tests.targets import Target

STATUSES = spec.contract().openapi["paths"][TASKS]["get"]["responses"]
CODES = [
    code for code, row in spec.rulebook().codes.items() if code and str(row.http_status) in STATUSES
]


def test_the_nth_call_that_matches_is_struck(target: Target) -> None:
    """By operation, by a part of the body, by a query, and by the id that is asked for."""
    caller = Caller(target)
    first, second = new_task(caller, SCENE), new_task(caller, SCENE)
    caller.stage(code=5002, match={"path_id": second}, after=1)
    caller.stage(code=1302, match={"query": {"pageNum": "2"}})
    caller.stage(code=1300, match={"body": {"face_choose": [{"face_id": "0"}]}})
    got = [caller.get(name).code for name in (second, first, second, second)]
    listed = [caller.page(f"pageNum={page}").code for page in (1, 2, 2)]
    created = [caller.create(plain_fields(caller, SCENE)).code for _ in range(2)]

    assert got == [0, 0, 5002, 0]
    assert listed == [0, 1302, 0]
    assert created == [1300, 0]


def test_a_staged_failure_waits_for_its_task(target: Target) -> None:
    """Queries of tasks that were made before it and after it are answered."""
    caller = Caller(target)
    names = [new_task(caller, SCENE) for _ in range(3)]
    caller.stage(code=5002, match={"path_id": names[1]})

    assert [caller.get(name).code for name in (names[0], names[2], names[1])] == [0, 0, 5002]


@rule("envelope.status-and-code")
@pytest.mark.parametrize("code", CODES)
def test_a_staged_message_is_told_as_it_was_given(target: Target, code: int) -> None:
    """With every code, instead of the rulebook's message; braces and all."""
    caller = Caller(target)
    caller.stage(code=code, message="as {value} has it")
    told = caller.page()

    assert (told.code, told.envelope["message"]) == (code, "as {value} has it")


def test_a_rate_strikes_the_same_calls_again(target: Target) -> None:
    """The account's seed and key decide; dropping the account and starting over changes nothing."""
    seen = []
    for _ in range(2):
        caller = Caller(target, access_key="drawn-by-seed")
        caller.stage(code=5000, rate=0.3, times=1000)
        seen.append([caller.page().code for _ in range(40)])
        target.control("DELETE", f"/accounts/{caller.key}")

    assert seen[0] == seen[1]
    assert 2 < seen[0].count(5000) < 25

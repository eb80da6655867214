"""What any server can be held to with one set of credentials, and without its help.

These tests make no account, move no clock and stage nothing.
"""

from collections.abc import Callable
from functools import partial
from random import Random

import pytest
from hypothesis import given, settings

from contract_tests.callers import TASKS
from contract_tests.conformance import paper, singles
from contract_tests.conformance.singles import Case
from contract_tests.exchanges import Exchange
from contract_tests.marks import rule
from contract_tests.strategies import draws
from contract_tests.targets import Credentials, Target

pytestmark = pytest.mark.black_box

Judge = Callable[[Exchange, Case], None]

SINGLE = [
    pytest.param(name, marks=(rule(name), pytest.mark.needs(*singles.NEEDS[name])), id=name)
    for name in singles.SINGLE
]


@pytest.fixture(scope="module")
def account(target: Target) -> Credentials:
    """The account that all tests here share."""
    return target.credentials


def sent(target: Target, account: Credentials, case: Case) -> Exchange:
    """Send a case with the account's credential."""
    headers = dict(case.request.headers)
    header = paper.header_from(case.request.authorization, account)
    if header is not None:
        headers["authorization"] = header
    request = case.request
    return target.request(request.method, request.path, headers=headers, body=request.body)


@pytest.fixture(scope="module")
def held(is_open: Callable[[str], None], charitable: bool) -> Judge:  # noqa: FBT001 - a fixture
    """Hold an answer to what is due, unless it follows another reading of the documents."""
    return partial(hold, is_open=is_open, charitable=charitable)


def hold(
    answer: Exchange, case: Case, *, is_open: Callable[[str], None], charitable: bool = False
) -> None:
    """Hold an answer to what is due; tell `is_open` of another reading that it follows."""
    assert answer.body[:1] == b"{", f"HTTP {answer.status} and no JSON: {answer.body[:80]!r}"
    assert isinstance(answer.envelope.get("code"), int), f"no code: {answer.body[:80]!r}"
    if (answer.status, answer.code) not in singles.due(case):
        point = singles.explained(case, answer, charitable=charitable)
        assert point is not None, unexpected(answer, case)
        is_open(point)
        return
    assert answer.rule in (None, case.rule), unexpected(answer, case)
    assert isinstance(answer.envelope.get("message"), str), "the message is no text"
    assert answer.envelope.get("request_id"), "no request_id"


def unexpected(answer: Exchange, case: Case) -> str:
    """Say what was due and what came."""
    due = " or ".join(f"HTTP {status} with code {code}" for status, code in singles.due(case))
    named = f" ({answer.rule})" if answer.rule else ""
    came = f"HTTP {answer.status} with code {answer.code}{named}"
    message = answer.envelope.get("message")
    return f"due: {due} ({case.rule or 'accepted'}); came: {came}: {message!r}"


@pytest.mark.parametrize("name", SINGLE)
@given(draw=draws())
def test_a_broken_rule_is_refused(
    target: Target, account: Credentials, held: Judge, name: str, draw: Random
) -> None:
    """A request that breaks this one rule is refused with its status and code."""
    case = singles.broken(name, draw)

    held(sent(target, account, case), case)


@rule("envelope.fields", "auth.signature")
@given(draw=draws())
def test_a_list_is_answered(
    target: Target, account: Credentials, held: Judge, draw: Random
) -> None:
    """A valid token and valid parameters get a page."""
    case = singles.accepted(draw)
    answer = sent(target, account, case)

    held(answer, case)
    assert isinstance(answer.data, list)


@rule("auth.bearer-credential")
@pytest.mark.needs("api-key")
def test_an_api_key_is_a_credential(target: Target, account: Credentials) -> None:
    """A key after `Bearer ` is as good as a token."""
    header = f"Bearer {account.api_keys[0]}"

    assert target.request("GET", TASKS, headers={"authorization": header}).code == 0


@rule("envelope.fields")
@given(draw=draws())
def test_request_ids_differ(target: Target, account: Credentials, draw: Random) -> None:
    """No two replies have the same request_id."""
    case = singles.broken("auth.header-present", draw)
    names = [sent(target, account, case).envelope.get("request_id") for _ in range(2)]

    assert names[0] != names[1], f"two replies have the request_id {names[0]!r}"


@rule("identify.reply")
@pytest.mark.needs("described-media")
@given(draw=draws())
@settings(max_examples=10)
def test_identify_answers_a_session(
    target: Target, account: Credentials, held: Judge, draw: Random
) -> None:
    """A legal video has a session and its faces."""
    case = singles.accepted(draw, "identify")
    answer = sent(target, account, case)

    held(answer, case)
    assert answer.data["session_id"]
    assert isinstance(answer.data["face_data"], list)

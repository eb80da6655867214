"""What the mock says of a refusal: the field, the value that it saw, and the nearest legal one."""

import re

import pytest

from contract_tests import close_calls as c
from contract_tests import close_entry, close_fields, explained, explained_calls, spec
from contract_tests.breaks_media import by_id
from contract_tests.callers import Caller
from contract_tests.close_calls import Change
from contract_tests.drafts import Draft, Fields
from contract_tests.marks import rule
from contract_tests.targets import Target

pytestmark = pytest.mark.slow

ENTRY = "face_choose[0]."


def aged(medium: str, span: str) -> Change:
    """Name a medium that is so old by its id."""

    def change(draft: Draft) -> None:
        by_id(draft)
        (draft.video if medium == "video" else draft.sound)["age"] = span

    return change


def camel(path: str) -> str:
    """Return a path as the vendor's messages write it: `faceChoose[0].soundEndTime`."""
    if "." not in path:
        return path
    return re.sub(r"_([a-z])", lambda found: found[1].upper(), path)


def told_of(caller: Caller, draft: Draft) -> Fields:
    """Send a request and return what the mock says of its refusal."""
    name = draft.send(caller).envelope["request_id"]
    return caller.target.control("GET", f"/explain/{name}?account={caller.key}")


@pytest.mark.parametrize(
    ("name", "operation", "change", "field", "value", "nearest"),
    [
        pytest.param(*row, marks=rule(row[0]), id=f"{row[0]} {row[4]}")
        for row in (
            *explained_calls.WHOLE,
            *((*one[:3], ENTRY + one[3], *one[4:]) for one in explained.ROWS),
        )
    ],
)
def test_a_refusal_names_what_is_wrong_and_what_would_not_be(  # noqa: PLR0913 - a row has as many
    target: Target, name: str, operation: str, change: Change, field: str, value: str, nearest: str
) -> None:
    """The field as it was sent, its value, and a legal value close to it where there is one."""
    draft = c.plain(operation)
    change(draft)
    told = told_of(Caller(target), draft)

    assert (told["rule"], told["field"]) == (name, field)
    assert (told["value"], told["nearest_legal_value"]) == (value, nearest)


@pytest.mark.parametrize("medium", ["video", "sound"])
@rule("create.audio-id-age", "identify.video-id-age")
def test_an_old_medium_is_told_with_the_oldest_instant(target: Target, medium: str) -> None:
    """Both instants are Unix ms on the account's clock."""
    caller, draft = Caller(target), c.plain("identify" if medium == "video" else "create")
    aged(medium, "31d")(draft)
    told = told_of(caller, draft)
    day = 86_400_000

    assert int(told["value"]) == caller.now() - 31 * day
    assert int(told["nearest_legal_value"]) == caller.now() - 30 * day


@rule("auth.not-before", "auth.not-expired")
def test_a_wrong_token_is_told_with_a_second_that_is_right(target: Target) -> None:
    """An early one with the instant at which it was judged, a late one with the next second."""
    caller = Caller(target, readings={"token-clock": "account"})
    now = caller.now() // 1000 + 100 | 1
    caller.set_clock(now * 1000 + 500)
    told = []
    for nbf, exp in ((now + 7, now + 9), (now - 9, now)):
        draft = c.plain("list")
        c.token(nbf=nbf, exp=exp)(draft)
        told.append(told_of(caller, draft))

    assert [(one["value"], one["nearest_legal_value"]) for one in told] == [
        (str(now + 7), f"{now}.5"),
        (str(now), str(now + 1)),
    ]


@pytest.mark.parametrize(
    "close", [*close_entry.CLOSE, *close_fields.CLOSE], ids=lambda one: one.what
)
def test_every_refusal_is_explained(target: Target, close: c.Close) -> None:
    """Whatever a rule refuses, it names the field, and the message is the rulebook's with it."""
    caller, draft = Caller(target), c.plain(close.operation)
    close.illegal(draft)
    refused = draft.send(caller)
    name = refused.envelope["request_id"]
    told = caller.target.control("GET", f"/explain/{name}?account={caller.key}")
    words = spec.rule(close.rule).message.replace("{field}", camel(told["field"]))

    assert (told["rule"], told["field"] != "") == (close.rule, True)
    assert refused.envelope["message"] == words.replace("{value}", told["value"])

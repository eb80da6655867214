"""Rules that know no quantity, each with a request just on its legal side and one just off it."""

import pytest

from contract_tests import close_calls, close_entry, close_fields, edges, spec
from contract_tests.callers import Caller
from contract_tests.close_calls import Close
from contract_tests.exchanges import ACCEPTED, faults, message_of, refused_by
from contract_tests.marks import rule, side
from contract_tests.targets import Target

CLOSE = (*close_entry.CLOSE, *close_fields.CLOSE)


@pytest.mark.slow
@side("boundary")
@pytest.mark.parametrize(
    "close", [pytest.param(one, marks=rule(one.rule), id=f"{one.rule} {one.what}") for one in CLOSE]
)
def test_a_rule_tells_two_close_requests_apart(target: Target, close: Close) -> None:
    """The one is accepted, the other is refused under the rule's name, with its code."""
    legal, illegal = close_calls.plain(close.operation), close_calls.plain(close.operation)
    close.legal(legal)
    close.illegal(illegal)
    refused = illegal.send(Caller(target))

    assert legal.send(Caller(target)).verdict == ACCEPTED
    assert refused.verdict == refused_by(close.rule)
    assert list(faults(refused, close.operation)) == []


READ = [one for one in CLOSE if spec.rule(one.rule).code_reading is not None]


@pytest.mark.parametrize(
    "close", [pytest.param(one, marks=rule(one.rule), id=f"{one.rule} {one.what}") for one in READ]
)
def test_a_profile_decides_the_code_and_not_the_words(target: Target, close: Close) -> None:
    """Where a reading decides the code, each profile refuses with its own, in the same words."""
    told = []
    for profile in ("documented", "observed"):
        illegal = close_calls.plain(close.operation)
        close.illegal(illegal)
        refused = illegal.send(Caller(target, profile=profile))
        words = message_of(close.rule, spec.code_of(close.rule))
        assert words.fullmatch(refused.envelope["message"]) is not None
        told.append((refused.verdict, refused_by(close.rule, profile)))

    assert [one for one, _ in told] == [other for _, other in told]


def test_every_refusing_rule_has_a_boundary() -> None:
    """A rule has an edge if it knows a quantity, and a close call if it does not."""
    held = {one.rule for one in CLOSE} | {edge.rule for edge in edges.EDGES}

    assert held == set(spec.refusing())

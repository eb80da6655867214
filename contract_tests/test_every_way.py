"""Every alternative of every way to break a rule, and not only those that are drawn."""

import pytest

from contract_tests import breaking, tours
from contract_tests.callers import Caller
from contract_tests.exchanges import faults, message_of, refusals_by
from contract_tests.marks import rule, side
from contract_tests.targets import Target
from contract_tests.ways import Way

WAYS = [
    pytest.param(way, operation, marks=rule(way.rule), id=f"{way.damage.__name__}-{operation}")
    for way in breaking.WAYS
    for operation in way.operations
]


@pytest.mark.slow
@side("negative")
@pytest.mark.parametrize(("way", "operation"), WAYS)
def test_each_alternative_is_refused(target: Target, way: Way, operation: str) -> None:
    """Whichever value is wrong, wherever it stands, the rule refuses with its code and words."""
    caller = Caller(target)
    wrong = []
    for draft in tours.breaks(way, operation):
        refused = draft.send(caller)
        words = message_of(way.rule, refused.code)
        told = refused.verdict in refusals_by(way.rule)
        worded = words.fullmatch(refused.envelope["message"]) is not None
        if not (told and worded) or list(faults(refused, operation)):
            wrong.append((refused.verdict, refused.body, draft.body if draft.fields else draft))

    assert wrong == []


@pytest.mark.parametrize("name", ["create.callback-url-form", "transport.field-types"])
def test_a_tour_visits_what_there_is(name: str) -> None:
    """No request is visited twice, and more than one is."""
    (way,) = [way for way in breaking.BY_RULE[name] if "create" in way.operations]
    found = [repr((one.fields, one.headers)) for one in tours.breaks(way, "create")]

    assert len(found) == len(set(found)) > 10

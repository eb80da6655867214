"""Every rule that refuses: broken alone it is refused under its name, and mended it is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_tests import spec
from contract_tests.callers import Caller
from contract_tests.exchanges import ACCEPTED, faults
from contract_tests.marks import each_rule
from contract_tests.strategies import broken_drafts
from contract_tests.targets import Target
from contract_tests.ways import Broken


@pytest.mark.parametrize("name", each_rule(spec.refusing()))
@given(data=st.data())
def test_a_rule_broken_alone_refuses(target: Target, name: str, data: st.DataObject) -> None:
    """A request that breaks one rule is refused under its name and code, and not once mended."""
    case: Broken = data.draw(broken_drafts(name))
    caller = Caller(target)
    refused = case.broken.send(caller)
    mended = case.mended.send(caller)

    assert refused.verdict[0] == name
    assert list(faults(refused, case.broken.operation)) == []
    assert mended.verdict == ACCEPTED

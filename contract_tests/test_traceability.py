"""Rules, tests and ways to break them name the same things, in both directions."""

import pytest

from contract_tests import breaking, edges, spec, trace


@pytest.fixture(scope="module")
def found() -> trace.Trace:
    """The trace of all contract tests, whichever of them run."""
    return trace.collect()


def test_every_rule_has_a_test(found: trace.Trace) -> None:
    """No rule of the rulebook is without a test that names it."""
    assert found.untested == []


def test_every_refusing_rule_has_three_sides(found: trace.Trace) -> None:
    """Each has a property that obeys it, one that breaks it, and one that does both just so."""
    assert found.one_sided == []


def test_every_test_names_rules_that_exist(found: trace.Trace) -> None:
    """No test names a rule that the rulebook does not know."""
    assert found.unknown == []


def test_every_check_in_the_code_is_a_rule() -> None:
    """Nothing is enforced under a name that the rulebook does not know."""
    assert trace.unknown_checks() == []


def test_every_refusing_rule_can_be_broken() -> None:
    """There is a way to break each rule that can refuse, and no way to break another."""
    assert {way.rule for way in breaking.WAYS} == set(spec.refusing())


def test_every_limit_of_a_refusing_rule_has_both_its_sides() -> None:
    """Whatever number a rule refuses by, there are edges of it with legal and illegal values."""
    limited = {
        name
        for name in spec.refusing()
        if any(isinstance(limit, int) for limit in spec.rule(name).limits.values())
    }
    both_sides = {edge.rule for edge in edges.EDGES if edge.legal and edge.illegal}

    assert limited - both_sides == set()


def test_a_trace_tells_what_is_missing() -> None:
    """A rule without a test and a test without a rule are both noticed."""
    known, *others = spec.rulebook().rules
    made = trace.Trace({known: ("test_it",), "create.no-such-rule": ("test_it",)}, 2)

    assert made.untested == others
    assert made.unknown == ["create.no-such-rule"]
    assert len(made.one_sided) == 3 * len(spec.refusing())

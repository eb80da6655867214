"""Twenty thousand random requests, each reply checked."""

from collections.abc import Callable

import pytest

from contract_tests import fuzz, spec
from contract_tests.targets import InProcess

COUNT = 20_000
LEAST_HITS = 100


@pytest.fixture(scope="module")
def report(seed: int, tell: Callable[[str], None]) -> fuzz.Report:
    """One run on a server of its own; its seed is shown with the counts."""
    target = InProcess()
    try:
        found = fuzz.run(COUNT, seed, target)
        tell(found.text())
        return found
    finally:
        target.close()


def test_no_reply_breaks_the_contract(report: fuzz.Report) -> None:
    """Each reply has the envelope, the right status, a known rule and an id of its own."""
    assert report.problems == (), f"seed {report.seed}"


def test_every_refusing_rule_is_hit_often(report: fuzz.Report) -> None:
    """The requests reach each rule that refuses, and not only the first ones."""
    rare = {name: report.rules.get(name, 0) for name in spec.refusing()}

    assert {name: hits for name, hits in rare.items() if hits < LEAST_HITS} == {}, report.seed


def test_many_requests_are_accepted(report: fuzz.Report) -> None:
    """At least a quarter of the requests gets past all rules."""
    assert report.share_accepted >= 0.25, report.seed


def test_the_same_seed_makes_the_same_requests() -> None:
    """A run can be repeated from its seed."""
    counts = []
    for _ in range(2):
        target = InProcess()
        counts.append(fuzz.run(500, 7, target).rules)
        target.close()

    assert counts[0] == counts[1]

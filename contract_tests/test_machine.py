"""Random histories of several accounts, held against a model written from the documentation."""

from collections.abc import Callable, Iterator
from random import SystemRandom
from time import perf_counter

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import seed as seeded
from hypothesis.stateful import run_state_machine_as_test

from contract_tests import spec
from contract_tests.conformance.session import HISTORIES, QUICK_HISTORIES
from contract_tests.marks import rule
from contract_tests.oracle.machine import Accounts
from contract_tests.receiver import Receiver
from contract_tests.targets import Target

STEPS = 40


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    """One receiver for all histories."""
    with Receiver() as running:
        yield running


@rule(*spec.rulebook().rules)
def test_every_history_is_as_the_documentation_has_it(
    target: Target,
    receiver: Receiver,
    request: pytest.FixtureRequest,
    tell: Callable[[str], None],
) -> None:
    """Whatever is called in whatever order, each answer is the one that the model gives.

    `--hypothesis-seed N` repeats a run; the seed of each is told at its end.
    """
    given = request.config.getoption("hypothesis_seed", None)
    seed = SystemRandom().getrandbits(32) if given in (None, "random") else int(given)
    quick = request.config.getoption("--examples") == "quick"
    count = 0

    class Machine(Accounts):
        def teardown(self) -> None:
            nonlocal count
            count += len(self.requests)
            super().teardown()

    Machine.target, Machine.receiver = target, receiver
    chosen = settings(
        settings.get_profile("contract"),
        max_examples=QUICK_HISTORIES if quick else HISTORIES,
        stateful_step_count=STEPS,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    began = perf_counter()
    try:
        run_state_machine_as_test(seeded(seed)(Machine), settings=chosen)
    except BaseException as error:
        error.add_note(f"--hypothesis-seed {seed} repeats this run")
        raise
    took = perf_counter() - began
    tell(f"histories: {count} requests in {took:.1f} s ({count / took:.0f}/s), seed {seed}")

"""Random histories of several accounts, held against a model written from the documentation."""

from collections.abc import Callable, Iterator
from time import perf_counter

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import seed as seeded
from hypothesis.errors import Flaky
from hypothesis.stateful import invariant, run_state_machine_as_test

from contract_tests import spec
from contract_tests.conformance.session import HISTORIES, QUICK_HISTORIES
from contract_tests.marks import rule
from contract_tests.oracle.account import BrokenPromise
from contract_tests.oracle.machine import Accounts
from contract_tests.receiver import Receiver
from contract_tests.targets import InProcess, Target

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
    seed: int,
    tell: Callable[[str], None],
) -> None:
    """Whatever is called in whatever order, each answer is the one that the model gives.

    `--hypothesis-seed N` repeats a run; the seed of each is told at its end.
    """
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
        run_seeded(Machine, seed, chosen)
    except BaseException as error:
        error.add_note(f"--hypothesis-seed {seed} repeats this run")
        raise
    took = perf_counter() - began
    tell(f"histories: {count} requests in {took:.1f} s ({count / took:.0f}/s), seed {seed}")


@pytest.mark.needs("own-process")
def test_a_failure_that_does_not_come_again_is_told(receiver: Receiver) -> None:
    """A race that is lost once in a run is told by its rule and requests, not as a flaky test."""

    class Fickle(Accounts):
        @invariant()
        def lose_a_race(self) -> None:
            won = type(self).shortest is not None or len(self.requests) < 2
            self.accounts[0].expect("create.external-id-unique", holds=won, fault="lost once")

    Fickle.target, Fickle.receiver = InProcess(), receiver
    chosen = settings(max_examples=5, database=None, suppress_health_check=list(HealthCheck))
    with pytest.raises(BrokenPromise, match="lost once"):
        run_seeded(Fickle, 1, chosen)
    Fickle.target.close()


def run_seeded(machine: type[Accounts], seed: int, chosen: settings) -> None:
    """Run a machine.

    Where Hypothesis cannot repeat a failure, be it that the time for shrinking was over or that a
    race was lost once, what is raised is the failure of the shortest history, and no Flaky.
    """
    try:
        run_state_machine_as_test(seeded(seed)(machine), settings=chosen)
    except Flaky:
        if machine.shortest is None:
            raise
        raise machine.shortest[1] from None

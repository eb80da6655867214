"""One pytest session collects the tests once, and meets each changed server in a fork of it."""

import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from math import inf
from pathlib import Path

import pytest
from attrs import define, field
from hypothesis import core

from contract_tests.oracle.machine import Accounts
from contract_tests.selftest.copies import changed_copy, copy_server, serve_from
from contract_tests.selftest.jobs import KILLED, LIVED, STILLBORN, TIMEOUT, Fate, Job
from contract_tests.selftest.playing import asked, ordered, play
from contract_tests.selftest.pool import forked

TESTS = Path(__file__).parent.parent
PATIENCE_S = 900.0

Say = Callable[[Fate], None]
Met = tuple[Fate, dict[str, float]]


class SelftestError(RuntimeError):
    """The tests could not be collected, or fail on the unchanged server."""


@define(eq=False)
class Forks:
    """The pytest plugin that runs jobs instead of the tests themselves.

    The unchanged server comes first, once for each seed: where it fails a test nothing can be
    said of others.  `fates` has what became of it, and then of the jobs.
    """

    jobs: Sequence[Job]
    workers: int
    say: Say
    budget_s: float = inf
    fates: list[Fate] = field(factory=list)
    _seconds: dict[str, float] = field(factory=dict)
    _noticed: dict[tuple[str, ...], Counter[str]] = field(factory=lambda: defaultdict(Counter))

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Keep the tests that hold a server to something."""
        items[:] = asked(items)

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run the jobs; raise SelftestError when the unchanged server fails a test."""
        if session.testsfailed or not session.items:
            msg = "the contract tests cannot be collected"
            raise SelftestError(msg)
        with tempfile.TemporaryDirectory() as folder:
            original = copy_server(Path(folder) / "original")
            seeds = dict.fromkeys(job.seed for job in self.jobs)
            self._run(
                [Job("the unchanged server", (), {}, seed) for seed in seeds], session, original
            )
            for fate in self.fates:
                if fate.end != LIVED:
                    msg = f"seed {fate.seed}: {fate.name} fails {fate.test}: {fate.reason}"
                    raise SelftestError(msg)
            self._run(self.jobs, session, original)
        return True

    def _run(self, jobs: Sequence[Job], session: pytest.Session, original: Path) -> None:
        def meet(job: Job) -> Met:
            with tempfile.TemporaryDirectory(dir=original.parent) as folder:
                items = ordered(session.items, job, self._seconds, self._noticed[tuple(job.files)])
                fate = self._met(job, items, original, Path(folder) / "copy")
                session._setupstate.teardown_exact(None)
                return fate, self._seconds

        for ended in forked(jobs, meet, self.workers, PATIENCE_S):
            job = ended.order
            fate = Fate(job.name, job.seed, TIMEOUT, seconds=ended.seconds)
            if ended.result is not None:
                fate, seconds = ended.result
                if not job.files:
                    self._seconds.update(seconds)
            if fate.end == KILLED:
                self._noticed[tuple(job.files)][fate.test] += 1
            self.fates.append(fate)
            self.say(fate)

    def _met(self, job: Job, items: Sequence[pytest.Item], original: Path, folder: Path) -> Fate:
        """Meet a changed server."""
        try:
            serve_from(changed_copy(original, folder, job.files))
        except Exception as error:  # whatever keeps a changed server from starting
            reason = f"{type(error).__name__}: {error}"
            return Fate(job.name, job.seed, STILLBORN, reason=reason[:300])
        core.global_force_seed = job.seed  # type: ignore[assignment]  # declared by its first value
        Accounts.shrinking_s = 0.0
        items[0].config.option.hypothesis_seed = str(job.seed)
        return play(job, items, self._seconds, self.budget_s if job.files else inf)


def run(
    jobs: Sequence[Job],
    workers: int,
    say: Say,
    tests: Sequence[str] = (),
    budget_s: float = inf,
) -> list[Fate]:
    """Run jobs, so many at once, with all tests or those in some files; return what became of them.

    A changed server has lived when it met tests for `budget_s` (s) and none failed.  The fates of
    the unchanged server come first, one for each seed.  Raises SelftestError as
    `Forks.pytest_runtestloop` does.
    """
    forks = Forks(jobs, workers, say, budget_s)
    options = [
        *(tests or [str(TESTS)]),
        *("-c", str(TESTS / "conformance" / "pytest.ini"), "--rootdir", str(TESTS.parent)),
        *(f"--confcutdir={TESTS}", "-p", "no:cacheprovider", "--capture=no", "-qq"),
        *("--hypothesis-seed=0", "--examples=selftest"),
    ]
    end = pytest.main(options, plugins=[forks])
    if len(forks.fates) < len(jobs):
        msg = f"pytest ended with {end!r}"
        raise SelftestError(msg)
    return forks.fates

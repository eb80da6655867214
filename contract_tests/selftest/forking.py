"""One pytest session that collects the tests once, and meets each changed server in a fork of it.

A fork has a session of its own: what it starts ends with it, and it can do no harm to others.
"""

import os
import signal
import tempfile
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkProcess
from pathlib import Path
from time import monotonic

import pytest
from attrs import evolve, field, frozen, mutable
from hypothesis import core

from contract_tests.oracle.machine import Accounts
from contract_tests.selftest.copies import changed_copy, copy_server, serve_from
from contract_tests.selftest.jobs import STILLBORN, TIMEOUT, Fate, Job
from contract_tests.selftest.playing import asked, ordered, play

TESTS = Path(__file__).parent.parent
PATIENCE_S = 600.0
_LOOK_S = 1.0
_FORK = get_context("fork")

Say = Callable[[Fate], None]


class SelftestError(RuntimeError):
    """The tests could not be collected, or fail on the unchanged server."""


@frozen
class _Running:
    """A fork that is under way."""

    job: Job
    process: ForkProcess
    answers: Connection
    since: float


@mutable
class Forks:
    """The pytest plugin that runs jobs instead of the tests themselves.

    The unchanged server comes first, once for each seed: where it fails a test nothing can be
    said of others.  `fates` has what became of the jobs.
    """

    jobs: Sequence[Job]
    workers: int
    say: Say
    patience_s: float = PATIENCE_S
    fates: list[Fate] = field(factory=list)
    _seconds: dict[str, float] = field(factory=dict)

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
            unchanged = [Job("the unchanged server", (), {}, seed) for seed in seeds]
            for fate in self._run(unchanged, session, original):
                if fate.end != "lived":
                    msg = f"seed {fate.seed}: {fate.name} fails {fate.test}: {fate.reason}"
                    raise SelftestError(msg)
            self.fates += self._run(self.jobs, session, original)
        return True

    def _run(self, jobs: Iterable[Job], session: pytest.Session, original: Path) -> list[Fate]:
        waiting, running, ended = deque(jobs), list[_Running](), list[Fate]()
        while waiting or running:
            while waiting and len(running) < self.workers:
                running.append(self._start(waiting.popleft(), session, original))
            wait([one.answers for one in running], _LOOK_S)
            for one in running[:]:
                late = monotonic() - one.since > self.patience_s
                if one.answers.poll() or late or not one.process.is_alive():
                    running.remove(one)
                    ended.append(self._end(one))
                    self.say(ended[-1])
        return ended

    def _start(self, job: Job, session: pytest.Session, original: Path) -> _Running:
        ours, theirs = _FORK.Pipe(duplex=False)
        arguments = (job, session.items, dict(self._seconds), original, theirs)
        process = _FORK.Process(target=_meet, args=arguments)
        process.start()
        theirs.close()
        return _Running(job, process, ours, monotonic())

    def _end(self, one: _Running) -> Fate:
        """Take what a fork has to say, and end everything that it started."""
        fate = Fate(one.job.name, one.job.seed, TIMEOUT, seconds=round(monotonic() - one.since, 3))
        with suppress(EOFError):
            if one.answers.poll():
                fate, seconds = one.answers.recv()
                if not one.job.files:
                    self._seconds.update(seconds)
        with suppress(ProcessLookupError):
            os.killpg(one.process.pid or 0, signal.SIGKILL)
        one.process.join()
        one.answers.close()
        return fate


def run(jobs: Sequence[Job], workers: int, say: Say, tests: Sequence[str] = ()) -> list[Fate]:
    """Run jobs, so many at once, with all tests or those in some files; return what became of them.

    Raises SelftestError as `Forks.pytest_runtestloop` does.
    """
    forks = Forks(jobs, workers, say)
    options = [
        *(tests or [str(TESTS)]),
        *("-c", str(TESTS / "conformance" / "pytest.ini"), "--rootdir", str(TESTS.parent)),
        *(f"--confcutdir={TESTS}", "-p", "no:cacheprovider", "--capture=no", "-qq"),
        *("-p", "no:xdist", "--hypothesis-seed=0", "--examples=selftest"),
    ]
    end = pytest.main(options, plugins=[forks])
    if len(forks.fates) != len(jobs):
        msg = f"pytest ended with {end!r}"
        raise SelftestError(msg)
    return forks.fates


def _meet(
    job: Job,
    items: Sequence[pytest.Item],
    seconds: dict[str, float],
    original: Path,
    answers: Connection,
) -> None:
    """Meet a changed server: what a fork does."""
    os.setsid()
    _be_quiet()
    with tempfile.TemporaryDirectory(dir=original.parent) as folder:
        fate = _met(job, items, seconds, changed_copy(original, Path(folder) / "copy", job.files))
        items[0].session._setupstate.teardown_exact(None)
        answers.send((fate, seconds))
        answers.close()


def _met(
    job: Job, items: Sequence[pytest.Item], seconds: dict[str, float], folder: Path
) -> Fate:
    try:
        serve_from(folder)
    except Exception as error:  # noqa: BLE001 - whatever keeps a changed server from starting
        return Fate(job.name, job.seed, STILLBORN, reason=f"{type(error).__name__}: {error}"[:300])
    core.global_force_seed = job.seed
    Accounts.shrinking_s = 0.0
    items[0].config.option.hypothesis_seed = str(job.seed)
    return play(job, ordered(items, job.rules, seconds), seconds)


def _be_quiet() -> None:
    with open(os.devnull, "w") as nowhere:  # noqa: PTH123 - a device
        os.dup2(nowhere.fileno(), 1)
        os.dup2(nowhere.fileno(), 2)

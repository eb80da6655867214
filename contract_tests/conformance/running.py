"""Runs the suite: pytest on the packaged tests, in this process, with the recording plugin."""

import contextlib
import hashlib
import io
import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest
from attrs import field, frozen

from contract_tests import spec
from contract_tests.conformance.aim import Aim
from contract_tests.conformance.recording import Recorder
from contract_tests.conformance.results import Outcome, Run

FOLDER = Path(__file__).parent.parent
PLUGINS = ("_hypothesis_pytestplugin", "contract_tests.conformance.recording")
UNUSED = (
    *("cacheprovider", "debugging", "doctest", "faulthandler", "junitxml", "logging", "pastebin"),
    *("setuponly", "setupplan", "stepwise", "threadexception", "unraisableexception"),
)
"""Plugins of pytest's own, each of which has something to do for every test."""

ALONE = "PYTEST_DISABLE_PLUGIN_AUTOLOAD"
DISTRIBUTION = "kling-lipsync-twin"

_ENDS = (
    pytest.ExitCode.OK,
    pytest.ExitCode.TESTS_FAILED,
    pytest.ExitCode.NO_TESTS_COLLECTED,
)


class RunError(RuntimeError):
    """pytest could not run the tests at all."""


@frozen
class Wish:
    """What to run: a seed, the tests, and how thoroughly; `tests` are names, none for all."""

    aim: Aim
    seed: int
    only: str = ""
    tests: frozenset[str] = field(default=frozenset())
    quick: bool = False
    workers: int = 0


@frozen
class Listed:
    """A test that a run would have; `reason` says why it would be skipped."""

    test: str
    rules: tuple[str, ...]
    reason: str | None


def run(
    wish: Wish,
    capabilities: frozenset[str],
    said: Callable[[Outcome], None],
    plugins: tuple[object, ...] = (),
) -> Run:
    """Run the tests; tell each outcome as it comes.  More plugins are for this process only."""
    started, begun = datetime.now(UTC), time.perf_counter()
    recorder = Recorder(said)
    _pytest(wish, [recorder, *plugins], [])
    return Run(
        suite=suite_version(),
        spec=spec_hash(),
        target=wish.aim.name,
        profile=wish.aim.profile,
        capabilities=tuple(sorted(capabilities)),
        quick=wish.quick,
        only=wish.only,
        seed=wish.seed,
        started=started.isoformat(timespec="seconds"),
        seconds=round(time.perf_counter() - begun, 3),
        outcomes=tuple(recorder.outcomes.values()),
    )


def listed(wish: Wish) -> list[Listed]:
    """Return the tests that a run would have, without running them."""
    recorder = Recorder(lambda _outcome: None)
    _pytest(wish, [recorder], ["--collect-only"])
    return [Listed(*one) for one in recorder.listed]


def suite_version() -> str:
    """Return the version of the installed suite; blank in a checkout."""
    try:
        return version(DISTRIBUTION)
    except PackageNotFoundError:
        return ""


@lru_cache(maxsize=1)
def spec_hash() -> str:
    """Return what tells one edition of the contract from another."""
    rules = {name: repr(rule) for name, rule in spec.rulebook().rules.items()}
    document = json.dumps([spec.contract().openapi, sorted(rules.items())], sort_keys=True)
    return hashlib.sha256(document.encode()).hexdigest()[:12]


def _pytest(wish: Wish, plugins: list[object], more: list[str]) -> None:
    said = io.StringIO()
    with _names_file(wish.tests) as names, contextlib.redirect_stdout(said), _alone():
        end = pytest.main([*_arguments(wish, names), *more], plugins=plugins)
    if end not in _ENDS:
        msg = f"pytest ended with {end!r}:\n{said.getvalue()[-3000:]}"
        raise RunError(msg)


def _arguments(wish: Wish, names: str) -> list[str]:
    aim = wish.aim
    options = [
        str(FOLDER),
        *("-c", str(Path(__file__).parent / "pytest.ini"), "--rootdir", str(FOLDER.parent)),
        f"--confcutdir={FOLDER}",
        f"--ignore={FOLDER / 'selftest'}",  # measures the suite, holds no server, needs a checkout
        *(part for plugin in PLUGINS for part in ("-p", plugin)),
        *(part for plugin in UNUSED for part in ("-p", f"no:{plugin}")),
        *("--tb=short", "-q"),
        f"--hypothesis-seed={wish.seed}",
        f"--examples={'quick' if wish.quick else 'conformance'}",
        f"--only-rule={wish.only}",
        f"--only-tests={names}",
        f"--target={aim.skin}",
        f"--server-url={aim.origin}",
        f"--server-profile={aim.profile}",
        f"--mock-profile={aim.mock_profile}",
    ]
    if aim.can is not None:
        options.append(f"--server-can={','.join(sorted(aim.can))}")
    if aim.permitted:
        options.append("--server-permitted")
    if wish.workers > 1:
        options += ["-p", "xdist.plugin", "-n", str(wish.workers)]
    return options


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """Load no plugin that happens to be installed: it costs time, and can change the tests."""
    before = os.environ.get(ALONE)
    os.environ[ALONE] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ[ALONE]
        else:
            os.environ[ALONE] = before


@contextlib.contextmanager
def _names_file(tests: frozenset[str]) -> Iterator[str]:
    if not tests:
        yield ""
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tests.txt"
        path.write_text("\n".join(sorted(tests)), "utf-8")
        yield str(path)

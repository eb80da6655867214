"""Fixtures of the contract tests: the targets, and how many examples are drawn."""

import os
from collections.abc import Callable, Generator, Iterator
from random import SystemRandom
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings

from contract_tests.conformance import skipping
from contract_tests.conformance.session import QUICK_EXAMPLES, add_options, aim_of, log_of
from contract_tests.conformance.wire import Recorded
from contract_tests.targets import Socket, Target

settings.register_profile(
    "contract",
    max_examples=25,
    deadline=None,
    derandomize=False,
    print_blob=True,
    phases=(Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink),
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "conformance",
    settings.get_profile("contract"),
    database=None,
    print_blob=False,
    report_multiple_bugs=False,
)
settings.register_profile(
    "quick",
    settings.get_profile("conformance"),
    max_examples=QUICK_EXAMPLES,
    phases=(Phase.explicit, Phase.generate),
)

settings.register_profile(
    "selftest",
    settings.get_profile("conformance"),
    phases=(Phase.explicit, Phase.generate),
)

MARKERS = (
    "rule(*names): the rules of the rulebook that a test holds",
    "side(*names): positive, negative or boundary, of the rules that a test holds",
    "needs(*capabilities): what a test needs of its target beside what its code shows",
    "black_box: a test that takes one set of credentials, and nothing else of the server",
    "slow: a test that the quick profile leaves out",
)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Let the profile hold for the tests of this folder, and for no others of the same run."""
    others = settings.get_current_profile_name()
    settings.load_profile(collector.config.getoption("--examples", default="contract"))
    try:
        return (yield)
    finally:
        settings.load_profile(others)


def pytest_configure(config: pytest.Config) -> None:
    """Register the markers."""
    for marker in MARKERS:
        config.addinivalue_line("markers", marker)


TOLD: pytest.StashKey[list[str]] = pytest.StashKey()
"""What tests have to say beyond pass and fail: shown at the end of a run, whatever its outcome."""


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Hand what tests said to the process that controls the run, from a worker of it."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["told"] = session.config.stash.get(TOLD, [])


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:  # noqa: ANN401 - a worker of pytest-xdist
    """Take over what the tests of a worker said."""
    told = getattr(node, "workeroutput", {}).get("told", [])
    node.config.stash.setdefault(TOLD, []).extend(told)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Show what tests have to say."""
    for text in terminalreporter.config.stash.get(TOLD, []):
        terminalreporter.write_line(text)


@pytest.fixture(scope="session")
def tell(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Give tests a way to say something at the end of the run."""
    told: list[str] = request.config.stash.setdefault(TOLD, [])
    return told.append


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the command line choose the server that all tests are run against."""
    add_options(parser)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip, before the run, what the target cannot be asked."""
    aim = aim_of(config)
    ours = [item for item in items if "contract_tests" in item.nodeid]
    skipping.skip_what_it_cannot(ours, aim, aim.capabilities(os.environ))


@pytest.fixture(scope="session")
def target(request: pytest.FixtureRequest) -> Iterator[Target]:
    """The server, as the command line says."""
    server = aim_of(request.config).taken(os.environ)
    yield Recorded(server, log_of(request.config))
    server.close()


@pytest.fixture(scope="session")
def seed(request: pytest.FixtureRequest) -> int:
    """The seed of what draws for itself; `--hypothesis-seed N` gives it."""
    given = request.config.getoption("hypothesis_seed", None)
    return SystemRandom().getrandbits(32) if given in (None, "random") else int(given)


@pytest.fixture(scope="session")
def is_open(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Give tests a way to say that a reply follows another reading of the documents."""
    return log_of(request.config).is_open


@pytest.fixture(scope="session")
def charitable(request: pytest.FixtureRequest) -> bool:
    """Whether what is only assumed may be otherwise: it is the real service that is asked."""
    return aim_of(request.config).profile == "real-safe"


@pytest.fixture(scope="session")
def socket_target(request: pytest.FixtureRequest) -> Iterator[Target]:
    """The server over a socket: the mock as a process of its own, or the one at the base URL."""
    aim = aim_of(request.config)
    server = aim.taken(os.environ) if aim.origin else Socket(profile=aim.mock_profile)
    yield Recorded(server, log_of(request.config))
    server.close()


@pytest.fixture(scope="session", params=["in-process", "socket"])
def every_target(request: pytest.FixtureRequest) -> Target:
    """Each way to reach the server, one after the other."""
    name = "target" if request.param == "in-process" else "socket_target"
    found: Target = request.getfixturevalue(name)
    return found

"""Fixtures of the contract tests: the targets, and how many examples are drawn."""

from collections.abc import Callable, Generator, Iterator, Mapping
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings

from contract_tests.targets import InProcess, Plugged, Socket, Target

settings.register_profile(
    "contract",
    max_examples=25,
    deadline=None,
    derandomize=False,
    print_blob=True,
    phases=(Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink),
    suppress_health_check=[HealthCheck.too_slow],
)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Let the profile hold for the tests of this folder, and for no others of the same run."""
    others = settings.get_current_profile_name()
    settings.load_profile("contract")
    try:
        return (yield)
    finally:
        settings.load_profile(others)


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker."""
    config.addinivalue_line("markers", "rule(*names): the rules of the rulebook that a test holds")


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


TARGETS: Mapping[str, Callable[[], Target]] = MappingProxyType(
    {"in-process": InProcess, "plugin": Plugged, "socket": Socket}
)
"""The three skins of the mock: its application, what the pytest plugin has, and its process."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the command line choose the skin that all tests are run against."""
    parser.addoption(
        "--target",
        choices=tuple(TARGETS),
        default="in-process",
        help="how the contract tests reach the mock (default: in-process)",
    )


@pytest.fixture(scope="session")
def target(request: pytest.FixtureRequest) -> Iterator[Target]:
    """The server, reached as the command line says."""
    server = TARGETS[request.config.getoption("--target", default="in-process")]()
    yield server
    server.close()


@pytest.fixture(scope="session")
def socket_target() -> Iterator[Target]:
    """The server as a process of its own, over a socket."""
    server = Socket()
    yield server
    server.close()


@pytest.fixture(scope="session", params=["in-process", "socket"])
def every_target(request: pytest.FixtureRequest) -> Target:
    """Each way to reach the server, one after the other."""
    name = "target" if request.param == "in-process" else "socket_target"
    found: Target = request.getfixturevalue(name)
    return found

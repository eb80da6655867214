"""What one run of pytest shares: where it aims, and its wire log."""

import os

import pytest

from contract_tests.conformance import capabilities
from contract_tests.conformance.aim import OWN, PROFILES, Aim
from contract_tests.conformance.wire import Log

QUICK_EXAMPLES = 2
"""Examples that each property draws in the quick profile, whatever it draws otherwise."""

HISTORIES, QUICK_HISTORIES = 100, 12
"""Random histories that are held against the model, of 40 steps each."""

MOCK_PROFILES = ("documented", "observed")
"""What the mock can take the open points to mean, the default first."""

AIM: pytest.StashKey[Aim] = pytest.StashKey()
LOG: pytest.StashKey[Log] = pytest.StashKey()


def add_options(parser: pytest.Parser) -> None:
    """Let the command line choose the server that all tests are run against."""
    parser.addoption(
        "--target",
        choices=tuple(OWN),
        default="in-process",
        help="how the contract tests reach the mock (default: in-process)",
    )
    parser.addoption("--server-url", default="", help="base URL of a server instead of the mock")
    parser.addoption("--mock-profile", choices=MOCK_PROFILES, default=MOCK_PROFILES[0])
    parser.addoption("--server-profile", choices=tuple(PROFILES), default="mock-full")
    parser.addoption("--server-can", default=None, help="what the server can do, with commas")
    parser.addoption(
        "--examples",
        choices=("contract", "conformance", "quick", "selftest"),
        default="contract",
        help="how many examples are drawn: a command has its own numbers",
    )
    parser.addoption("--server-permitted", action="store_true", help="it may be called at all")


def aim_of(config: pytest.Config) -> Aim:
    """Return what the command line aims at."""
    if AIM not in config.stash:
        can = config.getoption("--server-can", default=None)
        aim = Aim(
            skin=config.getoption("--target", default="in-process"),
            origin=config.getoption("--server-url", default=""),
            profile=config.getoption("--server-profile", default="mock-full"),
            can=None if can is None else capabilities.parsed(can),
            permitted=config.getoption("--server-permitted", default=False),
            mock_profile=config.getoption("--mock-profile", default=MOCK_PROFILES[0]),
        )
        config.stash[AIM] = aim.checked(os.environ)
    return config.stash[AIM]


def log_of(config: pytest.Config) -> Log:
    """Return the wire log of this process."""
    return config.stash.setdefault(LOG, Log())

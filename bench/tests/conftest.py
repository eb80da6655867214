"""The tests of the bench draw on the contract tests, whose marks they have to know."""

import pytest

from contract_tests.conftest import MARKERS


def pytest_configure(config: pytest.Config) -> None:
    """Register the marks of the contract tests."""
    for marker in MARKERS:
        config.addinivalue_line("markers", marker)

"""What the tests of the client makers share."""

import importlib
import sys
from pathlib import Path
from types import ModuleType

import pytest

HERE = Path(__file__).parents[1]


def _script(name: str, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(HERE))
    sys.modules.pop(name, None)
    return importlib.import_module(name)


@pytest.fixture
def installing(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Return installing.py, which is no package's, as a module of its own for each test."""
    return _script("installing", monkeypatch)


@pytest.fixture
def make_clients(installing: ModuleType, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Return make_clients.py, which is a script, as a module of its own for each test."""
    made = _script("make_clients", monkeypatch)
    assert made.installing is installing
    return made

"""The marker that says which rules a test holds; `trace.py` reads it."""

from collections.abc import Iterable

import pytest
from _pytest.mark.structures import ParameterSet


def rule(*names: str) -> pytest.MarkDecorator:
    """Mark a test as holding these rules of the rulebook."""
    return pytest.mark.rule(*names)


def side(*names: str) -> pytest.MarkDecorator:
    """Mark a test as one side of its rules: positive (obeyed), negative (broken) or boundary."""
    return pytest.mark.side(*names)


def each_rule(names: Iterable[str]) -> list[ParameterSet]:
    """Return parameters for a test that holds one rule at a time."""
    return [pytest.param(name, marks=rule(name), id=name) for name in names]

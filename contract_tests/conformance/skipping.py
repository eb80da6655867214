"""Which tests a run has, and which of them it skips before it begins, with the reason."""

import pytest
from attrs import frozen

from contract_tests.conformance import capabilities
from contract_tests.conformance.aim import Aim


@frozen
class Chosen:
    """The tests of a run, and those that are not of it."""

    kept: list[pytest.Item]
    left_out: list[pytest.Item]


def chosen(items: list[pytest.Item], only: str = "", *, quick: bool = False) -> Chosen:
    """Keep the tests that hold a server to a rule, of those the ones that `only` selects.

    `only` is the beginning of a rule's name or a part of a test's.  The quick profile has no
    tests that are marked slow or start servers of their own.
    """
    kept: list[pytest.Item] = []
    left_out: list[pytest.Item] = []
    for item in items:
        wanted = capabilities.touches_a_target(item) and is_selected(item, only)
        if wanted and quick:
            wanted = next(item.iter_markers("slow"), None) is None and (
                "own-process" not in capabilities.needed_by(item)
            )
        (kept if wanted else left_out).append(item)
    return Chosen(kept, left_out)


def is_selected(item: pytest.Item, only: str) -> bool:
    """Whether a test is one of those that were asked for."""
    return not only or only in item.nodeid or any(name.startswith(only) for name in rules_of(item))


def rules_of(item: pytest.Item) -> tuple[str, ...]:
    """Return the rules that a test names."""
    named = {name for mark in item.iter_markers("rule") for name in mark.args}
    return tuple(sorted(named))


def skip_what_it_cannot(items: list[pytest.Item], aim: Aim, can: frozenset[str]) -> None:
    """Mark each test that the target cannot be asked, with what it lacks."""
    for item in items:
        reason = lacking(item, aim, can)
        if reason:
            item.add_marker(pytest.mark.skip(reason=reason))


def lacking(item: pytest.Item, aim: Aim, can: frozenset[str]) -> str | None:
    """Return why a test cannot be run against a target; None when it can."""
    missing = sorted(capabilities.needed_by(item) - can)
    if missing:
        return "the target lacks: " + "; ".join(
            f"{name} ({capabilities.CAPABILITIES[name]})" for name in missing
        )
    if aim.profile != "mock-full" and next(item.iter_markers("black_box"), None) is None:
        return f"not in the profile {aim.profile}"
    return None

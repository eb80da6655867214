"""Rules stand in the group in which a call meets them."""

import pytest

from mock_server.context import OPERATION_NAMES
from mock_server.tables import RuleTables
from mock_server.tests.builders import contract
from mock_server.values import Operation

BOOK = contract().rulebook
TABLES = RuleTables(BOOK)


def test_the_entry_has_the_first_three_steps() -> None:
    """Credential, account and route are judged before anything else is known."""
    names = [row.rule.name for row in TABLES.entry]

    assert names == [n for n in BOOK.order if BOOK.steps[n] in ("credential", "account", "route")]


@pytest.mark.parametrize("operation", OPERATION_NAMES)
def test_an_operation_has_its_own_rules_only(operation: Operation) -> None:
    """In the order of the rulebook, and none of those that were asked before."""
    table = TABLES.operations[operation]
    asked = {row.rule.name for row in TABLES.entry}

    assert all(operation in row.rule.operations for row in table.all)
    assert [row.position for row in table.all] == sorted(row.position for row in table.all)
    assert asked.isdisjoint(row.rule.name for row in table.all)


@pytest.mark.parametrize("operation", OPERATION_NAMES)
def test_before_media_come_the_rules_that_need_none(operation: Operation) -> None:
    """They are those up to the step of media."""
    table = TABLES.operations[operation]
    media = min(BOOK.order.index(name) for name in BOOK.order if BOOK.steps[name] == "media")

    assert table.before_media == tuple(row for row in table.all if row.position < media)

"""A report is a pure function of what is known of an account."""

from mock_server.findings.thresholds import THRESHOLDS
from mock_server.findings.values import History
from mock_server.report_card import HABITS, report
from mock_server.tests.builders import KEY, contract
from mock_server.tests.entries import entry


def test_nothing_known_is_nothing_found() -> None:
    """An account that was never used has a clean report."""
    card = report(History(KEY, [], [], contract()))

    assert (card.account, card.calls, card.clean, card.findings) == (KEY, 0, True, ())


def test_findings_come_in_the_order_of_the_habits() -> None:
    """With every time that each showed; what is no call is not counted as one."""
    entries = [
        entry(sequence=1, query="b=1"),
        entry(sequence=2, kind="command", query="c=1"),
        entry(sequence=3, query="a=1"),
    ]
    card = report(History(KEY, entries, [], contract()))

    assert (card.calls, card.clean) == (2, False)
    assert [finding.habit.name for finding in card.findings] == ["unread-fields"]
    assert [seen.sequences for seen in card.findings[0].evidence] == [(1,), (3,)]


def test_every_habit_names_rules_and_thresholds_that_there_are() -> None:
    """And no threshold is left that nobody goes by."""
    names = [habit.name for habit in HABITS]

    assert len(names) == len(set(names)) == 10
    assert {rule for habit in HABITS for rule in habit.rules} <= set(contract().rulebook.rules)
    assert {name for habit in HABITS for name in habit.thresholds} == set(THRESHOLDS)
    assert {one.evidence for one in THRESHOLDS.values()} == {"assumed"}
    assert all(habit.rules and habit.sentence.endswith(".") for habit in HABITS)

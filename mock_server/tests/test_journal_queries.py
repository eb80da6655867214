"""Entries are chosen by the fields that were given, and by nothing else."""

import pytest

from mock_server.journal_queries import FIELDS, select, wanted
from mock_server.tests.entries import WHY, entry

ENTRIES = [
    entry(sequence=1, kind="media"),
    entry(sequence=2, code=1303, status=429),
    entry(sequence=3, operation="create", task_id="7", explanation=WHY),
    entry(sequence=4, request_id="other"),
]


def _chosen(**params: object) -> list[int]:
    return [one.sequence for one in select(ENTRIES, wanted(params), None, first=True)]


@pytest.mark.parametrize(
    ("field", "value", "chosen"),
    [
        ("kind", "media", [1]),
        ("code", 1303, [2]),
        ("status", 429, [2]),
        ("operation", "create", [3]),
        ("task_id", "7", [3]),
        ("rule", WHY.rule, [3]),
        ("rule", "", [1, 2, 4]),
        ("request_id", "other", [4]),
    ],
)
def test_a_field_that_is_given_must_agree(field: str, value: object, chosen: list[int]) -> None:
    """One at a time."""
    assert field in FIELDS
    assert _chosen(**{field: value}) == chosen


def test_all_that_are_given_must_agree() -> None:
    """And none that are not; what is no filter chooses nothing."""
    assert _chosen() == [1, 2, 3, 4]
    assert _chosen(limit=1, account="x") == [1, 2, 3, 4]
    assert _chosen(kind="call", code=0) == [3, 4]


def test_a_limit_keeps_the_first_or_the_last() -> None:
    """Oldest first in either case."""
    chosen = [
        [one.sequence for one in select(ENTRIES, wanted({}), limit, first=first)]
        for limit, first in ((2, True), (2, False), (9, False), (4, False))
    ]

    assert chosen == [[1, 2], [3, 4], [1, 2, 3, 4], [1, 2, 3, 4]]

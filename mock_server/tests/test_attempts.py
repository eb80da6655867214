"""A delivery is taken by an answer of 2xx, and finished when nothing more is planned."""

import pytest

from mock_server.attempts import Attempt, Delivery
from mock_server.tests.builders import NOW, changed

DELIVERY = Delivery("1", "2", "succeed", NOW, NOW, "http://127.0.0.1:9/", b"{}")
ATTEMPT = Attempt(NOW, 1, "first", DELIVERY.url, (), 200, "", "", 1.5)


@pytest.mark.parametrize(
    ("answer", "taken"),
    [(200, True), (299, True), (199, False), (300, False), (503, False), (None, False)],
)
def test_a_delivery_is_taken_by_any_answer_of_2xx(
    answer: int | None,
    taken: bool,  # noqa: FBT001 - a column of the table
) -> None:
    """By one of its attempts, whichever."""
    attempt = changed(ATTEMPT, {"answer": answer})
    refused = changed(ATTEMPT, {"answer": 500})

    assert attempt.taken == taken
    assert changed(DELIVERY, {"attempts": (attempt, refused)}).taken == taken


@pytest.mark.parametrize(
    ("changes", "finished"),
    [({}, False), ({"next_at": None}, True), ({"next_at": None, "held_back": True}, False)],
)
def test_a_delivery_is_finished_when_nothing_is_planned(
    changes: dict[str, object],
    finished: bool,  # noqa: FBT001 - a column of the table
) -> None:
    """And it is not held back."""
    assert changed(DELIVERY, changes).finished == finished

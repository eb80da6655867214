"""A receiver of callbacks that answers as it is told."""

import httpx
import pytest

from mock_server.testing import CallbackReceiver

TASK = {"task_id": "1", "task_status": "succeed"}


def test_it_keeps_what_came_and_answers_in_turn() -> None:
    """200 once the prepared answers are used up."""
    with CallbackReceiver() as receiver:
        receiver.answer(503, 500)
        answers = [
            httpx.post(receiver.url, json=TASK, trust_env=False).status_code for _ in range(3)
        ]

        assert answers == [503, 500, 200]
        assert receiver.statuses == ("succeed",) * 3
        assert receiver.received[0].headers["content-type"] == "application/json"
        receiver.clear()
        assert receiver.received == ()


def test_waiting_ends_with_a_count_or_an_error() -> None:
    """The error says how many came."""
    with CallbackReceiver() as receiver:
        httpx.post(receiver.url, json=TASK, trust_env=False)

        assert len(receiver.wait(1)) == 1
        with pytest.raises(TimeoutError, match=r"1 of 2 callbacks came within 0\.05 s"):
            receiver.wait(2, timeout_s=0.05)

"""A callback receiver answers with 2xx, and soon."""

import pytest
from attrs import evolve

from mock_server.attempts import Attempt, Delivery
from mock_server.findings.receiving import attempted, failing_receiver, slow_receiver
from mock_server.findings.values import Attempted, History
from mock_server.tests.builders import KEY, NOW, contract


def _history(**parts: object) -> History:
    given = {"answer": 200, "fault": "", "latency_ms": 0.0} | parts
    attempt = Attempted("1", "7", "succeed", 1, **given)  # type: ignore[arg-type]  # any part
    return History(KEY, (), (attempt,), contract())


@pytest.mark.parametrize(("latency_ms", "found"), [(0, 0), (1999.9, 0), (2000, 1), (20_000, 1)])
def test_a_receiver_has_two_seconds(latency_ms: float, found: int) -> None:
    """Of the host's clock."""
    seen = list(slow_receiver(_history(latency_ms=latency_ms)))

    assert [one.delivery_id for one in seen] == ["1"] * found


@pytest.mark.parametrize(
    ("answer", "fault", "staged", "found"),
    [
        (200, "", False, 0),
        (299, "", False, 0),
        (302, "", False, 1),
        (500, "", False, 1),
        (None, "nothing listens there", False, 1),
        (None, "lost on purpose", True, 0),
        (401, "", True, 0),
    ],
)
def test_every_answer_but_2xx_is_a_failure(
    answer: int | None, fault: str, *, staged: bool, found: int
) -> None:
    """Unless somebody spoilt the callback: a wrong signature has to be refused."""
    seen = list(failing_receiver(_history(answer=answer, fault=fault, staged=staged)))

    assert len(seen) == found
    assert all(str(answer) in one.text or fault in one.text for one in seen)


def test_a_delivery_that_was_not_sent_has_no_attempts() -> None:
    """One that was has what came of each; what somebody spoilt is marked."""
    waiting = Delivery("1", "7", "succeed", NOW, NOW, "http://a.test", b"{}")
    attempt = Attempt(NOW, 1, "first", "http://a.test", (), 503, "", "", 12.5, None)
    sent = evolve(waiting, attempts=(attempt,))

    assert attempted(waiting) == []
    assert attempted(sent) == [Attempted("1", "7", "succeed", 1, 503, "", 12.5)]
    assert attempted(evolve(sent, mischief="wrong-signature"))[0].staged

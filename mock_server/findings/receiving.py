"""Habits of the client's callback receiver, and the one place that reads a Delivery for them."""

from collections.abc import Iterator

from mock_server.attempts import Delivery
from mock_server.findings.thresholds import value_of
from mock_server.findings.values import Attempted, History, Seen

_SPOILT = frozenset(("lost", "wrong-signature", "stale-timestamp"))
"""What a sound receiver does not take."""


def attempted(delivery: Delivery) -> list[Attempted]:
    """Return the attempts of a delivery as the findings see them."""
    return [
        Attempted(
            delivery_id=delivery.delivery_id,
            task_id=delivery.task_id,
            status=delivery.status,
            number=attempt.number,
            answer=attempt.answer,
            fault=attempt.fault,
            latency_ms=attempt.latency_ms,
            staged=delivery.mischief in _SPOILT,
        )
        for attempt in delivery.attempts
    ]


def slow_receiver(history: History) -> Iterator[Seen]:
    """Find callbacks that the receiver took long to answer."""
    for attempt in history.attempts:
        if attempt.latency_ms >= value_of("slow-receiver"):
            text = f"{_named(attempt)} took {attempt.latency_ms:.0f} ms"
            yield Seen(text, delivery_id=attempt.delivery_id)


def failing_receiver(history: History) -> Iterator[Seen]:
    """Find callbacks that were not answered with 2xx, and that nobody had spoilt."""
    for attempt in history.attempts:
        taken = attempt.answer is not None and 200 <= attempt.answer < 300
        if not taken and not attempt.staged:
            told = f"HTTP {attempt.answer}" if attempt.answer is not None else attempt.fault
            text = f"{_named(attempt)} was answered: {told}"
            yield Seen(text, delivery_id=attempt.delivery_id)


def _named(attempt: Attempted) -> str:
    return f"attempt {attempt.number} to announce {attempt.status} of task {attempt.task_id}"

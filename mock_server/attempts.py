"""A delivery and its attempts, as values: what was announced, how often, and how that went.

Instants are Unix ms on the account's clock.
"""

from typing import Literal

from attrs import frozen

Cause = Literal["first", "retry", "duplicate", "redelivery"]


@frozen
class Attempt:
    """One try to announce, and how it went; `latency_ms` is on the host's clock.

    `answer` is the receiver's HTTP status and `answer_body` the first 2 KiB of what it said;
    without an answer, `fault` says why.  `next_try_at` is when the attempt after this one was
    due, as seen when this one ended.
    """

    at: int
    number: int
    cause: Cause
    url: str
    headers: tuple[tuple[str, str], ...]
    answer: int | None
    answer_body: str
    fault: str
    latency_ms: float
    next_try_at: int | None = None

    @property
    def taken(self) -> bool:
        """Whether the receiver took it: any answer of 2xx."""
        return self.answer is not None and 200 <= self.answer < 300


@frozen
class Delivery:
    """One announcement of one change of status, and every attempt at it.

    `next_at` is when it is to be sent next: None when it is finished, and while it is held back.
    """

    delivery_id: str
    task_id: str
    status: str
    due_at: int
    next_at: int | None
    url: str
    body: bytes
    mischief: str = ""
    held_back: bool = False
    attempts: tuple[Attempt, ...] = ()

    @property
    def taken(self) -> bool:
        """Whether any attempt was taken."""
        return any(attempt.taken for attempt in self.attempts)

    @property
    def finished(self) -> bool:
        """Whether all is done that was planned: it was taken, lost, or given up."""
        return self.next_at is None and not self.held_back

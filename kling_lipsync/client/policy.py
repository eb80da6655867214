"""When to send again, and how long to wait first: pure functions on one frozen policy."""

from collections.abc import Mapping

from attrs import frozen

from kling_lipsync.client.tokens import date_of


@frozen
class RetryPolicy:
    """How refused and lost calls are repeated; the service code decides, never the HTTP status.

    attempts: how often one call is sent at most, the first time included.
    first_s, factor, longest_s: the pauses, 1, 2, 4 … s; chance adds up to `jitter` of each.
    longest_retry_after_s: a `Retry-After` above it counts as this.
    poll_failures: how many polls of a wait may fail in a row before the wait fails.
    resend_identify: whether an identify call whose outcome is unknown is sent again, which can
        cost its price twice.
    caller_owns_retries: nothing is ever sent twice; each failure is raised at once.
    """

    attempts: int = 6
    first_s: float = 1.0
    factor: float = 2.0
    longest_s: float = 30.0
    jitter: float = 0.25
    longest_retry_after_s: float = 60.0
    poll_failures: int = 5
    resend_identify: bool = False
    caller_owns_retries: bool = False

    @property
    def most_sends(self) -> int:
        """How often one call is sent at most, at least once."""
        return 1 if self.caller_owns_retries else max(1, self.attempts)

    def pause_s(self, sends: int, chance: float, retry_after_s: float | None = None) -> float:
        """Return how long to wait after so many sends (1 and up), in s.

        `chance` is in [0, 1).  The server's wish prolongs a pause and never shortens it.
        """
        grown = self.first_s * self.factor ** min(sends - 1, 64)
        pause = min(grown, self.longest_s) * (1 + self.jitter * chance)
        return max(pause, min(retry_after_s or 0.0, self.longest_retry_after_s))


@frozen
class WaitPolicy:
    """How often a wait looks: first_s, then `factor` times longer each time, up to longest_s.

    Chance adds up to `jitter` of each pause.  timeout_s bounds a wait that is given no limit
    of its own; there is no wait without one.
    """

    first_s: float = 2.0
    factor: float = 1.5
    longest_s: float = 15.0
    jitter: float = 0.1
    timeout_s: float = 1800.0

    def pause_s(self, looks: int, chance: float) -> float:
        """Return how long to wait after so many looks (1 and up), in s; `chance` is in [0, 1)."""
        grown = self.first_s * self.factor ** min(looks - 1, 64)
        return min(grown, self.longest_s) * (1 + self.jitter * chance)


def retry_after_s(headers: Mapping[str, str], now_s: float) -> float | None:
    """Return how long the server asks to wait, in s, or None when it does not or is not understood.

    Understood are `retry-after-ms`, and `Retry-After` in seconds or as an HTTP date, which is
    compared with the reply's own `Date`, or else with `now_s` (Unix s, the server's clock).
    """
    milliseconds = _amount(headers.get("retry-after-ms"))
    if milliseconds is not None:
        return milliseconds / 1000
    text = headers.get("retry-after")
    amount = _amount(text)
    if amount is not None:
        return amount
    until = date_of(text)
    if until is None:
        return None
    told = date_of(headers.get("date"))
    return max(0.0, until - (now_s if told is None else told))


def _amount(text: str | None) -> float | None:
    try:
        amount = float(text or "")
    except ValueError:
        return None
    return amount if 0 <= amount < float("inf") else None

"""What a finding looks at and what it reports; no behaviour but the measuring of a wait."""

from collections.abc import Callable, Iterable, Sequence
from typing import Literal

from attrs import frozen

from kling_lipsync.contract import Contract
from mock_server.journal import Entry

Severity = Literal["error", "warning"]


@frozen
class Attempted:
    """One attempt to announce a task's status to the client's receiver, and how it went.

    `answer` is the receiver's HTTP status, None when it never answered; `latency_ms` is host
    time; `staged` marks what somebody asked to go wrong.
    """

    delivery_id: str
    task_id: str
    status: str
    number: int
    answer: int | None
    fault: str
    latency_ms: float
    staged: bool = False


@frozen
class History:
    """All that is known of an account's client: journal and attempts, oldest first."""

    account: str
    entries: Sequence[Entry]
    attempts: Sequence[Attempted]
    contract: Contract

    @property
    def calls(self) -> list[Entry]:
        """The calls to the API."""
        return [entry for entry in self.entries if entry.kind == "call"]


@frozen
class Seen:
    """One time that a habit showed: in which entries of the journal, or in which delivery."""

    text: str
    sequences: tuple[int, ...] = ()
    delivery_id: str = ""


@frozen
class Habit:
    """One bad habit: what is wrong with it, by which rules, and how it is found."""

    name: str
    severity: Severity
    sentence: str
    rules: tuple[str, ...]
    thresholds: tuple[str, ...]
    find: Callable[[History], Iterable[Seen]]


def waited_ms(earlier: Entry, later: Entry) -> int:
    """Return how long a client waited between two calls, by whichever clock it went by."""
    return max(later.at - earlier.at, later.host_ms - earlier.host_ms)

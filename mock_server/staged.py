"""The value of a staged failure: what strikes, which calls it strikes, and how often it did."""

from collections.abc import Mapping
from typing import Any, Literal

from attrs import frozen

Phase = Literal["before", "after"]


@frozen
class Pattern:
    """What a call must contain to be struck: parts of its JSON body, of its query, its path id.

    None means whatever it is.  An object of the body matches one that has at least its members,
    everything else what is equal to it.
    """

    body: Mapping[str, Any] | None = None
    query: Mapping[str, str] | None = None
    path_id: str | None = None


@frozen
class Fault:
    """A failure that somebody asked for, and its counters.

    Exactly one of these is what strikes: a service `code` (other than 0) in the reply, a message
    `fail_task` for the task that the call makes, a `transport` fault, a `callback` fault, or
    `latency_ms` (of the host) alone.
    """

    fault_id: str
    code: int
    operations: frozenset[str]
    times: int
    """How often it will still strike."""
    after: int = 0
    """How many matching calls still pass before it strikes."""
    phase: Phase = "before"
    """Whether a call that it strikes takes effect (`after`) or not."""
    message: str = ""
    fail_task: str = ""
    transport: str = ""
    """One of reset, stall, truncate and bad-gateway."""
    callback: str = ""
    """What goes wrong with the announcement of a transition; such a fault strikes no call."""
    statuses: frozenset[str] = frozenset()
    """Of which transitions, for a callback fault."""
    delay_ms: int = 0
    """How late a late callback is, on the account's clock."""
    http_status: int | None = None
    """The HTTP status instead of the one that belongs to the failure."""
    latency_ms: int = 0
    """Host time that passes before the answer leaves; the longest time of a stall."""
    match: Pattern | None = None
    rate: float | None = None
    """The share of matching calls that it strikes; None strikes each."""
    number: int = 0
    """Its place among the faults that were ever staged for the account, from 1."""
    in_place: frozenset[str] = frozenset()
    """Operations in whose order of judgement its code has a place of its own."""
    struck: int = 0
    seen: int = 0
    """How many calls a rate was drawn for."""

    @property
    def name(self) -> str:
        """What strikes, in one word: the header X-Mock-Fault."""
        if self.code:
            return str(self.code)
        return "fail-task" if self.fail_task else self.transport or self.callback or "latency"

    @property
    def only_delays(self) -> bool:
        """Whether the answer of the call that it strikes is the call's own."""
        return self.name == "latency"

    def waits_for_verdict(self, operation: str) -> bool:
        """Whether it strikes only a call that no rule refuses before."""
        return self.phase == "after" or bool(self.fail_task) or operation in self.in_place

"""Failures on demand: a service code for the next calls of an operation, counted exactly.

The queue of an account's faults is a value; a call that matches a fault moves its counters,
and the changed queue is stored with the call's other changes.
"""

from collections.abc import Mapping
from typing import Any

from attrs import evolve, frozen

from kling_lipsync.rulebook import Rulebook
from kling_lipsync.rules import Refusal
from kling_lipsync.rules.facts import Finding
from mock_server.clock import span_ms
from mock_server.context import OPERATION_NAMES
from mock_server.values import Fault, Operation

Queue = tuple[Fault, ...]
STAGED = "staged"
"""The value that a rule reports when it refuses only because somebody asked for it."""

_IN_PLACE = frozenset((1300, 5000, 5001, 5002))
"""Codes that strike where their rule stands in the order; all others right after the entry."""


class FaultError(ValueError):
    """A fault was asked for that cannot be; the text says what can."""


@frozen
class Match:
    """How the queue stands after a call met it: the fault that strikes, if one does."""

    fault: Fault | None
    queue: Queue
    moved: bool = False


def new_fault(rulebook: Rulebook, fault_id: str, fields: Mapping[str, Any]) -> Fault:
    """Make a fault of what the control API was given; its types were checked against control.yaml.

    Raises FaultError that names the wrong value and what it can be.
    """
    if sum(name in fields for name in ("code", "fail_task", "callback")) != 1:
        msg = (
            "give exactly one of `code` (a call is refused), `fail_task` (a task fails) "
            "and `callback` (an announcement goes wrong)"
        )
        raise FaultError(msg)
    if "callback" in fields:
        return _callback_fault(fault_id, fields)
    failure = fields.get("fail_task", "")
    codes = [known for known in rulebook.codes if known]
    if not failure and fields["code"] not in codes:
        msg = f"code {fields['code']!r} is none of: {', '.join(map(str, codes))}"
        raise FaultError(msg)
    operations = ["create"] if failure else fields.get("operations") or OPERATION_NAMES
    unknown = sorted(set(operations) - set(OPERATION_NAMES))
    if unknown:
        msg = f"operation {unknown[0]!r} is none of: {', '.join(OPERATION_NAMES)}"
        raise FaultError(msg)
    return Fault(
        fault_id=fault_id,
        code=fields.get("code", 0),
        operations=frozenset(operations),
        times=fields.get("times", 1),
        after=fields.get("after", 0),
        phase=fields.get("phase", "before"),
        message=fields.get("message", ""),
        fail_task=failure,
    )


def _callback_fault(fault_id: str, fields: Mapping[str, Any]) -> Fault:
    known = {"callback", "statuses", "times", "after"}
    known |= {"delay"} if fields["callback"] == "late" else set()
    foreign = sorted(set(fields) - known)
    if foreign:
        msg = f"`{foreign[0]}` does not go with the callback {fields['callback']!r}"
        raise FaultError(msg)
    return Fault(
        fault_id=fault_id,
        code=0,
        operations=frozenset(),
        times=fields.get("times", 1),
        after=fields.get("after", 0),
        callback=fields["callback"],
        statuses=frozenset(fields.get("statuses", ())),
        delay_ms=span_ms(fields.get("delay", "1m")) if fields["callback"] == "late" else 0,
    )


def meet(queue: Queue, operation: Operation) -> Match:
    """Return which fault strikes a call, and the queue after it did."""
    for place, fault in enumerate(queue):
        if operation not in fault.operations:
            continue
        rest = (*queue[:place], *queue[place + 1 :])
        if fault.after:
            waiting = (*queue[:place], evolve(fault, after=fault.after - 1), *queue[place + 1 :])
            return Match(None, waiting, moved=True)
        if fault.times == 1:
            return Match(fault, rest, moved=True)
        left = (*queue[:place], evolve(fault, times=fault.times - 1), *queue[place + 1 :])
        return Match(fault, left, moved=True)
    return Match(None, queue)


def strikes_at_once(fault: Fault) -> bool:
    """Whether a fault refuses its call before anything else about it is judged."""
    return fault.phase == "before" and not fault.fail_task and fault.code not in _IN_PLACE


def staged_refusal(rulebook: Rulebook, fault: Fault) -> Refusal:
    """Return the refusal that a fault is: under the rule that is judged first for its code."""
    name = next(name for name in rulebook.order if fault.code in rulebook.rules[name].codes)
    return Refusal(rulebook.rules[name], fault.code, Finding(STAGED, "fault", code=fault.code))

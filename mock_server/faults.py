"""Failures on demand: which staged failure strikes a call."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from attrs import frozen

from kling_lipsync.rulebook import Rulebook
from kling_lipsync.rules import Refusal
from kling_lipsync.rules.facts import Finding
from mock_server.context import OPERATION_NAMES
from mock_server.staged import Fault, Pattern
from mock_server.striking import Match, Queue, strike
from mock_server.values import Operation

STAGED = "staged"
"""The value that a rule reports when it refuses only because somebody asked for it."""

MAINTENANCE = Fault("maintenance", 5001, frozenset(OPERATION_NAMES), times=1)
"""What strikes every call of an account in maintenance."""


@frozen
class Asked:
    """A call as faults see it: its operation, its parts, and the account's seed."""

    operation: Operation
    path_id: str
    query: str
    body: Callable[[], Mapping[str, Any]]
    """Reads the JSON object that was sent; an empty one when it is none."""
    seed: str


NO_MATCH = Match(None, ())


def meet(queue: Queue, asked: Asked, *, judged: bool) -> Match:
    """Return which fault strikes a call, and the queue after it did.

    Before the call is judged it meets the faults that strike whatever the rules say; once it
    is `judged` it meets the others.
    """
    return strike(
        queue,
        lambda fault: fault.waits_for_verdict(asked.operation) is judged and _matches(fault, asked),
        asked.seed,
    )


def staged_refusal(rulebook: Rulebook, fault: Fault) -> Refusal:
    """Return the refusal that a fault is: under the rule that is judged first for its code."""
    name = next(name for name in rulebook.order if fault.code in rulebook.rules[name].codes)
    return Refusal(rulebook.rules[name], fault.code, Finding(STAGED, "fault", code=fault.code))


def _matches(fault: Fault, asked: Asked) -> bool:
    if asked.operation not in fault.operations:
        return False
    pattern = fault.match
    return pattern is None or _contains(pattern, asked)


def _contains(pattern: Pattern, asked: Asked) -> bool:
    if pattern.path_id is not None and pattern.path_id != asked.path_id:
        return False
    if pattern.query is not None:
        sent = dict(reversed(parse_qsl(asked.query, keep_blank_values=True)))  # of several, first
        if not _is_part(pattern.query, sent):
            return False
    return pattern.body is None or _is_part(pattern.body, asked.body())


def _is_part(wanted: object, sent: object) -> bool:
    """Whether an object has at least these members, at any depth; the rest must be equal."""
    if isinstance(wanted, Mapping):
        return isinstance(sent, Mapping) and all(
            name in sent and _is_part(value, sent[name]) for name, value in wanted.items()
        )
    if isinstance(wanted, list):
        return (
            isinstance(sent, list) and len(wanted) == len(sent) and all(map(_is_part, wanted, sent))
        )
    if isinstance(wanted, bool) or isinstance(sent, bool):
        return wanted is sent
    return wanted == sent

"""From what the control API was given to a staged failure, and back to what it shows."""

from collections.abc import Mapping
from typing import Any

from attrs import asdict

from kling_lipsync.rulebook import Rulebook
from mock_server.clock import ClockError, span_ms
from mock_server.context import OPERATION_NAMES
from mock_server.lifecycle import FAILED, PROCESSING, SUBMITTED, SUCCEED
from mock_server.staged import Fault, Pattern

TRANSPORT_FAULTS = ("reset", "stall", "truncate", "bad-gateway")
STALL_MS = 60_000
LATE_MS = 60_000
_WHAT = ("code", "fail_task", "transport", "callback")
_STATUSES = (SUBMITTED, PROCESSING, SUCCEED, FAILED)
_JUDGED_IN_PLACE = ("create.platform-policy", "envelope.server-fault")
"""Rules that refuse only what is staged, where they stand in the order."""

_FORBIDDEN = {
    "code": ("statuses", "delay"),
    "fail_task": ("statuses", "delay", "phase", "http_status", "message"),
    "transport": ("statuses", "delay", "message"),
    "callback": ("operations", "match", "phase", "http_status", "message", "latency"),
    "latency": ("statuses", "delay", "http_status", "message"),
}


class FaultError(ValueError):
    """A fault was asked for that cannot be; the text says what can."""


def new_fault(
    rulebook: Rulebook, fault_id: str, fields: Mapping[str, Any], number: int = 1
) -> Fault:
    """Make a fault of what the control API was given; its types were checked against control.yaml.

    Raises FaultError that names the wrong value and what it can be.
    """
    what = _what(fields)
    code = fields.get("code", 0)
    _check_code(rulebook, what, code)
    if "http_status" in fields and what == "transport" and fields[what] != "bad-gateway":
        msg = f"http_status goes with `code` and bad-gateway; a {fields[what]} has no status"
        raise FaultError(msg)
    if "delay" in fields and fields.get("callback") != "late":
        msg = f"`delay` goes with the callback 'late', not with {fields.get(what)!r}"
        raise FaultError(msg)
    latency = _span(fields, "latency", 0)
    judged = [rulebook.rules[name] for name in _JUDGED_IN_PLACE if what == "code"]
    pattern = fields.get("match")
    return Fault(
        fault_id=fault_id,
        code=code,
        operations=frozenset(_operations(what, fields)),
        times=fields.get("times", 1),
        after=fields.get("after", 0),
        phase=fields.get("phase", "before"),
        message=fields.get("message", ""),
        fail_task=fields.get("fail_task", ""),
        transport=fields.get("transport", ""),
        callback=fields.get("callback", ""),
        statuses=frozenset(fields.get("statuses", _STATUSES) if what == "callback" else ()),
        delay_ms=_span(fields, "delay", LATE_MS) if fields.get("callback") == "late" else 0,
        http_status=fields.get("http_status"),
        latency_ms=STALL_MS if fields.get("transport") == "stall" and not latency else latency,
        match=None if pattern is None else Pattern(**pattern),
        rate=fields.get("rate"),
        number=number,
        in_place=frozenset(
            name for rule in judged if code in rule.codes for name in rule.operations
        ),
    )


def shown(fault: Fault) -> dict[str, object]:
    """Return a fault for people: what strikes whom, how often it did and how often it will."""
    left_out = ("number", "in_place", "seen", "times", "match")
    value = asdict(fault, filter=lambda attribute, _: attribute.name not in left_out)
    pattern = fault.match
    return {
        **value,
        "operations": sorted(fault.operations),
        "statuses": sorted(fault.statuses),
        "match": None
        if pattern is None
        else {name: part for name, part in asdict(pattern).items() if part is not None},
        "times": fault.times + fault.struck,
        "left": fault.times,
    }


def _what(fields: Mapping[str, Any]) -> str:
    given = [name for name in _WHAT if name in fields]
    if len(given) > 1 or not (given or "latency" in fields):
        msg = (
            "give exactly one of `code` (a call is refused), `fail_task` (a task fails), "
            "`transport`, `callback`, or `latency` alone"
        )
        raise FaultError(msg)
    what = given[0] if given else "latency"
    wrong = next((name for name in _FORBIDDEN[what] if name in fields), None)
    if wrong is not None:
        msg = f"`{wrong}` does not go with `{what}`"
        raise FaultError(msg)
    return what


def _check_code(rulebook: Rulebook, what: str, code: int) -> None:
    codes = [known for known in rulebook.codes if known]
    if what == "code" and code not in codes:
        msg = f"code {code!r} is none of: {', '.join(map(str, codes))}"
        raise FaultError(msg)


def _operations(what: str, fields: Mapping[str, Any]) -> list[str]:
    """Return which calls are struck: none by a callback fault, creates by a failing task."""
    operations = list(fields.get("operations") or OPERATION_NAMES)
    unknown = sorted(set(operations) - set(OPERATION_NAMES))
    if unknown:
        msg = f"operation {unknown[0]!r} is none of: {', '.join(OPERATION_NAMES)}"
        raise FaultError(msg)
    return {"callback": [], "fail_task": ["create"]}.get(what, operations)


def _span(fields: Mapping[str, Any], name: str, default: int) -> int:
    try:
        return span_ms(fields[name]) if name in fields else default
    except ClockError:
        msg = f"{name} {fields[name]!r} is no span of time: give ms, or such as 500ms, 90s, 5m"
        raise FaultError(msg) from None

"""Habits of sending again: at once, for ever, or without knowing what became of the first."""

import json
from collections.abc import Iterator
from itertools import pairwise

from kling_lipsync.contract import Contract
from mock_server.explaining import external_task_id
from mock_server.findings.thresholds import value_of
from mock_server.findings.values import History, Seen, waited_ms
from mock_server.journal import Entry
from mock_server.journal_text import json_of
from mock_server.routes import TASKS_PATH

_UNCHANGING = frozenset(("moveClock", "stageFault", "redeliver"))
"""Commands that mend nothing that stood against a call."""

Request = tuple[str, bytes, str, bytes, int]


def without_back_off(history: History) -> Iterator[Seen]:
    """Find calls that came again too soon after 1302 or 1303, or in waits that never grew."""
    for run in _runs(history):
        waits = [waited_ms(one, other) for one, other in pairwise(run)]
        for earlier, later in pairwise(run):
            wait = waited_ms(earlier, later)
            if wait < value_of("shortest-back-off"):
                text = f"{later.operation} came again {wait} ms after {earlier.code}"
                yield Seen(text, (earlier.sequence, later.sequence))
        if len(waits) >= value_of("steady-retries") and _steady(waits):
            text = f"{len(waits)} retries of {run[0].operation} in waits that do not grow: "
            shown = ", ".join(f"{wait} ms" for wait in waits[:6])
            yield Seen(text + shown, tuple(entry.sequence for entry in run))


def permanent_retried(history: History) -> Iterator[Seen]:
    """Find calls that came again although their 429 lasts until somebody acts."""
    refused: dict[Request, Entry] = {}
    for entry in history.entries:
        if entry.kind == "command" and entry.operation not in _UNCHANGING:
            refused.clear()
        if entry.kind != "call":
            continue
        before = refused.get(_request(entry))
        if before is not None and waited_ms(before, entry) < value_of("permanent-for"):
            text = f"{entry.operation} came again after {before.code}, which waiting does not mend"
            yield Seen(text, (before.sequence, entry.sequence))
        if _is_permanent(entry, history.contract):
            refused[_request(entry)] = entry
        else:
            refused.pop(_request(entry), None)


def resent_unprotected(history: History) -> Iterator[Seen]:
    """Find creates sent again although the first may have made a task, with nothing against two.

    An `external_task_id` that stays the same is a protection, and so is looking first: at the
    list, or by the id.
    """
    uncertain: dict[str, Entry] = {}
    for entry in history.calls:
        if entry.operation == "list":
            uncertain.clear()
        elif entry.operation == "get":
            looked = entry.path.removeprefix(TASKS_PATH + "/")
            uncertain = {k: v for k, v in uncertain.items() if external_task_id(v) != looked}
        elif entry.operation == "create":
            order = _order(entry)
            before = uncertain.pop(order, None)
            if before is not None and not _same_id(before, entry):
                text = (
                    f"create came again after HTTP {before.status}, code {before.code}: the first "
                    "may have made a task, and no common external_task_id tells the two apart"
                )
                yield Seen(text, (before.sequence, entry.sequence))
            if _may_have_been_done(entry, history.contract):
                uncertain[order] = entry


def _runs(history: History) -> Iterator[list[Entry]]:
    """Yield each call that was told to come later, with its retries as far as they were, too."""
    codes = history.contract.rulebook.codes
    running: dict[Request, list[Entry]] = {}
    for entry in history.calls:
        run = running.pop(_request(entry), None)
        if run is not None:
            run.append(entry)
        if codes[entry.code].retry == "back-off":
            running[_request(entry)] = run or [entry]
        elif run is not None:
            yield run
    yield from running.values()


def _steady(waits: list[int]) -> bool:
    longest = value_of("long-wait")
    return max(waits[1:]) < min(waits[0] * 1.1, longest)


def _is_permanent(entry: Entry, contract: Contract) -> bool:
    row = contract.rulebook.codes[entry.code]
    return row.http_status == 429 and row.retry == "never"


def _may_have_been_done(entry: Entry, contract: Contract) -> bool:
    """Whether the client could not know what became of a call: told so, cut off, or held up."""
    cut_off = entry.status in (0, 502) or (entry.staged and entry.code == 0)
    return contract.rulebook.codes[entry.code].retry == "query-first" or cut_off


def _request(entry: Entry) -> Request:
    return entry.method, entry.raw_path, entry.query, entry.body, entry.body_bytes


def _order(entry: Entry) -> str:
    """Return what a create orders, whatever the caller calls it."""
    fields = json_of(entry.body)
    if not isinstance(fields, dict):
        return repr(entry.body)
    fields.pop("external_task_id", None)
    return json.dumps(fields, sort_keys=True)


def _same_id(one: Entry, other: Entry) -> bool:
    name = external_task_id(one)
    return name != "" and name == external_task_id(other)

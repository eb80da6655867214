"""Habits in the flow from identifying to downloading: haste, blindness, old keys and old links."""

from collections import defaultdict
from collections.abc import Iterator
from urllib.parse import unquote

from mock_server import lifecycle
from mock_server.explaining import external_task_id, shown
from mock_server.findings.thresholds import value_of
from mock_server.findings.values import History, Seen, waited_ms
from mock_server.journal import Entry
from mock_server.journal_text import json_of
from mock_server.routes import TASKS_PATH
from mock_server.unread import unread

_NO_SESSION = frozenset(("create.session-known", "create.required-fields", "transport.field-types"))
_NO_TASK = frozenset(("get.known-task", "transport.known-path"))
_MOST_SEQUENCES = 10


def polls_too_fast(history: History) -> Iterator[Seen]:
    """Find queries of an open task that followed each other within a second on both clocks."""
    last: dict[str, Entry] = {}
    for entry in history.calls:
        if entry.operation != "get" or entry.code != 0:
            continue
        if _status_told(entry) not in (lifecycle.SUBMITTED, lifecycle.PROCESSING):
            last.pop(entry.task_id, None)
            continue
        before = last.get(entry.task_id)
        last[entry.task_id] = entry
        if before is not None and waited_ms(before, entry) < value_of("shortest-poll"):
            text = f"task {entry.task_id} was asked for again after {waited_ms(before, entry)} ms"
            yield Seen(text, (before.sequence, entry.sequence))


def token_expired(history: History) -> Iterator[Seen]:
    """Find calls whose token had ended."""
    for entry in history.calls:
        if entry.rule != "auth.not-expired" or entry.staged:
            continue
        end = None if entry.credential is None else entry.credential.expires
        text = f"the token of this {entry.operation or 'call'} had ended"
        if end is not None:
            text += f" at {end:.0f}; the account's clock stood at {entry.at / 1000:.0f}"
        yield Seen(text, (entry.sequence,))


def fetched_after_expiry(history: History) -> Iterator[Seen]:
    """Find results that were fetched when their links had expired."""
    for entry in history.entries:
        if entry.kind == "media" and entry.rule == "retention.result-media":
            yield Seen(f"{shown(entry.path)} answered HTTP {entry.status}", (entry.sequence,))


def went_on_after_error(history: History) -> Iterator[Seen]:
    """Find calls that went on from a refused one: without the session or task it did not give."""
    refused: dict[str, Entry] = {}
    own_ids: set[str] = set()
    for entry in history.calls:
        if entry.operation == "create":
            own_ids.add(external_task_id(entry))
        before = refused.get(_needs(entry, own_ids))
        if before is not None:
            text = (
                f"{before.operation} was answered with code {before.code} and gave nothing to go "
                f"on with; {entry.operation or entry.method} of {shown(entry.path)} went on"
            )
            yield Seen(text, (before.sequence, entry.sequence))
        if entry.operation in ("identify", "create"):
            if entry.code != 0:
                refused[entry.operation] = entry
            else:
                refused.pop(entry.operation, None)


def unread_fields(history: History) -> Iterator[Seen]:
    """Find fields that were sent and that nobody reads, each once."""
    found: dict[tuple[str, str], list[int]] = defaultdict(list)
    for entry in history.calls:
        for pointer in unread(entry, history.contract) or ():
            found[entry.operation, pointer].append(entry.sequence)
    for (operation, pointer), sequences in found.items():
        times = "once" if len(sequences) == 1 else f"{len(sequences)} times"
        text = f"{operation} was sent {shown(pointer)} {times}"
        yield Seen(text, tuple(sequences[:_MOST_SEQUENCES]))


def _status_told(entry: Entry) -> str:
    answer = json_of(entry.answer)
    data = answer.get("data") if isinstance(answer, dict) else None
    return str(data.get("task_status")) if isinstance(data, dict) else ""


def _needs(entry: Entry, own_ids: set[str]) -> str:
    """Return which operation a call lacks the data of, if its refusal says so."""
    if entry.staged or entry.explanation is None:
        return ""
    if entry.operation == "create" and entry.rule in _NO_SESSION:
        field = entry.explanation.field
        return "identify" if entry.rule == "create.session-known" or "session" in field else ""
    if entry.method == "GET" and entry.rule in _NO_TASK:
        name = unquote(entry.path.removeprefix(TASKS_PATH + "/"))
        asked_for_task = entry.path.startswith(TASKS_PATH + "/")
        return "create" if asked_for_task and name not in own_ids - {""} else ""
    return ""

"""Journal entries for people: a line on the console, a record, and why a call was refused.

The console says in one line what happened, and on a refusal in two more why: everything that
a client chose is escaped and cut before it is shown.
"""

from collections.abc import Iterable

from attrs import asdict

from kling_lipsync.contract import Contract
from kling_lipsync.rulebook import Rule
from mock_server.journal import Entry
from mock_server.journal_text import json_of
from mock_server.unread import unread
from mock_server.values import Call, Explanation, Reply

_LONGEST = 120


def console_lines(call: Call, reply: Reply, milliseconds: float, contract: Contract) -> str:
    """Return a call as the console shows it: one line, and two more for a refusal."""
    path = shown(call.path)
    line = f"{reply.status} {reply.code} {shown(call.method)} {path}  {milliseconds:.1f} ms\n"
    explanation = reply.explanation
    if explanation is None:
        return line
    rule = contract.rulebook.rules[explanation.rule]
    why = " (staged)" if explanation.staged else ""
    return f"{line}    {rule.name}{why}: {rule.sentence}\n    {_seen(explanation)}\n"


def record(entry: Entry, contract: Contract, deliveries: Iterable[str] = ()) -> dict[str, object]:
    """Return all that is known of an entry; `deliveries` are the ids of those that it caused."""
    explanation = entry.explanation
    return {
        "kind": entry.kind,
        "sequence": entry.sequence,
        "account": entry.account,
        "at": entry.at,
        "host_ms": entry.host_ms,
        "operation": entry.operation,
        "method": entry.method,
        "path": entry.path,
        "query": entry.query,
        "status": entry.status,
        "code": entry.code,
        "rule": entry.rule,
        "request_id": entry.request_id,
        "milliseconds": round(entry.milliseconds, 3),
        "credential": None if entry.credential is None else asdict(entry.credential),
        "body": entry.body.decode("utf-8", "replace"),
        "body_bytes": entry.body_bytes,
        "answer": entry.answer.decode("utf-8", "replace"),
        "task_id": entry.task_id,
        "external_task_id": external_task_id(entry),
        "deliveries": list(deliveries),
        "fault_id": entry.fault_id,
        "explanation": None if explanation is None else asdict(explanation),
        "unread": unread(entry, contract),
    }


def explain(entry: Entry, contract: Contract) -> dict[str, object]:
    """Return everything known about why a call was answered as it was."""
    answer: dict[str, object] = {
        "request_id": entry.request_id,
        "account": entry.account,
        "sequence": entry.sequence,
        "status": entry.status,
        "code": entry.code,
        "method": shown(entry.method),
        "path": shown(entry.path),
        "unread": unread(entry, contract),
    }
    explanation = entry.explanation
    if explanation is None:
        return answer
    rule = contract.rulebook.rules[explanation.rule]
    row = contract.rulebook.codes[entry.code]
    return answer | {
        "rule": rule.name,
        "staged": explanation.staged,
        "fault_id": entry.fault_id,
        "sentence": rule.sentence,
        "vendor_words": list(rule.quotes),
        "sources": [contract.rulebook.sources[source] for source in rule.sources],
        "evidence": rule.evidence,
        "boundary": rule.boundary,
        "field": shown(explanation.field),
        "value": shown(explanation.value),
        "nearest_legal_value": shown(explanation.nearest),
        "message_evidence": rule.message_evidence,
        "remedy": row.remedy,
        "retry": row.retry,
        "stated_in": places(rule, contract),
    }


def places(rule: Rule, contract: Contract) -> list[str]:
    """Return where the spec states a rule, as file:line."""
    lines = [contract.places[pointer] for pointer in rule.pointers]
    return [
        f"spec/rules.yaml:{contract.lines.get(rule.name, 1)}",
        *(f"spec/openapi.yaml:{line}" for line in dict.fromkeys(lines)),
    ]


def external_task_id(entry: Entry) -> str:
    """Return the id of the caller's own that a create call gave its task; empty without one."""
    fields = json_of(entry.body) if entry.operation == "create" and entry.body else None
    found = fields.get("external_task_id") if isinstance(fields, dict) else None
    return found if isinstance(found, str) else ""


def shown(text: str) -> str:
    """Escape what a client chose, and cut it, so that a console or a page can show it."""
    if text.isascii() and text.isprintable() and "\\" not in text and len(text) <= _LONGEST:
        return text
    escaped = text.encode("unicode_escape").decode("ascii")
    return escaped if len(escaped) <= _LONGEST else escaped[: _LONGEST - 3] + "..."


def _seen(explanation: Explanation) -> str:
    text = f"{shown(explanation.field)} = {shown(explanation.value) or '(nothing)'}"
    if explanation.nearest:
        text += f"; nearest legal value: {shown(explanation.nearest)}"
    return text

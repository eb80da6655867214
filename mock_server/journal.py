"""What was asked and answered, by account: a ring of bounded length, and its console lines.

The console says in one line what happened, and on a refusal in two more why: everything that
a client chose is escaped and cut before it is shown.
"""

from collections import deque
from collections.abc import Iterable

from attrs import frozen

from kling_lipsync.contract import Contract
from kling_lipsync.rulebook import Rule
from mock_server.values import Call, Explanation, Reply

_LONGEST = 120


@frozen
class Entry:
    """One call; the credential is not in it.  `at` is Unix ms on the account's clock."""

    request_id: str
    at: int
    method: str
    path: str
    operation: str
    status: int
    code: int
    task_id: str
    milliseconds: float
    explanation: Explanation | None


class Journal:
    """The last calls of every account, oldest first."""

    def __init__(self, length: int) -> None:
        self._length = length
        self._rings: dict[str, deque[Entry]] = {}

    def write(self, call: Call, reply: Reply, milliseconds: float) -> Entry:
        """Note a call and its reply."""
        entry = Entry(
            request_id=reply.request_id,
            at=reply.now,
            method=call.method,
            path=call.path,
            operation=reply.operation,
            status=reply.status,
            code=reply.code,
            task_id=reply.task_id,
            milliseconds=milliseconds,
            explanation=reply.explanation,
        )
        ring = self._rings.get(reply.access_key)
        if ring is None:
            ring = self._rings[reply.access_key] = deque(maxlen=self._length)
        ring.append(entry)
        return entry

    def entries(self, access_key: str) -> Iterable[Entry]:
        """Return the account's calls, oldest first; the empty key has those without account."""
        return self._rings.get(access_key, ())

    def find(self, request_id: str) -> Entry | None:
        """Return the call with this request id, of whichever account."""
        for ring in self._rings.values():
            for entry in reversed(ring):
                if entry.request_id == request_id:
                    return entry
        return None

    def forget(self, access_key: str) -> None:
        """Drop an account's calls."""
        self._rings.pop(access_key, None)


def console_lines(entry: Entry, contract: Contract) -> str:
    """Return the entry as the console shows it: one line, and two more for a refusal."""
    path = shown(entry.path)
    line = (
        f"{entry.status} {entry.code} {shown(entry.method)} {path}  {entry.milliseconds:.1f} ms\n"
    )
    if entry.explanation is None:
        return line
    rule = contract.rulebook.rules[entry.explanation.rule]
    why = " (staged)" if entry.explanation.staged else ""
    return f"{line}    {rule.name}{why}: {rule.sentence}\n    {_seen(entry.explanation)}\n"


def explain(entry: Entry, contract: Contract) -> dict[str, object]:
    """Return everything known about why a call was answered as it was."""
    answer: dict[str, object] = {
        "request_id": entry.request_id,
        "status": entry.status,
        "code": entry.code,
        "method": shown(entry.method),
        "path": shown(entry.path),
    }
    explanation = entry.explanation
    if explanation is None:
        return answer
    rule = contract.rulebook.rules[explanation.rule]
    row = contract.rulebook.codes[entry.code]
    return answer | {
        "rule": rule.name,
        "staged": explanation.staged,
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
        "stated_in": _place(rule, contract),
    }


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


def _place(rule: Rule, contract: Contract) -> list[str]:
    lines = [f"spec/rules.yaml:{contract.lines.get(rule.name, 1)}"]
    return lines + [f"spec/openapi.yaml#{pointer}" for pointer in rule.pointers]

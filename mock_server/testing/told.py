"""A journal as the report of a failed test shows it."""

from mock_server.testing.account import LipSyncMock
from mock_server.testing.asking import ControlRefused, Json

_LINES = 30


def journal_text(held: LipSyncMock) -> str:
    """Return the last calls of an account, a line each, and two more for a refusal."""
    try:
        calls = held.journal(kind="call")
    except ControlRefused as error:
        return f"the journal cannot be read: {error}"
    left_out = len(calls) - _LINES
    lines = [f"({left_out} earlier calls)"] if left_out > 0 else []
    for call in calls[-_LINES:]:
        lines += _lines(call)
    return "\n".join(lines) or "(no call)"


def _lines(call: Json) -> list[str]:
    line = f"{call['status']} {call['code']} {call['method']} {call['path']}"
    if call.get("task_id"):
        line += f"  task {call['task_id']}"
    seen = call.get("explanation")
    if not seen:
        return [line]
    value = f"    {seen['field']} = {seen['value'] or '(nothing)'}"
    if seen["nearest"]:
        value += f"; nearest legal value: {seen['nearest']}"
    return [line, f"    {seen['rule']}", value]

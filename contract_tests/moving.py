"""How what happens on an account's clock is told, and the instants that tests go to."""

import json
from email.utils import parsedate_to_datetime

from contract_tests import spec
from contract_tests.callers import Caller, Fields
from contract_tests.exchanges import Exchange
from contract_tests.targets import PREFIX

MINUTE = 60_000
SESSION_MS = spec.limit("retention.session-life", "hours") * 3_600_000
RESULT_MS = spec.limit("retention.result-media", "days") * spec.DAY_MS
FAR = 2_000_000_000_000
"""An instant in 2033."""


def change(at: int, task_id: str, status: str) -> Fields:
    """Return how a change of status is told."""
    return {"at": at, "kind": "status", "task_id": task_id, "status": status}


def attempt(at: int, status: str, **facts: object) -> Fields:
    """Return how an attempt to announce is told, without the ids."""
    taken = {"attempt": 1, "answer": 200, "fault": "", "next_try_at": None}
    return {"at": at, "kind": "attempt", "status": status, **taken, **facts}


def without_ids(happened: list[Fields]) -> list[Fields]:
    """Leave out which delivery and which task it was, of attempts."""
    hidden = ("delivery_id", "task_id")
    return [
        {k: v for k, v in one.items() if one["kind"] != "attempt" or k not in hidden}
        for one in happened
    ]


def refused(caller: Caller, **fields: object) -> tuple[int, str]:
    """Return status and text of a move that cannot be made."""
    body = json.dumps({"account": caller.key, **fields}).encode()
    exchange = caller.target.request("POST", f"{PREFIX}/clock", body=body)
    return exchange.status, str(exchange.envelope["error"])


def stamped(exchange: Exchange) -> int:
    """Return the Date of a reply (Unix s)."""
    return int(parsedate_to_datetime(exchange.headers["date"]).timestamp())

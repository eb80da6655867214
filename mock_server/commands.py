"""Commands of the control API, noted in the journal of the account that they concern."""

import json
from collections.abc import Callable
from urllib.parse import quote

from mock_server.clock import account_now, host_now
from mock_server.control_call import Command
from mock_server.journal import Entry, Journal
from mock_server.journal_text import redacted
from mock_server.store import Store

_UNNOTED = frozenset(("clearJournal",))
"""A journal that was cleared is empty."""


class Commands:
    """Notes commands; those about no account, or one that is gone, under the empty key."""

    def __init__(self, journal: Journal, store: Store, origin: Callable[[], str]) -> None:
        self._journal = journal
        self._store = store
        self._origin = origin

    def note(self, command: Command) -> None:
        """Note a command with its JSON body, without secrets; of a file only its size."""
        if command.operation in _UNNOTED:
            return
        call, host_ms = command.call, host_now()
        key = str(call.params.get("access_key") or call.fields.get("access_key") or call.account)
        held = self._store.held(key)
        if held is not None and held.account.access_key != key:
            held = None
        body = json.dumps(redacted(call.fields)).encode() if call.fields else b""
        entry = Entry(
            kind="command",
            sequence=0,
            account="" if held is None else key,
            at=host_ms if held is None else account_now(held.account.clock, host_ms),
            host_ms=host_ms,
            operation=command.operation,
            method=command.method,
            base_url=self._origin(),
            path=command.path,
            raw_path=quote(command.path).encode(),
            query=command.query,
            status=command.status,
            code=0,
            request_id="",
            milliseconds=command.milliseconds,
            body=body,
            body_bytes=len(body) or len(call.content),
        )
        self._journal.note(entry)

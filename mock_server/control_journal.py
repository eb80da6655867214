"""The part of the control API that tells what happened and why: journal, explanation, report."""

from collections import defaultdict

from kling_lipsync.contract import Contract
from mock_server.as_curl import curl
from mock_server.attempts import Delivery
from mock_server.clock import stopwatch
from mock_server.control_call import ControlCall, Routes
from mock_server.directory import Directory
from mock_server.explaining import explain, record
from mock_server.http import Response, json_response
from mock_server.journal import Entry, Journal
from mock_server.journal_queries import Wanted, select, wanted
from mock_server.store import Store

_EVERY = 1_000_000
_WAIT_MS = 5000


class JournalControls:
    """Handlers under /__mock__/journal, /explain and /report."""

    def __init__(
        self, contract: Contract, directory: Directory, store: Store, journal: Journal
    ) -> None:
        self._contract = contract
        self._directory = directory
        self._store = store
        self._journal = journal

    def routes(self) -> Routes:
        """Return the handlers."""
        return {
            ("GET", "/journal"): self._show,
            ("DELETE", "/journal"): self._clear,
            ("GET", "/journal/count"): self._count,
            ("GET", "/journal/wait"): self._wait,
            ("GET", "/journal/{request_id}/curl"): self._curl,
            ("GET", "/explain/{request_id}"): self._explain,
            ("GET", "/report"): self._report,
        }

    async def _show(self, call: ControlCall) -> Response:
        entries = self._selected(call, wanted(call.params))
        return json_response(
            200, {"account": call.account, "entries": self._told(call.account, entries)}
        )

    async def _clear(self, call: ControlCall) -> Response:
        self._known(call.account)
        self._journal.clear(call.account)
        return json_response(200, {"cleared": call.account})

    async def _count(self, call: ControlCall) -> Response:
        count = len(self._selected(call, wanted(call.params)))
        return json_response(200, {"account": call.account, "count": count})

    async def _wait(self, call: ControlCall) -> Response:
        """Answer as soon as enough entries are there, or with what there is when time is over."""
        chosen, count = wanted(call.params), call.params.get("count", 1)
        until = stopwatch() + call.params.get("timeout_ms", _WAIT_MS) / 1000
        seen = call.params.get("since", 0)
        found: list[Entry] = []
        while True:
            self._known(call.account)
            later = self._journal.entries(call.account, seen)
            seen = later[-1].sequence if later else seen
            found += select(later, chosen, None, first=True)
            left = until - stopwatch()
            if len(found) >= count or left <= 0:
                break
            await self._journal.wait(call.account, left)
        told = {"account": call.account, "complete": len(found) >= count}
        return json_response(200, told | {"entries": self._told(call.account, found)})

    async def _curl(self, call: ControlCall) -> Response:
        text = curl(self._entry(call))
        return Response(200, text.encode(), "text/plain; charset=utf-8")

    async def _explain(self, call: ControlCall) -> Response:
        return json_response(200, explain(self._entry(call), self._contract))

    async def _report(self, call: ControlCall) -> Response:
        from mock_server.findings.receiving import attempted  # noqa: PLC0415 - slow to import
        from mock_server.findings.values import History  # noqa: PLC0415 - the same
        from mock_server.report_card import report  # noqa: PLC0415 - the same
        from mock_server.report_writing import WRITERS  # noqa: PLC0415 - the same

        self._known(call.account)
        deliveries = self._deliveries(call.account)
        entries = self._journal.entries(call.account)
        attempts = [attempt for one in deliveries for attempt in attempted(one)]
        card = report(History(call.account, entries, attempts, self._contract))
        content_type, write = WRITERS[call.params.get("format", "json")]
        return Response(200, write(card).encode(), content_type)

    def _selected(self, call: ControlCall, chosen: Wanted) -> list[Entry]:
        self._known(call.account)
        entries = self._journal.entries(call.account, call.params.get("since", 0))
        return select(entries, chosen, call.params.get("limit"), first="since" in call.params)

    def _known(self, access_key: str) -> None:
        if access_key:
            self._directory.account(access_key)

    def _entry(self, call: ControlCall) -> Entry:
        """Return an entry by its request id, or one of the account by its sequence."""
        name = call.params["request_id"]
        if name.isascii() and name.isdigit() and len(name) < 16:
            entries = self._journal.entries(call.account, int(name) - 1)
            found = next((entry for entry in entries if entry.sequence == int(name)), None)
        else:
            found = self._journal.find(name)
        if found is None:
            msg = f"no call with the request_id {name[:80]!r} is in a journal"
            raise LookupError(msg)
        return found

    def _deliveries(self, access_key: str) -> list[Delivery]:
        if not access_key:
            return []
        return self._store.page(access_key, "deliveries", 1, _EVERY, newest_first=False)

    def _told(self, access_key: str, entries: list[Entry]) -> list[dict[str, object]]:
        caused: dict[str, list[str]] = defaultdict(list)
        for delivery in self._deliveries(access_key):
            caused[delivery.task_id].append(delivery.delivery_id)
        return [
            record(entry, self._contract, caused[entry.task_id] if entry.made_task else ())
            for entry in entries
        ]

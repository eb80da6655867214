"""The part of the control API that tells: what happened, why, and what there is."""

from collections.abc import Callable

from attrs import asdict

from kling_lipsync.contract import Contract
from mock_server.access import Access
from mock_server.control_call import ControlCall, Routes
from mock_server.directory import Directory
from mock_server.happenings import Happenings
from mock_server.http import Response, json_response
from mock_server.journal import Journal, explain


class InsightControls:
    """Handlers that only read."""

    def __init__(
        self,
        contract: Contract,
        directory: Directory,
        happenings: Happenings,
        journal: Journal,
        access: Callable[[], Access | None],
    ) -> None:
        self._contract = contract
        self._directory = directory
        self._happenings = happenings
        self._journal = journal
        self._access = access

    def routes(self) -> Routes:
        """Return the handlers."""
        return {
            ("GET", "/health"): self._health,
            ("GET", "/explain/{request_id}"): self._explain,
            ("GET", "/journal"): self._show_journal,
            ("GET", "/ledger"): self._show_ledger,
            ("GET", "/openapi.json"): self._contract_document,
            ("GET", "/control.json"): self._control_document,
        }

    async def _health(self, _call: ControlCall) -> Response:
        access = self._access()
        shown = None if access is None else asdict(access)
        return json_response(200, {**self._happenings.health(), "access": shown})

    async def _explain(self, call: ControlCall) -> Response:
        name = call.params["request_id"]
        entry = self._journal.find(name)
        if entry is None:
            msg = f"no call with the request_id {name[:80]!r} is in a journal"
            raise LookupError(msg)
        return json_response(200, explain(entry, self._contract))

    async def _show_journal(self, call: ControlCall) -> Response:
        self._directory.account(call.account)
        entries = [asdict(entry) for entry in self._journal.entries(call.account)]
        return json_response(200, {"account": call.account, "calls": entries})

    async def _show_ledger(self, call: ControlCall) -> Response:
        return json_response(200, self._happenings.ledger(call.account))

    async def _contract_document(self, _call: ControlCall) -> Response:
        return json_response(200, self._contract.bundle())

    async def _control_document(self, _call: ControlCall) -> Response:
        return json_response(200, self._contract.control)

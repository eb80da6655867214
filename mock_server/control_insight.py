"""The part of the control API that tells how things stand, and what there is."""

from collections.abc import Callable

from attrs import asdict

from kling_lipsync.contract import Contract
from mock_server.access import Access
from mock_server.control_call import ControlCall, Routes
from mock_server.happenings import Happenings
from mock_server.http import Response, json_response


class InsightControls:
    """Handlers that only read."""

    def __init__(
        self, contract: Contract, happenings: Happenings, access: Callable[[], Access | None]
    ) -> None:
        self._contract = contract
        self._happenings = happenings
        self._access = access

    def routes(self) -> Routes:
        """Return the handlers."""
        return {
            ("GET", "/health"): self._health,
            ("GET", "/ledger"): self._show_ledger,
            ("GET", "/openapi.json"): self._contract_document,
            ("GET", "/control.json"): self._control_document,
        }

    async def _health(self, _call: ControlCall) -> Response:
        access = self._access()
        shown = None if access is None else asdict(access)
        return json_response(200, {**self._happenings.health(), "access": shown})

    async def _show_ledger(self, call: ControlCall) -> Response:
        return json_response(200, self._happenings.ledger(call.account))

    async def _contract_document(self, _call: ControlCall) -> Response:
        return json_response(200, self._contract.bundle())

    async def _control_document(self, _call: ControlCall) -> Response:
        return json_response(200, self._contract.control)

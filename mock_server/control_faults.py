"""The part of the control API for what goes wrong: staged failures, and the account's physics."""

from mock_server.control_call import ControlCall, Routes
from mock_server.deliveries import check_mischief
from mock_server.directory import Directory
from mock_server.engine import Engine
from mock_server.http import Response, json_response
from mock_server.runner import now_of
from mock_server.staged import Fault
from mock_server.staging import new_fault, shown
from mock_server.store import Held, Put, step
from mock_server.striking import Queue, QueueName

_KEPT = ("queue", "callbacks", "spent")
"""Under which names the store keeps faults: for calls, for announcements, and struck out."""


class FaultControls:
    """Handlers of /__mock__/faults and /__mock__/physics."""

    def __init__(self, engine: Engine, directory: Directory) -> None:
        self._engine = engine
        self._directory = directory

    def routes(self) -> Routes:
        """Return the handlers."""
        return {
            ("POST", "/faults"): self._stage,
            ("GET", "/faults"): self._list,
            ("DELETE", "/faults"): self._clear,
            ("DELETE", "/faults/{fault_id}"): self._take_back,
            ("GET", "/physics"): self._physics,
        }

    async def _stage(self, call: ControlCall) -> Response:
        account = self._directory.account(call.account)
        fault_id = self._engine.ids(account).snowflake(now_of(account))
        made: list[Fault] = []

        def changes(held: Held) -> tuple[Put, Put]:
            (staged,) = self._engine.store.get(call.account, "counts", "staged") or (0,)
            fault = new_fault(self._engine.contract.rulebook, fault_id, call.fields, staged + 1)
            check_mischief(held.account, fault)
            name: QueueName = "callbacks" if fault.callback else "queue"
            queue = (*self._faults(call.account, name), fault)
            made[:] = [fault]
            return Put("faults", name, queue), Put("counts", "staged", (staged + 1,))

        step(self._engine.store, call.account, changes)
        return json_response(201, shown(made[0]))

    async def _list(self, call: ControlCall) -> Response:
        """Show what is still staged and what has struck, in the order of staging."""
        self._directory.account(call.account)
        known = [fault for name in _KEPT for fault in self._faults(call.account, name)]
        faults = [shown(fault) for fault in sorted(known, key=lambda fault: fault.number)]
        return json_response(200, {"account": call.account, "faults": faults})

    async def _clear(self, call: ControlCall) -> Response:
        self._directory.account(call.account)
        none = [Put("faults", name, ()) for name in _KEPT]
        step(self._engine.store, call.account, lambda _held: none)
        return json_response(200, {"cleared": call.account})

    async def _take_back(self, call: ControlCall) -> Response:
        self._directory.account(call.account)
        wanted = call.params["fault_id"]

        def left(_held: Held) -> list[Put]:
            kept = {name: self._faults(call.account, name) for name in _KEPT}
            left = {
                name: tuple(fault for fault in faults if fault.fault_id != wanted)
                for name, faults in kept.items()
            }
            if left == kept:
                msg = f"no fault {wanted[:80]!r} is staged; GET /__mock__/faults lists what is"
                raise LookupError(msg)
            return [Put("faults", name, faults) for name, faults in left.items()]

        step(self._engine.store, call.account, left)
        return json_response(200, {"cleared": wanted})

    async def _physics(self, call: ControlCall) -> Response:
        physics = self._directory.physics(call.account)
        return json_response(200, {"account": call.account, "physics": physics})

    def _faults(self, access_key: str, name: str) -> Queue:
        return self._engine.store.get(access_key, "faults", name) or ()

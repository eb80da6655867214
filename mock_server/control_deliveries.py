"""The part of the control API that shows callbacks, waits for them and sends them again."""

from typing import Any

from attrs import asdict

from mock_server.attempts import Delivery
from mock_server.control_call import ControlCall, Routes
from mock_server.directory import Directory
from mock_server.http import Response, json_response
from mock_server.postman import Postman
from mock_server.store import Store

MOST_SHOWN = 500
_ALL = 1_000_000


class DeliveryControls:
    """Handlers of /__mock__/deliveries."""

    def __init__(self, store: Store, directory: Directory, postman: Postman) -> None:
        self._store = store
        self._directory = directory
        self._postman = postman

    def routes(self) -> Routes:
        """Return the handlers."""
        return {
            ("GET", "/deliveries"): self._list,
            ("GET", "/deliveries/wait"): self._wait,
            ("GET", "/deliveries/{delivery_id}"): self._show,
            ("POST", "/deliveries/{delivery_id}/redeliver"): self._redeliver,
        }

    async def _list(self, call: ControlCall) -> Response:
        found = self._matching(call)[: call.params.get("limit", MOST_SHOWN)]
        return json_response(200, {"account": call.account, "deliveries": _shown(found)})

    async def _wait(self, call: ControlCall) -> Response:
        """Answer as soon as so many deliveries are finished, or when the time is over."""

        def finished() -> list[Delivery]:
            return [delivery for delivery in self._matching(call) if delivery.finished]

        count = call.params.get("count", 1)
        complete = await self._postman.wait_until(
            call.account, lambda: len(finished()) >= count, call.params.get("timeout_ms", 5_000)
        )
        found = _shown(finished()[:MOST_SHOWN])
        told = {"account": call.account, "deliveries": found, "complete": complete}
        return json_response(200, told)

    async def _show(self, call: ControlCall) -> Response:
        return json_response(200, shown(self._find(call)))

    async def _redeliver(self, call: ControlCall) -> Response:
        """Make one more attempt, after those that are under way; answer when it was made."""
        delivery = self._find(call)
        self._postman.send(call.account, delivery.delivery_id, by_hand=True)
        await self._postman.done(call.account)
        return json_response(200, shown(self._find(call)))

    def _find(self, call: ControlCall) -> Delivery:
        self._directory.account(call.account)
        name = call.params["delivery_id"]
        found: Delivery | None = self._store.get(call.account, "deliveries", name)
        if found is None:
            msg = f"the account has no delivery {name[:80]!r}; GET /__mock__/deliveries lists them"
            raise LookupError(msg)
        return found

    def _matching(self, call: ControlCall) -> list[Delivery]:
        """Return the deliveries that the query asks for, the newest first."""
        self._directory.account(call.account)
        given = call.params
        records: list[Delivery] = self._store.page(call.account, "deliveries", 1, _ALL)
        return [
            record
            for record in records
            if given.get("task_id", record.task_id) == record.task_id
            and given.get("status", record.status) == record.status
        ]


def shown(delivery: Delivery) -> dict[str, Any]:
    """Return a delivery for people, with its body as text and its attempts, the oldest first."""
    return {
        **asdict(delivery),
        "body": delivery.body.decode(),
        "taken": delivery.taken,
        "finished": delivery.finished,
        "attempts": [
            {**asdict(attempt), "headers": dict(attempt.headers)} for attempt in delivery.attempts
        ],
    }


def _shown(deliveries: list[Delivery]) -> list[dict[str, Any]]:
    return [shown(delivery) for delivery in deliveries]

"""The part of the control API that makes things happen: time and media."""

from mock_server.clock_moves import ClockMoves
from mock_server.control_call import ControlCall, Routes
from mock_server.happenings import Happenings
from mock_server.http import Response, json_response


class HappeningControls:
    """Handlers of /__mock__/clock and /media."""

    def __init__(self, happenings: Happenings, clocks: ClockMoves) -> None:
        self._happenings = happenings
        self._clocks = clocks

    def routes(self) -> Routes:
        """Return the handlers."""
        return {
            ("POST", "/clock"): self._move_clock,
            ("POST", "/media"): self._seed_medium,
            ("PUT", "/media/{name}"): self._put_medium,
        }

    async def _move_clock(self, call: ControlCall) -> Response:
        return json_response(200, await self._clocks.move(call.account, call.fields))

    async def _seed_medium(self, call: ControlCall) -> Response:
        return json_response(201, self._happenings.seed(call.account, call.fields["url"]))

    async def _put_medium(self, call: ControlCall) -> Response:
        name = call.params["name"]
        return json_response(201, await self._happenings.put(call.account, name, call.content))

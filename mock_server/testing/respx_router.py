"""A respx router that answers calls to the vendor's hosts, and to the mock's own, in process."""

import httpx
import respx

from kling_lipsync.contract import load_contract
from mock_server.testing.asking import Asking


def vendor_origins() -> tuple[str, ...]:
    """Return the origins of the real service, as the contract lists its servers."""
    return tuple(f"https://{host}" for host in load_contract().vendor_hosts())


def router(mock: Asking) -> respx.MockRouter:
    """Return a router for `with`: what it catches is answered by the mock, all else is refused.

    As respx does, it catches httpx clients of this process, synchronous and asynchronous.
    """
    routes = respx.mock(assert_all_called=False, assert_all_mocked=True)
    for origin in (*vendor_origins(), mock.origin):
        routes.route(url__startswith=origin + "/").mock(side_effect=_answer(mock))
    return routes


def _answer(mock: Asking) -> "_Answer":
    return _Answer(mock)


class _Answer:
    """Answers a request as respx hands it over: whole, from whichever kind of client."""

    def __init__(self, mock: Asking) -> None:
        self._mock = mock

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Return the mock's reply."""
        return self._mock.ask(request)

"""How things stand, and what there is, through the control API."""

from kling_lipsync.contract import load_contract
from mock_server.tests.served import Served


def test_both_contracts_can_be_fetched(served: Served) -> None:
    """The vendor's without extensions, and the control API's own."""
    contract = load_contract()

    assert served.happening("GET", "/openapi.json") == contract.bundle()
    assert served.happening("GET", "/control.json") == contract.control


def test_health_tells_what_the_server_can_do(served: Served) -> None:
    """And whether it is busy."""
    assert served.happening("GET", "/health") == {
        "status": "ok",
        "origin": "http://127.0.0.1:8787",
        "media": "plain",
        "renders": [],
        "access": None,
    }

"""What happened, and what there is, through the control API."""

from kling_lipsync.contract import load_contract
from mock_server.routes import IDENTIFY_PATH, TASKS_PATH
from mock_server.tests.served import Served


def test_an_unknown_request_id_is_404(served: Served) -> None:
    """No journal has such a call."""
    reply = served.control("GET", "/explain/nothing")

    assert reply.status_code == 404
    assert "no call with the request_id 'nothing'" in reply.json()["error"]


def test_a_journal_tells_calls_without_credentials(served: Served) -> None:
    """Oldest first, with the reason of a refusal."""
    served.vendor("GET", TASKS_PATH)
    served.vendor("POST", IDENTIFY_PATH, {"video_id": "7"})

    told = served.happening("GET", "/journal")
    assert [(call["status"], call["operation"]) for call in told["calls"]] == [
        (200, "list"),
        (404, "identify"),
    ]
    assert told["calls"][1]["explanation"]["rule"] == "identify.video-id-known"
    assert "local-api-key" not in str(told)


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

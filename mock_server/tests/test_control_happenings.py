"""Time, failures and media through the control API."""

from mock_server.routes import TASKS_PATH
from mock_server.tests.served import Served


def test_a_staged_failure_is_shown_and_strikes(served: Served) -> None:
    """With an id of its own and the operations it is for, sorted."""
    staged = served.happening("POST", "/faults", {"code": 5001, "operations": ["list", "get"]})

    assert (staged["code"], staged["operations"], staged["times"]) == (5001, ["get", "list"], 1)
    assert [served.vendor("GET", TASKS_PATH).json()["code"] for _ in range(2)] == [5001, 0]


def test_failures_can_be_taken_back(served: Served) -> None:
    """Before they strike."""
    served.happening("POST", "/faults", {"code": 5001, "times": 5})
    served.happening("DELETE", "/faults")

    assert served.vendor("GET", TASKS_PATH).json()["code"] == 0


def test_a_clock_moves_by_a_span(served: Served) -> None:
    """And tells where it stands."""
    before = served.happening("GET", "/accounts/local-access-key")["now"]

    assert served.happening("POST", "/clock", {"advance": "65m"})["now"] == before + 65 * 60_000

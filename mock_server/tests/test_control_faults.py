"""Failures are staged, listed and taken back, and an account's physics is shown."""

from mock_server.routes import IDENTIFY_PATH, TASKS_PATH
from mock_server.tests.builders import VIDEO
from mock_server.tests.served import LOCAL_KEY, Served


def _codes(served: Served, count: int) -> list[int]:
    return [served.vendor("GET", TASKS_PATH).json()["code"] for _ in range(count)]


def test_a_staged_failure_is_shown_and_strikes(served: Served) -> None:
    """With an id of its own and the operations it is for, sorted."""
    staged = served.happening("POST", "/faults", {"code": 5001, "operations": ["list", "get"]})

    assert (staged["code"], staged["operations"], staged["times"]) == (5001, ["get", "list"], 1)
    assert _codes(served, 2) == [5001, 0]


def test_faults_are_listed_with_their_strikes(served: Served) -> None:
    """Those that will not strike again stay in the list, in the order of staging."""
    served.happening("POST", "/faults", {"code": 1302})
    served.happening("POST", "/faults", {"code": 1303, "times": 3})
    assert _codes(served, 2) == [1302, 1303]

    told = served.happening("GET", "/faults")["faults"]

    assert [(fault["code"], fault["struck"], fault["left"]) for fault in told] == [
        (1302, 1, 0),
        (1303, 1, 2),
    ]


def test_failures_can_be_taken_back(served: Served) -> None:
    """All of them, before they strike."""
    served.happening("POST", "/faults", {"code": 5001, "times": 5})
    served.happening("DELETE", "/faults")

    assert _codes(served, 1) == [0]
    assert served.happening("GET", "/faults")["faults"] == []


def test_one_failure_can_be_taken_back(served: Served) -> None:
    """The others stay; one that is not there is 404."""
    first = served.happening("POST", "/faults", {"code": 1303})["fault_id"]
    served.happening("POST", "/faults", {"code": 1302})
    served.happening("DELETE", f"/faults/{first}")

    assert served.control("DELETE", f"/faults/{first}").status_code == 404
    assert _codes(served, 2) == [1302, 0]


def test_maintenance_is_5001_for_every_call(served: Served) -> None:
    """Until it is over; nothing takes effect meanwhile, and no fault is used up."""
    served.happening("POST", "/faults", {"code": 1303})
    served.happening("PATCH", f"/accounts/{LOCAL_KEY}", {"maintenance": True})
    replies = [
        served.vendor("GET", TASKS_PATH),
        served.vendor("GET", f"{TASKS_PATH}/7"),
        served.vendor("POST", IDENTIFY_PATH, {"video_url": VIDEO}),
        served.vendor("POST", TASKS_PATH, {}),
    ]
    served.happening("PATCH", f"/accounts/{LOCAL_KEY}", {"maintenance": False})

    assert {(reply.status_code, reply.json()["code"]) for reply in replies} == {(503, 5001)}
    assert {reply.headers["x-mock-fault"] for reply in replies} == {"5001"}
    assert served.happening("GET", "/ledger")["lines"] == []
    assert _codes(served, 2) == [1303, 0]


def test_physics_is_told_with_its_evidence(served: Served) -> None:
    """The account's own values where it has some, the rulebook's where it states them."""
    made = served.happening("POST", "/accounts", {"access_key": "a", "slots": 3, "units": "2.5"})
    numbers = served.happening("GET", f"/physics?account={made['access_key']}")["physics"]
    told = {number["name"]: number for number in numbers}

    assert (told["slots"]["value"], told["slots"]["default"]) == (3, None)
    assert told["units"]["value"] == "2.5"
    assert told["identify_price"]["value"] == "0.05"
    assert told["identify_price"]["rule"] == "billing.identify-price"
    assert {number["evidence"] for number in numbers} <= {"documented", "observed", "assumed"}
    assert all(number["sentence"] and number["sources"] for number in numbers)

"""Callbacks are shown, waited for and sent again through the control API."""

import jsonschema_rs
import pytest

from mock_server.tests.builders import contract
from mock_server.tests.receivers import answering, receiving
from mock_server.tests.served import LOCAL_KEY, Served

FIRST_HOUR = [("succeed", 2), ("processing", 2), ("succeed", 1), ("processing", 1)]


def _two_tasks(served: Served, url: str) -> list[str]:
    tasks = []
    for _ in range(2):
        tasks.append(served.create(callback_url=url))
        served.advance("1h")
    return tasks


def test_callbacks_are_listed_by_task_and_status(served: Served) -> None:
    """Newest first, and no more than were asked for."""
    with receiving(answering(200)) as server:
        first, second = _two_tasks(served, server.url)

    def listed(query: str) -> list[tuple[str, int]]:
        told = served.happening("GET", f"/deliveries{query}")["deliveries"]
        return [(d["status"], 1 if d["task_id"] == first else 2) for d in told]

    assert listed("") == FIRST_HOUR
    assert listed("?limit=3") == FIRST_HOUR[:3]
    assert listed(f"?task_id={second}") == FIRST_HOUR[:2]
    assert listed("?status=succeed") == [("succeed", 2), ("succeed", 1)]
    assert listed(f"?status=failed&task_id={first}") == []


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=501", "status=done", "count=1", "timeout_ms=60001"]
)
def test_another_query_is_refused(served: Served, query: str) -> None:
    """With what could be asked."""
    assert served.control("GET", f"/deliveries?{query}").status_code == 400


def test_an_answer_is_as_the_document_says(served: Served) -> None:
    """One delivery, a list of them, and those that were waited for."""
    served.happening("PATCH", f"/accounts/{LOCAL_KEY}", {"webhook_secret": "whsec_a2V5"})
    with receiving(answering(500, b"no")) as server:
        _two_tasks(served, server.url)
    listed = served.happening("GET", "/deliveries")
    name = listed["deliveries"][0]["delivery_id"]
    answers = {
        "Deliveries": listed,
        "Delivery": served.happening("GET", f"/deliveries/{name}"),
        "Awaited": served.happening("GET", "/deliveries/wait"),
    }

    assert answers["Delivery"] == listed["deliveries"][0]
    validators = jsonschema_rs.validator_map_for(contract().control)
    for schema, answer in answers.items():
        errors = validators[f"#/components/schemas/{schema}"].iter_errors(answer)
        assert [error.message for error in errors] == []


def test_what_is_not_there_is_404(served: Served) -> None:
    """A delivery, or an account."""
    for path in ("/deliveries/7", "/deliveries?account=nobody", "/deliveries/wait?account=nobody"):
        assert served.control("GET", path).status_code == 404
    reply = served.control("POST", "/deliveries/7/redeliver")

    assert reply.status_code == 404
    assert "no delivery '7'" in reply.json()["error"]


def test_waiting_ends_when_there_are_enough(served: Served) -> None:
    """Those that are finished, newest first; or when the time is over."""
    with receiving(answering(200)) as server:
        served.create(callback_url=server.url)
        none = served.happening("GET", "/deliveries/wait?timeout_ms=0")
        served.advance("1h")
        both = served.happening("GET", "/deliveries/wait?count=2")
        more = served.happening("GET", "/deliveries/wait?count=2&status=succeed&timeout_ms=10")

    assert (none["complete"], none["deliveries"]) == (False, [])
    assert both["complete"]
    assert [delivery["status"] for delivery in both["deliveries"]] == ["succeed", "processing"]
    assert not more["complete"]
    assert [delivery["status"] for delivery in more["deliveries"]] == ["succeed"]


def test_one_that_is_to_be_tried_again_is_not_finished(served: Served) -> None:
    """Until it was tried for the last time."""
    served.happening("PATCH", f"/accounts/{LOCAL_KEY}", {"callback_retries": ["1h"]})
    with receiving(answering(500)) as server:
        served.create(callback_url=server.url)
        served.advance("5s")
        before = served.happening("GET", "/deliveries/wait?count=2&timeout_ms=10")
        served.advance("1h")
        after = served.happening("GET", "/deliveries/wait?count=2")

    assert (before["complete"], after["complete"]) == (False, True)


def test_a_callback_is_sent_again(served: Served) -> None:
    """With the same id and body, whatever became of it before; it is recorded beside the others."""
    served.happening("PATCH", f"/accounts/{LOCAL_KEY}", {"webhook_secret": "whsec_a2V5"})
    served.happening("POST", "/faults", {"callback": "lost", "statuses": ["succeed"]})
    with receiving(answering(200)) as server:
        served.create(callback_url=server.url)
        served.advance("1h")
        lost = served.happening("GET", "/deliveries")["deliveries"][0]
        path = f"/deliveries/{lost['delivery_id']}/redeliver"
        told = [served.happening("POST", path) for _ in range(2)][-1]

    assert [attempt["cause"] for attempt in told["attempts"]] == ["first", *["redelivery"] * 2]
    assert [attempt["number"] for attempt in told["attempts"]] == [1, 2, 3]
    assert [body.decode() for _, _, body in server.got[1:]] == [lost["body"]] * 2
    assert {headers["webhook-id"] for headers in server.headers[1:]} == {lost["delivery_id"]}


def test_one_that_is_held_back_can_be_sent_by_hand(served: Served) -> None:
    """It is then sent once, and not again when the next of its task was."""
    served.happening("POST", "/faults", {"callback": "out-of-order"})
    served.happening("POST", "/faults", {"callback": "late", "delay": "1h"})
    with receiving(answering(200)) as server:
        served.create(callback_url=server.url)
        served.advance("1s")
        held = served.happening("GET", "/deliveries")["deliveries"][0]
        served.happening("POST", f"/deliveries/{held['delivery_id']}/redeliver")
        served.advance("4s")
        late = served.happening("GET", "/deliveries")["deliveries"][0]
        served.happening("POST", f"/deliveries/{late['delivery_id']}/redeliver")
        served.advance("24h")
        told = served.happening("GET", "/deliveries")["deliveries"]

    assert (held["held_back"], held["attempts"]) == (True, [])
    assert [[a["cause"] for a in one["attempts"]] for one in told] == [["first"], ["first"]]
    assert len(server.got) == 2

"""A server's deliveries, from the change of status to the receiver."""

import pytest
import time_machine
from standardwebhooks import Webhook, WebhookVerificationError

from mock_server.routes import TASKS_PATH
from mock_server.tests.post_office import in_turn
from mock_server.tests.receivers import answering, receiving
from mock_server.tests.served import LOCAL_KEY, Served

OTHER = "ak-of-another"


def test_retries_fall_due_on_the_accounts_clock(served: Served) -> None:
    """Each so long after the one before; a receiver that answers 503 twice is asked three times."""
    served.happening("PATCH", "/accounts/local-access-key", {"callback_retries": ["5s", "1m"]})
    statuses = [200, 503, 503, 200]
    with receiving(in_turn(statuses)) as server:
        served.create(callback_url=server.url)
        for span in ("1s", "4s", 4999, 1, 59_999, 1, "24h"):
            served.advance(span)
    newest, oldest = served.happening("GET", "/deliveries")["deliveries"]

    first = newest["due_at"]
    assert [attempt["at"] - first for attempt in newest["attempts"]] == [0, 5000, 65_000]
    assert [attempt["cause"] for attempt in newest["attempts"]] == ["first", "retry", "retry"]
    assert len(oldest["attempts"]) == 1
    assert len(server.got) == 4


def test_a_later_announcement_overtakes_one_that_is_held_back(served: Served) -> None:
    """In one move of the clock, and the receiver sees them the wrong way round."""
    served.happening("POST", "/faults", {"callback": "out-of-order"})
    with receiving(answering(200)) as server:
        served.create(callback_url=server.url)
        served.advance("1h")

    told = [b'"task_status":"succeed"' in body for _, _, body in server.got]
    assert told == [True, False]


def test_callbacks_of_one_account_arrive_in_order(served: Served) -> None:
    """One after the other, whatever the receiver answers."""
    with receiving(answering(500)) as receiver:
        for _ in range(3):
            served.create(callback_url=receiver.url)
            served.advance(100)
        served.advance("1h")

    due = [d["due_at"] for d in served.happening("GET", "/deliveries")["deliveries"]]
    assert len(receiver.got) == 6
    assert due == sorted(due, reverse=True)


def test_a_callback_says_what_a_query_says(served: Served) -> None:
    """At the same instant, as JSON in UTF-8."""
    with receiving(answering(200)) as receiver:
        served.create(callback_url=receiver.url)
        served.advance("5s")
    (query,) = served.data("GET", TASKS_PATH)

    announced = receiver.got[-1][2].decode()
    assert f'"task_id":"{query["task_id"]}"' in announced
    assert '"task_status":"succeed"' in announced
    assert receiver.headers[-1]["Content-Type"] == "application/json; charset=utf-8"


def test_a_callback_to_another_host_is_refused_and_told(served: Served) -> None:
    """Only loopback is reached unless the user said otherwise."""
    served.create(callback_url="http://192.0.2.1/done")
    served.advance("5s")

    told = served.happening("GET", "/deliveries")["deliveries"]
    faults = {attempt["fault"] for delivery in told for attempt in delivery["attempts"]}
    assert len(faults) == 1
    assert "it is no loopback address" in faults.pop()


def test_the_standards_own_verification_takes_what_arrives(served: Served) -> None:
    """As it is while the account's clock is near the host's; on the account's clock ever after."""
    secrets = ["whsec_bmV3", "whsec_b2xk"]
    changes = {"webhook_secrets": secrets, "pace": f"1000+{68 * 60_000}"}
    served.happening("PATCH", f"/accounts/{LOCAL_KEY}", changes)
    with receiving(answering(200)) as server:
        served.create(callback_url=server.url)
        served.advance("1s")
        now = served.advance("68m")["now"]
    (_, _, early), (_, _, late) = server.got

    for secret in secrets:
        told = Webhook(secret).verify(early, server.headers[0])
        assert told["task_status"] == "processing"
        with pytest.raises(WebhookVerificationError, match="too new"):
            Webhook(secret).verify(late, server.headers[1])
        with time_machine.travel(now / 1000, tick=False):
            assert Webhook(secret).verify(late, server.headers[1])["task_status"] == "succeed"

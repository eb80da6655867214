"""What a user of the mock makes happen, happens in order and is told."""

import pytest

from mock_server.routes import IDENTIFY_PATH, TASKS_PATH
from mock_server.tests.receivers import answering, receiving, unused_port
from mock_server.tests.served import Served


def test_callbacks_of_what_happened_were_sent_when_it_is_told(served: Served) -> None:
    """In due order, as the bare task, and kept with what the receiver answered."""
    with receiving(answering(204)) as receiver:
        task_id = served.create(callback_url=f"{receiver.url}/done")
        served.advance("1h")

    told = served.happening("GET", "/deliveries")["deliveries"]
    assert [(d["status"], [a["answer"] for a in d["attempts"]]) for d in told] == [
        ("succeed", [204]),
        ("processing", [204]),
    ]
    assert [(method, path) for method, path, _ in receiver.got] == [("POST", "/done")] * 2
    assert receiver.got[1][2].decode() == told[0]["body"]
    assert {d["task_id"] for d in told} == {task_id}


def test_a_callback_that_nobody_takes_is_told(served: Served) -> None:
    """Once, and the task goes on."""
    task_id = served.create(callback_url=f"http://127.0.0.1:{unused_port()}/")
    served.advance("1h")

    told = served.happening("GET", "/deliveries")["deliveries"]
    assert [[(a["answer"], a["fault"]) for a in d["attempts"]] for d in told] == [
        [(None, "nothing listens there")]
    ] * 2
    assert served.data("GET", f"{TASKS_PATH}/{task_id}")["task_status"] == "succeed"


def test_a_task_fails_when_somebody_asked_for_it(served: Served) -> None:
    """With these words, at its planned end."""
    served.happening("POST", "/faults", {"fail_task": "no luck"})
    task_id = served.create()
    served.advance("5s")

    told = served.data("GET", f"{TASKS_PATH}/{task_id}")
    assert (told["task_status"], told["task_status_msg"]) == ("failed", "no luck")


@pytest.mark.parametrize(
    ("age", "status"), [("0", 200), ("30d", 200), (f"{30 * 86_400_000 + 1}", 400)]
)
def test_a_described_video_gets_an_id(served: Served, age: str, status: int) -> None:
    """As generated that long ago."""
    url = f"http://described.test/video?id=mine&age={age}"
    told = served.happening("POST", "/media", {"url": url})

    assert told == {"url": url, "video_id": "mine"}
    assert served.vendor("POST", IDENTIFY_PATH, {"video_id": "mine"}).status_code == status


def test_described_speech_gets_an_id(served: Served) -> None:
    """One of the mock's own where none is given."""
    told = served.happening("POST", "/media", {"url": "http://described.test/audio"})

    assert told["audio_id"].isdecimal()
    assert served.create(choice={"sound_file": "", "audio_id": told["audio_id"]})


def test_an_upload_gets_what_it_can_be(served: Served) -> None:
    """A URL always, and an id only where the bytes are that medium."""
    reply = served.control("PUT", "/media/not%20a%20video.mp4", content=b"hello")

    assert reply.status_code == 201
    assert reply.json()["bytes"] == 5
    assert {"video_id", "audio_id"}.isdisjoint(reply.json())


def test_the_ledger_is_what_was_taken(served: Served) -> None:
    """Newest first, and its sum."""
    served.create()
    served.advance("1h")

    told = served.happening("GET", "/ledger")
    assert told["units_spent"] == "1.05"
    assert [(line["operation"], line["units"]) for line in told["lines"]] == [
        ("create", "1"),
        ("identify", "0.05"),
    ]

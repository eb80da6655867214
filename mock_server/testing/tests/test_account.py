"""An account as a test holds it: time, failures, media, and what was seen."""

import asyncio
from pathlib import Path

import httpx
import jwt
import pytest

from mock_server.routes import TASKS_PATH
from mock_server.testing import CallbackReceiver, ControlRefused, InProcessMock, LipSyncMock
from mock_server.testing.tests.flows import created, status

SAMPLES = Path(__file__).parents[2] / "samples"


def test_a_task_lives_by_the_account_s_clock(held: LipSyncMock) -> None:
    """Nothing happens until the clock moves, and then all of it."""
    client = held.httpx_client()
    task = created(held, client)

    assert status(client, task) == "submitted"
    happened = held.advance("65m")
    assert [event["status"] for event in happened if event["task_id"] == task] == [
        "processing",
        "succeed",
    ]
    assert status(client, task) == "succeed"
    assert [line["operation"] for line in held.ledger()["lines"]] == ["create", "identify"]


def test_two_accounts_share_nothing(in_process: InProcessMock) -> None:
    """Neither time nor tasks; dropping one leaves the other alone."""
    with LipSyncMock(in_process) as one, LipSyncMock(in_process) as other:
        before = other.now
        created(one, one.httpx_client())
        one.advance("30d")

        assert other.now == before
        assert other.httpx_client().get(TASKS_PATH).json()["data"] == []
    with pytest.raises(ControlRefused, match="no account has the AccessKey"):
        one.shown()


def test_a_token_is_minted_on_the_account_s_clock(held: LipSyncMock) -> None:
    """With the claims of the vendor's sample, which can be replaced."""
    held.advance("30d")
    now_s = held.now // 1000

    claims = jwt.decode(held.token(exp=5), options={"verify_signature": False})
    assert claims == {"iss": held.access_key, "exp": 5, "nbf": now_s - 5}


def test_a_failure_strikes_as_often_as_was_said(held: LipSyncMock) -> None:
    """And on the operations that were named."""
    client = held.httpx_client()
    held.fail(1303, "list", times=2)

    codes = [client.get(TASKS_PATH).json()["code"] for _ in range(3)]
    assert codes == [1303, 1303, 0]


def test_a_staged_failure_can_be_taken_back(held: LipSyncMock) -> None:
    """Before it strikes."""
    held.fail(5001)
    held.clear_faults()

    assert held.httpx_client().get(TASKS_PATH).json()["code"] == 0


def test_a_task_can_be_made_to_fail(held: LipSyncMock) -> None:
    """After processing, with a message."""
    held.fail_task("the mouth could not be found")
    client = held.httpx_client()
    task = created(held, client)
    held.until_task(task)

    found = client.get(f"{TASKS_PATH}/{task}").json()["data"]
    assert (found["task_status"], found["task_status_msg"]) == (
        "failed",
        "the mouth could not be found",
    )


def test_callbacks_are_sent_while_the_clock_moves(held: LipSyncMock) -> None:
    """Each transition once, in order."""
    with CallbackReceiver() as receiver:
        created(held, held.httpx_client(), callback_url=receiver.url)
        held.advance("65m")

        assert receiver.statuses == ("processing", "succeed")
        assert len(held.wait_for_deliveries(2)) == 2


def test_a_file_gets_a_url_and_an_id(held: LipSyncMock) -> None:
    """By its path or as bytes."""
    put = held.put(SAMPLES / "speech.mp3")
    seeded = held.seed(held.audio(duration=4000, age="31d"))

    assert put["audio_id"]
    assert put["url"].endswith("/speech.mp3")
    assert held.put(b"no medium", "a.bin").keys() == {"url", "bytes"}
    assert seeded["audio_id"]


def test_the_account_can_be_changed_and_reset(held: LipSyncMock) -> None:
    """Its settings survive a reset, its tasks do not."""
    client = held.httpx_client()
    created(held, client)
    held.change(rate=1)
    held.reset()

    assert held.shown()["rate"] == 1
    assert client.get(TASKS_PATH).json()["data"] == []


def test_the_generated_client_calls_as_the_account(held: LipSyncMock) -> None:
    """Without a socket."""
    client = held.client()
    reply = client.get_httpx_client().get(TASKS_PATH)

    assert reply.json()["code"] == 0


async def _asked(held: LipSyncMock) -> httpx.Response:
    async with held.async_httpx_client() as client:
        return await client.get(TASKS_PATH)


def test_an_asynchronous_client_calls_as_the_account(held: LipSyncMock) -> None:
    """On the test's own event loop."""
    assert asyncio.run(_asked(held)).json()["code"] == 0


def test_the_control_api_s_words_reach_the_test(held: LipSyncMock) -> None:
    """With the value and the remedy."""
    with pytest.raises(ControlRefused, match="'soon' is no span of time"):
        held.advance("soon")

"""What a dead worker had begun is gone on with by the others."""

import asyncio
import time
from collections.abc import Sized

import pytest

from mock_server.accounts import SAMPLE_AUDIO_URL, SAMPLE_VIDEO_URL
from mock_server.routes import IDENTIFY_PATH, TASKS_PATH
from mock_server.shared_runner import SharedRunner
from mock_server.tests.builders import create_body
from mock_server.tests.receivers import answering, receiving
from mock_server.tests.redis_server import needs_redis, redis_server
from mock_server.tests.replicas import store_of
from mock_server.tests.served import LOCAL_KEY, Served, serving

pytestmark = needs_redis


def _pass_time(served: Served, enough: Sized, count: int) -> None:
    until = time.monotonic() + 10
    while len(enough) < count and time.monotonic() < until:
        served.run(lambda: asyncio.sleep(0.05))


def test_a_delivery_that_a_dead_worker_claimed_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    """At least once: nobody knows whether the dead one sent it."""
    with redis_server() as (url, _), receiving(answering(200)) as receiver:
        with monkeypatch.context() as patched, serving(store=url, pace="0+0") as served:
            patched.setattr(SharedRunner, "send_for", lambda *_: None)  # it dies now
            served.create(callback_url=receiver.url)
            claimed = store_of(served).redis.hkeys(f"{store_of(served).prefix}senders")
            assert claimed == [LOCAL_KEY.encode()]
            assert receiver.got == []
        with serving(store=url) as served:
            _pass_time(served, receiver.got, 1)
            served.run(lambda: asyncio.sleep(0.2))
            left = store_of(served).page(LOCAL_KEY, "outbox", 1, 9)

    assert len(receiver.got) == 1
    assert left == []


def test_an_account_that_nobody_asks_for_is_settled_in_time() -> None:
    """By whichever worker looks; a callback needs no call."""
    with redis_server() as (url, _), receiving(answering(200)) as receiver:
        with serving(store=url, time="real", pace="300+300") as served:
            served.create(callback_url=receiver.url)
        with serving(store=url, time="real") as served:
            _pass_time(served, receiver.got, 2)

    assert len(receiver.got) == 2


def test_a_render_that_a_dead_worker_began_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its task ends, as it would have."""
    with redis_server() as (url, _):
        with monkeypatch.context() as patched, serving(store=url) as served:
            patched.setattr(SharedRunner, "_start_render", lambda *_: None)  # it dies now
            asked = {"video_url": SAMPLE_VIDEO_URL}
            session = served.data("POST", IDENTIFY_PATH, asked)["session_id"]
            body = create_body(session, choice={"sound_file": SAMPLE_AUDIO_URL})
            task_id = served.data("POST", TASKS_PATH, body)["task_id"]
            assert store_of(served).page(LOCAL_KEY, "renders", 1, 9) == [task_id]
        with serving(store=url) as served:
            served.advance("1h")
            shown = served.data("GET", f"{TASKS_PATH}/{task_id}")

    assert shown["task_status"] == "succeed"

"""Calls on a shared account are judged one after the other, whoever is asked."""

import asyncio
import json
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any

import httpx
import pytest

from mock_server.routes import IDENTIFY_PATH, TASKS_PATH
from mock_server.store import Put, step
from mock_server.stores.precedence import PATIENCE
from mock_server.stores.turn import OvertakenError, Turn
from mock_server.tests.builders import VIDEO, create_body
from mock_server.tests.redis_server import needs_redis
from mock_server.tests.replicas import replicas, store_of
from mock_server.tests.served import BASE_URL, BEARER, LOCAL_KEY, Served
from mock_server.turns import Turns

pytestmark = needs_redis


def _at_once(served: Served, bodies: list[dict[str, object]]) -> list[httpx.Response]:
    """Send create calls at the same time."""

    async def step() -> list[httpx.Response]:
        transport = httpx.ASGITransport(served.server.application, client=("127.0.0.1", 1))
        async with httpx.AsyncClient(transport=transport, base_url=BASE_URL) as client:
            calls = [client.post(TASKS_PATH, json=body, headers=BEARER) for body in bodies]
            return list(await asyncio.gather(*calls))

    return served.run(step)


def _session(served: Served) -> str:
    return str(served.data("POST", IDENTIFY_PATH, {"video_url": VIDEO})["session_id"])


def test_an_external_id_is_given_once() -> None:
    """Both replicas are asked for the same ids, many at a time: each is made by one call."""
    with replicas() as both, ThreadPoolExecutor(2) as threads:
        session = _session(both[0])
        bodies = [create_body(session, external_task_id=f"own-{n % 10}") for n in range(40)]
        done = list(threads.map(lambda served: _at_once(served, bodies), both))
        listed = both[0].data("GET", f"{TASKS_PATH}?pageSize=100")

    statuses = Counter(reply.status_code for replies in done for reply in replies)
    assert statuses == {200: 10, 400: 70}
    assert len({task["task_info"]["external_task_id"] for task in listed}) == len(listed) == 10


def test_all_ids_differ_and_every_task_is_there() -> None:
    """On one instant of a clock that stands still, made by two at once."""
    with replicas() as both, ThreadPoolExecutor(2) as threads:
        bodies = [create_body(_session(both[0]))] * 40
        done = list(threads.map(lambda served: _at_once(served, bodies), both))
        listed = both[1].data("GET", f"{TASKS_PATH}?pageSize=100")
        journal = both[0].happening("GET", "/journal/count?operation=create")

    made = {json.loads(reply.content)["data"]["task_id"] for some in done for reply in some}
    requests = {json.loads(reply.content)["request_id"] for some in done for reply in some}
    assert len(made) == len(requests) == journal["count"] == 80
    assert {task["task_id"] for task in listed} == made


def test_slots_are_counted_over_all_replicas() -> None:
    """One account may have three open tasks, wherever they were made."""
    with replicas(slots=3) as both, ThreadPoolExecutor(2) as threads:
        bodies = [create_body(_session(both[0]))] * 6
        done = list(threads.map(lambda served: _at_once(served, bodies), both))

    codes = Counter(json.loads(reply.content)["code"] for some in done for reply in some)
    assert codes == {0: 3, 1303: 9}


def test_a_turn_that_nobody_ends_is_over_in_time() -> None:
    """A worker that died in its turn holds nobody up for longer than that."""
    with replicas() as (one, two):
        turn = store_of(one).begin(LOCAL_KEY)
        assert isinstance(turn, Turn)
        task_id = two.create()

        assert one.data("GET", f"{TASKS_PATH}/{task_id}")["task_id"] == task_id


def test_a_call_without_a_known_caller_is_answered() -> None:
    """And is in the journal of those."""
    with replicas() as (one, two):
        reply = one.ask("GET", TASKS_PATH, headers={"authorization": "Bearer nobody"})
        entries = two.happening("GET", "/journal?account=")["entries"]

    assert reply.status_code == 401
    assert [entry["status"] for entry in entries] == [401]


def test_a_turn_that_is_overtaken_is_taken_again_with_fewer_calls(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Down to one at a time, and each call is answered once."""
    sizes: list[int] = []
    answered = Turns._answer_all

    def overtaken(turns: Turns, turn: Turn, left: Sequence[Any], kept: dict[Any, Any]) -> None:
        sizes.append(len(left))
        if len(sizes) <= 4:
            raise OvertakenError(LOCAL_KEY)
        answered(turns, turn, left, kept)

    with replicas() as both:
        bodies = [create_body(_session(both[0]))] * 8
        monkeypatch.setattr(Turns, "_answer_all", overtaken)
        done = _at_once(both[0], bodies)
        listed = both[0].data("GET", f"{TASKS_PATH}?pageSize=100")

    assert sizes[:5] == [8, 4, 2, 1, 1]
    assert [reply.status_code for reply in done] == [200] * 8
    assert len(listed) == 8


def test_a_turn_is_not_overtaken_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever goes on beside it: here a step comes each time, at the worst moment."""
    overtaken: list[str] = []
    answered = Turns._answer_all

    with replicas() as both, ThreadPoolExecutor(1) as threads:
        store = store_of(both[1])
        made: list[Future[bool]] = []

        def one_beside() -> bool:
            return step(store, LOCAL_KEY, lambda _held: (Put("counts", "rate", (1, 1)),))

        def late(turns: Turns, turn: Turn, left: Sequence[Any], kept: dict[Any, Any]) -> None:
            made.append(threads.submit(one_beside))
            wait(made, timeout=0.5)
            try:
                answered(turns, turn, left, kept)
            except OvertakenError as error:
                overtaken.append(error.access_key)
                raise

        monkeypatch.setattr(Turns, "_answer_all", late)
        task_id = both[0].create()
        done, _ = wait(made, timeout=10)

    assert task_id
    assert len(done) == len(made)
    assert 0 < len(overtaken) <= PATIENCE * 2  # of two calls: a session and a task

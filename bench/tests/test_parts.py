"""What is measured of one server at a time, on a small scale."""

import asyncio
import json
import shutil
from typing import Any

import pytest

from bench import full_mock, inside, many, mixed, report, workers
from bench.calls import Request, request
from bench.inside import AUTHORIZATION, ask, living
from bench.load import Load
from bench.paths import IDENTIFY_PATH


def test_the_five_calls_are_measured_on_the_mock_and_on_the_raw_application() -> None:
    """The mock does more, and it takes longer."""
    found = asyncio.run(inside.measure(rounds=30))

    assert found["mock"].processor_ms > found["raw"].processor_ms > 0


def test_many_tasks_are_weighed_and_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each read is measured on both mocks; so few tasks may fit into memory that is free."""
    monkeypatch.setattr(many, "_SETTLED_S", 0.0)
    found = asyncio.run(many.measure(3_000, pairs=3))

    assert found.count == 3_000
    assert 0 <= found.bytes_each < 10_000
    assert 0 < found.create_us < found.pauses.call * 1000
    assert len(found.pairs) == 4
    assert all(pair.few_us > 0 < pair.many_us for pair in found.pairs.values())


def test_a_full_mock_has_the_tasks_that_it_names() -> None:
    """They have succeeded, are in the list, and a result of theirs can be named."""
    server, names = full_mock.filled(2_000)

    async def shown() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        async with living(server.application):
            bodies = [
                await ask(server.application, request("get", AUTHORIZATION, name)) for name in names
            ]
            page = await ask(server.application, request("list of 500", AUTHORIZATION, "", 4))
            result = json.loads(bodies[0])["data"]["task_result"]["videos"][0]["id"]
            again = json.dumps({"video_id": result}).encode()
            await ask(server.application, Request("POST", IDENTIFY_PATH, AUTHORIZATION, again))
        return [json.loads(body)["data"] for body in bodies], json.loads(page)["data"]

    tasks, page = asyncio.run(shown())

    assert [task["task_id"] for task in tasks] == names
    assert {task["task_status"] for task in [*tasks, *page]} == {"succeed"}
    assert len(names) == 2
    assert len(page) == 500


def test_the_mix_has_every_operation_as_often_as_it_says() -> None:
    """And never all of one kind in a row."""
    order = list(mixed.spread(3))

    assert len(order) == 3 * mixed.MIX.total()
    assert {name: order.count(name) / 3 for name in mixed.MIX} == dict(mixed.MIX)
    assert len(set(order[:5])) > 1


@pytest.mark.skipif(shutil.which("redis-server") is None, reason="needs redis-server")
def test_a_run_on_redis_counts_what_redis_used() -> None:
    """Both sides of a pair are asked the same; their processor time is more than Redis alone's."""
    few, many = workers.pair(Load(2, 10.0, 0.0, most=100), slices=2)

    assert (few.workers, many.workers) == (1, 4)
    assert all(run.per_second > 0 for run in (few, many))
    assert all(run.cpu_ms > run.redis_ms >= 0 for run in (few, many))


def test_what_was_not_measured_is_said() -> None:
    """Without redis-server the table names the command that brings it."""
    assert "apt-get install redis-server" in report.alone({"stores": {"missing": workers.MISSING}})

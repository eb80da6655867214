"""Whatever belongs to an account is the same for every replica."""

import pytest

from mock_server.console import Console
from mock_server.engine import Engine
from mock_server.outbound import Reach
from mock_server.routes import TASKS_PATH
from mock_server.sharing import Shared
from mock_server.store import MemoryStore
from mock_server.tests.builders import contract, reply_check
from mock_server.tests.receivers import answering, receiving
from mock_server.tests.redis_server import needs_redis
from mock_server.tests.replicas import replicas


def test_a_store_of_one_process_is_not_shared() -> None:
    """What only one process sees must not look as if all did."""
    engine = Engine(contract(), MemoryStore(), {}, reply_check())

    with pytest.raises(TypeError, match="MemoryStore cannot be shared"):
        Shared(engine, None, Reach(), reply_check(), str, Console(quiet=True))  # type: ignore[arg-type]  # not reached


@needs_redis
def test_one_replica_makes_and_the_other_shows() -> None:
    """Tasks, clocks, deliveries, ledger and journal are one."""
    with replicas() as (one, two), receiving(answering(200)) as receiver:
        task_id = one.create(callback_url=receiver.url)
        told = two.advance("1m")["happened"]
        shown = one.data("GET", f"{TASKS_PATH}/{task_id}")
        deliveries = one.happening("GET", "/deliveries")["deliveries"]
        ledger = two.happening("GET", "/ledger")
        journal = one.happening("GET", "/journal")["entries"]

    assert [one["kind"] for one in told] == ["status", "attempt", "status", "attempt"]
    assert shown["task_status"] == "succeed"
    assert [delivery["status"] for delivery in deliveries] == ["succeed", "processing"]
    assert ledger["units_spent"] == "1.05"
    operations = [entry["operation"] for entry in journal]
    assert operations == ["identify", "create", "moveClock", "get"]
    assert [entry["sequence"] for entry in journal] == [1, 2, 3, 4]


@needs_redis
def test_a_fault_strikes_once_whoever_is_asked() -> None:
    """Staged at one replica, met at the other, spent at both."""
    with replicas() as (one, two):
        one.happening("POST", "/faults", {"code": 1303, "operations": ["list"]})
        statuses = [served.vendor("GET", TASKS_PATH).status_code for served in (two, one, two)]

    assert statuses == [429, 200, 200]


@needs_redis
def test_an_account_of_one_replica_is_known_to_the_other() -> None:
    """With its media, and until it is dropped anywhere."""
    with replicas() as (one, two):
        key = one.happening("POST", "/accounts", {"rate": 2})["access_key"]
        shown = two.happening("GET", f"/accounts/{key}")
        two.happening("PATCH", f"/accounts/{key}", {"rate": 3})
        again = one.happening("GET", f"/accounts/{key}")
        two.happening("DELETE", f"/accounts/{key}")
        gone = one.control("GET", f"/accounts/{key}")

    assert (shown["rate"], again["rate"], gone.status_code) == (2, 3, 404)

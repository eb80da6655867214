"""Several processes on one port, which a user starts with one flag."""

import http.client
import os
import re
import signal
import subprocess
import sys
import time
from typing import Any

import pytest
from attrs import evolve

from mock_server.routes import TASKS_PATH
from mock_server.settings import Settings, SettingsError
from mock_server.tests.redis_server import needs_redis, redis_server
from mock_server.workers import check_workers

REDIS = "redis://127.0.0.1:6379/0"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"store": "memory"}, "accounts of its own"),
        ({"store": "sqlite:a.db"}, "one process at a time"),
        ({"store": REDIS, "tls": 0}, "--tls and --proxy"),
        ({"store": REDIS, "proxy": 0}, "--tls and --proxy"),
    ],
)
def test_what_several_workers_cannot_share_is_refused(changes: dict[str, Any], said: str) -> None:
    """With what to give instead; one worker may have all of it."""
    settings = evolve(Settings(), **changes)
    check_workers(settings)

    with pytest.raises(SettingsError, match=said):
        check_workers(evolve(settings, workers=2))


def _listed(port: int) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", TASKS_PATH, headers={"Authorization": "Bearer local-api-key"})
    status = connection.getresponse().status
    connection.close()
    return status


def _workers(process: int) -> list[int]:
    with open(f"/proc/{process}/task/{process}/children", encoding="ascii") as file:  # noqa: PTH123 - no file
        return [int(word) for word in file.read().split()]


@needs_redis
@pytest.mark.skipif(sys.platform != "linux", reason="looks for children in /proc")
def test_a_worker_that_dies_is_replaced() -> None:
    """The port answers all the time, and all processes end with the first one."""
    with redis_server() as (url, _):
        options = ["--store", url, "--workers", "2", "--port", "0", "--quiet"]
        with subprocess.Popen(  # noqa: S603 - a command of this file
            [sys.executable, "-m", "mock_server", *options], stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout is not None
            found = re.search(r"http://127\.0\.0\.1:(\d+)", process.stdout.readline())
            assert found is not None
            port, first = int(found[1]), _workers(process.pid)
            os.kill(first[0], signal.SIGKILL)
            statuses = [_listed(port) for _ in range(5)]
            until = time.monotonic() + 10
            while len(set(_workers(process.pid)) - {first[0]}) < 2 and time.monotonic() < until:
                time.sleep(0.05)
            after = _workers(process.pid)
            process.send_signal(signal.SIGTERM)
            code = process.wait(20)

    assert statuses == [200] * 5
    assert len(first) == len(after) == 2
    assert first[0] not in after
    assert code == 0

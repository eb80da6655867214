"""How the server lives with a worker that dies, hangs or babbles."""

import os
import signal
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from mock_server.media.worker_process import WorkerFailed, WorkerProcess

# A worker without media: it echoes requests, and misbehaves on demand.
SCRIPT = """
import json, sys, time
for line in sys.stdin:
    request = json.loads(line)
    if request["method"] == "die":
        sys.exit(1)
    if request["method"] == "hang":
        time.sleep(60)
    if request["method"] == "babble":
        print("loading model ...", flush=True)
    print(json.dumps({"id": request["id"], "done": request}), flush=True)
"""
LIMIT_S = 20.0


@pytest.fixture
def worker() -> Iterator[WorkerProcess]:
    """Give a worker that is ended after the test."""
    worker = WorkerProcess((sys.executable, "-c", SCRIPT))
    yield worker
    worker.close()


def echoes(worker: WorkerProcess) -> bool:
    """Tell whether the worker, or a new one, works."""
    return bool(worker.ask({"method": "echo"}, LIMIT_S)["done"]["method"] == "echo")


def test_no_process_runs_before_it_is_needed(worker: WorkerProcess) -> None:
    """The first request starts the worker."""
    before = worker.pid

    assert echoes(worker)
    assert (before, worker.pid is None) == (None, False)


def test_one_process_answers_many_requests(worker: WorkerProcess) -> None:
    """A worker that behaves is kept."""
    assert echoes(worker)
    first = worker.pid

    assert echoes(worker)
    assert worker.pid == first


def test_a_killed_worker_is_replaced(worker: WorkerProcess) -> None:
    """A worker that died between two requests costs neither of them."""
    assert echoes(worker)
    killed = worker.pid
    assert killed is not None
    os.kill(killed, signal.SIGTERM)
    os.waitpid(killed, 0)

    assert echoes(worker)
    assert worker.pid != killed


@pytest.mark.parametrize(
    ("method", "limit_s", "what_it_did"),
    [("die", LIMIT_S, "died"), ("hang", 0.5, "longer than 0.5 s"), ("babble", LIMIT_S, "no reply")],
)
def test_a_worker_that_misbehaves_fails_one_request_only(
    worker: WorkerProcess, method: str, limit_s: float, what_it_did: str
) -> None:
    """The request that met it fails and says why; the next one gets a new worker."""
    with pytest.raises(WorkerFailed, match=what_it_did):
        worker.ask({"method": method}, limit_s)

    assert echoes(worker)


def test_requests_of_threads_do_not_mix(worker: WorkerProcess) -> None:
    """Each thread gets the reply to its own request."""
    with ThreadPoolExecutor(8) as pool:
        replies = pool.map(
            lambda mark: worker.ask({"method": "echo", "mark": mark}, LIMIT_S), range(40)
        )
        marks = [reply["done"]["mark"] for reply in replies]

    assert marks == list(range(40))


def test_a_closed_worker_stays_closed(worker: WorkerProcess) -> None:
    """After the end of the server no request starts a process again."""
    assert echoes(worker)
    worker.close()

    with pytest.raises(WorkerFailed, match="closed"):
        echoes(worker)
    assert worker.pid is None


def test_closing_does_not_wait_for_a_request(worker: WorkerProcess) -> None:
    """A request under way fails at once when the server ends."""
    assert echoes(worker)
    with ThreadPoolExecutor(1) as pool:
        hanging = pool.submit(worker.ask, {"method": "hang"}, LIMIT_S)
        worker.close()

        with pytest.raises(WorkerFailed):
            hanging.result(timeout=5)

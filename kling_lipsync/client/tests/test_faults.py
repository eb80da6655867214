"""Faults of every kind at every place: one task at most, no false success, no hang, no difference.

`on_both` asserts of every example that the blocking and the awaited client sent the same
requests, made the same pauses and came to the same outcome.
"""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kling_lipsync_api.models import CreatedTask, Task

from kling_lipsync.client.errors import (
    LipSyncError,
    OutcomeUnknown,
    Refused,
    ServiceProblem,
    WaitTimeout,
)
from kling_lipsync.client.policy import RetryPolicy
from kling_lipsync.client.tests.both import on_both
from kling_lipsync.client.tests.canned import LOST
from kling_lipsync.client.tests.service import Fault, Service, World
from kling_lipsync.client.verbs import Synced

LONGEST_S = 3600.0
CODES = (1000, 1003, 1004, 1101, 1201, 1203, 1302, 1303, 1399, 5000, 5001, 5002, 9999)
KINDS = (
    *map(str, CODES),
    *LOST,
    "html",
    "cut",
    "empty",
    "no data",
    "not json",
    "wrong task",
    "drip",
)
HEADERS = st.sampled_from(
    [(), (("Retry-After", "7"),), (("Retry-After", "86400"),), (("Retry-After", "soon"),)]
)
STATUSES = st.sampled_from([None, None, 200, 302, 400, 404, 429, 500, 503])
FAULTS = st.builds(Fault, st.sampled_from(KINDS), st.booleans(), HEADERS, STATUSES)
SCRIPTS = st.lists(st.one_of(st.none(), FAULTS), max_size=9)
POLICIES = st.sampled_from(
    [RetryPolicy(), RetryPolicy(attempts=2), RetryPolicy(caller_owns_retries=True)]
)


def _create(client: Any) -> Any:  # noqa: ANN401 - either client, and what it returns
    return client.create("s1", "0", audio="http://a.test/a.mp3", crop=(0, 3000))


def _sync(client: Any) -> Any:  # noqa: ANN401
    return client.sync(
        video_url="http://v.test/v.mp4", audio="http://a.test/a.mp3", crop=(0, 3000), timeout=600
    )


@settings(max_examples=300, deadline=None)
@given(script=SCRIPTS, late=st.booleans(), retries=POLICIES)
def test_a_create_makes_one_task_at_most(
    *, script: list[Fault | None], late: bool, retries: RetryPolicy
) -> None:
    """Told of a task, it is there; told of a refusal, none is; not told, the error says so."""
    service = Service(World(), script, late=late)

    outcome = on_both(service, _create, retries=retries)

    tasks = outcome.service.tasks
    assert len(tasks) <= 1
    assert outcome.service.world.now <= LONGEST_S
    if outcome.error is None:
        made = outcome.value
        assert isinstance(made, CreatedTask)
        assert tasks[made.task_id]["task_info"]["external_task_id"] == "id-1"
    else:
        assert isinstance(outcome.error, LipSyncError)
        assert outcome.error.external_task_id == "id-1"
    if isinstance(outcome.error, Refused) and not isinstance(outcome.error, ServiceProblem):
        assert tasks == {} or late


@pytest.mark.filterwarnings("ignore::kling_lipsync.client.waiting.UnknownState")
@settings(max_examples=150, deadline=None)
@given(
    script=SCRIPTS,
    life=st.lists(
        st.sampled_from(["submitted", "processing", "succeed", "failed", "paused"]), min_size=1
    ),
    retries=POLICIES,
)
def test_sync_never_tells_a_false_success_and_never_hangs(
    script: list[Fault | None], life: list[str], retries: RetryPolicy
) -> None:
    """What is returned has succeeded and has a video; all else is one of the client's errors."""
    service = Service(World(), script, life)

    outcome = on_both(service, _sync, retries=retries)

    assert len(outcome.service.tasks) <= 1
    assert outcome.service.world.now <= LONGEST_S
    if outcome.error is None:
        assert isinstance(outcome.value, Synced)
        assert outcome.value.task.task_status == "succeed"
        assert outcome.service.tasks[outcome.value.task.task_id]["task_status"] == "succeed"
    else:
        assert isinstance(outcome.error, LipSyncError)


@settings(max_examples=150, deadline=None)
@given(script=SCRIPTS, retries=POLICIES)
def test_a_query_is_repeated_and_tells_the_truth(
    script: list[Fault | None], retries: RetryPolicy
) -> None:
    """A task that is told is the one that was asked for."""
    service = Service(World())
    service._keep({"external_task_id": "mine"})
    service.script = script

    outcome = on_both(service, lambda client: client.get("mine"), retries=retries)

    assert outcome.error is None or isinstance(outcome.error, LipSyncError)
    if outcome.error is None:
        assert isinstance(outcome.value, Task)
        assert outcome.value.task_id == "t1"


def test_a_lost_create_is_looked_up_before_it_is_sent_again() -> None:
    """After a reset that came too late to stop it, the task is found, and the call succeeds."""
    outcome = on_both(Service(World(), [Fault("reset", committed=True)]), _create)

    assert [request[:2] for request in outcome.requests] == [
        ("POST", "/v1/videos/advanced-lip-sync"),
        ("GET", "/v1/videos/advanced-lip-sync/id-1"),
    ]
    assert outcome.value.task_id == "t1"


def test_a_create_that_never_arrived_is_sent_again_without_a_look_up() -> None:
    """Nothing was sent over a connection that was refused."""
    outcome = on_both(Service(World(), [Fault("refused connection")]), _create)

    assert [request[0] for request in outcome.requests] == ["POST", "POST"]


def test_a_create_whose_look_up_fails_too_says_that_it_does_not_know() -> None:
    """The error has the id, and a query by hand settles it."""
    script: list[Fault | None] = [Fault("timeout", committed=True), *[Fault("reset")] * 6]
    outcome = on_both(Service(World(), script), _create)

    assert isinstance(outcome.error, OutcomeUnknown)
    assert outcome.error.external_task_id == "id-1"
    assert len(outcome.error.attempts) == 7


def test_an_older_task_with_the_same_id_is_not_taken_for_the_new_one() -> None:
    """A given external id that an older task has is no success of this call."""
    service = Service(World())
    service._keep({"external_task_id": "mine"})
    service.world.now += 3600
    service.script = [Fault("5000")]

    outcome = on_both(
        service,
        lambda client: client.create(
            "s1", "0", audio="http://a.test/a.mp3", crop=(0, 3000), external_task_id="mine"
        ),
    )

    assert isinstance(outcome.error, OutcomeUnknown)
    assert outcome.error.task is not None
    assert outcome.error.task.task_id == "t1"


def test_a_wait_ends_with_its_deadline_whatever_happens() -> None:
    """Not one request is begun after it, and the one in flight is cut."""
    for kind in ("drip", "timeout", "html"):
        service = Service(World(), [Fault(kind)] * 100)
        service._keep({"external_task_id": "mine"})

        outcome = on_both(
            service,
            lambda client: client.wait("t1", timeout=50),
            retries=RetryPolicy(poll_failures=1000),
        )

        assert isinstance(outcome.error, WaitTimeout), outcome.error
        assert outcome.service.world.now <= 50 + 60

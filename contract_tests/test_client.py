"""The client against the mock: every verb, both ways of calling, on one account with a clock."""

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from contract_tests.both_clients import Do, doing
from contract_tests.callers import Caller
from contract_tests.targets import InProcess
from kling_lipsync import (
    AsyncLipSync,
    BrokenRule,
    InvalidRequest,
    LipSync,
    NotAuthenticated,
    OutcomeUnknown,
    RetryPolicy,
    TaskFailed,
    Units,
    WaitTimeout,
    parse_callback,
)
from kling_lipsync.client.errors import CallbackContradicted, LimitReached

VIDEO = "http://described.test/video?duration=8000&width=1280&height=720&face=0-8000"
AUDIO = "http://described.test/audio?duration=5000&format=mp3"
SPEECH = Path(__file__).parent.parent / "mock_server" / "samples" / "speech.mp3"


@pytest.fixture(scope="module")
def server() -> Iterator[InProcess]:
    """A server that makes results as files."""
    target = InProcess()
    yield target
    target.close()


@pytest.fixture
def caller(server: InProcess) -> Caller:
    """A new account."""
    return Caller(server)


@pytest.fixture(params=["blocking", "awaited"])
def do(request: pytest.FixtureRequest, server: InProcess, caller: Caller) -> Do:
    """Let a client do something; its pauses move the account's clock."""
    return doing(server, caller, blocking=request.param == "blocking")


def made(do: Do, **fields: Any) -> Any:  # noqa: ANN401
    """Make a task."""
    faces = do(lambda client: client.identify(video_url=VIDEO))
    fields = {"audio": AUDIO, "crop": (0, 3000), **fields}
    return do(lambda client: client.create(faces, **fields))


def test_all_of_it_in_one_call(do: Do, tmp_path: Path) -> None:
    """A video and speech come in, a file comes out."""
    seen: list[str] = []

    synced = do(
        lambda client: client.sync(
            video_url=VIDEO,
            audio=SPEECH,
            crop=(0, 3000),
            to=tmp_path / "out.mp4",
            progress=lambda task: seen.append(task.task_status.value),
        )
    )

    assert synced.task.task_status == "succeed"
    assert seen[-1] == "succeed"
    assert synced.saved.path.stat().st_size == synced.saved.size_bytes > 0
    assert [path.name for path in tmp_path.iterdir()] == ["out.mp4"]


def test_a_task_is_found_by_both_ids_and_in_the_list(do: Do) -> None:
    """And by a client that did not make it, as in another process."""
    task = made(do, external_task_id="order 17/ä")

    by_own = do(lambda client: client.get(task))
    by_external = do(lambda client: client.get("order 17/ä"))
    listed = do(lambda client: client.list(page_size=1))

    assert by_own.task_id == by_external.task_id == task.task_id
    assert [one.task_id for one in listed] == [task.task_id]
    assert do(lambda client: client.wait(task.task_id)).task_status == "succeed"


@pytest.mark.parametrize("phase", ["before", "after"])
@pytest.mark.parametrize("code", [5000, 5001, 5002])
def test_a_server_fault_makes_no_second_task(do: Do, caller: Caller, code: int, phase: str) -> None:
    """Whether it struck before or after the task was stored."""
    caller.stage(code=code, phase=phase, operations=["create"], times=1)

    task = made(do)

    assert [one.task_id for one in do(lambda client: client.list())] == [task.task_id]


def test_a_full_account_is_backed_off_from(do: Do, caller: Caller) -> None:
    """Concurrency is the account's limit of the moment; a create waits until there is room."""
    caller.stage(code=1303, operations=["create"], times=2)

    assert made(do).task_id


def test_a_refusal_that_lasts_is_raised(do: Do, caller: Caller) -> None:
    """After the documented number of attempts, with all of them told."""
    caller.stage(code=1303, operations=["create"], times=100)

    with pytest.raises(LimitReached) as caught:
        made(do)

    assert len(caught.value.attempts) == 6
    assert (caught.value.external_task_id or "").startswith("id-")


def test_what_the_server_would_refuse_is_not_sent(do: Do) -> None:
    """The pre-flight names the rule that the server names when it is off."""
    wrong: list[dict[str, Any]] = [
        {"crop": (0, 1000)},
        {"crop": (3000, 0)},
        {"insert_at": 7000, "video_length": 8000},
        {"insert_at": -1},
        {"volumes": (3.0, 1.0)},
        {"callback_url": "nowhere"},
    ]
    for fields in wrong:
        with pytest.raises(BrokenRule) as before:
            made(do, **fields)
        faces = do(lambda client: client.identify(video_url=VIDEO))
        with pytest.raises(InvalidRequest) as after:
            do(
                lambda client, fields=fields, faces=faces: client.create(
                    faces, **{"audio": AUDIO, "crop": (0, 3000), **fields}
                ),
                preflight="off",
            )
        assert before.value.rule == after.value.rule


def test_a_failed_task_is_an_error(do: Do, caller: Caller) -> None:
    """With the task and the service's reason."""
    caller.stage(fail_task="Failure to pass the risk control system")
    task = made(do)

    with pytest.raises(TaskFailed, match="risk control") as caught:
        do(lambda client: client.wait(task))

    assert caught.value.task is not None


def test_a_wait_can_be_taken_up_again(do: Do) -> None:
    """A wait that ran out of time leaves the task alone."""
    task = made(do)

    with pytest.raises(WaitTimeout):
        do(lambda client: client.wait(task, timeout=1e-3))

    assert do(lambda client: client.wait(task)).task_id == task.task_id


def test_several_tasks_are_waited_for_at_once(do: Do) -> None:
    """Results stand in the order asked for, and an unknown id is an error in its place."""
    tasks = [made(do), made(do)]

    outcomes = do(lambda client: client.wait_all([tasks[1], "no such task", tasks[0]]))

    assert [getattr(one, "task_id", None) for one in outcomes] == [
        tasks[1].task_id,
        None,
        tasks[0].task_id,
    ]
    assert isinstance(outcomes[1], InvalidRequest)


def test_units_are_counted_as_the_account_does(do: Do) -> None:
    """What was spent is what the replies said."""

    def all_of_it(client: LipSync) -> Units:
        client.sync(video_url=VIDEO, audio=AUDIO, crop=(0, 3000))
        return client.units

    async def all_awaited(client: AsyncLipSync) -> Units:
        await client.sync(video_url=VIDEO, audio=AUDIO, crop=(0, 3000))
        return client.units

    units = do(lambda c: all_of_it(c) if isinstance(c, LipSync) else all_awaited(c))

    assert (units.spent, units.reserved) == (Decimal("1.05"), 0)


def test_wrong_keys_are_told_as_such(do: Do) -> None:
    """Neither retried nor minted anew."""
    with pytest.raises(NotAuthenticated) as caught:
        do(lambda client: client.get("t"), secret_key="wrong")

    assert len(caught.value.attempts) == 1


def test_a_callback_is_confirmed_by_a_query(do: Do) -> None:
    """One that tells the truth is; one that does not is contradicted."""
    made_one = made(do)
    task = do(lambda client: client.wait(made_one))
    told = parse_callback(json.dumps(task.to_dict()).encode())

    assert do(lambda client: client.confirm(told)).task_id == task.task_id
    told.created_at += 1
    with pytest.raises(CallbackContradicted):
        do(lambda client: client.confirm(told))


def test_an_unclear_create_of_a_caller_who_owns_retries_is_unclear(do: Do, caller: Caller) -> None:
    """Nothing is sent twice, and the id to look it up by is told."""
    caller.stage(code=5000, phase="after", operations=["create"], times=1)
    faces = do(lambda client: client.identify(video_url=VIDEO))

    with pytest.raises(OutcomeUnknown) as caught:
        do(
            lambda client: client.create(faces, audio=AUDIO, crop=(0, 3000)),
            retries=RetryPolicy(caller_owns_retries=True),
        )

    key = caught.value.external_task_id
    assert do(lambda client: client.get(key)).task_info.external_task_id == key

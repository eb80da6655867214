"""One call after another: who calls, what falls due, what is wanted, what changes."""

import json
from decimal import Decimal

import pytest

from kling_lipsync.media import Unreachable
from mock_server.context import GotVideo, WantedVideo
from mock_server.credentials import mint_token
from mock_server.routes import IDENTIFY_PATH, TASKS_PATH
from mock_server.staging import new_fault
from mock_server.store import Forget, Put
from mock_server.tests.builders import (
    API_KEY,
    KEY,
    NOW,
    VIDEO,
    World,
    account,
    call,
    contract,
    create_body,
)
from mock_server.values import MediaSource, Physics, Reply

URL = "http://media.example.com/a.mp4"


def _stage(world: World, **fields: object) -> None:
    held = world.store.held(KEY)
    assert held is not None
    fault = new_fault(contract().rulebook, "1", fields)
    world.store.apply(KEY, held.version, [Put("faults", "queue", (fault,))])


def _broken(reply: Reply) -> str:
    assert reply.explanation is not None
    return reply.explanation.rule


def test_token_and_api_key_are_one_account() -> None:
    """What one of them made, the other can ask for."""
    world = World()
    task_id = world.create(world.identify())
    token = f"Bearer {mint_token(account(), NOW // 1000)}"

    assert world.data("GET", f"{TASKS_PATH}/{task_id}", authorization=token)["task_id"] == task_id


@pytest.mark.parametrize(
    ("parts", "rule"),
    [
        ({"authorization": None, "path": "/"}, "auth.header-present"),
        ({"authorization": "Bearer x", "path": "/"}, "auth.bearer-credential"),
        ({"path": "/"}, "transport.known-path"),
        ({"method": "PUT"}, "transport.known-method"),
        ({"method": "POST", "content_type": "text/plain"}, "transport.content-type"),
        ({"method": "POST", "body": b"["}, "transport.json-body"),
        ({"method": "POST", "body_too_large": True, "body": b"{}"}, "transport.json-body"),
        ({"method": "POST", "body": b"{}"}, "create.required-fields"),
    ],
)
def test_what_comes_first_is_told_first(parts: dict[str, object], rule: str) -> None:
    """Credential, route, form of the body, fields."""
    asked = call(**({"path": TASKS_PATH} | parts))  # type: ignore[arg-type]  # any part
    answer = World().engine.answer(asked, {})

    assert isinstance(answer.reply, Reply)
    assert _broken(answer.reply) == rule


def test_a_token_may_be_valid_on_either_clock() -> None:
    """The account's clock is days ahead; a token of the host's time is still good."""
    world = World(account(time="x1000000"))
    token = f"Bearer {mint_token(account(), NOW // 1000)}"

    assert world.ask("GET", TASKS_PATH, authorization=token, host_now=NOW + 1000).code == 0


def test_accounts_do_not_know_each_other() -> None:
    """A task and a session of one are unknown to another."""
    world = World()
    session_id = world.identify()
    task_id = world.create(session_id)
    world.add(account(access_key="other", api_keys=("other-key",)))
    other = {"authorization": "Bearer other-key"}

    asked = world.ask("GET", f"{TASKS_PATH}/{task_id}", **other)
    made = world.ask("POST", TASKS_PATH, create_body(session_id), **other)

    assert (_broken(asked), _broken(made)) == ("get.known-task", "create.session-known")


def test_a_medium_is_wanted_before_a_reply() -> None:
    """Nothing has changed by then, and no id is used up."""
    world = World()

    answer = world.answer("POST", IDENTIFY_PATH, {"video_url": URL})

    assert answer.reply == WantedVideo(URL)
    assert world.store.page(KEY, "ledger", 1, 9) == []


def test_a_call_that_is_refused_wants_no_medium() -> None:
    """What can be told without a download is told without one."""
    reply = World().ask("POST", IDENTIFY_PATH, {"video_url": URL, "video_id": "1"})

    assert _broken(reply) == "identify.one-video-source"


def test_a_call_is_counted_once() -> None:
    """A call that waits for a medium is still one call of this second."""
    world = World(account(physics=Physics(rate_per_second=1)))
    asked = call("POST", IDENTIFY_PATH, body=b'{"video_url": "%s"}' % URL.encode())
    lost = GotVideo(Unreachable("nothing listens there"), MediaSource(URL, None))

    first = world.engine.answer(asked, {})
    again = world.engine.answer(asked, {WantedVideo(URL): lost})

    assert first.reply == WantedVideo(URL)
    assert isinstance(again.reply, Reply)
    assert _broken(again.reply) == "identify.video-url-reachable"


def test_the_call_beyond_the_rate_is_refused() -> None:
    """Two in a second pass, the third does not, and the next second starts anew."""
    world = World(account(physics=Physics(rate_per_second=2)))
    codes = [world.ask("GET", TASKS_PATH, host_now=NOW + at).code for at in (0, 10, 20, 1000)]

    assert codes == [0, 0, 1302, 0]


def test_a_slot_is_free_at_the_instant_of_the_end() -> None:
    """The call that arrives at that instant is itself the first to notice."""
    world = World(account(physics=Physics(slots=1)))
    session_id = world.identify()
    world.create(session_id)
    body = create_body(session_id)

    early = world.ask("POST", TASKS_PATH, body, host_now=NOW + 4999)
    late = world.ask("POST", TASKS_PATH, body, host_now=NOW + 5000)

    assert (early.code, late.code) == (1303, 0)


def test_units_are_gone_at_the_instant_of_the_charge() -> None:
    """The call that arrives at that instant finds what is left after it."""
    world = World(account(physics=Physics(units=Decimal("1.05"))))
    session_id = world.identify()
    world.create(session_id)

    late = world.ask("POST", TASKS_PATH, create_body(session_id), host_now=NOW + 5000)

    assert late.code == 1102


def test_a_staged_code_refuses_the_next_call() -> None:
    """Once, marked as staged, and before the fields are judged."""
    world = World()
    _stage(world, code=1303, operations=["create"])

    first = world.ask("POST", TASKS_PATH, {})
    second = world.ask("POST", TASKS_PATH, {})

    assert (first.code, _broken(first)) == (1303, "concurrency.limit")
    assert first.explanation is not None
    assert first.explanation.staged
    assert second.code == 1201


def test_a_staged_failure_of_the_service_strikes_in_its_place() -> None:
    """A call that is wrong by itself is refused for that, and the failure waits."""
    world = World()
    session_id = world.identify()
    _stage(world, code=5000, operations=["create"])

    wrong = world.ask("POST", TASKS_PATH, {})
    right = world.ask("POST", TASKS_PATH, create_body(session_id))

    assert (wrong.code, right.code) == (1201, 5000)
    assert world.store.page(KEY, "tasks", 1, 9) == []


def test_a_failure_after_the_fact_leaves_the_task() -> None:
    """The caller hears 5002, and the task is there."""
    world = World()
    session_id = world.identify()
    _stage(world, code=5002, operations=["create"], phase="after")

    reply = world.ask("POST", TASKS_PATH, create_body(session_id, external_task_id="g"))

    assert (reply.status, reply.code) == (504, 5002)
    assert world.data("GET", f"{TASKS_PATH}/g")["task_status"] == "submitted"


def test_a_call_that_waits_for_a_medium_uses_up_no_fault() -> None:
    """It is asked again, and struck then."""
    world = World()
    _stage(world, code=5000, operations=["identify"])

    assert world.answer("POST", IDENTIFY_PATH, {"video_url": URL}).reply == WantedVideo(URL)
    assert world.ask("POST", IDENTIFY_PATH, {"video_url": VIDEO}).code == 5000


def test_every_call_has_a_request_id_of_its_own() -> None:
    """In the body and beside it, refused or not."""
    world = World()
    replies = [world.ask("GET", TASKS_PATH, authorization=a) for a in (f"Bearer {API_KEY}", None)]
    replies.append(world.ask("GET", TASKS_PATH))

    assert len({reply.request_id for reply in replies}) == 3
    assert all(json.loads(r.body)["request_id"] == r.request_id for r in replies)


def test_a_forgotten_account_has_new_ids_from_the_start() -> None:
    """After a reset the same calls give the same ids again."""
    world = World()
    first = world.ask("GET", TASKS_PATH).request_id

    world.engine.forget(KEY)
    world.store.apply(KEY, 1, [Forget()])
    world.add(account())

    assert world.ask("GET", TASKS_PATH).request_id == first

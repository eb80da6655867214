"""The two queries: one task by either of its ids, and the pages of all."""

import pytest

from mock_server.accounts import SAMPLE_SESSION_ID
from mock_server.context import Wake
from mock_server.pace import Polls
from mock_server.routes import TASKS_PATH
from mock_server.store import Forget
from mock_server.tests.builders import KEY, NOW, World, account
from mock_server.values import Reply


def _many(count: int, **readings: str) -> tuple[World, list[str]]:
    named = {name.replace("_", "-"): choice for name, choice in readings.items()}
    world = World(account(readings=named))
    made = [world.create(SAMPLE_SESSION_ID, choice={"sound_insert_time": 0}) for _ in range(count)]
    return world, made


def _page(world: World, query: str) -> list[str]:
    return [task["task_id"] for task in world.data("GET", TASKS_PATH, query=query)]


def _broken(reply: Reply) -> str:
    assert reply.explanation is not None
    return reply.explanation.rule


def test_a_task_is_found_by_either_id() -> None:
    """Its own, and the caller's."""
    world = World()
    task_id = world.create(
        SAMPLE_SESSION_ID, external_task_id="a/b c", choice={"sound_insert_time": 0}
    )

    by_own = world.task(task_id)
    by_external = world.data("GET", f"{TASKS_PATH}/x", raw_path=f"{TASKS_PATH}/a%2Fb%20c".encode())

    assert by_own == by_external
    assert by_own["task_info"]["external_task_id"] == "a/b c"


def test_the_own_id_wins() -> None:
    """A string that is both is the task's own id."""
    world = World()
    first = world.create(SAMPLE_SESSION_ID, choice={"sound_insert_time": 0})
    world.create(SAMPLE_SESSION_ID, external_task_id=first, choice={"sound_insert_time": 0})

    assert "external_task_id" not in world.task(first)["task_info"]


@pytest.mark.parametrize("name", ["1", "undefined", "%00", "%FF", "a" * 5000])
def test_an_unknown_task_is_refused(name: str) -> None:
    """With the id that was asked for, cut where it is long."""
    reply = World().ask("GET", f"{TASKS_PATH}/{name}")

    assert (reply.status, _broken(reply)) == (404, "get.known-task")
    assert len(reply.body) < 2000


def test_a_task_stays_readable_for_ever() -> None:
    """Long after its media are gone."""
    world, (task_id,) = _many(1)

    assert world.task(task_id, at=NOW + 10**11)["task_status"] == "succeed"


def test_pages_hold_each_task_once_newest_first() -> None:
    """Seven tasks in pages of three, and a page past the end is empty."""
    world, made = _many(7)
    pages = [_page(world, f"pageNum={number}&pageSize=3") for number in (1, 2, 3, 4)]

    assert [name for page in pages for name in page] == made[::-1]
    assert [len(page) for page in pages] == [3, 3, 1, 0]


def test_tasks_may_be_listed_oldest_first() -> None:
    """Where the reading says so."""
    world, made = _many(3, list_order="oldest-first")

    assert _page(world, "") == made


def test_thirty_tasks_make_a_page() -> None:
    """That is the size when none is given, or an empty one."""
    world, made = _many(31)

    assert _page(world, "") == _page(world, "pageNum=&pageSize=") == made[:0:-1]


def test_an_item_is_what_the_single_query_answers() -> None:
    """For the same task at the same instant."""
    world, (task_id,) = _many(1)

    for at in (NOW, NOW + 1000, NOW + 5000):
        assert world.data("GET", TASKS_PATH, host_now=at) == [world.task(task_id, at=at)]


@pytest.mark.parametrize(
    ("query", "rule"),
    [
        ("pageNum=0", "list.page-number"),
        ("pageNum=1001", "list.page-number"),
        ("pageNum=abc", "list.page-number"),
        ("pageNum=1.5", "list.page-number"),
        ("pageNum=" + "9" * 50, "list.page-number"),
        ("pageSize=0", "list.page-size"),
        ("pageSize=501", "list.page-size"),
        ("pageSize=-1", "list.page-size"),
        ("pageSize=501&pageNum=0", "list.page-number"),
    ],
)
def test_a_page_out_of_range_is_refused(query: str, rule: str) -> None:
    """By the rule of its own, a value that is no integer too."""
    assert _broken(World().ask("GET", TASKS_PATH, query=query)) == rule


@pytest.mark.parametrize("query", ["pageNum=1&pageSize=1", "pageNum=1000&pageSize=500"])
def test_both_ends_of_a_page_are_legal(query: str) -> None:
    """The limits are inclusive."""
    assert World().ask("GET", TASKS_PATH, query=query).code == 0


def test_a_page_out_of_range_may_be_clamped() -> None:
    """Where the reading says so, it is the nearest page that there is."""
    world, made = _many(3, page_out_of_range="clamp")

    assert _page(world, "pageNum=0&pageSize=2") == made[:0:-1]
    assert _page(world, "pageNum=1&pageSize=9999") == made[::-1]
    assert _broken(world.ask("GET", TASKS_PATH, query="pageNum=abc")) == "list.page-number"


@pytest.mark.parametrize("path", [TASKS_PATH, f"{TASKS_PATH}/g"])
def test_an_unknown_parameter_follows_the_reading(path: str) -> None:
    """It is ignored, or refused, by both queries alike."""
    asked = {"query": "colour=red"}
    for reading, code in (("ignore", 0), ("refuse", 1201)):
        world = World(account(readings={"unknown-field": reading}))
        world.create(SAMPLE_SESSION_ID, external_task_id="g", choice={"sound_insert_time": 0})

        assert world.ask("GET", path, **asked).code == code


def test_a_query_that_counts_is_kept_and_wakes_its_account() -> None:
    """The one that completes a count; others are only kept, and a refused one counts nothing."""
    world = World(account(pace="polls:2+1"))
    task_id = world.create(SAMPLE_SESSION_ID, choice={"sound_insert_time": 0})
    seen = []
    for name in ("1", task_id, task_id, task_id, task_id):
        answer = world.answer("GET", f"{TASKS_PATH}/{name}")
        kept = world.store.get(KEY, "tasks", task_id)
        seen.append((kept.pace.polls, answer.effects))

    assert seen == [
        (Polls(2, 1), ()),
        (Polls(1, 1), ()),
        (Polls(0, 1), ()),
        (Polls(0, 0), (Wake(KEY),)),
        (Polls(0, 0), ()),
    ]


def test_a_page_that_is_asked_for_again_is_as_the_account_then_is() -> None:
    """The same while nothing happens, and another after a task, an instant, or a new life."""
    world, made = _many(2)
    assert _page(world, "") == _page(world, "") == made[::-1]
    made.append(world.create(world.identify()))
    assert _page(world, "") == made[::-1]
    for at, status in ((NOW, "submitted"), (NOW + 1000, "processing"), (NOW + 5000, "succeed")):
        for _ in range(2):
            told = world.data("GET", TASKS_PATH, host_now=at)
            assert [task["task_status"] for task in told] == [status] * 3

    version = _version(world)
    world.store.apply(KEY, version, [Forget()])
    world.engine.forget(KEY)
    world.add(account())
    while _version(world) < version:
        world.store.apply(KEY, _version(world), [])
    assert _page(world, "") == []


def _version(world: World) -> int:
    held = world.store.held(KEY)
    assert held is not None
    return held.version


def test_a_page_names_the_host_that_was_called() -> None:
    """One page, asked for at two names of the server."""
    world, _ = _many(1)
    for host in ("http://one.test", "http://two.test", "http://one.test"):
        told = world.data("GET", TASKS_PATH, host_now=NOW + 9000, base_url=host)
        assert told[0]["task_result"]["videos"][0]["url"].startswith(f"{host}/media/")

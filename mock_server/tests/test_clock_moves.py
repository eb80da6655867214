"""A clock that moves tells what the facts say fell due, and stands while others act."""

import asyncio
import threading

import httpx
import pytest

from mock_server import lifecycle
from mock_server.accounts import SAMPLE_AUDIO_URL, SAMPLE_VIDEO_URL
from mock_server.clock import ClockError
from mock_server.clock_moves import Goal, read_goal
from mock_server.media.plain import PlainMedia
from mock_server.media.ports import Rendered, RenderFailed, RenderJob
from mock_server.pace import Pace
from mock_server.routes import IDENTIFY_PATH, TASKS_PATH
from mock_server.tests.builders import BASE_URL, NOW, create_body, task
from mock_server.tests.receivers import answering, receiving
from mock_server.tests.served import LOCAL_KEY, Served, serving


@pytest.mark.parametrize(
    ("fields", "goal"),
    [
        ({}, Goal("advance", 0)),
        ({"time": "real"}, Goal("advance", 0)),
        ({"advance": "65m"}, Goal("advance", 3_900_000)),
        ({"to": NOW}, Goal("to", NOW)),
        ({"next": True}, Goal("next", True)),  # noqa: FBT003 - as JSON has it
        ({"until_task": "7", "time": "x2"}, Goal("until_task", "7")),
    ],
)
def test_a_goal_is_one_of_four(fields: dict[str, object], goal: Goal) -> None:
    """Without one the clock stays where it is."""
    assert read_goal(fields) == goal


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"advance": 1, "to": NOW}, "not advance and to at once"),
        ({"to": NOW, "next": True, "until_task": "7"}, "not to and next and until_task at once"),
        ({"advance": "soon"}, "advance 'soon' is no span of time: give ms"),
    ],
)
def test_another_goal_is_refused(fields: dict[str, object], told: str) -> None:
    """With what was given, and what can be."""
    with pytest.raises(ClockError, match=told):
        read_goal(fields)


def _real(served: Served, **changes: object) -> str:
    session = served.data("POST", IDENTIFY_PATH, {"video_url": SAMPLE_VIDEO_URL})["session_id"]
    body = create_body(session, choice={"sound_file": SAMPLE_AUDIO_URL}, **changes)
    return str(served.data("POST", TASKS_PATH, body)["task_id"])


@pytest.mark.parametrize("goal", ["advance", "until_task", "next"])
@pytest.mark.parametrize("called_back", [False, True])
def test_a_move_waits_for_a_file_and_the_task_ends_as_planned(
    served: Served,
    monkeypatch: pytest.MonkeyPatch,
    goal: str,
    called_back: bool,  # noqa: FBT001 - a column of the table
) -> None:
    """However long it takes to be made; and what comes later does not overtake it."""
    slow, plain = threading.Event(), PlainMedia.render

    def render(media: PlainMedia, job: RenderJob) -> Rendered | RenderFailed:
        slow.wait(0.05)
        return plain(media, job)

    monkeypatch.setattr(PlainMedia, "render", render)
    start = served.happening("GET", f"/accounts/{LOCAL_KEY}")["now"]
    with receiving(answering(200)) as receiver:
        task_id = _real(served, **({"callback_url": receiver.url} if called_back else {}))
        moves = {"advance": [{"advance": "1h"}], "until_task": [{"until_task": task_id}]}
        steps = moves.get(goal, [{"next": True}] * 2)
        told = [served.happening("POST", "/clock", step) for step in steps]
    changes = [
        (one["at"] - start, one["status"])
        for step in told
        for one in step["happened"]
        if one["kind"] == "status"
    ]

    assert changes == [(1000, "processing"), (5000, "succeed")]
    assert told[-1]["now"] - start == (3_600_000 if goal == "advance" else 5000)
    assert len(receiver.got) == 2 * called_back


def test_a_refused_move_leaves_the_clock_running() -> None:
    """In its mode, from where it stood."""
    with serving(time="x1000") as served:
        assert served.control("POST", "/clock", {"to": 1}).status_code == 400
        first = served.happening("GET", f"/accounts/{LOCAL_KEY}")
        served.run(lambda: asyncio.sleep(0.01))
        second = served.happening("GET", f"/accounts/{LOCAL_KEY}")

    assert (first["time"], second["now"] > first["now"]) == ("scaled", True)


def test_a_reset_ends_a_move(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock of the new life is not moved, and who moved the old one is told."""
    begun, finish, plain = threading.Event(), threading.Event(), PlainMedia.render

    def render(media: PlainMedia, job: RenderJob) -> Rendered | RenderFailed:
        begun.set()
        finish.wait(5)
        return plain(media, job)

    monkeypatch.setattr(PlainMedia, "render", render)
    _real(served)

    async def both() -> tuple[int, str]:
        moving = asyncio.ensure_future(_asked(served, "/clock", {"advance": "1h"}))
        await asyncio.to_thread(begun.wait, 5)
        await _asked(served, "/reset", {})
        finish.set()
        return await moving

    before = served.happening("GET", f"/accounts/{LOCAL_KEY}")["now"]
    status, text = served.run(both)
    after = served.happening("GET", f"/accounts/{LOCAL_KEY}")

    assert (status, "dropped or reset while its clock moved" in text) == (400, True)
    assert after["now"] - before < 60_000
    assert served.advance("1s")["now"] == after["now"] + 1000


async def _asked(served: Served, path: str, body: object) -> tuple[int, str]:
    transport = httpx.ASGITransport(served.server.application, client=("127.0.0.1", 50_000))
    async with httpx.AsyncClient(transport=transport, base_url=BASE_URL) as asking:
        reply = await asking.post(f"/__mock__{path}", json=body)
    return reply.status_code, reply.text


def test_a_task_that_ends_at_once_is_never_processed(served: Served) -> None:
    """The changes that are told are those that a query could see."""
    served.happening("PATCH", f"/accounts/{LOCAL_KEY}", {"pace": "700+0"})
    with receiving(answering(200)) as receiver:
        served.create(callback_url=receiver.url)
        told = served.advance("1h")["happened"]

    assert [(one["kind"], one["status"]) for one in told] == [
        ("status", "succeed"),
        ("attempt", "succeed"),
    ]
    assert lifecycle.changes(task(pace=Pace(700, 0))) == ((NOW + 700, "succeed"),)
    assert len(receiver.got) == 1


def test_time_passes_and_is_told(served: Served) -> None:
    """Every change of status on the way, in due order, and the instant at the end."""
    start = served.happening("GET", f"/accounts/{LOCAL_KEY}")["now"]
    first = served.create()
    served.advance(500)
    second = served.create()
    told = served.advance("4s")

    assert told["now"] == start + 4500
    assert told["happened"] == [
        {"at": start + 1000, "kind": "status", "task_id": first, "status": "processing"},
        {"at": start + 1500, "kind": "status", "task_id": second, "status": "processing"},
    ]
    assert [change["status"] for change in served.advance("1h")["happened"]] == ["succeed"] * 2
    assert served.advance("1h")["happened"] == []


def test_a_clock_can_be_set_to_an_instant(served: Served) -> None:
    """Which is then the present."""
    told = served.happening("POST", "/clock", {"to": 4_102_444_800_000})

    assert told["now"] == 4_102_444_800_000


def test_an_instant_may_be_written_with_a_point(served: Served) -> None:
    """JSON does not tell 5.0 from 5; the calls that follow are answered as ever."""
    served.control("POST", "/clock", {"to": 4_102_444_800_000.0})

    assert served.vendor("POST", IDENTIFY_PATH, {"video_id": "7"}).status_code == 404
    assert served.create()


def test_two_ways_to_move_a_clock_contradict_each_other(served: Served) -> None:
    """`to` and `advance` together are refused: one of them would be ignored."""
    body = {"to": 4_102_444_800_000, "advance": "1s"}

    assert served.control("POST", "/clock", body).status_code == 400


def test_a_clock_does_not_go_back(served: Served) -> None:
    """And stays where it stands."""
    now = served.happening("GET", f"/accounts/{LOCAL_KEY}")["now"]
    reply = served.control("POST", "/clock", {"to": now - 1})

    assert reply.status_code == 400
    assert served.happening("GET", f"/accounts/{LOCAL_KEY}")["now"] == now


def test_a_clock_can_change_its_mode(served: Served) -> None:
    """From where it stands."""
    served.happening("POST", "/clock", {"to": 4_102_444_800_000, "time": "x60"})
    shown = served.happening("GET", f"/accounts/{LOCAL_KEY}")

    assert shown["time"] == "scaled"
    assert 0 <= shown["now"] - 4_102_444_800_000 < 3_600_000

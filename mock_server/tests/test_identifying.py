"""An identify call finds faces and opens a session for them."""

from collections.abc import Mapping

import pytest

from kling_lipsync.media import Face, Unreadable, Video
from mock_server.context import Got, GotFaces, GotVideo, Wanted, WantedFaces, WantedVideo
from mock_server.engine import Answer
from mock_server.routes import IDENTIFY_PATH
from mock_server.settling import units_spent
from mock_server.tests.builders import (
    DAY_MS,
    KEY,
    NOW,
    VIDEO,
    World,
    account,
    call,
    changed,
    session,
)
from mock_server.values import MediaSource, Reply, Session

URL = "http://media.example.com/a.mp4"
SOURCE = MediaSource(URL, "kept.mp4")
FACES = (Face("0", 0, 5000), Face("1", 6000, 8000))


def _probed(**changes: object) -> Video:
    return changed(session().fact.video, {"faces": None} | changes)


def _ask(world: World, got: Mapping[Wanted, Got]) -> Answer:
    body = f'{{"video_url": "{URL}"}}'.encode()
    asked = call("POST", IDENTIFY_PATH, body=body)
    return world.engine.answer(asked, got)


def _sessions(world: World) -> list[Session]:
    found: list[Session] = world.store.page(KEY, "sessions", 1, 9)
    return found[1:]


def test_a_described_video_needs_no_download() -> None:
    """Its faces are those of the description, and the call costs 0.05 units."""
    world = World()
    data = world.data("POST", IDENTIFY_PATH, {"video_url": VIDEO})

    assert [(f["face_id"], f["start_time"], f["end_time"]) for f in data["face_data"]] == [
        ("0", 0, 8000)
    ]
    assert data["final_unit_deduction"] == "0.05"
    assert str(units_spent(world.store, KEY)) == "0.05"


def test_a_video_is_wanted_first_and_then_its_faces() -> None:
    """Only what passes the rules is looked into."""
    world = World()
    video = _probed()
    wanted_faces = WantedFaces(SOURCE, video)
    got: dict[Wanted, Got] = {WantedVideo(URL): GotVideo(video, SOURCE)}

    assert _ask(world, {}).reply == WantedVideo(URL)
    assert _ask(world, got).reply == wanted_faces
    reply = _ask(world, {**got, wanted_faces: GotFaces(FACES)}).reply

    assert isinstance(reply, Reply)
    assert reply.code == 0
    assert [found.fact.faces for found in _sessions(world)] == [FACES]


def test_a_video_that_breaks_a_rule_is_not_looked_into() -> None:
    """Finding faces is slow, so it comes last."""
    got: dict[Wanted, Got] = {WantedVideo(URL): GotVideo(_probed(width=100), SOURCE)}

    reply = _ask(World(), got).reply

    assert isinstance(reply, Reply)
    assert reply.explanation is not None
    assert reply.explanation.rule == "identify.video-sides"


def test_a_video_that_cannot_be_decoded_is_refused() -> None:
    """It was probed as readable, and its pictures are not."""
    video = _probed()
    broken = GotFaces(Unreadable(5, "mp4", "no pictures"))
    got: dict[Wanted, Got] = {
        WantedVideo(URL): GotVideo(video, SOURCE),
        WantedFaces(SOURCE, video): broken,
    }
    world = World()

    reply = _ask(world, got).reply

    assert isinstance(reply, Reply)
    assert reply.explanation is not None
    assert reply.explanation.rule == "identify.video-format"
    assert _sessions(world) == []


@pytest.mark.parametrize(
    "got",
    [
        {WantedVideo(URL): GotVideo(Unreadable(5, "html", "no boxes"), SOURCE)},
        {
            WantedVideo(URL): GotVideo(_probed(), SOURCE),
            WantedFaces(SOURCE, _probed()): GotFaces(Unreadable(5, "mp4", "no pictures")),
        },
    ],
    ids=["no video", "no pictures"],
)
def test_what_is_no_video_has_a_reply_under_every_reading(got: Mapping[Wanted, Got]) -> None:
    """Under `as-failed-task` too: it is refused, and no bug of ours is told."""
    world = World(account(readings={"media-faults": "as-failed-task"}))

    reply = _ask(world, got).reply

    assert isinstance(reply, Reply)
    assert reply.code == 1201


def test_a_video_without_faces_follows_the_reading() -> None:
    """An empty list, or a refusal."""
    url = "http://described.test/video?faces=none"
    accepted = World().data("POST", IDENTIFY_PATH, {"video_url": url})
    refusing = World(account(readings={"no-face": "refuse"}))
    refused = refusing.ask("POST", IDENTIFY_PATH, {"video_url": url})

    assert accepted["face_data"] == []
    assert b"there is no human in the video" in refused.body
    assert _sessions(refusing) == []


def test_a_face_may_be_reported_to_end_too_late() -> None:
    """By as much as the reading says; the reported interval is the one that counts."""
    world = World(account(readings={"face-end-overshoot": "40"}))
    world.identify("http://described.test/video?duration=8000&face=0-5000")

    assert [found.fact.faces for found in _sessions(world)] == [(Face("0", 0, 5040),)]


def test_an_own_result_can_be_identified_for_30_days() -> None:
    """By the id that the task gave, to the very ms."""
    world = World()
    task_id = world.create(world.identify())
    video = world.task(task_id, at=NOW + 5000)["task_result"]["videos"][0]["id"]
    end = NOW + 5000 + 30 * DAY_MS

    replies = [
        world.ask("POST", IDENTIFY_PATH, {"video_id": video}, host_now=at) for at in (end, end + 1)
    ]

    assert [reply.code for reply in replies] == [0, 1201]
    assert _sessions(world)[-1].video_id == video


@pytest.mark.parametrize(("reading", "status"), [("404/1203", 404), ("400/1201", 400)])
def test_an_unknown_video_id_follows_the_reading(reading: str, status: int) -> None:
    """With status and code of its choice, and the same words."""
    world = World(account(readings={"missing-resource": reading}))

    reply = world.ask("POST", IDENTIFY_PATH, {"video_id": "7"})

    assert reply.status == status
    assert b"Video id not found: 7" in reply.body


def test_every_call_opens_a_session_of_its_own() -> None:
    """The same video twice is two sessions."""
    world = World()

    assert world.identify() != world.identify()
    assert len(_sessions(world)) == 2

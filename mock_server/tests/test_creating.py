"""A create call makes one task of what it names, or leaves nothing."""

from typing import Any

import pytest

from kling_lipsync.media import Audio, Duration
from kling_lipsync.rules.facts import Generated
from mock_server.accounts import SAMPLE_SESSION_ID
from mock_server.context import StartRender, Wake, WantedAudio
from mock_server.routes import IDENTIFY_PATH, TASKS_PATH
from mock_server.settling import units_spent
from mock_server.store import Put
from mock_server.tests.builders import (
    AUDIO,
    BASE_URL,
    KEY,
    NOW,
    VIDEO,
    World,
    account,
    changed,
    create_body,
    session,
)
from mock_server.values import MediaSource, RenderState, Reply, StoredAudio, StoredVideo, Task

HOUR_MS = 3600 * 1000


def _world(**readings: str) -> World:
    named = {name.replace("_", "-"): choice for name, choice in readings.items()}
    return World(account(readings=named))


def _ask(world: World, session_id: str, *, at: int = NOW, **changes: Any) -> Reply:  # noqa: ANN401 - JSON
    return world.ask("POST", TASKS_PATH, create_body(session_id, **changes), host_now=at)


def _made(world: World) -> list[Task]:
    return world.store.page(KEY, "tasks", 1, 9)


def test_the_vendors_sample_works_on_any_day() -> None:
    """Its session is known to every account and never expires."""
    world = World()

    assert _ask(world, SAMPLE_SESSION_ID, at=NOW + 1000 * 24 * HOUR_MS).code == 0


def test_a_created_task_is_what_was_asked_for() -> None:
    """Session, face, sound, times, price and length."""
    world = World()
    session_id = world.identify()
    data = world.data(
        "POST", TASKS_PATH, create_body(session_id, external_task_id="g", callback_url="")
    )
    (made,) = _made(world)

    assert data["task_info"] == {"external_task_id": "g"}
    assert (made.task_id, made.external_task_id) == (data["task_id"], "g")
    assert made.session.session_id == session_id
    assert (made.order.sound_end_time, made.order.sound_insert_time) == (3000, 1000)
    assert (made.output_ms, str(made.price), made.callback_url) == (8000, "1.0", None)
    assert made.audio == MediaSource(AUDIO, None)


@pytest.mark.parametrize(
    ("basis", "length", "crop", "price"),
    [
        ("result-length", 5000, 3000, "0.5"),
        ("result-length", 5001, 3000, "1.0"),
        ("result-length", 60_000, 3000, "6.0"),
        ("crop-length", 60_000, 5000, "0.5"),
        ("crop-length", 60_000, 5001, "1.0"),
    ],
)
def test_a_started_5_s_counts_in_full(basis: str, length: int, crop: int, price: str) -> None:
    """Of the result, or of the crop, as the reading says."""
    world = _world(charge_basis=basis)
    url = f"http://described.test/video?duration={length}"
    sound = "http://described.test/audio?duration=9000"
    choice = {"sound_end_time": crop, "sound_insert_time": 0, "sound_file": sound}
    world.create(world.identify(url), choice=choice)

    assert [str(made.price) for made in _made(world)] == [price]


@pytest.mark.parametrize(
    "changes",
    [
        {"session_id": "1"},
        {"choice": {"face_id": "7"}},
        {"choice": {"sound_end_time": 1999}},
        {"choice": {"sound_insert_time": 5001}},
        {"choice": {"sound_file": "http://described.test/audio?duration=1"}},
        {"choice": {"sound_file": VIDEO}},
        {"choice": {"sound_file": "http://described.test/audio?colour=red"}},
        {"choice": {"audio_id": "1", "sound_file": ""}},
        {"callback_url": "nowhere"},
    ],
)
def test_a_refused_create_leaves_nothing(changes: dict[str, Any]) -> None:
    """No task, no slot, no event, no cost, no announcement, and the external id stays free."""
    world = _world(callback_events="with-submitted")
    session_id = str(changes.pop("session_id", world.identify()))
    spent, effects = units_spent(world.store, KEY), list(world.effects)
    asked = {"external_task_id": "g", "callback_url": "http://127.0.0.1:9/"} | changes

    refused = _ask(world, session_id, **asked)

    assert refused.code != 0
    assert (_made(world), world.store.page(KEY, "open_tasks", 1, 9)) == ([], [])
    assert world.store.next_due(KEY) is None
    assert (units_spent(world.store, KEY), world.effects) == (spent, effects)
    assert world.store.get(KEY, "external_ids", "g") is None


def test_an_external_id_is_used_once() -> None:
    """On any day, and by another account freely."""
    world = World()
    session_id = world.identify()
    world.create(session_id, external_task_id="g")
    world.add(account(access_key="other", api_keys=("other-key",)))
    body = create_body(SAMPLE_SESSION_ID, external_task_id="g")

    again = _ask(world, session_id, external_task_id="g", at=NOW + HOUR_MS)
    other = world.ask("POST", TASKS_PATH, body, authorization="Bearer other-key")

    assert (again.code, other.code) == (1201, 0)
    assert b"External_task_id g already exists" in again.body


@pytest.mark.parametrize(("reading", "code"), [("taken", 1201), ("free", 0)])
def test_the_external_id_of_a_failed_task_follows_the_reading(reading: str, code: int) -> None:
    """It is free from the end of the task on, where the reading says so."""
    world = _world(external_id_after_failure=reading, content_faults="as-failed-task")
    session_id = world.identify(f"{VIDEO}&moderation=blocked")
    world.create(session_id, external_task_id="g")

    early = _ask(world, session_id, external_task_id="g", at=NOW + 4999)
    late = _ask(world, session_id, external_task_id="g", at=NOW + 5000)

    assert (early.code, late.code) == (1201, code)


def test_a_session_ends_after_24_h() -> None:
    """At exactly 24 h it is gone."""
    world = World()
    session_id = world.identify()

    codes = [_ask(world, session_id, at=NOW + 24 * HOUR_MS + ms).code for ms in (-1, 0)]

    assert codes == [0, 1203]


@pytest.mark.parametrize(
    ("readings", "video", "audio", "message"),
    [
        ({"content_faults": "as-failed-task"}, "&moderation=blocked", "", "risk control"),
        ({"content_faults": "as-failed-task"}, "", "&moderation=blocked", "risk control"),
        ({"media_faults": "as-failed-task"}, "", "&format=ogg", "Audio format"),
        ({"media_faults": "as-failed-task"}, "&format=webm", "", "Video format"),
        (
            {"media_faults": "as-failed-task", "aac_formats": "refuse"},
            "",
            "&format=m4a",
            "Audio format",
        ),
    ],
)
def test_a_fault_may_show_in_the_task(
    readings: dict[str, str], video: str, audio: str, message: str
) -> None:
    """The call is accepted, and its task fails with the words of the rule."""
    world = _world(**readings)
    session_id = world.identify(VIDEO + video)
    task_id = world.create(session_id, choice={"sound_file": AUDIO + audio})

    told = world.task(task_id, at=NOW + 5000)
    assert told["task_status"] == "failed"
    assert message in told["task_status_msg"]


@pytest.mark.parametrize("profile", ["documented", "observed"])
def test_the_form_of_a_generated_video_is_not_asked(profile: str) -> None:
    """The printed formats are those of `video_url`; by `video_id` any video will do."""
    world = World(account(profile=profile, pace="1000+4000"))
    video = changed(session().fact.video, {"container": "webm"})
    stored = StoredVideo("7", Generated(video, NOW), MediaSource(VIDEO, None))
    held = world.store.held(KEY)
    assert held is not None
    world.store.apply(KEY, held.version, [Put("videos", "7", stored)])
    session_id = world.data("POST", IDENTIFY_PATH, {"video_id": "7"})["session_id"]
    task_id = world.create(session_id)

    assert world.task(task_id, at=NOW + 5000)["task_status"] == "succeed"


def test_a_sound_file_that_is_not_described_is_wanted() -> None:
    """A URL or base64, with the reading that tells how to take a `data:` prefix."""
    world = _world(data_prefix="strip")
    body = create_body(SAMPLE_SESSION_ID, choice={"sound_file": "data:audio/mp3;base64,AAAA"})

    answer = world.answer("POST", TASKS_PATH, body)

    assert answer.reply == WantedAudio("data:audio/mp3;base64,AAAA", "strip")
    assert _made(world) == []


def test_only_real_media_are_rendered() -> None:
    """A described sound has no bytes, so there is nothing to render."""
    world = World()
    world.engine.renders = True
    world.create(SAMPLE_SESSION_ID, choice={"sound_insert_time": 0})

    assert [made.render for made in _made(world)] == [RenderState.NOT_NEEDED]
    assert world.effects == [Wake(KEY)]


def test_real_media_keep_the_task_open_until_they_are_rendered() -> None:
    """The shell is told to start."""
    world = World()
    world.engine.renders = True
    real = session(source=MediaSource("http://a/b.mp4", "video.mp4"))
    held = world.store.held(KEY)
    assert held is not None
    world.store.apply(KEY, held.version, [Put("sessions", real.session_id, real)])
    _speech(world)
    task_id = world.create(real.session_id, choice={"sound_file": "", "audio_id": "7"})

    assert world.effects == [StartRender(KEY, task_id), Wake(KEY)]
    assert world.task(task_id, at=NOW + 10**9)["task_status"] == "processing"


def _speech(world: World) -> None:
    speech = Generated(Audio("mp3", 1, Duration.exactly(5000)), NOW)
    held = world.store.held(KEY)
    assert held is not None
    record = StoredAudio("7", speech, MediaSource(BASE_URL, "speech.mp3"))
    world.store.apply(KEY, held.version, [Put("audios", "7", record)])

"""The verbs: what they send, what they refuse to send, what they cost, and what they save."""

import asyncio
import io
import json
import wave
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kling_lipsync_api.models import Face, IdentifiedFaces

from kling_lipsync.client.errors import (
    BrokenRule,
    NoUsableReply,
    ServiceProblem,
)
from kling_lipsync.client.policy import RetryPolicy
from kling_lipsync.client.sound import AudioId
from kling_lipsync.client.tests.both import awaited, on_both
from kling_lipsync.client.tests.service import Fault, Service, World

AUDIO = "http://a.test/a.mp3"
FACES = IdentifiedFaces("s1", "0.05", [Face("near", "p", 1000, 4000), Face("long", "p", 500, 9000)])


def wav(seconds: float) -> bytes:
    """Return a sound of so many seconds."""
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(8000)
        writer.writeframes(bytes(round(16000 * seconds)))
    return file.getvalue()


def _create(service: Service, *args: Any, options: Any = None, **fields: Any) -> Any:  # noqa: ANN401
    given: Any = options or {}
    fields = {"audio": AUDIO, "crop": (0, 3000), **fields}
    return on_both(service, lambda client: client.create(*args, **fields), **given)


def _sent(outcome: Any) -> dict[str, Any]:  # noqa: ANN401
    choice: dict[str, Any] = json.loads(outcome.requests[-1][2])["face_choose"][0]
    return choice


def test_what_is_not_given_is_chosen() -> None:
    """The face seen longest, from when it appears, and all of a sound that was measured."""
    choice = _sent(_create(Service(World()), FACES, audio=wav(3.5), crop=None))

    assert (choice["face_id"], choice["sound_insert_time"]) == ("long", 500)
    assert (choice["sound_start_time"], choice["sound_end_time"]) == (0, 3500)


def test_what_is_given_is_sent() -> None:
    """Times as ms or timedelta, a face as itself or its id."""
    crop = (timedelta(seconds=1), timedelta(seconds=3.5))
    by_face = _sent(
        _create(Service(World()), FACES, FACES.face_data[0], crop=crop, volumes=(2, 0.5))
    )
    by_id = _sent(_create(Service(World()), FACES, "near", insert_at=timedelta(seconds=1.25)))

    assert by_face == {
        "face_id": "near",
        "sound_file": AUDIO,
        "sound_start_time": 1000,
        "sound_end_time": 3500,
        "sound_insert_time": 1000,
        "sound_volume": 2,
        "original_audio_volume": 0.5,
    }
    assert by_id["sound_insert_time"] == 1250


@pytest.mark.parametrize(
    ("audio", "sent"),
    [
        ("851234567890", {"audio_id": "851234567890"}),
        (AudioId("my-speech"), {"audio_id": "my-speech"}),
        ("HTTPS://a.test/a", {"sound_file": "HTTPS://a.test/a"}),
    ],
)
def test_audio_is_a_url_or_an_id(audio: Any, sent: dict[str, str]) -> None:  # noqa: ANN401
    """Told apart by what it looks like."""
    choice = _sent(_create(Service(World()), "s1", "0", audio=audio))

    assert sent.items() <= choice.items()
    assert len({"audio_id", "sound_file"} & set(choice)) == 1


def test_audio_is_a_file(tmp_path: Path) -> None:
    """By its path, as text or Path, or by its bytes: the same request."""
    path = tmp_path / "speech.wav"
    path.write_bytes(wav(3))
    bodies = {
        _create(Service(World()), "s1", "0", audio=audio, crop=None).requests[0][2]
        for audio in (path, str(path), wav(3))
    }

    assert len(bodies) == 1
    missing = _create(Service(World()), "s1", "0", audio=tmp_path / "none.wav")
    assert isinstance(missing.error, FileNotFoundError)
    wrong = _create(Service(World()), "s1", "0", audio=17)
    assert isinstance(wrong.error, TypeError)


@pytest.mark.parametrize(
    ("fields", "rule", "nearest"),
    [
        ({"crop": (0, 1999)}, "create.crop-length", 2000),
        ({"crop": (-1, 3000)}, "create.sound-start-not-negative", None),
        ({"insert_at": -1}, "create.insert-not-negative", None),
        ({"insert_at": 3000}, "create.overlap-with-face", 2000),
        ({"insert_at": 58_000}, "create.insert-within-video", 57_000),
        ({"insert_at": 1500, "video_length": 4000}, "create.insert-within-video", 1000),
        ({"face": "nobody"}, "create.face-in-session", "near"),
        ({"volumes": (2.1, 1)}, "create.volume-range", None),
        ({"callback_url": "here"}, "create.callback-url-form", None),
        ({"audio": wav(1.5), "crop": (0, 3000)}, "create.audio-duration", 2000),
        ({"audio": wav(61), "crop": (0, 3000)}, "create.audio-duration", 60_000),
        ({"audio": wav(3), "crop": (0, 3001)}, "create.sound-end-within-audio", 3000),
        ({"audio": b"<html>" * 9, "crop": (0, 3000)}, "create.sound-file-format", "mp3"),
        ({"audio": wav(2) + bytes(6_000_000)}, "create.sound-file-size", 5_242_880),
    ],
)
def test_a_broken_rule_is_named_before_anything_is_sent(
    fields: dict[str, Any],
    rule: str,
    nearest: Any,  # noqa: ANN401
) -> None:
    """Rule, value and nearest legal value; the same rules as the server's."""
    outcome = _create(Service(World()), FACES, **{"face": "near", **fields})

    assert isinstance(outcome.error, BrokenRule), outcome.error
    assert (outcome.error.rule, outcome.requests) == (rule, ())
    assert nearest is None or outcome.error.nearest == nearest
    assert outcome.error.value is not None


def test_the_pre_flight_can_be_switched_off() -> None:
    """The server then decides."""
    outcome = _create(Service(World()), FACES, crop=(0, 1), options={"preflight": "off"})

    assert outcome.error is None


@given(
    st.one_of(st.none(), st.just(""), st.text(min_size=1, max_size=9)),
    st.one_of(st.none(), st.just(""), st.text(max_size=9).map("http://v.test/".__add__)),
)
def test_identify_takes_exactly_one_video(video_id: str | None, video_url: str | None) -> None:
    """Neither none nor two."""
    outcome = on_both(
        Service(World()), lambda c: c.identify(video_id=video_id, video_url=video_url)
    )

    if bool(video_id) is bool(video_url):
        assert isinstance(outcome.error, BrokenRule)
        assert outcome.error.rule == "identify.one-video-source"
    else:
        assert outcome.value.session_id == "s1"


def test_a_local_video_is_told_to_be_none() -> None:
    """The service takes URLs."""
    outcome = on_both(Service(World()), lambda c: c.identify(video_url="clip.mp4"))

    assert outcome.requests == ()
    assert outcome.error.rule == "identify.video-url-reachable"
    assert "takes no files" in str(outcome.error)


def test_every_error_of_a_sync_names_the_task() -> None:
    """Also one of a wait that never saw it."""
    service = Service(World(), [None, None, *[Fault("reset")] * 5])
    outcome = on_both(
        service, lambda c: c.sync(video_url="http://v.test/v", audio=AUDIO, crop=(0, 3000))
    )

    assert isinstance(outcome.error, NoUsableReply)
    assert outcome.error.external_task_id == "id-2"


def test_audio_is_checked_before_the_first_call() -> None:
    """A sync with a sound that is too short costs nothing."""
    outcome = on_both(
        Service(World()), lambda c: c.sync(video_url="http://v.test/v", audio=wav(1.5))
    )

    assert isinstance(outcome.error, BrokenRule)
    assert outcome.requests == ()


def test_an_identify_whose_outcome_is_unknown_is_not_paid_twice() -> None:
    """Unless the policy says that it may be; a refusal for the moment is repeated."""
    verb = lambda c: c.identify(video_url="http://v.test/v")  # noqa: E731
    assert isinstance(on_both(Service(World(), [Fault("5000")]), verb).error, ServiceProblem)
    assert on_both(Service(World(), [Fault("1302")]), verb).error is None
    policy = RetryPolicy(resend_identify=True)
    assert on_both(Service(World(), [Fault("5000")]), verb, retries=policy).error is None


def test_pages_are_asked_for_as_they_are_needed() -> None:
    """Each task once, also when the pages move while they are read."""
    service = Service(World())
    for number in range(5):
        service._keep({"external_task_id": f"mine {number}"})

    outcome = on_both(service, lambda c: c.list(page_size=2))
    assert [task.task_id for task in outcome.value] == ["t1", "t2", "t3", "t4", "t5"]
    assert len(outcome.requests) == 3

    bounds = on_both(service, lambda c: c.list(page_size=501))
    assert isinstance(bounds.error, BrokenRule)
    assert (bounds.error.rule, bounds.error.nearest) == ("list.page-size", 500)


def test_a_cancelled_create_notes_the_id_to_look_for() -> None:
    """Whoever interrupts a create learns by which id a task may exist."""

    async def run() -> list[str]:
        async with awaited(Service(World())) as client:

            async def never(_: Any) -> None:  # noqa: ANN401
                await asyncio.sleep(60)

            client._driver.client._transport.handle_async_request = never  # type: ignore[method-assign,assignment]
            task = asyncio.ensure_future(client.create("s1", "0", audio=AUDIO, crop=(0, 3000)))
            await asyncio.sleep(0.01)
            task.cancel()
            try:
                await task
            except asyncio.CancelledError as error:
                return error.__notes__
            return []

    assert asyncio.run(run()) == ["a task may exist under the external_task_id id-1"]

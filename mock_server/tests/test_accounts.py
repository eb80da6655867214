"""An account is born with the settings' defaults and the vendor's sample session."""

from typing import Any

import pytest

from kling_lipsync.rulebook import SpecError
from mock_server.accounts import SAMPLE_SESSION_ID, birth, pace_text, read_pace, sample_video
from mock_server.clock import NEVER_MS, ClockError
from mock_server.pace import Pace, Polls
from mock_server.settings import Settings, SettingsError
from mock_server.store import MemoryStore
from mock_server.tests.builders import KEY, NOW, SECRET, account


@pytest.mark.parametrize(
    ("text", "profile", "pace"),
    [
        ("", "documented", Pace(1000, 4000)),
        ("", "observed", Pace(5000, 175_000)),
        ("0+0", "observed", Pace(0, 0)),
        ("20+3000", "documented", Pace(20, 3000)),
        ("polls:2+3", "documented", Pace(NEVER_MS, NEVER_MS, Polls(2, 3))),
        ("polls:0+1", "documented", Pace(0, NEVER_MS, Polls(0, 1))),
        ("polls:1+0", "documented", Pace(NEVER_MS, 0, Polls(1, 0))),
    ],
)
def test_a_pace_is_two_numbers(text: str, profile: str, pace: Pace) -> None:
    """Of ms or of queries; empty text is the profile's own, and text comes back as it was."""
    assert read_pace(text, profile) == pace
    assert pace_text(pace) == text or not text


@pytest.mark.parametrize(
    "text",
    [
        "1000",
        "1000+",
        "+4000",
        "-1+2",
        "1.5+2",
        "1+2+3",
        "fast",
        "polls:1",
        "polls:-1+2",
        "poll:1+2",
        "polls:",
    ],
)
def test_another_pace_is_refused(text: str) -> None:
    """The value is told, and an example of one."""
    with pytest.raises(SettingsError, match=r"is not of the form MS\+MS, such as 1000\+4000"):
        read_pace(text, "documented")


def test_an_account_has_the_settings_defaults() -> None:
    """What is not chosen for it comes from the settings."""
    settings = Settings(profile="observed", readings=(("no-face", "refuse"),), time="x60", seed=7)

    made = account(settings)

    assert (made.profile, made.seed, made.clock.factor) == ("observed", 7, 60.0)
    assert made.readings["no-face"] == "refuse"
    assert made.readings["content-faults"] == "as-failed-task"
    assert made.pace == Pace(5000, 175_000)


def test_an_account_has_what_was_chosen_for_it() -> None:
    """Its own profile and readings count more than the settings'."""
    settings = Settings(profile="observed", readings=(("no-face", "refuse"),))

    made = account(
        settings,
        profile="documented",
        readings={"no-face": "empty-list"},
        time="frozen",
        pace="1+2",
    )

    assert (made.profile, made.readings["no-face"]) == ("documented", "empty-list")
    assert (made.clock.account_ms, made.pace) == (NOW, Pace(1, 2))


@pytest.mark.parametrize(
    ("chosen", "error"),
    [
        ({"profile": "imagined"}, SpecError),
        ({"readings": {"mood": "good"}}, SpecError),
        ({"time": "fast"}, ClockError),
        ({"pace": "fast"}, SettingsError),
    ],
)
def test_a_wrong_choice_is_refused(chosen: dict[str, Any], error: type[Exception]) -> None:
    """Each by the module that knows what there is."""
    with pytest.raises(error):
        account(**chosen)


def test_an_account_keeps_its_secrets_from_its_text() -> None:
    """Neither a trace nor a log shows them; its public id is not the AccessKey."""
    made = account()

    assert SECRET not in repr(made)
    assert made.api_keys[0] not in repr(made)
    assert KEY not in made.public_id


def test_every_account_is_born_with_the_sample_session() -> None:
    """It is the vendor's own, has one face from end to end, and never expires."""
    store = MemoryStore()
    store.apply(KEY, 0, birth(account(), sample_video(153_063), "clip.mp4"))

    found = store.get(KEY, "sessions", SAMPLE_SESSION_ID)

    assert found.fact.expires is False
    assert found.fact.video.duration.longest_ms == 5200
    assert [face.face_id for face in found.fact.faces] == ["0"]
    assert found.source.path == "clip.mp4"

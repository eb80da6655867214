"""A server is wired once, from its settings, or refused with a reason."""

import asyncio
import tempfile
from pathlib import Path

import pytest
from attrs import evolve

from kling_lipsync.rulebook import SpecError
from mock_server import app
from mock_server.accounts import SAMPLE_SESSION_ID
from mock_server.app import Origin, create_server
from mock_server.clock import ClockError
from mock_server.routes import IDENTIFY_PATH, TASKS_PATH
from mock_server.settings import SettingsError
from mock_server.store import MemoryStore
from mock_server.tests.builders import create_body
from mock_server.tests.served import LOCAL_KEY, QUIET, Served, serving


def test_a_server_has_the_local_account(served: Served) -> None:
    """With the keys of the settings, and nothing made yet."""
    assert served.server.directory.account(LOCAL_KEY).access_key == LOCAL_KEY
    assert served.data("GET", TASKS_PATH) == []


def test_the_vendors_create_sample_works_as_printed(served: Served) -> None:
    """Its session is known to a fresh server, and its sound is shipped."""
    sound = "https://p1-kling.klingai.com/kcdn/cdn-kcdn112452/kling-qa-test/go-to-world.mp3"
    body = create_body(SAMPLE_SESSION_ID, choice={"sound_file": sound})

    assert served.data("POST", TASKS_PATH, body)["task_status"] == "submitted"


def test_an_address_can_stand_for_a_file(tmp_path: Path) -> None:
    """So that a test needs no network for a URL that it does not own."""
    clip = tmp_path / "clip.mp4"
    clip.write_bytes((app.SAMPLES / "talking-clip.mp4").read_bytes())
    url = "https://media.example.com/clip.mp4"
    with serving(media_map=((url, str(clip)),)) as served:
        found = served.data("POST", IDENTIFY_PATH, {"video_url": url})

    assert [face["face_id"] for face in found["face_data"]] == ["0"]


@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        ({"profile": "imagined"}, SpecError, "profile 'imagined' is none of"),
        ({"readings": (("mood", "x"),)}, SpecError, "reading 'mood' is unknown"),
        ({"pace": "fast"}, SettingsError, "pace 'fast' is not of the form"),
        ({"units": "many"}, SettingsError, "units 'many' is not a number"),
        ({"media": "magic"}, SettingsError, "media 'magic' is none of: auto, plain, decoding"),
        ({"fetch": "all"}, SettingsError, "fetch 'all' is none of: loopback, any"),
        ({"media_map": (("http://a", "/no/such"),)}, SettingsError, "'/no/such', which 'http://a'"),
        ({"time": "fast"}, ClockError, "time 'fast' is none of"),
        ({"api_key": LOCAL_KEY, "access_key": LOCAL_KEY, "time": "x0"}, ClockError, "time 'x0'"),
    ],
)
def test_a_wrong_setting_is_refused_before_anything_starts(
    changes: dict[str, object], error: type[Exception], words: str
) -> None:
    """With the value and what it can be; no worker and no folder is left behind."""
    with pytest.raises(error, match=words):
        create_server(evolve(QUIET, **changes))  # type: ignore[arg-type]  # any setting


def test_what_was_made_is_removed_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder of media goes with the server."""
    made: list[str] = []
    real = tempfile.TemporaryDirectory

    def noted(prefix: str) -> object:
        folder = real(prefix=prefix)
        made.append(folder.name)
        return folder

    monkeypatch.setattr(tempfile, "TemporaryDirectory", noted)
    with serving():
        during = [Path(name).is_dir() for name in made]

    assert during == [True]
    assert [Path(name).exists() for name in made] == [False]


def test_a_server_keeps_to_the_store_that_it_is_given() -> None:
    """Another implementation of the seam takes the place of the memory."""
    store = MemoryStore()
    with asyncio.Runner() as runner:
        served = Served(create_server(QUIET, store), runner)
        task_id = served.create()
        served.shut_down()

    assert store.get(LOCAL_KEY, "tasks", task_id).task_id == task_id


def test_an_origin_is_told_once_the_server_listens() -> None:
    """Everybody who was given it sees the change."""
    origin = Origin("http://127.0.0.1:0")
    origin.url = "http://127.0.0.1:8787"

    assert origin() == "http://127.0.0.1:8787"

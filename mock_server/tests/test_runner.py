"""Renders and deliveries go on beside the calls, and end in a step of the store."""

import asyncio
import threading
from collections.abc import Iterable, Mapping

import pytest
from attrs import evolve, mutable

from mock_server.accounts import SAMPLE_AUDIO_URL, SAMPLE_VIDEO_URL
from mock_server.app import create_server
from mock_server.media.plain import PlainMedia
from mock_server.media.ports import Rendered, RenderFailed, RenderJob
from mock_server.routes import IDENTIFY_PATH, TASKS_PATH
from mock_server.store import Change, Held, MemoryStore
from mock_server.tests.builders import create_body
from mock_server.tests.receivers import answering, receiving, unused_port
from mock_server.tests.served import LOCAL_KEY, QUIET, Served, serving
from mock_server.values import Account


def _real(served: Served, **changes: object) -> str:
    """Make a task of the shipped sample clip and speech; return its id."""
    session = served.data("POST", IDENTIFY_PATH, {"video_url": SAMPLE_VIDEO_URL})["session_id"]
    body = create_body(session, choice={"sound_file": SAMPLE_AUDIO_URL}, **changes)
    return str(served.data("POST", TASKS_PATH, body)["task_id"])


def _status(served: Served, task_id: str) -> tuple[str, str]:
    task: Mapping[str, str] = served.data("GET", f"{TASKS_PATH}/{task_id}")
    return task["task_status"], task["task_status_msg"]


def test_a_render_that_falls_due_is_waited_for(served: Served) -> None:
    """To move the clock past the planned end waits for the file."""
    task_id = _real(served)
    served.advance("5s")

    assert _status(served, task_id) == ("succeed", "")
    assert served.happening("GET", "/health")["renders"] == []


def test_a_rendered_result_can_be_fetched(served: Served) -> None:
    """It lasts as long as the sample, and its twin is beside it."""
    task_id = _real(served, watermark_info={"enabled": True})
    served.advance("5s")
    (video,) = served.data("GET", f"{TASKS_PATH}/{task_id}")["task_result"]["videos"]

    for url in (video["url"], video["watermark_url"]):
        reply = served.ask("GET", url.removeprefix("http://127.0.0.1:8787"))
        assert (reply.status_code, reply.content[4:8]) == (200, b"ftyp")
    assert video["duration"] == "5.2"


def test_a_render_that_fails_ends_its_task(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the vendor's words, at no cost, and its slot is free."""
    monkeypatch.setattr(PlainMedia, "render", lambda _self, _job: RenderFailed("no pictures"))
    task_id = _real(served)
    served.advance("1h")

    assert _status(served, task_id) == ("failed", "no pictures")
    assert served.happening("GET", "/ledger")["units_spent"] == "0.05"


def test_a_render_that_breaks_ends_its_task(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An exception in media work is a failed task, not one that is processed for ever."""

    def break_down(_self: object, _job: RenderJob) -> Rendered:
        msg = "a bug in media work"
        raise RuntimeError(msg)

    monkeypatch.setattr(PlainMedia, "render", break_down)
    task_id = _real(served)
    served.advance("1h")

    assert _status(served, task_id)[0] == "failed"


def test_a_task_is_processed_while_its_file_is_made(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However much time passes before; it ends when the file is there, at that instant."""
    begun, finish = threading.Event(), threading.Event()
    plain = PlainMedia.render

    def wait(media: PlainMedia, job: RenderJob) -> Rendered | RenderFailed:
        begun.set()
        finish.wait(5)
        return plain(media, job)

    monkeypatch.setattr(PlainMedia, "render", wait)
    task_id = _real(served)
    served.run(lambda: asyncio.to_thread(begun.wait, 5))
    before = _status(served, task_id)
    finish.set()
    served.advance("1h")

    assert before == ("submitted", "")
    assert _status(served, task_id) == ("succeed", "")


def test_a_reset_stops_what_is_under_way(served: Served) -> None:
    """Nothing of the old life is told in the new one."""
    _real(served)
    served.happening("POST", "/reset")
    served.advance("1h")

    assert served.data("GET", TASKS_PATH) == []
    assert served.happening("GET", "/health")["renders"] == []


@mutable
class _Snapshot:
    """An account as a store beyond this process hands it out: no step changes it."""

    account: Account
    version: int


class _SnapshotStore(MemoryStore):
    """The reference, except that what it hands out is of that moment."""

    def held(self, key: str) -> Held | None:
        """Return the account as it is now."""
        held = super().held(key)
        return None if held is None else _Snapshot(held.account, held.version)

    def apply(self, access_key: str, expected_version: int, changes: Iterable[Change]) -> bool:
        """Make all changes or none, and count the steps that were refused."""
        done = super().apply(access_key, expected_version, changes)
        self.refused = getattr(self, "refused", 0) + (not done)
        return done


@pytest.mark.parametrize("pace", ["1000+4000", "0+4000"])
def test_no_step_is_lost_on_a_store_beyond_this_process(pace: str) -> None:
    """Every step is made on the version that it was thought out for."""
    store = _SnapshotStore()
    with asyncio.Runner() as runner, receiving(answering(200)) as receiver:
        served = Served(create_server(evolve(QUIET, pace=pace), store), runner)
        task_id = _real(served, callback_url=receiver.url)
        served.advance("1h")
        status = _status(served, task_id)
        served.shut_down()

    assert store.refused == 0
    assert status == ("succeed", "")
    assert len(receiver.got) == 2
    assert store.held(LOCAL_KEY) is not None


def test_what_is_due_at_once_is_done_at_once() -> None:
    """Also under a clock that stands still: nobody has to move it or to ask again."""
    with serving(pace="0+0") as served, receiving(answering(200)) as receiver:
        served.create(callback_url=receiver.url)
        ledger = served.happening("GET", "/ledger")
        served.run(lambda: asyncio.sleep(0.1))

    assert ledger["units_spent"] == "1.05"
    assert [b'"succeed"' in body for _, _, body in receiver.got] == [True]


def test_a_clock_that_was_moved_wakes_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """What falls due 1000 ms after the creation is due 400 ms after moving by 600."""
    delays: list[float] = []
    with serving(time="real") as served:
        real = served.loop.call_later

        def call_later(delay: float, *args: object, **options: object) -> object:
            delays.append(delay)
            return real(delay, *args, **options)  # type: ignore[arg-type]  # as called

        monkeypatch.setattr(served.loop, "call_later", call_later)
        served.create(callback_url=f"http://127.0.0.1:{unused_port()}/")
        served.advance(600)

    assert min(delays) <= 0.4

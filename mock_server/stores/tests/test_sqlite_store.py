"""What was acknowledged is in the file, whatever happens to the process."""

import sqlite3
from pathlib import Path

import pytest

from mock_server.settings import SettingsError
from mock_server.store import Keep, Put, Schedule
from mock_server.stores.codec import FORMAT
from mock_server.stores.sqlite_store import SqliteStore
from mock_server.tests.builders import KEY, account, task
from mock_server.tests.killing import kill
from mock_server.tests.served import serving
from mock_server.values import Due, Event


def _store(path: Path) -> SqliteStore:
    store = SqliteStore(path)
    assert store.apply(KEY, 0, [Keep(account())])
    return store


def test_a_server_that_is_killed_loses_nothing_that_it_acknowledged() -> None:
    """Five times, under load; what was due is called back in the next life."""
    figures = kill(5)

    assert figures.sound, figures
    assert figures.tasks > 50


def test_one_process_at_a_time_has_the_file(tmp_path: Path) -> None:
    """A second one is told what to do instead."""
    store = _store(tmp_path / "a.db")

    with pytest.raises(SettingsError, match="--store"):
        SqliteStore(tmp_path / "a.db")
    store.close()


def test_a_file_in_another_format_is_refused(tmp_path: Path) -> None:
    """Never read by guess."""
    _store(tmp_path / "a.db").close()
    with sqlite3.connect(tmp_path / "a.db") as file:
        file.execute(f"pragma user_version = {FORMAT + 1}")
    file.close()

    with pytest.raises(SettingsError, match=f"format {FORMAT + 1}"):
        SqliteStore(tmp_path / "a.db")


def test_a_step_that_cannot_be_written_is_not_made(tmp_path: Path) -> None:
    """Neither in the file nor in memory."""
    store = _store(tmp_path / "a.db")

    with pytest.raises(TypeError):
        store.apply(KEY, 1, [Put("open_tasks", "a", "a"), Put("external_ids", "b", object())])

    assert store.get(KEY, "open_tasks", "a") is None
    assert store.apply(KEY, 1, [Put("tasks", "t", task()), Schedule(Event(1, Due.END, "t"))])
    store.close()


def test_media_stay_beside_the_file(tmp_path: Path) -> None:
    """A result that was rendered yesterday is there today; uploads, too."""
    path = tmp_path / "a.db"
    with serving(store=f"sqlite:{path}") as served:
        put = served.control("PUT", "/media/x.bin", content=b"bytes").json()
        assert served.ask("GET", put["url"].partition("8787")[2]).content == b"bytes"
    with serving(store=f"sqlite:{path}") as served:
        assert served.ask("GET", put["url"].partition("8787")[2]).content == b"bytes"
    assert (tmp_path / "a.db.media" / "uploads").is_dir()

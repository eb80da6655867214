"""Accounts that outlive the process: read from memory, written to a SQLite file before that.

A step is in the file before it is in memory, and in memory before anybody hears of it.  The
file is written ahead (WAL) with synchronous=NORMAL: what was acknowledged survives the death
of the process at any instant; a power cut may take the last steps, and leaves the file whole.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path

from mock_server.settings import SettingsError
from mock_server.store import (
    Change,
    Done,
    Drop,
    Forget,
    Keep,
    MemoryStore,
    Put,
    Schedule,
)
from mock_server.stores.codec import FORMAT, dumps, loads, read, write
from mock_server.values import Account, Due, Event

_TABLES = """
create table if not exists accounts (access_key text primary key, record blob, reserved int);
create table if not exists records (
  place integer primary key, access_key text, kind text, key text, record blob,
  unique (access_key, kind, key)
);
create table if not exists agenda (
  place integer primary key, access_key text, at int, due text, subject text
);
create index if not exists agenda_first on agenda (access_key, at, place);
"""
_PUT = """
insert into records (access_key, kind, key, record) values (?, ?, ?, ?)
on conflict (access_key, kind, key) do update set record = excluded.record
"""
_KEEP = """
insert into accounts values (?, ?, 0)
on conflict (access_key) do update set record = excluded.record
"""
_DONE = """
delete from agenda where at = ? and due = ? and subject = ? and place =
  (select place from agenda where access_key = ? order by at, place limit 1)
"""
_FORGET = (
    "delete from accounts where access_key = ?",
    "delete from records where access_key = ?",
    "delete from agenda where access_key = ?",
)

_Statement = tuple[str, tuple[object, ...]]


class SqliteStore(MemoryStore):
    """The store of one process at a time; another that opens the file is refused."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            self._open()
        except (sqlite3.Error, OSError) as error:
            msg = f"cannot keep accounts in {str(path)!r}: {error}; choose another with --store"
            raise SettingsError(msg) from None
        self._load()

    def apply(self, access_key: str, expected_version: int, changes: Iterable[Change]) -> bool:
        """Make all changes and return True, or none and False when the version is another."""
        tenant = self._tenants.get(access_key)
        if (tenant.version if tenant is not None else 0) != expected_version:
            return False
        made = tuple(changes)
        born = tenant is not None or any(isinstance(change, Keep) for change in made)
        if born:
            self._write(row for change in made for row in _rows(access_key, change))
        return super().apply(access_key, expected_version, made)

    def reserve(self, access_key: str) -> int:
        """Return a number, from 0 up, that nobody was given before in this life of the account."""
        number = super().reserve(access_key)
        reserved = "update accounts set reserved = ? where access_key = ?"
        self._write([(reserved, (number + 1, access_key))])
        return number

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def _open(self) -> None:
        run = self._file.execute
        run("pragma locking_mode = exclusive")
        run("pragma journal_mode = wal")
        run("pragma synchronous = normal")
        run("begin immediate")
        (written,) = run("pragma user_version").fetchone()
        if written not in (0, FORMAT):
            msg = f"it is in format {written}, and this version reads format {FORMAT}"
            raise sqlite3.DatabaseError(msg)
        run(f"pragma user_version = {FORMAT}")
        for statement in filter(str.strip, _TABLES.split(";")):
            run(statement)
        run("commit")

    def _load(self) -> None:
        """Make in memory all steps that lead to what is in the file."""
        run = self._file.execute
        for key, record, reserved in run("select access_key, record, reserved from accounts"):
            super().apply(key, 0, [Keep(loads(Account, record))])
            self._tenants[key].reserved = reserved
        for key, kind, name, record in run(
            "select access_key, kind, key, record from records order by place"
        ):
            self._put(self._tenants[key], kind, name, read(kind, record))
        for key, at, due, subject in run(
            "select access_key, at, due, subject from agenda order by place"
        ):
            self._change(self._tenants[key], Schedule(Event(at, Due(due), subject)))

    def _write(self, rows: Iterable[_Statement]) -> None:
        """Have rows in the file: all, or none when that fails."""
        run = self._file.execute
        run("begin")
        try:
            for statement, values in rows:
                run(statement, values)
            run("commit")
        except BaseException:
            run("rollback")
            raise


def _rows(access_key: str, change: Change) -> Iterator[_Statement]:
    """Yield the statements that a change is in the file."""
    if isinstance(change, Put):
        record = write(change.kind, change.record)
        yield _PUT, (access_key, change.kind, change.key, record)
    elif isinstance(change, Drop):
        named = "delete from records where access_key = ? and kind = ? and key = ?"
        yield named, (access_key, change.kind, change.key)
    elif isinstance(change, Schedule):
        event = change.event
        planned = "insert into agenda (access_key, at, due, subject) values (?, ?, ?, ?)"
        yield planned, (access_key, event.at, event.kind.value, event.subject)
    elif isinstance(change, Done):
        event = change.event
        yield _DONE, (event.at, event.kind.value, event.subject, access_key)
    elif isinstance(change, Keep):
        yield _KEEP, (access_key, dumps(Account, change.account))
    elif isinstance(change, Forget):
        yield from ((statement, (access_key,)) for statement in _FORGET)

"""Which store and which folder of media the settings ask for."""

import tempfile
from contextlib import ExitStack
from pathlib import Path

from attrs import frozen

from mock_server.settings import Settings, SettingsError
from mock_server.store import MemoryStore, Store

SQLITE = "sqlite:"
REDIS = ("redis://", "rediss://", "unix://")


@frozen
class Kept:
    """A store and the folder of its media files, until `close`."""

    store: Store
    media: Path
    opened: ExitStack

    def close(self) -> None:
        """Let go of the store, and remove a temporary folder."""
        self.opened.close()


def open_kept(settings: Settings, given: Store | None = None) -> Kept:
    """Open what `--store` and `--media-folder` ask for, or keep media for a store that is given.

    Raises SettingsError where there is no such store.
    """
    with ExitStack() as opened:
        store = _store(settings, opened) if given is None else given
        return Kept(store, _media_folder(settings, opened), opened.pop_all())


def _store(settings: Settings, opened: ExitStack) -> Store:
    name = settings.store
    if name == "memory":
        return MemoryStore()
    if name.startswith(SQLITE) and name != SQLITE:
        from mock_server.stores.sqlite_store import SqliteStore  # noqa: PLC0415 - seldom needed

        store = SqliteStore(_path(settings))
        opened.callback(store.close)
        return store
    if name.startswith(REDIS):
        return _redis(settings, opened)
    msg = f"store {name!r} is none of: memory, sqlite:PATH, redis://HOST:PORT/DB"
    raise SettingsError(msg)


def _redis(settings: Settings, opened: ExitStack) -> Store:
    try:
        from redis.exceptions import RedisError  # noqa: PLC0415 - needed with [redis] only

        from mock_server.stores.redis_store import RedisStore  # noqa: PLC0415 - the same
    except ImportError:
        msg = f"store {settings.store!r} needs: pip install 'kling-lipsync-twin[redis]'"
        raise SettingsError(msg) from None
    try:
        store = RedisStore(settings.store, settings.journal)
        opened.callback(store.close)
        store.redis.ping()
    except (RedisError, ValueError) as error:
        msg = f"cannot keep accounts in {settings.store!r}: {error}; choose another with --store"
        raise SettingsError(msg) from None
    return store


def _media_folder(settings: Settings, opened: ExitStack) -> Path:
    if settings.media_folder:
        return Path(settings.media_folder).expanduser().resolve()
    if settings.store.startswith(SQLITE):
        path = _path(settings)
        return path.with_name(f"{path.name}.media")
    return Path(opened.enter_context(tempfile.TemporaryDirectory(prefix="lipsync-mock-")))


def _path(settings: Settings) -> Path:
    return Path(settings.store.removeprefix(SQLITE)).expanduser().resolve()

"""The Lua scripts: each is one atomic step of Redis, and one round trip."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from redis import Redis
from redis.exceptions import NoScriptError

_FOLDER = Path(__file__).parent / "lua"


class Scripts:
    """Runs scripts by name on one Redis, for one prefix of keys."""

    def __init__(self, redis: "Redis", prefix: str) -> None:
        self._redis = redis
        self._run: Callable[..., Any] = redis.execute_command
        self._prefix = prefix
        self._known: dict[str, str] = {}

    def run(self, name: str, *arguments: object) -> Any:  # noqa: ANN401 - as Redis answers
        """Return what a script answers; it is loaded where Redis does not have it (any more)."""
        digest = self._known.get(name)
        if digest is None:
            digest = self._load(name)
        try:
            return self._run("EVALSHA", digest, 0, self._prefix, *arguments)
        except NoScriptError:
            digest = self._load(name)
            return self._run("EVALSHA", digest, 0, self._prefix, *arguments)

    def _load(self, name: str) -> str:
        digest = self._redis.script_load(script_text(name))
        self._known[name] = str(digest if isinstance(digest, str) else digest.decode())
        return self._known[name]


@cache
def script_text(name: str) -> str:
    """Return the Lua of a script, with what all of them share."""
    shared = (_FOLDER / "account.lua").read_text("utf-8")
    return f"{shared}{(_FOLDER / name).with_suffix('.lua').read_text('utf-8')}"

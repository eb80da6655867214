"""One account of a mock, as a test holds it: its clock, its failures, and what it has seen."""

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol, Self
from urllib.parse import quote, urlencode

import httpx
import jwt
from kling_lipsync_api import AuthenticatedClient

from mock_server.testing.asking import Asking, Json, control
from mock_server.testing.witness import Witness

TOKEN_LIFE_S = 1800
DESCRIBED = "http://described.test"


class Follower(Protocol):
    """A clock that can be shown an instant."""

    def show(self, instant_ms: int) -> None:
        """Show an instant (Unix ms)."""


class LipSyncMock(Witness):
    """A fresh account of a mock.  Everything it knows belongs to it alone; `drop` ends it.

    Spans of time are ms or text such as `90s`, `65m`, `24h`, `30d`.
    """

    def __init__(self, mock: Asking, fields: Mapping[str, object] | None = None) -> None:
        made = control(mock, "POST", "/accounts", {"time": "frozen", **(fields or {})})
        super().__init__(mock, made["access_key"])
        self.secret_key: str = made["secret_key"]
        self.api_keys: tuple[str, ...] = tuple(made["api_keys"])
        self._following: Follower | None = None

    @property
    def base_url(self) -> str:
        """Where clients of this account call; in process, only what `transport` carries arrives."""
        return self.mock.origin

    @property
    def transport(self) -> httpx.BaseTransport | None:
        """For `httpx.Client(transport=...)`: answers any host, the vendor's included."""
        return self.mock.transport

    @property
    def async_transport(self) -> httpx.AsyncBaseTransport | None:
        """For `httpx.AsyncClient(transport=...)`."""
        return self.mock.async_transport

    def httpx_client(self, **arguments: Any) -> httpx.Client:  # noqa: ANN401 - as httpx.Client
        """Return a client that calls as this account; its token is minted now."""
        return httpx.Client(**self._arguments(self.transport, arguments))

    def async_httpx_client(self, **arguments: Any) -> httpx.AsyncClient:  # noqa: ANN401 - as httpx
        """Return an asynchronous client that calls as this account; its token is minted now."""
        return httpx.AsyncClient(**self._arguments(self.async_transport, arguments))

    def client(self) -> AuthenticatedClient:
        """Return the generated client, calling as this account; its token is minted now."""
        made = AuthenticatedClient(base_url=self.base_url, token=self.token())
        made.set_httpx_client(self.httpx_client())
        made.set_async_httpx_client(self.async_httpx_client())
        return made

    @cached_property
    def respx(self) -> Any:  # noqa: ANN401 - respx.MockRouter, where respx is installed
        """For `with lipsync_mock.respx:`: calls of httpx clients to the vendor's hosts arrive."""
        from mock_server.testing.respx_router import router  # noqa: PLC0415 - an optional package

        return router(self.mock)

    # Time

    @property
    def now(self) -> int:
        """The account's instant in Unix ms."""
        return int(self.shown()["now"])

    def token(self, *, lifetime_s: int = TOKEN_LIFE_S, **claims: object) -> str:
        """Return a JWT minted on the account's clock, as the vendor's sample makes it.

        Valid from 5 s ago for `lifetime_s` seconds; `claims` replace or add to its claims.
        """
        now_s = self.now // 1000
        made = {"iss": self.access_key, "exp": now_s + lifetime_s, "nbf": now_s - 5}
        return jwt.encode({**made, **claims}, self.secret_key, algorithm="HS256")

    def advance(self, span: int | str) -> list[Json]:
        """Move the clock on; return what happened on the way, in due order."""
        return self._moved({"advance": span})

    def to_next_event(self) -> list[Json]:
        """Move the clock to the next instant at which something falls due; return what happened."""
        return self._moved({"next": True})

    def until_task(self, task_id: str) -> list[Json]:
        """Move the clock until a task has ended; return what happened."""
        return self._moved({"until_task": task_id})

    def follow(self, following: Follower) -> None:
        """Let the test's own clock show the account's time, now and after each move."""
        self._following = following
        following.show(self.now)

    # What goes wrong

    def fail(self, code: int, *operations: str, **fields: object) -> Json:
        """Let the next call of some operations (all, if none is named) fail with a service code.

        `fields` are those of `POST /__mock__/faults`: times, after, phase, match, rate, ...
        """
        return self.stage(code=code, **_named(operations), **fields)

    def fail_task(self, message: str, **fields: object) -> Json:
        """Let the next task that is made end as `failed` with this message."""
        return self.stage(fail_task=message, **fields)

    def break_connection(self, how: str, *operations: str, **fields: object) -> Json:
        """Break the next call below HTTP: reset, stall, truncate or bad-gateway."""
        return self.stage(transport=how, **_named(operations), **fields)

    def spoil_callback(self, how: str, **fields: object) -> Json:
        """Spoil the next callback: lost, duplicate, late, out-of-order, wrong-signature, ..."""
        return self.stage(callback=how, **fields)

    def stage(self, **fields: object) -> Json:
        """Stage any failure that `POST /__mock__/faults` knows."""
        return self._told("POST", "/faults", fields)

    def clear_faults(self) -> None:
        """Take back what was staged and has not struck."""
        self._control("DELETE", "/faults")

    # Media

    def video(self, **facts: object) -> str:
        """Return the URL of a described video, such as `video(duration=8000, face="0-5200")`."""
        return f"{DESCRIBED}/video?{_facts(facts)}"

    def audio(self, **facts: object) -> str:
        """Return the URL of a described audio, such as `audio(duration=4000, format="mp3")`."""
        return f"{DESCRIBED}/audio?{_facts(facts)}"

    def seed(self, url: str) -> Json:
        """Give a described medium an id: `video_id` or `audio_id` in the answer."""
        return self._told("POST", "/media", {"url": url})

    def put(self, file: Path | bytes, name: str = "") -> Json:
        """Put a file to the mock; the answer has its `url`, and ids where it is a medium."""
        content = file if isinstance(file, bytes) else file.read_bytes()
        called = name or (file.name if isinstance(file, Path) else "upload")
        answer: Json = self._control("PUT", f"/media/{quote(called, safe='')}", content)
        return answer

    # The account

    def shown(self) -> Json:
        """Return the account as the control API shows it."""
        answer: Json = control(self.mock, "GET", f"/accounts/{quote(self.access_key, safe='')}")
        return answer

    def change(self, **fields: object) -> Json:
        """Change how the account behaves: readings, pace, slots, units, rate, status, ..."""
        path = f"/accounts/{quote(self.access_key, safe='')}"
        answer: Json = control(self.mock, "PATCH", path, fields)
        return answer

    def reset(self) -> None:
        """Make the account as it was born."""
        control(self.mock, "POST", "/reset", {"account": self.access_key})

    def drop(self) -> None:
        """Drop the account with everything that belongs to it."""
        control(self.mock, "DELETE", f"/accounts/{quote(self.access_key, safe='')}")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.drop()

    def _moved(self, fields: Json) -> list[Json]:
        answer = self._told("POST", "/clock", fields)
        if self._following is not None:
            self._following.show(int(answer["now"]))
        happened: list[Json] = answer["happened"]
        return happened

    def _arguments(self, transport: object, given: Json) -> Json:
        headers = {"Authorization": f"Bearer {self.token()}", **given.pop("headers", {})}
        return {"base_url": self.base_url, "transport": transport, "headers": headers} | given


def _named(operations: tuple[str, ...]) -> Json:
    return {"operations": list(operations)} if operations else {}


def _facts(facts: Mapping[str, object]) -> str:
    """Write facts as a query; a list is a key that is repeated."""
    return urlencode(facts, doseq=True, safe=":")

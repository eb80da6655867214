"""A model of the service, scripted: it keeps tasks, and fails where a script says so.

It answers an httpx.Client and an httpx.AsyncClient alike, and time passes only when somebody
pauses or the script says that a reply is slow.
"""

import json
from collections.abc import AsyncIterator, Iterator, Sequence
from email.utils import formatdate
from typing import Any

import httpx
from attrs import define, field, frozen

from kling_lipsync.client.environment import Environment, Stop
from kling_lipsync.client.tests.canned import (
    BODIES,
    IDENTIFIED,
    LOST,
    accepted,
    created,
    refused,
    refuses,
)

START = 1_800_000_000.0
PATH = "/v1/videos/advanced-lip-sync"
IDENTIFY = "/v1/videos/identify-face"


@define
class World:
    """The only time there is, and a record of every pause."""

    now: float = 0.0
    skew: float = 0.0
    pauses: list[float] = field(factory=list)
    ids: int = 0
    stop_after: int | None = None

    def environment(self) -> Environment:
        """Return this world as the client takes it; chance is always a half."""
        return Environment(
            monotonic=lambda: self.now,
            wall=lambda: START + self.now + self.skew,
            chance=lambda: 0.5,
            new_id=self.new_id,
            pause=self.pause,
            pause_async=self.pause_async,
        )

    def new_id(self) -> str:
        """Return an id that was not given before."""
        self.ids += 1
        return f"id-{self.ids}"

    def pause(self, seconds: float, stop: Stop | None) -> None:
        """Let time pass at once."""
        self.pauses.append(round(seconds, 6))
        self.now += seconds
        if stop is not None and self.stop_after == len(self.pauses):
            stop.set()

    async def pause_async(self, seconds: float, stop: Stop | None) -> None:
        """Let time pass at once."""
        self.pause(seconds, stop)


@frozen
class Fault:
    """One exchange that goes wrong, before or after the service did what was asked.

    `kind` is a service code as text, `timeout`, `reset`, `refused connection`, `html`, `cut`,
    `empty`, `no data`, `not json`, `wrong task` or `drip`; `status` replaces that of the kind.
    """

    kind: str
    committed: bool = False
    headers: tuple[tuple[str, str], ...] = ()
    status: int | None = None


class Drip(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body of which one byte comes each second, for ever."""

    def __init__(self, world: World) -> None:
        self._world = world

    def __iter__(self) -> Iterator[bytes]:
        while self._world.now < 100_000:
            self._world.now += 1.0
            yield b" "

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self:
            yield piece


@define
class Service:
    """The tasks of one account, and a script: what goes wrong with the next exchanges in turn.

    `life` is the states of a task, one for each query, the last one for all that follow.
    """

    world: World
    script: list[Fault | None] = field(factory=list)
    life: Sequence[str] = ("submitted", "processing", "succeed")
    late: bool = False
    units: str = "1"
    tasks: dict[str, dict[str, Any]] = field(factory=dict)
    requests: list[tuple[str, str, bytes]] = field(factory=list)
    headers: list[dict[str, str]] = field(factory=list)
    media: bytes = b""
    looks: int = 0
    _pending: list[dict[str, Any]] = field(factory=list)

    def transport(self) -> httpx.MockTransport:
        """Return what carries requests of either client here."""
        return httpx.MockTransport(self.answer)

    def answer(self, request: httpx.Request) -> httpx.Response:
        """Answer one request, or raise what httpx raises."""
        path = request.url.raw_path.decode()
        self.requests.append((request.method, path, request.content))
        self.headers.append(dict(request.headers))
        if request.url.path.startswith("/media/"):
            return self._with(self._media(request))
        fault = self.script.pop(0) if self.script else None
        for late in self._pending:
            self._keep(late)
        self._pending.clear()
        if fault is None:
            return self._with(self._done(request))
        if fault.committed and not refuses(fault.kind, fault.status):
            self._commit(request)
        return self._with(self._failed(request, fault))

    def _with(self, reply: httpx.Response) -> httpx.Response:
        reply.headers["Date"] = formatdate(START + self.world.now, usegmt=True)
        return reply

    def _media(self, request: httpx.Request) -> httpx.Response:
        if "authorization" in request.headers:
            return httpx.Response(500)
        return httpx.Response(200, content=self.media)

    def _commit(self, request: httpx.Request) -> None:
        if request.method != "POST" or request.url.path != PATH:
            return
        if self.late:
            self._pending.append(json.loads(request.content))
        else:
            self._keep(json.loads(request.content))

    def _keep(self, body: dict[str, Any]) -> str | None:
        """Make a task, unless its external id is taken."""
        key = body.get("external_task_id")
        if any(task["task_info"]["external_task_id"] == key for task in self.tasks.values()):
            return None
        task_id = f"t{len(self.tasks) + 1}"
        instant = int((START + self.world.now) * 1000)
        self.tasks[task_id] = {
            "task_id": task_id,
            "task_status": "submitted",
            "task_status_msg": "",
            "task_info": {
                "parent_video": {"id": "v", "url": "http://media.test/v", "duration": "8.0"},
                "external_task_id": key,
            },
            "watermark_info": {"enabled": False},
            "created_at": instant,
            "updated_at": instant,
        }
        return task_id

    def _done(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if path == IDENTIFY:
            return accepted(IDENTIFIED)
        if request.method == "POST":
            task_id = self._keep(json.loads(request.content))
            return refused(1201) if task_id is None else accepted(created(self.tasks[task_id]))
        if path == PATH:
            return accepted(self._page(request))
        wanted = path.removeprefix(PATH + "/")
        for task in self.tasks.values():
            if wanted in (task["task_id"], task["task_info"]["external_task_id"]):
                return accepted(self._aged(task))
        return refused(1203)

    def _page(self, request: httpx.Request) -> list[dict[str, Any]]:
        number, size = (int(request.url.params[name]) for name in ("pageNum", "pageSize"))
        return list(self.tasks.values())[(number - 1) * size : number * size]

    def _aged(self, task: dict[str, Any]) -> dict[str, Any]:
        state = self.life[min(self.looks, len(self.life) - 1)]
        self.looks += 1
        task["task_status"] = state
        if state == "succeed":
            task["final_unit_deduction"] = self.units
            task["task_result"] = {
                "videos": [{"id": "r", "url": "http://media.test/media/r.mp4", "duration": "8.0"}]
            }
        elif state == "failed":
            task["task_status_msg"] = "the face was lost"
        return task

    def _failed(self, request: httpx.Request, fault: Fault) -> httpx.Response:
        kind = fault.kind
        if kind.isdecimal():
            return refused(int(kind), fault.headers, fault.status)
        if kind == "timeout":
            self.world.now += 60
        if kind in LOST:
            raise LOST[kind](kind, request=request)
        if kind == "drip":
            return httpx.Response(200, stream=Drip(self.world))
        return httpx.Response(
            fault.status or (502 if kind == "html" else 200),
            headers=dict(fault.headers),
            content=BODIES[kind],
        )

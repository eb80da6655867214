"""What goes on beside the calls where several processes share the accounts.

Whatever is due stands in the store.  Each worker looks every so often; what it finds, it
claims, and what a dead worker had claimed is found by the others.
"""

import asyncio
import uuid
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any

from redis.exceptions import RedisError

from mock_server import lifecycle
from mock_server.clock import host_now
from mock_server.context import Effect, StartRender
from mock_server.runner import ALL, Runner
from mock_server.stores.redis_store import RedisStore
from mock_server.turns import Turns
from mock_server.values import Task

LOOK_S, LONGEST_LOOK_S = 0.1, 0.5
"""How often some worker looks for what is due, and how long at most one goes without looking.

What is due is begun so late at most; where it was known before, in time.
"""
LIFE_MS = 3_000
"""How long a worker that is not heard of counts as alive."""
_POLL_S = 0.01
_ALONE_MS = 60_000
_ORPHANS = 5
"""Every how many looks it is looked for what the dead left."""


class SharedRunner(Runner):
    """A runner of one worker among several; `store` and `turns` are given by `share`."""

    store: RedisStore
    turns: Turns

    def share(self, store: RedisStore, turns: Turns) -> None:
        """Work on a shared store."""
        self.store = store
        self.turns = turns
        self.postman.alone = False
        self._sending: set[str] = set()
        self._posted: set[str] = set()

    def perform(self, effects: Iterable[Effect]) -> None:
        """Start renders; what is to be sent or to be woken stands in the store."""
        super().perform(effect for effect in effects if isinstance(effect, StartRender))

    def wake_for(self, access_key: str) -> None:
        """See to nothing: whichever worker looks first settles the account."""

    def resume(self) -> None:
        """Begin to look for what is due."""
        loop = asyncio.get_running_loop()

        def claimed(access_key: str) -> None:
            loop.call_soon_threadsafe(self.send_for, access_key)

        self.store.claimed = claimed
        self.turns.keep(self._look_again())

    def send_for(self, access_key: str) -> None:
        """Send what waits for an account, unless this worker is at it already."""
        self._posted.add(access_key)
        if access_key not in self._sending:
            self._sending.add(access_key)
            self.turns.keep(self._send_out(access_key))

    @asynccontextmanager
    async def alone(self, access_key: str) -> AsyncIterator[None]:
        """Let nobody else who asks for this be alone with the account, on whichever replica."""
        name, token = f"{self.store.prefix}alone:{access_key}", uuid.uuid4().hex
        while not self.store.redis.set(name, token, nx=True, px=_ALONE_MS):
            await asyncio.sleep(_POLL_S)
        try:
            yield
        finally:
            if self.store.redis.get(name) == token.encode():
                self.store.redis.delete(name)

    async def renders_done(self, access_key: str, until: int) -> None:
        """Wait for the renders of tasks that are planned to end by an instant, wherever made."""
        while any(lifecycle.planned_end(task) <= until for task in self._rendered_now(access_key)):
            await asyncio.sleep(_POLL_S)

    async def deliveries_done(self, access_key: str) -> None:
        """Wait until everything that had to be sent for an account was sent, by whomever."""
        await super().deliveries_done(access_key)
        while self.store.page(access_key, "outbox", 1, 1):
            await asyncio.sleep(_POLL_S)

    def _rendered_now(self, access_key: str) -> list[Task]:
        names = self.store.page(access_key, "renders", 1, ALL)
        tasks = [self.store.get(access_key, "tasks", name) for name in names]
        return [task for task in tasks if task is not None]

    async def _look_again(self) -> None:
        looks = 0
        while True:
            try:
                delay = await self._look(orphans=looks % _ORPHANS == 0)
            except RedisError:
                self._console.own_fault()
                delay = 1.0
            looks += 1
            await asyncio.sleep(delay)

    async def _look(self, *, orphans: bool) -> float:
        """Look once, and do what is found; return how long to wait before the next look (s)."""
        arguments = (self.store.worker, host_now(), LIFE_MS, int(orphans))
        told: Any = await self.turns.in_thread(self.store.scripts.run, "look", *arguments)
        due, senders, renders, first, workers = told
        settled = [await self.turns.in_thread(self.turns.settle, key.decode()) for key in due]
        for key in senders:
            self.send_for(key.decode())
        for name in renders:
            access_key, _, task_id = name.decode().rpartition("\n")
            self._start_render(access_key, task_id)
        if any(settled):
            return 0.0
        longest = min(LOOK_S * int(workers), LONGEST_LOOK_S)
        wait = longest if first == b"" else (float(first) - host_now()) / 1000
        return min(longest, max(0.005, wait))

    async def _send_out(self, access_key: str) -> None:
        """Send what waits, in its order, until nothing does."""
        try:
            while access_key in self._posted:
                self._posted.discard(access_key)
                before: Any = None
                while names := await self._outbox(access_key):
                    if names == before:
                        await asyncio.sleep(LOOK_S)  # none of it could be sent
                    before = names
                    for name in names:
                        self.postman.send(access_key, name.decode())
                    await self.postman.done(access_key)
        finally:
            self._sending.discard(access_key)

    async def _outbox(self, access_key: str) -> list[bytes]:
        run = self.store.scripts.run
        told: Any = await self.turns.in_thread(run, "outbox", access_key, self.store.worker)
        return list(told)

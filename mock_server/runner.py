"""What goes on beside the calls: renders, and the waking of accounts; a postman sends.

All of it ends in a step of the store on the event loop; the slow part happens in threads.
Nothing here decides anything: the engine says what falls due.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from weakref import WeakValueDictionary

from attrs import evolve

from mock_server import lifecycle
from mock_server.clock import account_now, host_delay_s, host_now, stopwatch
from mock_server.console import Console
from mock_server.context import Effect, Send, StartRender, Wake
from mock_server.engine import Engine
from mock_server.media.ports import RenderFailed
from mock_server.outbound import Reach
from mock_server.postman import Postman
from mock_server.replies import ReplyCheck
from mock_server.shelf import INTERNAL_ERROR, Shelf
from mock_server.store import Change, Drop, Held, Put, Schedule, step
from mock_server.values import Account, RenderState, Task

ALL = 1_000_000_000


class Runner:
    """Performs effects, and keeps what is under way so that others can wait for it."""

    def __init__(
        self,
        engine: Engine,
        shelf: Shelf,
        reach: Reach,
        check: ReplyCheck,
        base_url: Callable[[], str],
        console: Console,
    ) -> None:
        self._engine = engine
        self._shelf = shelf
        self.postman = Postman(
            engine.store, engine.retry_delays, reach, check, self.wake_for, console
        )
        self._base_url = base_url
        self._console = console
        self._renders: dict[tuple[str, str], asyncio.Task[None]] = {}
        self._since: dict[str, float | None] = {}
        self._one_render = asyncio.Semaphore(1)
        self._alarms: dict[str, tuple[int, asyncio.TimerHandle]] = {}
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def perform(self, effects: Iterable[Effect]) -> None:
        """Start what has to be done; returns at once."""
        for effect in effects:
            if isinstance(effect, StartRender):
                self._start_render(effect.access_key, effect.task_id)
            elif isinstance(effect, Wake):
                self.wake_for(effect.access_key)
            elif isinstance(effect, Send):
                self.postman.send(effect.access_key, effect.delivery.delivery_id)

    def wake_for(self, access_key: str) -> None:
        """Settle the account now, and see to it that it is when its next event falls due."""
        store = self._engine.store
        held = store.held(access_key)
        event = store.next_due(access_key) if held is not None else None
        if held is None or event is None or self._wakes_by(access_key, event.at):
            return
        now = now_of(held.account)
        if event.at <= now:
            self.perform(self._engine.settle_account(access_key, now, self._base_url()))
            event = store.next_due(access_key)
            if event is None or self._wakes_by(access_key, event.at):
                return
        delay = host_delay_s(held.account.clock, host_now(), event.at)
        self._silence(access_key)
        if delay is not None:
            loop = asyncio.get_running_loop()
            self._alarms[access_key] = (event.at, loop.call_later(delay, self._wake, access_key))

    @asynccontextmanager
    async def alone(self, access_key: str) -> AsyncIterator[None]:
        """Let nobody else who asks for this be alone with the account meanwhile."""
        lock = self._locks.setdefault(access_key, asyncio.Lock())
        async with lock:
            yield

    def resume(self) -> None:
        """Go on with everything that a store which outlived its process says was under way."""
        store = self._engine.store
        for key in store.accounts():
            for task_id in store.page(key, "renders", 1, ALL):
                self._start_render(key, task_id)
            waiting: list[str] = store.page(key, "outbox", 1, ALL)
            for delivery_id in waiting:
                self.postman.send(key, delivery_id)
            self.wake_for(key)

    def clock_moved(self, access_key: str) -> None:
        """See to it that the account is settled in time by its moved clock."""
        self._silence(access_key)
        self.wake_for(access_key)

    def forget(self, access_key: str) -> None:
        """Stop everything that is under way for an account."""
        self._silence(access_key)
        self.postman.forget(access_key)
        for key in [key for key in self._renders if key[0] == access_key]:
            self._renders.pop(key).cancel()

    async def renders_done(self, access_key: str, until: int) -> None:
        """Wait for the renders of tasks that are planned to end by an instant (Unix ms)."""
        for key, render in list(self._renders.items()):
            task: Task | None = None
            if key[0] == access_key and self._engine.store.held(access_key) is not None:
                task = self._engine.store.get(access_key, "tasks", key[1])
            if task is not None and lifecycle.planned_end(task) <= until:
                await asyncio.wait([render])

    async def deliveries_done(self, access_key: str) -> None:
        """Wait until everything that had to be sent for an account was sent."""
        await self.postman.done(access_key)

    def rendering(self) -> list[dict[str, object]]:
        """Return the renders that are under way or waiting, with their seconds since they began."""
        now = stopwatch()
        return [
            {
                "task_id": task_id,
                "state": "waiting" if since is None else "rendering",
                "seconds": 0.0 if since is None else round(now - since, 1),
            }
            for task_id, since in self._since.items()
        ]

    async def close(self) -> None:
        """Stop everything that is under way."""
        for _, alarm in self._alarms.values():
            alarm.cancel()
        await self.postman.close()
        running = list(self._renders.values())
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    def _start_render(self, access_key: str, task_id: str) -> None:
        self._renders[access_key, task_id] = asyncio.ensure_future(
            self._render(access_key, task_id)
        )

    def _wakes_by(self, access_key: str, instant: int) -> bool:
        """Whether the account is settled at or before an instant without being asked to."""
        alarm = self._alarms.get(access_key)
        return alarm is not None and alarm[0] <= instant

    def _silence(self, access_key: str) -> None:
        alarm = self._alarms.pop(access_key, None)
        if alarm is not None:
            alarm[1].cancel()

    def _wake(self, access_key: str) -> None:
        self._alarms.pop(access_key, None)
        self.wake_for(access_key)

    async def _render(self, access_key: str, task_id: str) -> None:
        try:
            task: Task = self._engine.store.get(access_key, "tasks", task_id)
            self._since[task_id] = None
            async with self._one_render:
                self._since[task_id] = stopwatch()
                self._console.say(
                    f"    rendering task {task_id}, {len(self._since) - 1} more waiting\n"
                )
                done = await asyncio.to_thread(self._rendered_file, access_key, task)
            self._rendered(access_key, task_id, done)
        finally:
            self._renders.pop((access_key, task_id), None)
            self._since.pop(task_id, None)

    def _rendered_file(self, access_key: str, task: Task) -> Path | RenderFailed:
        """Render in a thread; whatever of ours breaks is a failed task, traced on the console."""
        held = self._engine.store.held(access_key)
        readings = {} if held is None else held.account.readings
        whole = readings.get("original-volume-scope") != "insert-window"
        try:
            return self._shelf.render(task, whole_video=whole)
        except Exception:
            self._console.own_fault()
            return RenderFailed(INTERNAL_ERROR)

    def _rendered(self, access_key: str, task_id: str, done: Path | RenderFailed) -> None:
        """Note the end of a render; the task ends as planned, or now if that is past."""
        held = self._engine.store.held(access_key)
        if held is None:
            return
        now = account_now(held.account.clock, host_now())
        self.perform(self._engine.settle_account(access_key, now, self._base_url()))
        told = done.message if isinstance(done, RenderFailed) else "complete"

        def ended(_held: Held) -> list[Change]:
            task: Task = self._engine.store.get(access_key, "tasks", task_id)
            return _after_render(task, done, now)

        step(self._engine.store, access_key, ended)
        self.wake_for(access_key)
        began = self._since.get(task_id)
        took = 0.0 if began is None else stopwatch() - began
        self._console.say(f"    rendered task {task_id} in {took:.1f} s: {told}\n")


def _after_render(task: Task, done: Path | RenderFailed, now: int) -> list[Change]:
    """Return what follows from the end of a render at an instant."""
    if task.render is not RenderState.RUNNING:
        return []  # somebody else was given up for lost, and was not
    if isinstance(done, RenderFailed):
        state, failure, file = RenderState.FAILED, done.message, None
    else:
        state, failure, file = RenderState.READY, task.failure, str(done)
    task = evolve(task, render=state, failure=failure, rendered_at=now, file=file)
    changes: list[Change] = [Put("tasks", task.task_id, task), Drop("renders", task.task_id)]
    end, first = lifecycle.end_event(task), lifecycle.first_event(task)
    if end is not None and first is not None and first.at <= now:
        changes.append(Schedule(end))  # what fell due before left the end open
    return changes


def now_of(account: Account) -> int:
    """Return the account's present instant (Unix ms)."""
    return account_now(account.clock, host_now())

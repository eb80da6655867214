"""Moves of an account's clock: everything that falls due on the way, in due order, then told.

While a clock moves it stands: at each instant at which something has to be performed, until the
receivers of callbacks have answered.  Whoever asks meanwhile is answered as of that instant.

What happened is read from the facts afterwards, so it is the same whoever performed it.
"""

from collections.abc import Callable, Mapping
from typing import Any

from attrs import evolve, frozen

from mock_server import lifecycle
from mock_server.clock import (
    LAST_MS,
    Clock,
    ClockError,
    ClockMode,
    host_now,
    moved,
    span_ms,
    start_clock,
)
from mock_server.directory import Directory
from mock_server.engine import Engine
from mock_server.happened import happened
from mock_server.operations import find_task
from mock_server.recalling import Recollection
from mock_server.runner import Runner, now_of
from mock_server.store import Held, Keep, step
from mock_server.values import Account

_WAYS = ("advance", "to", "next", "until_task")


@frozen
class Goal:
    """Where a clock is to go: `way` is one of `_WAYS`, and `value` what stands there."""

    way: str
    value: Any


def read_goal(fields: Mapping[str, Any]) -> Goal:
    """Return where a clock is to go; nowhere when only its mode changes.

    Raises ClockError for two goals at once, and for a span that is none.
    """
    given = [name for name in _WAYS if name in fields]
    if len(given) > 1:
        msg = f"give one of {', '.join(_WAYS)}, not {' and '.join(given)} at once"
        raise ClockError(msg)
    way = given[0] if given else "advance"
    if way != "advance":
        return Goal(way, fields[way])
    try:
        return Goal(way, span_ms(fields.get(way, 0)))
    except ClockError as error:
        msg = f"advance {error}"
        raise ClockError(msg) from None


class ClockMoves:
    """Moves the clocks of accounts; those of one account one after the other."""

    def __init__(
        self, engine: Engine, directory: Directory, runner: Runner, origin: Callable[[], str]
    ) -> None:
        self._engine = engine
        self._directory = directory
        self._runner = runner
        self._origin = origin
        self._alone = runner.alone

    async def move(self, access_key: str, fields: Mapping[str, Any]) -> dict[str, object]:
        """Move a clock as `ClockMove` of control.yaml says; answer with all that happened.

        Waits for renders that end on the way and for the receivers of callbacks.  The clock
        goes on in its mode, or in that of `time`, from the instant that it reached.  Raises
        ClockError for what no clock can do, LookupError for an unknown account or task.
        """
        async with self._alone(access_key):
            account = self._directory.account(access_key)
            goal, mode = read_goal(fields), account.clock
            if "time" in fields:
                mode = start_clock(fields["time"], host_now())
            start = now_of(account)
            journey = _Journey(self._engine, self._runner, self._origin, account)
            try:
                journey.stand(start)
                await journey.perform()
                were_open = journey.recollection().open_tasks()
                until = await journey.destination(goal)
                await journey.go(until)
            finally:
                journey.resume(mode)
        known = journey.recollection().since(start, until, were_open)
        told = happened(known, start, until)
        return {"account": access_key, "now": until, "happened": told}


class _Journey:
    """One move of one account's clock."""

    def __init__(
        self, engine: Engine, runner: Runner, origin: Callable[[], str], account: Account
    ) -> None:
        self._engine = engine
        self._store = engine.store
        self._runner = runner
        self._origin = origin
        self._key = account.access_key
        self._clock = account.clock
        life = engine.contract.rulebook.rules["retention.session-life"]
        self._session_limits = life.limits

    async def perform(self) -> None:
        """Perform what is due by now, and wait until receivers have answered."""
        effects = self._engine.settle_account(self._key, self._clock.account_ms, self._origin())
        self._runner.perform(effects)
        await self._runner.deliveries_done(self._key)

    async def go(self, until: int) -> None:
        """Perform what falls due up to an instant, stop after stop, and stand there."""
        while (instant := await self._next_stop(until)) is not None:
            self.stand(instant)
            await self.perform()
        self.stand(until)

    async def destination(self, goal: Goal) -> int:
        """Return the instant that a goal means, not before the present one."""
        now = self._clock.account_ms
        if goal.way == "next":
            return await self._earliest()
        if goal.way == "until_task":
            return max(now, await self._end_of(goal.value))
        until: int = goal.value if goal.way == "to" else now + goal.value
        return moved(self._clock, self._clock.host_ms, until).account_ms

    def stand(self, instant: int) -> None:
        """Let the clock stand at an instant."""
        self._set(Clock(ClockMode.FROZEN, instant, host_now()))

    def resume(self, mode: Clock) -> None:
        """Let the clock go on in a mode from where it stands; not that of another life."""
        held = self._store.held(self._key)
        if held is not None and held.account.clock == self._clock:
            self._set(evolve(mode, account_ms=self._clock.account_ms, host_ms=host_now()))
            self._runner.clock_moved(self._key)

    def recollection(self) -> Recollection:
        """Return who finds what happened to the account, and what is to come."""
        account = self._held().account
        links = self._engine.links(account, self._origin())
        return Recollection(self._store, self._key, links, account.readings, self._session_limits)

    async def _next_stop(self, until: int) -> int | None:
        """Return where to stop next: the first event, once all renders before it are done."""
        while True:
            event = self._store.next_due(self._key)
            due = None if event is None or event.at > until else event.at
            await self._runner.renders_done(self._key, until if due is None else due)
            await self._runner.deliveries_done(self._key)
            self._held()
            if self._store.next_due(self._key) == event:
                return None if due is None else max(due, self._clock.account_ms)

    async def _earliest(self) -> int:
        """Return the first instant to come at which anything falls due."""
        found = self._to_come()
        while True:
            await self._runner.renders_done(self._key, found)
            again = self._to_come()
            if again == found:
                break
            found = again
        if found > LAST_MS:
            msg = "nothing is left that falls due; give `advance` or `to` to let time pass"
            raise ClockError(msg)
        return found

    def _to_come(self) -> int:
        now = self._clock.account_ms
        instants = self.recollection().to_come(now)
        return min((at for at in instants if at > now), default=LAST_MS + 1)

    async def _end_of(self, name: str) -> int:
        """Return when a task ends, once its file is there."""
        task = find_task(self._store, self._key, name)
        if task is None:
            msg = f"the account has no task with the id {name[:80]!r}"
            raise LookupError(msg)
        await self._runner.renders_done(self._key, lifecycle.planned_end(task))
        self._held()
        end = lifecycle.ended_at(self._store.get(self._key, "tasks", task.task_id))
        if end is None or end > LAST_MS:
            msg = f"task {task.task_id} ends by being queried (its pace is polls:N+M), not by time"
            raise ClockError(msg)
        return end

    def _held(self) -> Held:
        held = self._store.held(self._key)
        if held is None or held.account.clock != self._clock:
            msg = "the account was dropped or reset while its clock moved"
            raise ClockError(msg)
        return held

    def _set(self, clock: Clock) -> None:
        def moved_account(_held: Held) -> tuple[Keep]:
            return (Keep(evolve(self._held().account, clock=clock)),)

        step(self._store, self._key, moved_account)
        self._clock = clock

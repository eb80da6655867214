"""Sends deliveries: those of one account one after the other, those of different ones side by side.

Sending happens in threads; every attempt ends in a step of the store on the event loop, and
whoever waits for deliveries is woken by that step.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from attrs import field, frozen, mutable

from kling_lipsync.media import Unreachable
from mock_server.attempts import Attempt, Cause, Delivery
from mock_server.clock import account_now, host_now, stopwatch
from mock_server.console import Console
from mock_server.deliveries import (
    LOST_ON_PURPOSE,
    Announcement,
    after_attempt,
    cause_of,
    headers_for,
    is_lost,
    let_go,
    with_attempt,
)
from mock_server.outbound import Answered, Reach, post
from mock_server.replies import ReplyCheck, ReplyFault
from mock_server.store import Change, Drop, Held, Store, step
from mock_server.values import Account

THREADS = 64
"""How many receivers can be slow at once before an account waits for another's."""
_LOOK_S = 0.05


@frozen
class _Letter:
    """A delivery that is to be attempted now, as planned or because somebody asked."""

    delivery_id: str
    by_hand: bool


@mutable
class _Round:
    """What is to be sent for one account, who sends it, and what its progress wakes."""

    letters: deque[_Letter] = field(factory=deque)
    sender: asyncio.Task[None] | None = None
    progress: asyncio.Event = field(factory=asyncio.Event)

    def tell(self) -> None:
        """Wake everybody who waits for progress."""
        self.progress.set()
        self.progress = asyncio.Event()


class Postman:
    """Sends what falls due and records each attempt; then `planned` hears of the account."""

    def __init__(
        self,
        store: Store,
        retry_delays: Callable[[Account], Sequence[int]],
        reach: Reach,
        check: ReplyCheck,
        planned: Callable[[str], None],
        console: Console,
    ) -> None:
        self._store = store
        self._retry_delays = retry_delays
        self._reach = reach
        self._check = check
        self._planned = planned
        self._console = console
        self.alone = True
        """Whether nobody else sends for these accounts."""
        self._rounds: dict[str, _Round] = {}
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="postman")

    def send(self, access_key: str, delivery_id: str, *, by_hand: bool = False) -> None:
        """See to it that a delivery is attempted after those that are waiting; returns at once."""
        one = self._round(access_key)
        one.letters.append(_Letter(delivery_id, by_hand))
        if one.sender is None:
            one.sender = asyncio.ensure_future(self._send_all(access_key, one))

    async def done(self, access_key: str) -> None:
        """Wait until everything that had to be sent for an account was sent."""
        one = self._rounds.get(access_key)
        if one is not None and one.sender is not None:
            await asyncio.wait([one.sender])

    async def wait_until(
        self, access_key: str, enough: Callable[[], bool], timeout_ms: int
    ) -> bool:
        """Wait until attempts of an account have made something true; False when none did in time.

        `timeout_ms` is on the host's clock.  Raises what `enough` raises.
        """
        try:
            async with asyncio.timeout(timeout_ms / 1000):
                while not enough():
                    await self._progress(access_key)
        except TimeoutError:
            return enough()
        return True

    async def _progress(self, access_key: str) -> None:
        """Wait until something was sent; not for ever where others send for the account, too."""
        progress = self._round(access_key).progress.wait()
        if self.alone:
            await progress
            return
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(progress, _LOOK_S)

    def forget(self, access_key: str) -> None:
        """Stop everything that is under way for an account; what was sent already stays sent."""
        one = self._rounds.pop(access_key, None)
        if one is not None:
            if one.sender is not None:
                one.sender.cancel()
            one.tell()

    async def close(self) -> None:
        """Stop everything that is under way."""
        senders = [one.sender for one in self._rounds.values() if one.sender is not None]
        for access_key in list(self._rounds):
            self.forget(access_key)
        await asyncio.gather(*senders, return_exceptions=True)
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _round(self, access_key: str) -> _Round:
        return self._rounds.setdefault(access_key, _Round())

    async def _send_all(self, access_key: str, one: _Round) -> None:
        try:
            while one.letters:
                try:
                    await self._deliver(access_key, one.letters.popleft())
                except Exception:
                    self._console.own_fault()
                one.tell()
        finally:
            one.sender = None

    async def _deliver(self, access_key: str, letter: _Letter) -> None:
        delivery = self._find(access_key, letter.delivery_id)
        if delivery is None or (delivery.next_at is None and not letter.by_hand):
            step(self._store, access_key, lambda _held: (Drop("outbox", letter.delivery_id),))
            return
        cause = cause_of(delivery, by_hand=letter.by_hand)
        await self._attempt(access_key, delivery, cause)
        again = self._find(access_key, letter.delivery_id)
        if again is not None and cause == "first" and again.mischief == "duplicate":
            await self._attempt(access_key, again, "duplicate")

    async def _attempt(self, access_key: str, delivery: Delivery, cause: Cause) -> None:
        """Make one attempt and record it."""
        account = self._account(access_key)
        if account is None:
            return
        now = _now_of(account)
        headers = headers_for(account, delivery, now, cause)
        started = stopwatch()
        answer = await self._answer(delivery, headers, cause)
        latency_ms = round((stopwatch() - started) * 1000, 3)
        answered = answer if isinstance(answer, Answered) else None
        attempt = Attempt(
            at=now,
            number=0,
            cause=cause,
            url=delivery.url,
            headers=headers,
            answer=None if answered is None else answered.status,
            answer_body="" if answered is None else answered.start,
            fault=answer.reason if isinstance(answer, Unreachable) else "",
            latency_ms=latency_ms,
        )
        self._record(access_key, delivery.delivery_id, attempt)

    async def _answer(
        self, delivery: Delivery, headers: tuple[tuple[str, str], ...], cause: Cause
    ) -> Answered | Unreachable:
        if is_lost(delivery, cause):
            return Unreachable(LOST_ON_PURPOSE)
        try:
            body = self._check.callback(delivery.body)
        except ReplyFault as fault:
            self._console.own_fault()
            return Unreachable(f"not sent, because it breaks the spec: {fault}")
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(
            self._threads, post, delivery.url, body, dict(headers), self._reach
        )

    def _record(self, access_key: str, delivery_id: str, attempt: Attempt) -> None:
        """Note an attempt, plan the next, and let go what was held back for this one."""
        recorded: list[tuple[Delivery, Announcement]] = []

        def after(held: Held) -> tuple[Change, ...]:
            delivery, now = self._find(access_key, delivery_id), _now_of(held.account)
            if delivery is None:
                return ()
            tried, freed = with_attempt(delivery, attempt), Announcement()
            if attempt.cause == "first":
                freed = let_go(self._store, access_key, delivery, now)
            recorded[:] = [(delivery, freed)]
            planned = after_attempt(tried, now, self._retry_delays(held.account))
            return (*planned, Drop("outbox", delivery_id), *freed.changes)

        step(self._store, access_key, after)
        if not recorded:
            return
        ((delivery, freed),) = recorded
        if freed.delivery is not None:
            self.send(access_key, freed.delivery.delivery_id)
        self._planned(access_key)
        told = attempt.answer if attempt.answer is not None else attempt.fault
        self._console.say(f"    callback {delivery.status} of task {delivery.task_id}: {told}\n")

    def _account(self, access_key: str) -> Account | None:
        held = self._store.held(access_key)
        return None if held is None else held.account

    def _find(self, access_key: str, delivery_id: str) -> Delivery | None:
        if self._store.held(access_key) is None:
            return None
        found: Delivery | None = self._store.get(access_key, "deliveries", delivery_id)
        return found


def _now_of(account: Account) -> int:
    return account_now(account.clock, host_now())

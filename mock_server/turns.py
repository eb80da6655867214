"""Calls against a store that blocks: in threads, an account's calls together in one turn.

While a thread waits for an account's turn, calls pile up; the turn then answers all of them, up
to a bound, and keeps what they changed in one step before any of them is answered.  Who was
overtaken has changed nothing and begins again.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache

import jwt
from attrs import frozen

from mock_server.clock import account_now, host_now, stopwatch
from mock_server.context import Got, Wake, Wanted
from mock_server.engine import Answer, Engine
from mock_server.staged import Fault
from mock_server.store import ContendedError
from mock_server.stores.precedence import PATIENCE, Precedence
from mock_server.stores.redis_journal import RedisJournal
from mock_server.stores.redis_store import RedisStore
from mock_server.stores.turn import OvertakenError, Place, Turn
from mock_server.values import Call, Reply

MOST = 8
"""How many calls one turn answers."""
_TRIES = 100
"""How often a turn may be overtaken."""
_LOOKS = 300
"""How often it is looked whether a turn can be had, ten times a second."""
_THREADS, _BESIDE = 16, 2
"""How many accounts may wait for their turns at once, and how much else may block."""


@frozen(eq=False)
class _Asked:
    """A call that waits for its account's turn."""

    call: Call
    got: Mapping[Wanted, Got]
    paused: Fault | None
    started: float
    answered: "asyncio.Future[Answer]"


_Done = tuple[dict[_Asked, Answer | Exception], Place | None]


class Turns:
    """Has the engine answer in threads; `ask` is called on the event loop."""

    def __init__(
        self, engine: Engine, store: RedisStore, journal: RedisJournal, base_url: Callable[[], str]
    ) -> None:
        self._engine = engine
        self._store = store
        self._journal = journal
        self._base_url = base_url
        self._lines: dict[str, deque[_Asked]] = {}
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="turns")
        self._beside = ThreadPoolExecutor(_BESIDE, thread_name_prefix="beside")
        self._running: set[asyncio.Task[None]] = set()

    async def ask(self, call: Call, got: Mapping[Wanted, Got], paused: Fault | None) -> Answer:
        """Answer a call as the engine does, once everything that it changed is kept."""
        future = asyncio.get_running_loop().create_future()
        asked = _Asked(call, got, paused, stopwatch(), future)
        key = _line_of(call.authorization or "")
        line = self._lines.get(key)
        if line is None:
            line = self._lines[key] = deque()
            self.keep(self._serve(key, line))
        line.append(asked)
        answer: Answer = await future
        return answer

    def settle(self, access_key: str) -> bool:
        """Perform what is due in an account; False when somebody else is at it; blocks."""
        turn = self._store.begin(access_key)
        if not isinstance(turn, Turn):
            return turn
        try:
            with self._store.using(turn):
                now = account_now(turn.account.clock, host_now())
                self._engine.settle_account(access_key, now, self._base_url())
                self._store.flush(turn, end=True, wake=True)
        except OvertakenError:
            return False  # it is due again in a second
        return True

    def keep(self, work: Coroutine[None, None, None]) -> None:
        """Run something until it ends, or until `close`."""
        task = asyncio.ensure_future(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def in_thread(self, work: Callable[..., object], *arguments: object) -> object:
        """Run something that blocks."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._beside, work, *arguments)

    async def close(self) -> None:
        """Stop everything that is under way."""
        running = list(self._running)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        self._threads.shutdown(wait=True, cancel_futures=True)
        self._beside.shutdown(wait=True, cancel_futures=True)

    async def _serve(self, key: str, line: deque[_Asked]) -> None:
        """Answer the calls of a line, turn after turn, until none is left.

        While others want turns, too, a place is kept for calls that come until it is reached.
        """
        loop = asyncio.get_running_loop()
        await asyncio.sleep(0)  # whoever came in the same moment shares the turn
        place: Place | None = None
        while line or place is not None:
            done, place = await loop.run_in_executor(self._threads, self._turn, key, line, place)
            for asked, outcome in done.items():
                if asked.answered.done():
                    continue
                if isinstance(outcome, Answer):
                    asked.answered.set_result(outcome)
                else:
                    asked.answered.set_exception(outcome)
        del self._lines[key]

    def _turn(self, key: str, line: deque[_Asked], place: Place | None) -> _Done:
        """Answer calls in one turn, those that came while it was waited for among them.

        A turn that is overtaken is taken again with half as many calls, and soon with precedence:
        steps that need no turn, such as a note that something was delivered, overtake a long one
        over and over, and on a busy machine also a short one.
        """
        with Precedence(self._store) as precedence:
            return self._tried(key, line, place, precedence)

    def _tried(
        self, key: str, line: deque[_Asked], place: Place | None, precedence: Precedence
    ) -> _Done:
        """Try a turn until it is not overtaken."""
        kept: dict[_Asked, Answer | Exception] = {}
        batch: list[_Asked] = []
        overtaken, account = 0, ""
        while overtaken < _TRIES:
            try:
                if overtaken >= PATIENCE:
                    precedence.give(account)
                turn = self._store.begin(key, _LOOKS, place)
                place = None
                batch += [line.popleft() for _ in range(min(MOST - len(batch), len(line)))]
                left = [asked for asked in batch if asked not in kept]
                if turn is True:
                    return kept | {asked: self._answer(asked) for asked in left}, None
                if turn is False:
                    break
                with self._store.using(turn):
                    self._answer_all(turn, left[: max(1, MOST >> overtaken)], kept)
            except OvertakenError as error:
                overtaken, account = overtaken + 1, error.access_key
                continue
            except Exception as error:
                batch = batch or [line.popleft() for _ in range(min(1, len(line)))]
                return kept | {asked: error for asked in batch if asked not in kept}, None
            place = turn.following
            if len(kept) == len(batch):
                return kept, place
        failed = ContendedError(f"the turn at {key!r} was not had, or was overtaken {_TRIES} times")
        return kept | {asked: failed for asked in batch if asked not in kept}, None

    def _answer_all(
        self, turn: Turn, left: Sequence[_Asked], kept: dict[_Asked, Answer | Exception]
    ) -> None:
        """Answer calls; `kept` gets those whose changes are kept for certain."""
        open_ones: dict[_Asked, Answer | Exception] = {}
        for asked in left:
            before = turn.flushes
            outcome = self._answer(asked)
            if turn.flushes != before:  # in the middle of this one: those before are kept
                kept |= open_ones
                open_ones.clear()
            open_ones[asked] = outcome
        self._store.flush(turn, end=True, again=bool(left))
        kept |= open_ones

    def _answer(self, asked: _Asked) -> Answer | Exception:
        try:
            answer = self._engine.answer(asked.call, asked.got, asked.paused)
        except OvertakenError:
            raise
        except Exception as error:
            return error
        reply = answer.reply
        if isinstance(reply, Reply) and any(isinstance(one, Wake) for one in answer.effects):
            self._engine.settle_account(reply.access_key, reply.now, asked.call.base_url)
        if isinstance(reply, Reply) and reply.access_key:
            self._journal.write(asked.call, reply, (stopwatch() - asked.started) * 1000)
        return answer


@lru_cache(maxsize=4096)
def _line_of(authorization: str) -> str:
    """Return the key under which the account of a header would be found; "" for none.

    Nothing is verified: this says only whose turn a call has to wait for.
    """
    token = authorization.partition(" ")[2]
    if token.count(".") != 2:
        return token
    try:
        issuer = jwt.decode(token, options={"verify_signature": False}).get("iss")
    except (jwt.InvalidTokenError, ValueError, RecursionError):
        return token
    return issuer if isinstance(issuer, str) else ""

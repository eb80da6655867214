"""A turn that was overtaken too often is overtaken no more."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager

import pytest
from attrs import evolve

from mock_server.store import Change, Keep, Put, step
from mock_server.stores.precedence import Precedence
from mock_server.stores.redis_store import TURN_MS, RedisStore
from mock_server.stores.turn import OvertakenError, Turn
from mock_server.tests.builders import KEY, account
from mock_server.tests.redis_server import needs_redis, redis_server

pytestmark = needs_redis


@contextmanager
def _two_workers() -> Iterator[tuple[RedisStore, RedisStore]]:
    with redis_server() as (url, _):
        one, two = RedisStore(url), RedisStore(url)
        assert one.apply(KEY, 0, [Keep(account())])
        yield one, two
        one.close()
        two.close()


def _noted(second: int) -> Change:
    return Put("counts", "rate", (second, 1))


def _step(store: RedisStore) -> bool:
    return step(store, KEY, lambda _held: (_noted(1),))


def _turn_with_a_step_beside(store: RedisStore, beside: RedisStore, patience_s: float) -> None:
    """Change the account in a turn, while somebody else tries for so long to make a step."""
    turn = store.begin(KEY)
    assert isinstance(turn, Turn)
    with ThreadPoolExecutor(1) as threads, store.using(turn):
        future = threads.submit(_step, beside)
        wait([future], patience_s)
        assert store.apply(KEY, turn.held.version, [_noted(2)])
        try:
            store.flush(turn, end=True)
        finally:
            store.redis.delete(f"{store.prefix}closed:{KEY}")
            assert future.result(10)


def test_a_step_overtakes_a_turn() -> None:
    """Which happens now and then, and costs the turn another try."""
    with _two_workers() as (one, two), pytest.raises(OvertakenError):
        _turn_with_a_step_beside(one, two, patience_s=10)


def test_a_step_waits_while_turns_have_precedence() -> None:
    """Both are made: first what the turn changed, then the step."""
    with _two_workers() as (one, two):
        with Precedence(one) as precedence:
            precedence.give(KEY)
            _turn_with_a_step_beside(one, two, patience_s=0.1)

        assert one.get(KEY, "counts", "rate") == (1, 1)


def test_precedence_ends_with_its_block() -> None:
    """Whatever the block ended by."""
    with _two_workers() as (one, two):
        precedence = Precedence(one)
        precedence.give(KEY)
        with pytest.raises(OvertakenError), precedence:
            raise OvertakenError(KEY)
        started = time.monotonic()

        assert _step(two)
        assert time.monotonic() - started < TURN_MS / 1000 / 2


def test_the_precedence_of_a_dead_worker_ends_in_time() -> None:
    """A step is made then; nobody has to come and end it."""
    with _two_workers() as (one, two):
        started = time.monotonic()
        Precedence(one).give(KEY)
        one.close()

        assert _step(two)
        assert time.monotonic() - started > TURN_MS / 1000 / 2


def test_a_turn_with_precedence_may_keep_settings_at_once() -> None:
    """They are not gathered until the turn ends, and are no step beside it."""
    with _two_workers() as (one, two), Precedence(one) as precedence:
        precedence.give(KEY)
        turn = one.begin(KEY)
        assert isinstance(turn, Turn)
        started = time.monotonic()

        with one.using(turn):
            assert one.apply(KEY, turn.base, [Keep(evolve(account(), seed=2))])
        looked = two.held(KEY)

        assert looked is not None
        assert looked.account.seed == 2
        assert time.monotonic() - started < TURN_MS / 1000 / 2


def test_a_turn_that_is_overtaken_in_its_middle_is_over() -> None:
    """The next one is had at once, and not when the lease of the lost one runs out."""
    with _two_workers() as (one, two):
        turn = one.begin(KEY)
        assert isinstance(turn, Turn)
        with one.using(turn):
            assert one.apply(KEY, turn.held.version, [_noted(2)])
            assert _step(two)
            with pytest.raises(OvertakenError):
                one.flush(turn)

        assert isinstance(two.begin(KEY), Turn)
        assert one.get(KEY, "counts", "rate") == (1, 1)


def test_other_accounts_go_on() -> None:
    """It is about one account."""
    with _two_workers() as (one, two), Precedence(one) as precedence:
        assert one.apply("another", 0, [Keep(account(access_key="another", api_keys=()))])
        precedence.give(KEY)
        started = time.monotonic()

        assert step(two, "another", lambda _held: (_noted(1),))
        assert time.monotonic() - started < TURN_MS / 1000 / 2

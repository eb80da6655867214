"""A turn that ends is handed on to whoever has waited longest, with all that it begins with."""

import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager

import pytest

from mock_server.clock import host_now
from mock_server.store import Keep, Put, Schedule
from mock_server.stores.redis_records import netstrings
from mock_server.stores.redis_store import RedisStore
from mock_server.stores.turn import Place, Turn
from mock_server.tests.builders import KEY, account
from mock_server.tests.redis_server import needs_redis, redis_server
from mock_server.values import Due, Event

TRIES = 50


@contextmanager
def _workers(alive: int, dead: int = 0) -> Iterator[list[RedisStore]]:
    """Give so many stores on one Redis, of which the last ones are not heard of."""
    with redis_server() as (url, _), ExitStack() as opened:
        stores = [RedisStore(url) for _ in range(alive + dead)]
        for store in stores:
            opened.callback(store.close)
        for store in stores[:alive]:
            store.scripts.run("look", store.worker, host_now(), 60_000, 0)
        event = Event(5, Due.END, "t")
        assert stores[0].apply(KEY, 0, [Keep(account()), Schedule(event)])
        yield stores


def _taken(store: RedisStore) -> Turn:
    turn = store.begin(KEY)
    assert isinstance(turn, Turn)
    return turn


def _waiting(threads: ThreadPoolExecutor, store: RedisStore, line: int) -> "Future[Turn | bool]":
    """Have a worker wait, and return once it is one of so many in the line."""
    future = threads.submit(store.begin, KEY, TRIES)
    while store.redis.zcard(f"{store.prefix}waiting:{KEY}") != line:
        time.sleep(0.001)
    return future


def _got(future: "Future[Turn | bool]") -> Turn:
    turn = future.result(10)
    assert isinstance(turn, Turn)
    return turn


@needs_redis
def test_who_waits_is_given_the_turn_as_it_then_is() -> None:
    """Version, settings, agenda and staged faults are those after the turn before."""
    with _workers(2) as (one, two), ThreadPoolExecutor() as threads:
        turn = _taken(one)
        future = _waiting(threads, two, 1)
        with one.using(turn):
            assert one.apply(KEY, turn.held.version, [Put("faults", "queue", ())])
        one.flush(turn, end=True)
        given = _got(future)

        assert given.base == turn.base
        assert given.account == account()
        assert [event for *_, event in given.agenda] == [Event(5, Due.END, "t")]
        assert given.read["faults", "queue"] == ()
        assert one.begin(KEY) is False


@needs_redis
def test_nobody_who_comes_later_is_faster() -> None:
    """The line is in order, and who ended a turn stands behind those who wait."""
    with _workers(3) as (one, two, three), ThreadPoolExecutor() as threads:
        turn = _taken(one)
        second = _waiting(threads, two, 1)
        third = _waiting(threads, three, 2)
        one.flush(turn, end=True, again=True)
        of_two = _got(second)
        assert turn.following is not None
        again = threads.submit(one.begin, KEY, TRIES, turn.following)
        two.flush(of_two, end=True)
        of_three = _got(third)
        assert not again.done()
        three.flush(of_three, end=True)

        assert _got(again).base == turn.base


@needs_redis
def test_nobody_keeps_a_place_where_nobody_waits() -> None:
    """The turn is then free for whoever asks first."""
    with _workers(1) as (one,):
        turn = _taken(one)
        one.flush(turn, end=True, again=True)

        assert turn.following is None
        assert isinstance(one.begin(KEY), Turn)


@needs_redis
def test_a_dead_worker_is_passed_over() -> None:
    """It waited first, and the next one that is alive is given the turn."""
    with _workers(2, dead=1) as (one, two, dead), ThreadPoolExecutor() as threads:
        turn = _taken(one)
        threads.submit(dead.begin, KEY, 1).result(10)
        future = _waiting(threads, two, 2)
        one.flush(turn, end=True)

        assert _got(future).base == turn.base


@needs_redis
def test_a_turn_given_to_one_that_died_since_is_over_soon() -> None:
    """Long before a turn that was taken would be."""
    with _workers(2) as (one, two), ThreadPoolExecutor() as threads:
        turn = _taken(one)
        place_of_the_dead = Place("d" * 32, None)
        two._open(KEY, place_of_the_dead, wait=True)
        one.flush(turn, end=True)
        began = time.monotonic()
        assert one.begin(KEY) is False

        assert isinstance(threads.submit(one.begin, KEY, TRIES).result(10), Turn)
        assert time.monotonic() - began < 1.5


@pytest.mark.parametrize("parts", [[], [b""], [b"a", b"1:2", b"\n\0\xff" * 50]])
def test_texts_are_told_apart_by_their_lengths(parts: list[bytes]) -> None:
    """Whatever stands in them."""
    assert netstrings(b"".join(b"%d:%b" % (len(part), part) for part in parts)) == parts

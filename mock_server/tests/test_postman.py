"""Deliveries of one account are sent in order, and no account waits for another's receiver."""

import asyncio

import pytest

from mock_server.store import Forget, MemoryStore
from mock_server.tests.builders import KEY, NOW, World, account, reply_check
from mock_server.tests.post_office import OTHER, Office, blocked, in_turn, work
from mock_server.tests.receivers import answering, receiving


def test_an_attempt_is_recorded() -> None:
    """With what was sent, what came back, and how long that took."""
    with receiving(answering(503, b"busy")) as server:

        async def step(office: Office) -> None:
            office.put(server.url)
            await office.postman.done(KEY)

        office = work(step, delays_ms=[5000])
    (attempt,) = office.found().attempts

    assert (attempt.at, attempt.number, attempt.cause, attempt.url) == (NOW, 1, "first", server.url)
    assert (attempt.answer, attempt.answer_body, attempt.fault) == (503, "busy", "")
    assert 0 < attempt.latency_ms < 5000
    assert attempt.next_try_at == office.found().next_at == NOW + 5000
    assert office.store.next_due(KEY) is not None
    assert office.planned == [KEY]
    assert dict(attempt.headers).items() <= server.headers[0].items()


def test_a_slow_receiver_holds_up_its_own_account_alone() -> None:
    """Another account's announcement arrives while the first waits, and its own next one waits."""
    with (
        blocked() as (behave, asked, release),
        receiving(behave) as slow,
        receiving(answering(200)) as quick,
    ):

        async def step(office: Office) -> None:
            office.put(slow.url)
            office.put(quick.url, "2")
            await asyncio.to_thread(asked.wait, 5)
            office.put(quick.url, key=OTHER)
            await office.postman.done(OTHER)
            meanwhile.append((office.found().attempts, len(quick.got)))
            release.set()
            await office.postman.done(KEY)

        meanwhile: list[tuple[object, int]] = []
        office = work(step)

    assert meanwhile == [((), 1)]
    assert [office.found(name).taken for name in "12"] == [True, True]


def test_a_slow_receiver_does_not_hold_up_many_accounts() -> None:
    """Nor the other work of the loop's threads, of which there are few."""
    with blocked() as (behave, asked, _release), receiving(behave) as slow:

        async def step(office: Office) -> None:
            for number in range(40):
                key = f"ak-{number}"
                World(account(access_key=key, api_keys=()), office.store)
                office.put(slow.url, key=key)
            await asyncio.to_thread(asked.wait, 5)
            with receiving(answering(200)) as quick:
                office.put(quick.url)
                await asyncio.wait_for(office.postman.done(KEY), 5)

        office = work(step)

    assert office.found().taken


@pytest.mark.parametrize(
    ("mischief", "causes", "got"),
    [("", ["first"], 1), ("duplicate", ["first", "duplicate"], 2), ("lost", ["first"], 0)],
)
def test_what_is_asked_for_is_done(mischief: str, causes: list[str], got: int) -> None:
    """A duplicate is sent twice, under one record; a lost one is recorded and not sent."""
    with receiving(answering(200)) as server:

        async def step(office: Office) -> None:
            office.put(server.url, mischief=mischief)
            await office.postman.done(KEY)

        office = work(step, delays_ms=[5000])
    attempts = office.found().attempts

    assert [attempt.cause for attempt in attempts] == causes
    assert len(server.got) == got
    assert attempts[0].fault == ("lost on purpose" if mischief == "lost" else "")
    assert office.found().finished


def test_a_duplicate_that_is_taken_ends_the_plan() -> None:
    """The retry that the first attempt asked for is off."""
    statuses = [503, 200]
    with receiving(in_turn(statuses)) as server:

        async def step(office: Office) -> None:
            office.put(server.url, mischief="duplicate")
            await office.postman.done(KEY)

        office = work(step, delays_ms=[5000])

    assert [attempt.next_try_at for attempt in office.found().attempts] == [NOW + 5000, None]
    assert office.found().finished


def test_a_body_against_the_spec_does_not_leave() -> None:
    """It is a bug of ours: told on the console, and recorded."""

    async def step(office: Office) -> None:
        office.put("http://127.0.0.1:9/")
        await office.postman.done(KEY)

    office = work(step, check=reply_check())
    (attempt,) = office.found().attempts

    assert attempt.fault.startswith("not sent, because it breaks the spec: CallbackPayload")
    assert any("ReplyFault" in text for text in office.said)


def test_an_account_that_is_gone_gets_no_record() -> None:
    """Not even when one with the same key was born since."""
    with blocked() as (behave, asked, release), receiving(behave) as slow:

        async def step(office: Office) -> None:
            office.put(slow.url)
            await asyncio.to_thread(asked.wait, 5)
            held = office.store.held(KEY)
            assert held is not None
            office.postman.forget(KEY)
            office.store.apply(KEY, held.version, [Forget()])
            World(account(), office.store)
            release.set()
            await office.postman.done(KEY)

        office = work(step)

    assert isinstance(office.store, MemoryStore)
    assert office.store.page(KEY, "deliveries", 1, 9) == []
    assert office.planned == []


def test_who_waits_is_woken_by_an_attempt() -> None:
    """At once when it is so already, and in vain when the time is over."""
    told: list[int] = []
    with receiving(answering(200)) as server:

        async def step(office: Office) -> None:
            def taken() -> bool:
                asked.append(None)
                return office.store.get(KEY, "deliveries", "1") is not None and office.found().taken

            asked: list[None] = []
            told.append(await office.postman.wait_until(KEY, taken, 0))
            waiting = asyncio.ensure_future(office.postman.wait_until(KEY, taken, 5000))
            await asyncio.sleep(0.05)
            office.put(server.url)
            told.append(await waiting)
            told.append(len(asked))
            told.append(await office.postman.wait_until(KEY, taken, 0))

        work(step)

    assert told == [False, True, 4, True]


def test_who_waits_for_an_account_that_is_dropped_is_told() -> None:
    """By what looks for it."""

    async def step(office: Office) -> None:
        def gone() -> bool:
            if alive:
                return False
            raise LookupError

        alive = [True]
        waiting = asyncio.ensure_future(office.postman.wait_until(KEY, gone, 5000))
        await asyncio.sleep(0)
        alive.clear()
        office.postman.forget(KEY)
        with pytest.raises(LookupError):
            await waiting

    work(step)

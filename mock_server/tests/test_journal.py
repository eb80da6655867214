"""The journal keeps the last entries of every account, within bounds, and wakes who waits."""

import asyncio

from mock_server.journal import Journal
from mock_server.journal_text import Shown
from mock_server.tests.builders import BASE_URL, BEARER, KEY, NOW, call
from mock_server.tests.entries import WHY, entry, reply


def _journal(length: int, written: int) -> Journal:
    journal = Journal(length)
    for number in range(written):
        journal.write(call(), reply(str(number)), 1.0)
    return journal


def test_a_call_is_noted_with_its_reply() -> None:
    """Everything but the credential itself."""
    journal = Journal(1)
    journal.write(call(method="POST", path="/p", body=b"{}"), reply(why=WHY), 1.25)

    assert journal.entries(KEY) == [
        entry(
            operation="create",
            method="POST",
            base_url=BASE_URL,
            status=400,
            code=1201,
            task_id="1",
            explanation=WHY,
            credential=Shown("Bearer", BEARER[-4:]),
            content_type="application/json",
            body=b"{}",
            body_bytes=2,
            answer=b"{}",
        )
    ]


def test_the_journal_is_a_ring() -> None:
    """Of five calls a journal of three keeps the last, oldest first, under their own numbers."""
    entries = _journal(3, 5).entries(KEY)

    assert [(one.sequence, one.request_id) for one in entries] == [(3, "2"), (4, "3"), (5, "4")]
    assert _journal(3, 5).find("1") is None
    assert _journal(0, 5).entries(KEY) == []


def test_entries_since_a_number_are_the_later_ones() -> None:
    """All of them for 0, none for the last."""
    journal = _journal(9, 5)

    assert [one.sequence for one in journal.entries(KEY, 3)] == [4, 5]
    assert len(journal.entries(KEY, 0)) == 5
    assert journal.entries(KEY, 5) == []


def test_a_ring_is_bounded_in_bytes() -> None:
    """Long texts push out the oldest, however few entries there are; large ones are cut."""
    journal = Journal(1000, largest_ring=64 * 1024)
    for number in range(100):
        journal.write(call(body=b'"a"' * 10**6), reply(str(number)), 1.0)
    kept = journal.entries(KEY)

    assert 10 <= len(kept) <= 16
    assert kept[-1].request_id == "99"
    assert {(len(one.body), one.body_bytes) for one in kept} == {(4096, 3 * 10**6)}


def test_what_leaves_a_ring_leaves_room() -> None:
    """The count of bytes is right, whatever is written, so that a ring does not shrink."""
    journal = Journal(1000, largest_ring=64 * 1024)
    for number in range(10_000):
        text = "\u20ac" * (number % 50)
        journal.write(call(path=f"/{text}", query=text, body=text.encode()), reply(), 1.0)
        journal.note(entry(body=text.encode(), path=text))

    assert len(journal.entries(KEY)) > 45


def test_every_account_has_its_own_ring() -> None:
    """One account's calls do not push out another's; callers without account have one too."""
    journal = Journal(1)
    journal.write(call(), reply("mine"), 1.0)
    journal.write(call(), reply("nobody's", access_key=""), 1.0)

    assert [one.request_id for one in journal.entries(KEY)] == ["mine"]
    assert [(one.sequence, one.request_id) for one in journal.entries("")] == [(1, "nobody's")]
    assert journal.entries("stranger") == []


def test_a_call_is_found_by_its_request_id() -> None:
    """Of whichever account, until that account is forgotten."""
    journal = _journal(3, 1)
    found = journal.find("0")
    journal.forget(KEY)

    assert found is not None
    assert found.request_id == "0"
    assert journal.find("0") is None
    assert journal.entries(KEY) == []


def test_a_cleared_journal_goes_on_counting() -> None:
    """So that what comes later is later than what was seen."""
    journal = _journal(9, 3)
    journal.clear(KEY)
    journal.clear("stranger")
    emptied = journal.entries(KEY)
    journal.write(call(), reply(), 1.0)

    assert emptied == []
    assert [one.sequence for one in journal.entries(KEY)] == [4]


def test_who_waits_is_woken_by_the_next_entry() -> None:
    """Of the account that is waited for, by a call or a note, or when the account is gone."""

    async def woken_by(step: str) -> bool:
        journal = Journal(9)
        waiting = asyncio.ensure_future(journal.wait(KEY, 60))
        await asyncio.sleep(0)
        journal.write(call(), reply(access_key="another"), 1.0)
        await asyncio.sleep(0)
        assert not waiting.done()
        if step == "write":
            journal.write(call(), reply(), 1.0)
        elif step == "note":
            journal.note(entry())
        else:
            journal.forget(KEY)
        await asyncio.wait([waiting], timeout=5)
        return waiting.done()

    assert [asyncio.run(woken_by(step)) for step in ("write", "note", "forget")] == [True] * 3


def test_a_wait_ends_in_time() -> None:
    """Nobody needs to write anything; a later entry finds nobody who waits."""
    journal = Journal(9)
    asyncio.run(journal.wait(KEY, 0.01))
    journal.note(entry())

    assert journal.entries(KEY)[0].at == NOW


def test_only_an_accepted_create_made_a_task() -> None:
    """A query names a task too."""
    assert entry(operation="create", task_id="1").made_task
    assert not entry(operation="create").made_task
    assert not entry(operation="get", task_id="1").made_task

"""What falls due in an account: changes of status, with the money and announcements they bring.

A task's status needs none of this (it is a function of the instant); what must happen once,
at one instant, does: the charge, the new `video_id`, and the callback.
"""

from decimal import Decimal

from attrs import frozen

from kling_lipsync.rules.facts import Generated, Readings
from mock_server import lifecycle
from mock_server.context import Effect
from mock_server.deliveries import announcement, due_again
from mock_server.ids import Ids
from mock_server.media_urls import Links
from mock_server.store import Change, Done, Drop, Put, Schedule, Store
from mock_server.values import (
    Account,
    Due,
    Event,
    LedgerEntry,
    MediaSource,
    StoredVideo,
    Task,
)


@frozen
class Settled:
    """What came of one event: changes for one step, and what to send."""

    changes: tuple[Change, ...]
    effects: tuple[Effect, ...]


def settle(account: Account, store: Store, event: Event, links: Links, ids: Ids) -> Settled:
    """Perform one event that is due; it can make another one due."""
    if event.kind is Due.DELIVERY:
        effects = due_again(store, account.access_key, event)
        to_send = [Put("outbox", event.subject, event.subject)] if effects else []
        return Settled((Done(event), *to_send), effects)
    task: Task = store.get(account.access_key, "tasks", event.subject)
    changes: list[Change] = [Done(event)]
    if event.kind is Due.PROCESSING:
        following = lifecycle.end_event(task)
        if following is not None:
            changes.append(Schedule(following))
    elif lifecycle.ended_at(task) != event.at:
        return Settled(tuple(changes), ())  # a render keeps the end open
    else:
        changes += _end(task)
        if not task.failure:
            key = account.access_key
            changes += charge(store, key, event.at, task.task_id, "create", task.price)
    if not _announces(account.readings, event.kind, lifecycle.status_at(task, event.at)):
        return Settled(tuple(changes), ())
    announced = announcement(store, account, task, event.at, links, ids)
    changes += announced.changes
    return Settled(tuple(changes), announced.effects(account.access_key))


def charge(
    store: Store, access_key: str, at: int, subject: str, operation: str, units: Decimal
) -> tuple[Change, ...]:
    """Take units from the account, and note for what."""
    entry = LedgerEntry(at, subject, operation, units)
    spent = units_spent(store, access_key) + units
    return (Put("ledger", subject, entry), Put("totals", "spent", spent))


def units_spent(store: Store, access_key: str) -> Decimal:
    """Return the sum of all deductions of the account."""
    spent: Decimal | None = store.get(access_key, "totals", "spent")
    return Decimal(0) if spent is None else spent


def stored_video(store: Store, access_key: str, video_id: str, links: Links) -> StoredVideo | None:
    """Return the video that the account can name by an id: seeded, or made by a task that ended."""
    task_id: str | None = store.get(access_key, "results", video_id)
    if task_id is None:
        seeded: StoredVideo | None = store.get(access_key, "videos", video_id)
        return seeded
    task: Task = store.get(access_key, "tasks", task_id)
    source = MediaSource(links.result(task).removeprefix(links.base_url), task.file)
    generated = Generated(task.session.fact.video, lifecycle.ended_at(task) or 0)
    return StoredVideo(video_id, generated, source, watermarked=task.order.watermark)


def _announces(readings: Readings, kind: Due, status: str) -> bool:
    """Whether a change is announced; the end that comes at once is told by its own event."""
    if kind is Due.END:
        return True
    return status == lifecycle.PROCESSING and readings["callback-events"] != "terminal-only"


def _end(task: Task) -> tuple[Change, ...]:
    ended = Drop("open_tasks", task.task_id)
    if task.failure:
        return (ended,)
    return (ended, Put("results", task.result_id, task.task_id))

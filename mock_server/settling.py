"""What falls due in an account: changes of status, with the money and announcements they bring.

A task's status needs none of this (it is a function of the instant); what must happen once,
at one instant, does: the charge, the new `video_id`, and the callback.
"""

from collections.abc import Sequence
from decimal import Decimal

from attrs import evolve, frozen

from kling_lipsync.rules.facts import Generated, Readings
from mock_server import lifecycle, render
from mock_server.context import Effect, Send
from mock_server.ids import Ids
from mock_server.media_urls import Links
from mock_server.signing import signature_headers
from mock_server.store import Change, Done, Drop, Put, Schedule, Store
from mock_server.values import (
    Account,
    Delivery,
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


@frozen
class Announcement:
    """One announcement that is to be sent, or none."""

    delivery: Delivery | None

    @property
    def changes(self) -> tuple[Change, ...]:
        """What the store must remember of it."""
        if self.delivery is None:
            return ()
        return (Put("deliveries", self.delivery.delivery_id, self.delivery),)

    def effects(self, access_key: str) -> tuple[Effect, ...]:
        """What the shell must do."""
        return () if self.delivery is None else (Send(access_key, self.delivery),)


def settle(account: Account, store: Store, event: Event, links: Links, ids: Ids) -> Settled:
    """Perform one event that is due; it can make another one due."""
    if event.kind is Due.DELIVERY:
        delivery: Delivery = store.get(account.access_key, "deliveries", event.subject)
        return Settled((Done(event),), (Send(account.access_key, delivery),))
    task: Task = store.get(account.access_key, "tasks", event.subject)
    changes: list[Change] = [Done(event)]
    if event.kind is Due.PROCESSING:
        following = lifecycle.end_event(task)
        if following is not None:
            changes.append(Schedule(following))
    elif lifecycle.ended_at(task) != event.at:
        return Settled(tuple(changes), ())  # a render keeps the end open
    else:
        changes += _end(task, event.at, links)
        if not task.failure:
            key = account.access_key
            changes += charge(store, key, event.at, task.task_id, "create", task.price)
    if not _announces(account.readings, event.kind, lifecycle.status_at(task, event.at)):
        return Settled(tuple(changes), ())
    announced = announcement(account, task, event.at, links, ids)
    changes += announced.changes
    return Settled(tuple(changes), announced.effects(account.access_key))


def after_attempt(delivery: Delivery, now: int, delays_s: Sequence[int]) -> tuple[Change, ...]:
    """Return what follows from an attempt: its record, and the next try if one is due.

    `delays_s` has the seconds to wait after each attempt that was not taken; empty for one try.
    """
    kept = Put("deliveries", delivery.delivery_id, delivery)
    taken = delivery.answer is not None and 200 <= delivery.answer < 300
    if taken or delivery.attempts > len(delays_s):
        return (kept,)
    at = now + delays_s[delivery.attempts - 1] * 1000
    again = evolve(delivery, due_at=at)
    following = Event(at, Due.DELIVERY, delivery.delivery_id)
    return (Put("deliveries", delivery.delivery_id, again), Schedule(following))


def announcement(account: Account, task: Task, at: int, links: Links, ids: Ids) -> Announcement:
    """Announce a task's status at an instant to its callback_url, if it has one."""
    if task.callback_url is None:
        return Announcement(None)
    body = render.encode(render.announced(task, at, evolve(links, base_url=task.base_url)))
    name, secret = ids.snowflake(at), account.webhook_secret
    signed = secret is not None and account.readings["signed-callbacks"] == "with-secret"
    return Announcement(
        Delivery(
            delivery_id=name,
            task_id=task.task_id,
            status=lifecycle.status_at(task, at),
            due_at=at,
            url=task.callback_url,
            body=body,
            headers=signature_headers(secret, name, at, body) if secret and signed else (),
        )
    )


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


def _announces(readings: Readings, kind: Due, status: str) -> bool:
    """Whether a change is announced; the end that comes at once is told by its own event."""
    if kind is Due.END:
        return True
    return status == lifecycle.PROCESSING and readings["callback-events"] != "terminal-only"


def _end(task: Task, at: int, links: Links) -> tuple[Change, ...]:
    ended = Drop("open_tasks", task.task_id)
    if task.failure:
        return (ended,)
    source = MediaSource(links.result(task).removeprefix(links.base_url), task.file)
    generated = Generated(task.session.fact.video, at)
    video = StoredVideo(task.result_id, generated, source, watermarked=task.order.watermark)
    return (ended, Put("videos", task.result_id, video))

"""Callbacks as deliveries: one for each change of status, with every attempt at it.

What is sent, when again, and what goes wrong on purpose is decided here, by functions of values;
the postman does it.  Instants are those of the account's clock (Unix ms).
"""

from collections.abc import Sequence

from attrs import evolve, frozen

from mock_server import lifecycle, render
from mock_server.attempts import Attempt, Cause, Delivery
from mock_server.context import Effect, Send
from mock_server.ids import Ids
from mock_server.media_urls import Links
from mock_server.signing import signature_headers, strange_secret
from mock_server.staged import Fault
from mock_server.store import Change, Put, Schedule, Store
from mock_server.striking import Match, Queue, strike
from mock_server.values import Account, Due, Event, Task

LOST_ON_PURPOSE = "lost on purpose"
STALE_BY_MS = 10 * 60_000
"""How old the timestamp of a stale announcement is: twice what a receiver tolerates."""

_HEADERS = (("Content-Type", "application/json; charset=utf-8"),)
_PLANNED = ("first", "retry")


class MischiefError(ValueError):
    """A callback was asked to go wrong in a way that its account cannot show; says what helps."""


@frozen
class Announcement:
    """What follows from a change of status: what to remember, and what to send at once."""

    changes: tuple[Change, ...] = ()
    delivery: Delivery | None = None

    def effects(self, access_key: str) -> tuple[Effect, ...]:
        """What the shell must do."""
        return () if self.delivery is None else (Send(access_key, self.delivery),)


def announcement(
    store: Store, account: Account, task: Task, at: int, links: Links, ids: Ids
) -> Announcement:
    """Announce a task's status at an instant to its callback_url, if it has one."""
    if task.callback_url is None:
        return Announcement()
    key, status = account.access_key, lifecycle.status_at(task, at)
    met = mischief_for(store.get(key, "faults", "callbacks") or (), status, f"{account.seed} {key}")
    mischief, delay_ms = ("", 0) if met.fault is None else (met.fault.callback, met.fault.delay_ms)
    held_back = mischief == "out-of-order" and lifecycle.is_open(task, at)
    delivery = Delivery(
        delivery_id=ids.snowflake(at),
        task_id=task.task_id,
        status=status,
        due_at=at,
        next_at=None if held_back else at + delay_ms,
        url=task.callback_url,
        body=render.encode(render.announced(task, at, evolve(links, base_url=task.base_url))),
        mischief=mischief,
        held_back=held_back,
    )
    name = delivery.delivery_id
    changes: list[Change] = [Put("deliveries", name, delivery)]
    changes += met.changes(store, key, "callbacks")
    if held_back:
        waiting = store.get(key, "held_back", task.task_id) or ()
        changes.append(Put("held_back", task.task_id, (*waiting, name)))
    elif delay_ms:
        changes.append(Schedule(Event(at + delay_ms, Due.DELIVERY, name)))
    else:
        changes.append(Put("outbox", name, name))
    return Announcement(tuple(changes), None if held_back or delay_ms else delivery)


def mischief_for(queue: Queue, status: str, seed: str) -> Match:
    """Return which fault strikes an announcement of a status, and the queue after it did."""
    return strike(queue, lambda fault: status in fault.statuses, seed)


def check_mischief(account: Account, fault: Fault) -> None:
    """Raise MischiefError for a stale timestamp on an account that signs nothing."""
    if fault.callback == "stale-timestamp" and not signing_secrets(account):
        msg = (
            "a stale-timestamp shows only in a signature, and this account signs nothing: "
            "give it a webhook_secret, and the reading signed-callbacks=with-secret"
        )
        raise MischiefError(msg)


def due_again(store: Store, access_key: str, event: Event) -> tuple[Effect, ...]:
    """Return what a planned attempt that falls due brings; nothing when it was overtaken."""
    delivery: Delivery = store.get(access_key, "deliveries", event.subject)
    return (Send(access_key, delivery),) if delivery.next_at == event.at else ()


def cause_of(delivery: Delivery, *, by_hand: bool) -> Cause:
    """Return why the next attempt is made; the first one is the first, whoever asks for it."""
    if not delivery.attempts:
        return "first"
    return "redelivery" if by_hand else "retry"


def is_lost(delivery: Delivery, cause: Cause) -> bool:
    """Whether an attempt is recorded and not made, because somebody asked for that."""
    return delivery.mischief == "lost" and cause == "first"


def signing_secrets(account: Account) -> tuple[str, ...]:
    """Return what the account's announcements are signed with, the newest first."""
    return account.webhook_secrets if account.readings["signed-callbacks"] == "with-secret" else ()


def headers_for(
    account: Account, delivery: Delivery, now: int, cause: Cause
) -> tuple[tuple[str, str], ...]:
    """Return the headers of an attempt, signed at its instant; one by hand is signed soundly."""
    secrets, stamped = signing_secrets(account), now
    if cause != "redelivery" and delivery.mischief == "wrong-signature":
        secrets = (strange_secret(delivery.delivery_id),)
    elif cause != "redelivery" and delivery.mischief == "stale-timestamp":
        stamped = now - STALE_BY_MS
    return (*_HEADERS, *signature_headers(secrets, delivery.delivery_id, stamped, delivery.body))


def after_attempt(delivery: Delivery, now: int, delays_ms: Sequence[int]) -> tuple[Change, ...]:
    """Return what follows from the last attempt: its record, and the next try if one is due.

    `delays_ms` has the ms to wait after each planned attempt that was not taken; empty for one
    try.  A duplicate and a redelivery plan nothing; when one is taken, what was planned is off.
    """
    last = delivery.attempts[-1]
    planned = sum(attempt.cause in _PLANNED for attempt in delivery.attempts)
    next_at: int | None = None
    if not delivery.taken and last.fault != LOST_ON_PURPOSE:
        if last.cause not in _PLANNED:
            next_at = delivery.next_at
        elif planned <= len(delays_ms):
            next_at = now + delays_ms[planned - 1]
    attempts = (*delivery.attempts[:-1], evolve(last, next_try_at=next_at))
    kept = evolve(delivery, attempts=attempts, next_at=next_at, held_back=False)
    put = Put("deliveries", delivery.delivery_id, kept)
    if next_at is None or last.cause not in _PLANNED:
        return (put,)
    return (put, Schedule(Event(next_at, Due.DELIVERY, delivery.delivery_id)))


def let_go(store: Store, access_key: str, sent: Delivery, now: int) -> Announcement:
    """Return the announcement that was held back until this later one of its task was sent."""
    waiting: tuple[str, ...] = store.get(access_key, "held_back", sent.task_id) or ()
    for name in reversed(waiting):
        held: Delivery = store.get(access_key, "deliveries", name)
        earlier = name != sent.delivery_id and held.due_at <= sent.due_at
        if not (held.held_back and earlier):
            continue
        rest = tuple(other for other in waiting if other != name)
        freed = evolve(held, held_back=False, next_at=now)
        changes = (
            Put("deliveries", name, freed),
            Put("held_back", sent.task_id, rest),
            Put("outbox", name, name),
        )
        return Announcement(changes, freed)
    return Announcement()


def with_attempt(delivery: Delivery, attempt: Attempt) -> Delivery:
    """Return a delivery with one more attempt, which gets the next number."""
    numbered = evolve(attempt, number=len(delivery.attempts) + 1)
    return evolve(delivery, attempts=(*delivery.attempts, numbered))

"""What fell due in an account, read from its facts: whoever performed it, it is the same."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from attrs import frozen

from kling_lipsync.rules.facts import Readings
from kling_lipsync.rules.limits import session_end
from mock_server import lifecycle
from mock_server.attempts import Delivery
from mock_server.media_urls import Links
from mock_server.values import Session, Task


@frozen
class Happening:
    """Something that fell due at an instant (Unix ms of the account), and what is told of it."""

    at: int
    kind: str
    facts: Mapping[str, object]

    @property
    def told(self) -> dict[str, object]:
        """As JSON."""
        return {"at": self.at, "kind": self.kind, **self.facts}


def of_task(task: Task, links: Links) -> Iterator[Happening]:
    """Yield a task's known changes of status, and the end of its result's media."""
    name = {"task_id": task.task_id}
    own = {} if task.external_task_id is None else {"external_task_id": task.external_task_id}
    for at, status in lifecycle.changes(task):
        yield Happening(at, "status", {**name, "status": status, **own})
        if status == lifecycle.SUCCEED:
            yield Happening(links.gone_at(at), "result-expired", name)


def of_delivery(delivery: Delivery) -> Iterator[Happening]:
    """Yield the attempts at an announcement that were made."""
    for attempt in delivery.attempts:
        facts = {
            "delivery_id": delivery.delivery_id,
            "task_id": delivery.task_id,
            "status": delivery.status,
            "attempt": attempt.number,
            "answer": attempt.answer,
            "fault": attempt.fault,
            "next_try_at": attempt.next_try_at,
        }
        yield Happening(attempt.at, "attempt", facts)


def of_session(
    session: Session, limits: Mapping[str, Any], readings: Readings
) -> Iterator[Happening]:
    """Yield the end of a session, where it has one; limits are those of its rule."""
    end = session_end(session.fact, limits, readings)
    if end is not None:
        yield Happening(end, "session-expired", {"session_id": session.session_id})


def happened(all_known: Iterable[Happening], after: int, until: int) -> list[dict[str, object]]:
    """Return what lies after one instant and up to another, in due order.

    At one instant statuses come before attempts at announcing them, and these before expiries.
    """
    ranks = {"status": 0, "attempt": 1}
    chosen = [one for one in all_known if after < one.at <= until]
    chosen.sort(key=lambda one: (one.at, ranks.get(one.kind, 2)))
    return [one.told for one in chosen]

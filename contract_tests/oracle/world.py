"""What an account has, as a function of its instant: sessions, tasks, units and slots."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from attrs import Factory, define, frozen

from contract_tests import spec
from contract_tests.oracle.media import Medium

SESSION_MS = spec.limit("retention.session-life", "hours") * spec.HOUR_MS
RESULT_MS = spec.limit("retention.result-media", "days") * spec.DAY_MS
CALL = Decimal(spec.rule("billing.identify-price").limits["units"])
STRETCH_UNITS = Decimal(spec.rule("billing.lip-sync-price").limits["units"])
STRETCH_MS = spec.limit("billing.lip-sync-price", "started_ms")
STATES: list[str] = spec.rule("lifecycle.states").limits["states"]
REASON = spec.rule("identify.video-content").message


def rank(status: str) -> int:
    """Return how far on its way a task is: the two ends are equally far."""
    return min(STATES.index(status), 2)


@frozen
class Named:
    """A medium that has an id, and when it was generated (Unix ms)."""

    medium: Medium
    generated_at: int


@frozen
class Session:
    """What an identify call opened."""

    session_id: str
    opened_at: int
    video: Medium
    url: str
    video_id: str

    def usable(self, now: int) -> bool:
        """Whether creates may use it: for 24 h from the call, and at that instant no more."""
        return now < self.opened_at + SESSION_MS


@define
class Task:
    """A task as it was asked for; its id is empty as long as nobody has been told it."""

    task_id: str
    external_id: str
    session: Session
    created_at: int
    pace: tuple[int, int]
    watermark: bool
    failure: str
    callback_url: str

    @property
    def processed_at(self) -> int:
        """When it leaves `submitted`."""
        return self.created_at + self.pace[0]

    @property
    def ended_at(self) -> int:
        """When it ends."""
        return self.processed_at + self.pace[1]

    @property
    def end(self) -> str:
        """The status that it ends with."""
        return "failed" if self.failure else "succeed"

    @property
    def price(self) -> Decimal:
        """What it costs in the end."""
        if self.failure:
            return Decimal(0)
        return STRETCH_UNITS * -(-self.session.video.duration // STRETCH_MS)

    def status(self, now: int) -> str:
        """Return its status at an instant."""
        if now < self.processed_at:
            return "submitted"
        return "processing" if now < self.ended_at else self.end

    def updated_at(self, now: int) -> int:
        """Return the instant of its last change."""
        if now < self.processed_at:
            return self.created_at
        return self.processed_at if now < self.ended_at else self.ended_at

    def changes(self) -> tuple[tuple[int, str], ...]:
        """Return the instants at which its status changes, each with the new one."""
        return ((self.processed_at, "processing"), (self.ended_at, self.end))


@define
class World:
    """One account at one instant (Unix ms); no limit is None."""

    now: int
    pace: tuple[int, int]
    readings: Mapping[str, object]
    profile: str
    slots: int | None = None
    units: Decimal | None = None
    in_arrears: bool = False
    calls: int = 0
    sessions: dict[str, Session] = Factory(dict)
    named: dict[str, Named] = Factory(dict)
    tasks: list[Task] = Factory(list)

    def open_tasks(self) -> int:
        """Return how many tasks hold a slot: all until the instant of their end."""
        return sum(self.now < task.ended_at for task in self.tasks)

    def lines(self) -> list[tuple[str, Decimal]]:
        """Return what was taken up to now, sorted, each for a call or for a success."""
        taken = [("identify", CALL)] * self.calls
        ended = (task for task in self.tasks if task.ended_at <= self.now and not task.failure)
        return sorted([*taken, *(("create", task.price) for task in ended)])

    def spent(self) -> Decimal:
        """Return the units that were taken up to now."""
        return sum((units for _, units in self.lines()), Decimal(0))

    def affords(self, price: Decimal) -> bool:
        """Whether the pack has as many units left."""
        return self.units is None or self.units - self.spent() >= price

    def found(self, name: str) -> Task | None:
        """Return the task of an id: a task_id wins over an external id."""
        by_id = (task for task in self.tasks if task.task_id == name)
        by_own = (task for task in self.tasks if task.external_id == name)
        return next(by_id, None) or next(by_own, None)

    def page(self, number: int, size: int) -> list[Task]:
        """Return the tasks of a page, newest first."""
        return self.tasks[::-1][(number - 1) * size : number * size]

    def due(self) -> Iterator[tuple[int, str, str, str]]:
        """Yield what ever falls due: instant, kind, whose, and the status of a change."""
        for task in self.tasks:
            for at, status in task.changes():
                yield at, "status", task.task_id, status
            if not task.failure:
                yield task.ended_at + RESULT_MS + 1, "result-expired", task.task_id, ""
        for session in self.sessions.values():
            yield session.opened_at + SESSION_MS, "session-expired", session.session_id, ""

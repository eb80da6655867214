"""An account of which every exchange is held against the model."""

import json
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl, unquote

from contract_tests import spec
from contract_tests.callers import TASKS, Caller, Fields
from contract_tests.exchanges import Exchange, faults
from contract_tests.oracle import judge, media, told
from contract_tests.oracle.world import CALL, REASON, Named, Session, Task, World
from contract_tests.targets import Target
from contract_tests.watching import operation_of

Faults = Iterable[tuple[str, str]]
SHOWN = 400


class BrokenPromise(AssertionError):
    """A reply that the model does not allow; it names the rule and shows the requests."""

    def __init__(self, rule: str, fault: str, requests: list[str]) -> None:
        sentence = spec.rule(rule).sentence
        super().__init__(f"{rule}: {sentence}\n  {fault}\n  " + "\n  ".join(requests))


class Modelled(Caller):
    """A caller whose account stands in a world of its own; `requests` is what was sent so far.

    `breaking` is a rule that the next call with headers of its own breaks beside those that the
    model finds; `staged` says what a failure does that was staged for the next call.
    """

    def __init__(
        self,
        target: Target,
        requests: list[str],
        *,
        pace: tuple[int, int] = (1000, 4000),
        profile: str = "documented",
        **settings: object,
    ) -> None:
        super().__init__(target, pace=f"{pace[0]}+{pace[1]}", profile=profile, **settings)
        self.requests = requests
        self.memory = told.Memory()
        self.breaking: str | None = None
        self.struck = ""
        self.next_failure = ""
        self.last: Exchange | None = None
        readings = spec.rulebook().profile(profile)
        self.world = World(super().now(), pace, readings, profile)
        self._settle(settings)

    def request(
        self,
        method: str,
        path: str,
        *,
        body: bytes = b"",
        headers: Mapping[str, str | None] | None = None,
    ) -> Exchange:
        """Send a request, and hold its reply against what the model says is due."""
        exchange = super().request(method, path, body=body, headers=headers)
        self.last = exchange
        sent, answer = (part.decode("utf-8", "replace")[:SHOWN] for part in (body, exchange.body))
        self._note(f"{method} {path} {sent} -> {exchange.status} {answer}")
        extra = self.breaking if headers is not None else None
        operation = operation_of(method, path)
        self.hold(("envelope.fields", text) for text in faults(exchange, operation))
        fields = _object(body)
        broken = (
            [] if fields is None or extra in TOLD_ALONE else self._broken(operation, path, fields)
        )
        rule = judge.first([*broken, *([extra] if extra else [])])
        self._hold_verdict(rule, exchange)
        if rule is None and self.struck in ("", "after"):
            _TAKERS[operation](self, path, fields or {}, exchange)
        return exchange

    def _note(self, text: str) -> None:
        self.requests.append(f"[{self.key[-4:]} {self.world.now}] {text}")

    def hold(self, found: Faults) -> None:
        """Raise the first of what was found wrong."""
        for rule, fault in found:
            raise BrokenPromise(rule, fault, self.requests)

    def expect(self, rule: str, *, holds: bool, fault: str) -> None:
        """Raise when something does not hold that a rule promises."""
        if not holds:
            raise BrokenPromise(rule, fault, self.requests)

    def move(self, **fields: object) -> Fields:
        """Move the clock; the world goes to the instant reached, and what happened is held too."""
        before = self.world.now
        found = super().move(**fields)
        self._note(f"clock {fields} -> {found['now']}")
        if "advance" in fields:
            due = before + media.span(str(fields["advance"]))
            self.expect("lifecycle.timestamps", holds=found["now"] == due, fault="the clock is off")
        self.world.now = found["now"]
        self._hold_happened(before, found["happened"])
        return found

    def change(self, **settings: object) -> None:
        """Change the account, and the world with it."""
        super().change(**settings)
        self._note(f"settings {settings}")
        self._settle(settings)

    def seed(self, url: str) -> str:
        """Give a described medium an id, in the world too."""
        name = super().seed(url)
        medium = media.read(url)
        if medium is not None:
            self.world.named[name] = Named(medium, self.world.now - medium.age)
        return name

    def stage(self, **fault: object) -> None:
        """Stage a failure instead of any that was staged before."""
        self.clear_faults()
        super().stage(**fault)
        self._note(f"stage {fault}")
        self.next_failure = str(fault.get("fail_task", ""))

    def clear_faults(self) -> None:
        """Take staged failures back."""
        super().clear_faults()
        self.next_failure = ""

    def _settle(self, settings: Mapping[str, object]) -> None:
        world = self.world
        if "units" in settings:
            world.units = None if settings["units"] is None else Decimal(str(settings["units"]))
        if "slots" in settings:
            slots = settings["slots"]
            world.slots = slots if isinstance(slots, int) else None
        readings = settings.get("readings")
        if isinstance(readings, Mapping):
            world.readings = {**world.readings, **readings}
        world.in_arrears = bool(settings.get("in_arrears", world.in_arrears))

    def _broken(self, operation: str, path: str, fields: Fields) -> list[str]:
        if operation == "identify":
            return list(judge.of_identify(self.world, fields))
        if operation == "create":
            return list(judge.of_create(self.world, fields))
        if operation == "list":
            return list(judge.of_query(_query(path)))
        return [] if self.world.found(_name(path)) else ["get.known-task"]

    def _hold_verdict(self, rule: str | None, exchange: Exchange) -> None:
        if rule is None and self.struck:
            due: set[tuple[int, int]] = {(5000, 500)}
        elif rule is None:
            due = {(0, 200)}
        else:
            codes = spec.rule(rule).codes if rule == "envelope.server-fault" else ()
            due = {
                (c, spec.status_of(c)) for c in codes or [spec.code_of(rule, self.world.profile)]
            }
        told_rule = exchange.rule
        wanted = "envelope.server-fault" if rule is None and self.struck else rule
        self.expect(
            rule or exchange.rule or "envelope.status-and-code",
            holds=(exchange.code, exchange.status) in due and told_rule in (wanted, None),
            fault=f"due is {wanted} {sorted(due)}, told is {exchange.verdict}",
        )

    def _hold_happened(self, before: int, happened: list[Fields]) -> None:
        due = sorted(one for one in self.world.due() if before < one[0] <= self.world.now)
        seen = [
            (
                one["at"],
                one["kind"],
                one.get("task_id") or one["session_id"],
                one.get("status", ""),
            )
            for one in happened
            if one["kind"] != "attempt"
        ]
        known = [one for one in due if one[2]]
        self.expect(
            "lifecycle.forward-only",
            holds=len(seen) == len(due) and set(known) <= set(seen),
            fault=f"due were {due}, happened have {seen}",
        )

    def _took_identify(self, _path: str, fields: Fields, exchange: Exchange) -> None:
        world = self.world
        world.calls += 1
        if self.struck:
            return
        data = exchange.data
        name = fields.get("video_id", "")
        video = world.named[name].medium if name else media.read(fields["video_url"])
        if video is None:
            return
        url = "" if name else fields["video_url"]
        faces = [(one["face_id"], one["start_time"], one["end_time"]) for one in data["face_data"]]
        due = [(face.face_id, face.start, face.end) for face in video.faces]
        self.expect("identify.face-interval", holds=faces == due, fault=f"due are the faces {due}")
        paid = Decimal(data["final_unit_deduction"]) == CALL
        self.expect("billing.identify-price", holds=paid, fault=f"due are {CALL} units")
        fresh = data["session_id"] not in world.sessions
        self.expect("identify.reply", holds=fresh, fault="the session was given before")
        opened = Session(data["session_id"], world.now, video, url, name)
        world.sessions[opened.session_id] = opened

    def _took_create(self, _path: str, fields: Fields, exchange: Exchange) -> None:
        world, session = self.world, self.world.sessions[fields["session_id"]]
        sound = judge.heard(world, fields["face_choose"][0])
        blocked = session.video.blocked or (sound is not None and sound.blocked)
        failure, self.next_failure = self.next_failure or (REASON if blocked else ""), ""
        name = fields.get("external_task_id", "")
        asked = bool(fields.get("watermark_info", {}).get("enabled", False))
        callback = fields.get("callback_url", "")
        task = Task("", name, session, world.now, world.pace, asked, failure, callback)
        world.tasks.append(task)
        if self.struck:
            return
        task.task_id = exchange.data["task_id"]
        info: Fields = {"external_task_id": name} if name else {}
        instants = {"created_at": world.now, "updated_at": world.now}
        due = {"task_id": task.task_id, "task_status": "submitted", "task_info": info, **instants}
        plain = {"task_info": {}, **exchange.data} == due
        self.expect("create.reply", holds=plain, fault=f"due is {due}")
        known = [one.task_id for one in world.tasks[:-1]]
        unique = task.task_id not in known
        self.expect("create.reply", holds=unique, fault="the task_id was given before")

    def _took_get(self, path: str, _fields: Fields, exchange: Exchange) -> None:
        task = self.world.found(_name(path))
        if task is not None:
            self.look(task, exchange.data)

    def _took_list(self, path: str, _fields: Fields, exchange: Exchange) -> None:
        query = _query(path)
        page = self.world.page(int(query.get("pageNum") or 1), int(query.get("pageSize") or 30))
        count = len(exchange.data)
        self.expect("list.pages", holds=count == len(page), fault=f"due are {len(page)} items")
        for task, item in zip(page, exchange.data, strict=True):
            self.look(task, item)

    def look(self, task: Task, item: Fields) -> None:
        """Hold a told task against the model and against all that was told of it."""
        task.task_id = task.task_id or item["task_id"]
        same = item["task_id"] == task.task_id
        self.expect("get.either-id", holds=same, fault=f"the task is not {task.task_id}")
        self.hold(told.faults(task, self.world.now, item))
        self.hold(told.flagged(task, item))
        self.hold(self.memory.faults(item))
        for video in item.get("task_result", {}).get("videos", []):
            self.world.named.setdefault(video["id"], Named(task.session.video, task.ended_at))


TOLD_ALONE = frozenset(
    {
        "transport.json-body",
        "transport.content-type",
        "transport.known-path",
        "transport.known-method",
    }
)
"""Rules after which nothing of a call can be judged."""

Taker = Callable[[Modelled, str, Fields, Exchange], None]
_TAKERS: Mapping[str, Taker] = {
    "identify": Modelled._took_identify,
    "create": Modelled._took_create,
    "get": Modelled._took_get,
    "list": Modelled._took_list,
}


def _object(body: bytes) -> dict[str, Any] | None:
    try:
        value = json.loads(body or b"{}")
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def _query(path: str) -> dict[str, str]:
    return dict(parse_qsl(path.partition("?")[2], keep_blank_values=True))


def _name(path: str) -> str:
    return unquote(path.removeprefix(f"{TASKS}/"))

"""Many random requests against a server, each reply checked: `python -m contract_tests.fuzz`.

The builders are those of the other tests; `random` steers them instead of Hypothesis, which
is many times as fast.  The same seed and count give the same requests.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Mapping
from copy import deepcopy
from random import Random
from typing import Any

from attrs import frozen

from contract_tests import breaking, drawing, spec
from contract_tests.callers import IDENTIFY, TASKS, Caller
from contract_tests.exchanges import refusals_by
from contract_tests.targets import InProcess, Target
from contract_tests.watching import Watched

STORIES_OF_AN_ACCOUNT = 40
ODD_VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1, 2**31, 2**63 - 1, 2**63, -(2**63) - 1, 10**300, 0.1, -0.0),
    *(1e308, 1999, 2000, 60_000, 60_001, "", " ", "0", "x" * 300, "\u0000", "\U0001f3a4", "null"),
    *([], [[]], {}, {"": {}}, [1, 2], "http://", "http://127.0.0.1:1/x", "2000", "-1", "é/ü?#%"),
    *("http://described.test/video", "http://described.test/audio", "data:;base64,", "AAAA"),
)
ODD_TEXT = "abcXYZ012/%.?&=;:~_-+@!$'()*,"


@frozen
class Report:
    """What a run saw; it is good when there are no problems."""

    seed: int
    requests: int
    seconds: float
    rules: Mapping[str, int]
    codes: Mapping[int, int]
    problems: tuple[str, ...]

    @property
    def share_accepted(self) -> float:
        """Which part of the calls was accepted."""
        return self.codes.get(0, 0) / max(1, self.requests)

    def text(self) -> str:
        """Return the report for people."""
        lines = [f"{self.rules.get(name, 0):>7} {name}" for name in spec.refusing()]
        lines += [f"{count:>7} code {code}" for code, count in sorted(self.codes.items())]
        lines += [f"PROBLEM {problem}" for problem in self.problems]
        rate = self.requests / max(self.seconds, 0.001)
        lines.append(
            f"{self.requests:,} requests, seed {self.seed}, {self.share_accepted:.0%} accepted, "
            f"{rate:,.0f} requests/s, {len(self.problems) or 'no'} problems"
        )
        return "\n".join(lines)


class Fuzzer:
    """Plays random stories on one account after another until enough requests were made."""

    def __init__(self, target: Target, seed: int) -> None:
        self.watched = Watched(target)
        self._draw = Random(seed)  # noqa: S311 - requests are no secrets
        self._caller = Caller(self.watched)
        self._told = 0
        self._due: list[str] = []
        self._tasks: list[str] = []

    def play(self, count: int) -> None:
        """Play until so many requests were made."""
        plays: tuple[Callable[[], None], ...] = (
            self._valid,
            self._follow,
            self._odd,
            self._raw,
            self._pair,
        )
        while self.watched.requests < count:
            if self._told % STORIES_OF_AN_ACCOUNT == 0:
                self._renew()
            self._told += 1
            if self._draw.random() < 0.62:
                self._broken()
            else:
                self._draw.choices(plays, (30, 25, 35, 10, 10))[0]()

    def _renew(self) -> None:
        self.watched.control("DELETE", f"/accounts/{self._caller.key}")
        pace = f"{self._draw.randint(0, 9999)}+{self._draw.randint(0, 99_999)}"
        self._caller = Caller(self.watched, pace=pace)
        self._tasks = []

    def _broken(self) -> None:
        if not self._due:
            self._due = list(spec.refusing())
            self._draw.shuffle(self._due)
        name = self._due.pop()
        exchange = breaking.breaks(name, self._draw).broken.send(self._caller)
        self.watched.expect(exchange, exchange.verdict in refusals_by(name), f"{name} was broken")

    def _pair(self) -> None:
        one, other = self._draw.sample(breaking.WAYS, 2)
        if breaking.together(one, other):
            draft, first = breaking.break_both(one, other, self._draw)
            exchange = draft.send(self._caller)
            due = exchange.verdict in refusals_by(first)
            self.watched.expect(exchange, due, f"{one.rule} and {other.rule} were broken")

    def _valid(self) -> None:
        operation = self._draw.choice(("identify", "create", "create", "list"))
        draft = drawing.valid(operation, self._draw)
        exchange = draft.send(self._caller)
        self.watched.expect(exchange, exchange.code == 0, f"a valid {operation} was sent")
        if operation == "create" and exchange.code == 0:
            self._tasks.append(exchange.data["task_id"])

    def _follow(self) -> None:
        if self._draw.randint(0, 2) == 0:
            self._caller.advance(self._draw.randint(0, 200_000))
        for task_id in self._tasks[-3:]:
            exchange = self._caller.get(task_id)
            self.watched.expect(exchange, exchange.code == 0, f"task {task_id} was queried")
        self._caller.page(f"pageSize={self._draw.randint(1, 40)}")

    def _odd(self) -> None:
        draft = drawing.valid(self._draw.choice(("identify", "create", "create")), self._draw)
        for _ in range(self._draw.choice((1, 1, 2, 4))):
            _twist(draft.body, self._draw)
        draft.send(self._caller)

    def _raw(self) -> None:
        draw, headers = self._draw, {}
        path = draw.choice(
            (IDENTIFY, TASKS, f"{TASKS}/{_text(draw)}", f"{TASKS}?{_text(draw)}", f"/{_text(draw)}")
        )
        if draw.randint(0, 2) == 0:
            name = draw.choice(("authorization", "content-type", "accept", "x-forwarded-for"))
            headers[name] = draw.choice(
                ("", "Bearer ", "Bearer a.b.c", _text(draw), "Bearer é.é.é")
            )
        method = draw.choice(("GET", "POST", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "X"))
        body = draw.choice((b"", draw.randbytes(draw.randint(0, 60)), _json(draw), b"[" * 2000))
        self._caller.request(method, path, body=body, headers=headers)


def run(count: int, seed: int, target: Target) -> Report:
    """Make at least this many requests to a target, drawn from a seed."""
    started = time.perf_counter()
    fuzzer = Fuzzer(target, seed)
    fuzzer.play(count)
    seen = fuzzer.watched
    return Report(
        seed=seed,
        requests=seen.requests,
        seconds=time.perf_counter() - started,
        rules=dict(seen.rules),
        codes=dict(seen.codes),
        problems=tuple(seen.problems),
    )


def main(arguments: list[str] | None = None) -> int:
    """Fuzz the mock in this process; return 1 when a reply was wrong."""
    parser = argparse.ArgumentParser(prog="contract_tests.fuzz", description=__doc__)
    parser.add_argument("--count", type=int, default=20_000, help="requests to make")
    parser.add_argument("--seed", type=int, default=None, help="seed of an earlier run")
    chosen = parser.parse_args(arguments)
    seed = time.time_ns() % 10**9 if chosen.seed is None else chosen.seed
    target = InProcess()
    try:
        report = run(chosen.count, seed, target)
    finally:
        target.close()
    sys.stdout.write(report.text() + "\n")
    return 1 if report.problems else 0


def _twist(fields: dict[str, Any], draw: Random) -> None:
    """Put something odd at a random place of a body."""
    place: Any = fields
    while True:
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        if not keys:
            return
        key = draw.choice(keys)
        if not isinstance(place[key], dict | list) or not place[key] or draw.randint(0, 3) == 0:
            break
        place = place[key]
    kind = draw.randint(0, 4)
    if kind == 0:
        del place[key]
    elif kind == 1 and isinstance(place[key], int):
        place[key] += draw.choice((-(2**40), -2000, -1, 1, 2000, 2**40))
    elif kind == 2:
        place[key] = [place[key]]
    else:
        place[key] = deepcopy(draw.choice(ODD_VALUES))


def _text(draw: Random) -> str:
    return "".join(draw.choices(ODD_TEXT, k=draw.randint(0, 30)))


def _json(draw: Random) -> bytes:
    names = ("session_id", "face_choose", "video_url", "video_id", "external_task_id", "x")
    return json.dumps({name: draw.choice(ODD_VALUES) for name in draw.sample(names, 3)}).encode()


if __name__ == "__main__":
    sys.exit(main())

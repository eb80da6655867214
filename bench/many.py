"""What a million tasks cost the mock: memory, calls that take longer, pauses.

`python -m bench.many COUNT` makes so many tasks by calls, in this process and without a journal,
and prints its figures as JSON.  Every task has an external id and a sound of its own.  A second
mock in the same process has a thousand; the two are asked in turn, so both meet the same
machine.  Times are processor time of this thread: what other programs do is not in them.
"""

import asyncio
import gc
import itertools
import json
import os
import sys
import time
from collections.abc import Iterator, Sequence
from statistics import median

from attrs import asdict, frozen, mutable

from bench.calls import CREATE_BODY, LONG_PAGE, PAGE_SIZE, Request, request
from bench.inside import AUTHORIZATION, ask, living
from bench.paths import TASKS_PATH
from bench.process import memory
from bench.serving import Application
from mock_server.app import create_server
from mock_server.collecting import collect_steadily
from mock_server.settings import Settings

FEW, MANY = 1_000, 1_000_000
_SETTLED_S = 6.0
"""Longer than a task of the profile `documented` takes to end."""
_UNSEEN = "list, page not asked for before"
_SOUND = "http://described.test/audio?duration=5000&format=mp3&bytes="


@frozen
class Pauses:
    """The longest that the mock was busy with one thing while tasks were made (ms).

    `call` is one create with whatever fell due beside it, `collection` the garbage collector.
    """

    call: float
    collection: float


@frozen
class Pair:
    """One call in µs, on the mock with few tasks and on that with many; medians, and the longest.

    `ratio` is the median of the pairs' ratios.
    """

    few_us: float
    many_us: float
    ratio: float
    longest_ms: float


@frozen
class Found:
    """What so many tasks came to; bytes are what the process grew by for each task."""

    count: int
    bytes_each: float
    create_us: float
    pauses: Pauses
    pairs: dict[str, Pair]


@mutable
class _Watch:
    """Looks at the collector."""

    began: float = 0.0
    longest: float = 0.0

    def __call__(self, phase: str, _info: object) -> None:
        if phase == "start":
            self.began = time.thread_time()
        else:
            self.longest = max(self.longest, time.thread_time() - self.began)


def creates(series: str) -> Iterator[Request]:
    """Yield requests for tasks that share nothing but their session."""
    for number in itertools.count():
        face = CREATE_BODY["face_choose"][0] | {"sound_file": f"{_SOUND}{80_000 + number}"}
        own = f"{series}-{number:08}"
        body = {**CREATE_BODY, "face_choose": [face], "external_task_id": own}
        yield Request("POST", TASKS_PATH, AUTHORIZATION, json.dumps(body).encode())


async def measure(count: int, few: int = FEW, pairs: int = 300) -> Found:
    """Make the tasks and return the figures."""
    settings = Settings(media="plain", journal=0, quiet=True)
    small, large = (create_server(settings).application for _ in range(2))
    async with living(small), living(large):
        await _fill(small, few)
        await ask(large, request("list", AUTHORIZATION, ""))
        collect_steadily()
        watch = _Watch()
        gc.callbacks.append(watch)
        before, used = memory(os.getpid()).resident, time.thread_time()
        longest = await _fill(large, count)
        used = time.thread_time() - used
        await asyncio.sleep(_SETTLED_S)
        for application in (small, large):
            await ask(application, request("list", AUTHORIZATION, ""))
        grown = (memory(os.getpid()).resident - before) * 1048576
        sides = [(small, few), (large, count)]
        told = {name: await _pair(name, sides, pairs) for name in _reads(0, count)}
        gc.callbacks.remove(watch)
    return Found(
        count=count,
        bytes_each=grown / count,
        create_us=used / count * 1e6,
        pauses=Pauses(longest * 1000, watch.longest * 1000),
        pairs=told,
    )


async def _fill(application: Application, count: int) -> float:
    """Make tasks; return the longest time (s) from one call to the next."""
    longest = 0.0
    for asked in itertools.islice(creates("order"), count):
        began = time.thread_time()
        await ask(application, asked)
        await asyncio.sleep(0)
        longest = max(longest, time.thread_time() - began)
    return longest


def _reads(number: int, count: int) -> dict[str, str]:
    """Return targets by their names, for the attempt of a number on a store of so many tasks.

    The mock keeps the JSON of tasks that were shown; only the newest page, which programs ask
    for again and again, is asked for twice here.
    """
    older = (FEW // PAGE_SIZE + 1) // 2 + 1 + number
    newer = count - 1 - number * (count // FEW)
    return {
        _UNSEEN: f"{TASKS_PATH}?pageNum={older}&pageSize={PAGE_SIZE}",
        "get": f"{TASKS_PATH}/order-{newer:08}",
        "list": f"{TASKS_PATH}?pageNum=1&pageSize={PAGE_SIZE}",
        "list of 500": f"{TASKS_PATH}?pageNum=1&pageSize={LONG_PAGE}",
    }


async def _pair(name: str, sides: Sequence[tuple[Application, int]], times: int) -> Pair:
    """Ask for the same on both sides in turn; a side is a mock and the number of its tasks."""
    took: tuple[list[float], list[float]] = ([], [])
    for number in range(min(times, FEW // PAGE_SIZE // 2) if name == _UNSEEN else times):
        for side, (application, count) in enumerate(sides):
            asked = Request("GET", _reads(number, count)[name], AUTHORIZATION)
            began = time.thread_time()
            await ask(application, asked)
            took[side].append(time.thread_time() - began)
    ratios = [many / few for few, many in zip(*took, strict=True)]
    few_us, many_us = (median(some) * 1e6 for some in took)
    return Pair(few_us, many_us, median(ratios), max(took[1]) * 1000)


def main() -> None:
    """Measure with as many tasks as asked, and print the figures."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else MANY
    sys.stdout.write(json.dumps(asdict(asyncio.run(measure(count)))) + "\n")


if __name__ == "__main__":
    main()

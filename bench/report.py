"""From samples to a table for people and a JSON document for programs."""

from collections.abc import Callable, Mapping, Sequence
from statistics import median
from typing import Any

from attrs import asdict, frozen

from bench import durable, workers
from bench.rounds import Cell, Sample, ServerName
from bench.starts import Started

_BUSY = 0.9
_PRISM_NOTE = "prism answers every list with the one task of its example, mock and raw with 30\n"
_HEAD = (
    f"{'':14}{'server':7}{'req/s':>9}{'p50 ms':>9}{'p99 ms':>9}{'p99.9':>9}"
    f"{'cpu us':>8}{'errors':>8}{'gen.':>6}\n"
)


@frozen
class Ratio:
    """Requests a second of the mock over those of another server: median, least and most.

    `by_cpu` is the median of the same by processor time for a request, which a busy machine
    disturbs less; it says how the servers would compare where nothing else runs.  It is 0 where
    the system does not tell.
    """

    median: float
    least: float
    most: float
    by_cpu: float

    def __str__(self) -> str:
        spread = f"({self.least:.2f} to {self.most:.2f})"
        return f"{self.median:.2f} {spread}; by processor time {self.by_cpu:.2f}"


def ratio(samples: Sequence[Sample], cell: Cell, other: ServerName) -> Ratio | None:
    """Return how the mock compares in one cell, round by round; None without the other server."""
    mock, others = (
        {
            sample.round: sample
            for sample in samples
            if sample.cell == cell and sample.server == name
        }
        for name in ("mock", other)
    )
    pairs = [(mock[number], others[number]) for number in sorted(mock.keys() & others.keys())]
    ratios = [_over(a.measured.per_second, b.measured.per_second) for a, b in pairs]
    if not ratios:
        return None
    by_cpu = median(_over(b.cpu_us, a.cpu_us) for a, b in pairs)
    return Ratio(median(ratios), min(ratios), max(ratios), by_cpu)


def errors(samples: Sequence[Sample]) -> int:
    """Return how many replies were not 200 with code 0, over everything."""
    return sum(sample.measured.errors for sample in samples)


def table(samples: Sequence[Sample]) -> str:
    """Return the cells as a table: medians of the rounds, and the ratios below each cell."""
    text = _HEAD if samples else ""
    for cell in dict.fromkeys(sample.cell for sample in samples):
        title = f"{cell.operation} x {cell.connections}"
        for name in ("mock", "raw", "prism"):
            chosen = [s for s in samples if s.cell == cell and s.server == name]
            if chosen:
                text += _row(title, name, chosen)
                title = ""
        text += _by_name(samples, cell) + _ratios(samples, cell) + "\n"
    if any(sample.server == "prism" for sample in samples):
        text += _PRISM_NOTE
    return text + _generator(samples) + _memory(samples)


def alone(found: Mapping[str, Any]) -> str:
    """Return as tables what was measured of one server at a time."""
    tables: Mapping[str, Callable[[Any], str]] = {
        "inside": _inside,
        "many": _many,
        "durable": durable.table,
        "start": _starts,
        "stores": workers.table,
    }
    return "\n".join(tables[name](part) for name, part in found.items())


def document(
    machine: Mapping[str, object], samples: Sequence[Sample], found: Mapping[str, Any]
) -> dict[str, Any]:
    """Return everything measured, for result.json."""
    cells = list(dict.fromkeys(sample.cell for sample in samples))
    start: Mapping[str, Started] = found.get("start", {})
    return {
        "machine": machine,
        "errors": errors(samples),
        "ratios": [
            asdict(cell)
            | {
                f"mock/{other}": None if found is None else asdict(found)
                for other in ("raw", "prism")
                for found in (ratio(samples, cell, other),)
            }
            for cell in cells
        ],
        "cells": _summary(samples),
        **found,
        "start": {name: asdict(one) | {"median": one.median} for name, one in start.items()},
        "samples": [asdict(sample) for sample in samples],
    }


def _summary(samples: Sequence[Sample]) -> list[dict[str, Any]]:
    """Return the medians of the rounds, for each cell and server."""
    measured, found = ("per_second", "p50", "p99", "p999", "longest"), []
    for cell, server in dict.fromkeys((sample.cell, sample.server) for sample in samples):
        some = [s for s in samples if (s.cell, s.server) == (cell, server)]
        figures = {name: median(getattr(s.measured, name) for s in some) for name in measured}
        cpu_us = median(s.cpu_us for s in some)
        names = {
            name: median(s.measured.by_name[name].p99 for s in some)
            for name in some[0].measured.by_name
        }
        found.append(
            asdict(cell) | {"server": server, **figures, "cpu_us": cpu_us, "p99_by_name": names}
        )
    return found


def _starts(started: Mapping[str, Started]) -> str:
    text = "from process start to the first list reply\n"
    for name, found in started.items():
        each = " ".join(f"{ms:.0f}" for ms in found.milliseconds)
        text += f"  {name:6} {found.median:7.0f} ms (each: {each}); then {found.resident:.0f} MiB\n"
    return text


def _inside(found: Mapping[str, Mapping[str, float]]) -> str:
    text = "in process, identify + create + advance + get + list\n"
    for name, five in found.items():
        text += (
            f"  {name:6} {five['wall_ms']:.3f} ms for all five, {five['processor_ms']:.3f} ms of "
            "processor time\n"
        )
    return text


def _many(found: Mapping[str, Any]) -> str:
    pauses = found["pauses"]
    text = (
        f"{found['count']:,} tasks made in process, without a journal (processor time)\n"
        f"  {found['bytes_each']:,.0f} bytes a task, {found['create_us']:.0f} us a create; longest "
        f"{pauses['call']:.1f} ms, collector {pauses['collection']:.1f} ms\n"
    )
    for name, pair in found["pairs"].items():
        text += (
            f"  {name}: {pair['few_us']:.0f} us with 1,000 tasks, {pair['many_us']:.0f} us with all"
            f" ({pair['ratio']:.2f}), longest {pair['longest_ms']:.1f} ms\n"
        )
    return text


def _over(one: float, other: float) -> float:
    return one / other if other else 0.0


def _row(title: str, name: str, chosen: Sequence[Sample]) -> str:
    def mid(pick: Callable[[Sample], float]) -> float:
        return median(pick(sample) for sample in chosen)

    return (
        f"{title:14}{name:7}"
        f"{mid(lambda s: s.measured.per_second):9,.0f}"
        f"{mid(lambda s: s.measured.p50):9.3f}"
        f"{mid(lambda s: s.measured.p99):9.3f}"
        f"{mid(lambda s: s.measured.p999):9.3f}"
        f"{mid(lambda s: s.cpu_us):8.0f}"
        f"{errors(chosen):8}"
        f"{mid(lambda s: s.measured.generator_busy):6.0%}\n"
    )


def _by_name(samples: Sequence[Sample], cell: Cell) -> str:
    """Return the mock's latencies of each operation, where several were mixed."""
    found = [s.measured.by_name for s in samples if s.cell == cell and s.server == "mock"]
    text = ""
    for name in found[0] if found and len(found[0]) > 1 else ():
        p50, p99 = (median(getattr(one[name], of) for one in found) for of in ("p50", "p99"))
        text += f"{'':14}{name}: p50 {p50:.2f} ms, p99 {p99:.2f} ms\n"
    return text


def _ratios(samples: Sequence[Sample], cell: Cell) -> str:
    text = ""
    for other in ("raw", "prism"):
        found = ratio(samples, cell, other)
        if found is not None:
            text += f"{'':14}mock/{other} = {found}\n"
    return text


def _generator(samples: Sequence[Sample]) -> str:
    raw = [sample for sample in samples if sample.server == "raw"]
    if not raw:
        return ""
    best = max(raw, key=lambda sample: sample.measured.per_second)
    busiest = max(raw, key=lambda sample: sample.measured.generator_busy)
    text = (
        f"generator: at most {best.measured.ceiling:,.0f} req/s by its processor time, "
        f"{best.measured.per_second:,.0f} asked for; "
        f"its core was at most {busiest.measured.generator_busy:.0%} busy\n"
    )
    if busiest.measured.generator_busy > _BUSY:
        text += (
            "  it held the raw application back: the true mock/raw is lower than shown, "
            "and a mock that was held back too is faster than shown\n"
        )
    return text


def _memory(samples: Sequence[Sample]) -> str:
    text = ""
    for cell in dict.fromkeys(sample.cell for sample in samples):
        found = [s for s in samples if s.cell == cell and s.server == "mock"]
        if found:
            most = max(found, key=lambda sample: sample.measured.replies)
            grown = (most.after.resident - most.before.resident) * 1048576
            text += (
                f"memory of the mock, {cell.operation} x {cell.connections}: "
                f"{most.before.resident:.0f} MiB, after {most.measured.replies:,} calls "
                f"{most.after.resident:.0f} MiB, peak {most.after.peak:.0f} MiB "
                f"({grown / most.measured.replies:,.0f} bytes a call)\n"
            )
    return text

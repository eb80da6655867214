"""docs/sizing.md, docs/bench.json and docs/bench.svg: the last recorded run, for readers.

The page and the picture are made from docs/bench.json and bench/sizing.in.md alone.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import mean, median
from string import Template
from typing import Any

from bench.mixed import MIX
from bench.plot import svg
from bench.servers import ROOT

DOCS = ROOT / "docs"
RESULT, PICTURE, PAGE = (DOCS / name for name in ("bench.json", "bench.svg", "sizing.md"))
_TEMPLATE = Path(__file__).with_name("sizing.in.md")
_CONNECTIONS = 16

Result = Mapping[str, Any]


class IncompleteError(ValueError):
    """A result lacks a part that the page is made of."""


def record(document: Result) -> None:
    """Keep a result as the one that is told of, and make page and picture of it."""
    kept = {name: part for name, part in document.items() if name != "samples"}
    text = render(kept)
    RESULT.write_text(json.dumps(kept, indent=1) + "\n", "utf-8")
    PICTURE.write_text(svg(kept["cells"]), "utf-8")
    PAGE.write_text(text, "utf-8")


def recorded() -> Result:
    """Return the result that was kept."""
    result: Result = json.loads(RESULT.read_bytes())
    return result


def render(result: Result) -> str:
    """Return the page; raise IncompleteError where the result lacks a part."""
    parts = ("cells", "inside", "many", "durable", "start", "stores")
    missing = [name for name in parts if not result.get(name)]
    missing += [name for name in ("runs",) if name not in result.get("stores", {})]
    if missing:
        msg = f"the page needs all parts of a result, and there is no {', '.join(missing)}"
        raise IncompleteError(msg)
    figures = {**_machine(result), **_one(result), **_many(result), **_stores(result)}
    return Template(_TEMPLATE.read_text("utf-8")).substitute(figures)


def _machine(result: Result) -> dict[str, object]:
    machine = result["machine"]
    return {
        "cpu": machine["cpu"],
        "cores": machine["cores"],
        "python": machine["python"],
        "load": machine["load average before"],
        "full": f"{result['tasks']:,}",
        "mix": ", ".join(f"{count} {name}" for name, count in MIX.items()),
    }


def _one(result: Result) -> dict[str, object]:
    start, five = result["start"], result["inside"]["mock"]
    names = {"raw": "the bare application", "prism": "Prism"}
    others = [f"{names[name]} {one['median']:.0f}" for name, one in start.items() if name in names]
    rows = [
        _row(cell, ratios)
        for ratios in result["ratios"]
        for cell in result["cells"]
        if _same(cell, ratios) and cell["server"] == "mock"
    ]
    return {
        "rows": "\n".join(rows),
        "start_mock": f"{start['mock']['median']:.0f}",
        "start_others": ", ".join(others),
        "idle": f"{start['mock']['resident']:.0f}",
        "five_wall": f"{five['wall_ms']:.2f}",
        "five_cpu": f"{five['processor_ms']:.2f}",
        "carries": f"{_cell(result, 'mixed')['per_second']:,.0f}",
    }


def _row(cell: Result, ratios: Result) -> str:
    raw, prism = ratios["mock/raw"], ratios["mock/prism"]
    cells = (
        cell["operation"],
        cell["connections"],
        f"{cell['per_second']:,.0f}",
        *(f"{cell[name]:.2f}" for name in ("p50", "p99", "p999")),
        f"{cell['cpu_us']:.0f}",
        f"{raw['median']:.2f}",
        f"{raw['by_cpu']:.2f}",
        "-" if prism is None else f"{prism['median']:.1f}",
    )
    return _line(cells)


def _many(result: Result) -> dict[str, object]:
    many = result["many"]
    pairs = [
        _line(
            (
                name,
                f"{pair['few_us']:.0f}",
                f"{pair['many_us']:.0f}",
                f"{pair['ratio']:.2f}",
                f"{pair['longest_ms']:.1f}",
            )
        )
        for name, pair in many["pairs"].items()
    ]
    return {
        "many_count": f"{many['count']:,}",
        "bytes": f"{many['bytes_each']:,.0f}",
        "gigabytes": f"{many['bytes_each'] / 1000:.1f}",
        "hundred_gigabytes": f"{many['bytes_each'] / 10:,.0f}",
        "pause_call": f"{many['pauses']['call']:.1f}",
        "pause_gc": f"{many['pauses']['collection']:.1f}",
        "pairs": "\n".join(pairs),
    }


def _stores(result: Result) -> dict[str, object]:
    stores, durable = result["stores"], result["durable"]
    one, four = ([run for run in stores["runs"] if run["workers"] == count] for count in (1, 4))
    cpu_one, cpu_four = (median(run["cpu_ms"] for run in some) for some in (one, four))
    redis_self = median(run["redis_ms"] for run in four)
    three = mean(_cell(result, name)["cpu_us"] for name in ("create", "get", "list")) / 1000
    kept = {"memory": "in memory", "sqlite": "in a SQLite file"}
    return {
        "durable": "\n".join(
            _line((kept[name], f"{one['per_second']:,.0f}", f"{one['cpu_us']:.0f}"))
            for name, one in durable.items()
        ),
        "sqlite_times": f"{durable['sqlite']['cpu_us'] / durable['memory']['cpu_us']:.1f}",
        "redis_one": f"{cpu_one:.2f}",
        "redis_four": f"{cpu_four:.2f}",
        "redis_self": f"{redis_self:.2f}",
        "redis_most": f"{1000 / redis_self:,.0f}",
        "redis_pairs": len(stores["growths"]),
        "growth": f"{stores['growth']:.0%}",
        "growth_least": f"{min(stores['growths']):+.0%}",
        "growth_most": f"{max(stores['growths']):+.0%}",
        "memory_three": f"{three:.2f}",
        "redis_times": f"{cpu_four / three:.1f}",
        "break_even": f"{(cpu_four - redis_self) / three:.1f}",
    }


def _cell(result: Result, operation: str) -> Result:
    """Return the mock's figures of an operation, over the usual number of connections."""
    wanted = {"operation": operation, "connections": _CONNECTIONS}
    found: Result = next(
        cell for cell in result["cells"] if cell["server"] == "mock" and _same(cell, wanted)
    )
    return found


def _same(one: Result, other: Result) -> bool:
    return all(one[name] == other[name] for name in ("operation", "connections"))


def _line(cells: Sequence[object]) -> str:
    return "| " + " | ".join(str(cell) for cell in cells) + " |"

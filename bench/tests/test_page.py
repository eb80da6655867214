"""docs/sizing.md and its picture say what docs/bench.json has, and nothing else."""

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from bench import page, plot
from bench.page import IncompleteError

CELL = {"p50": 1.0, "p99": 2.0, "p999": 3.0, "longest": 4.0, "cpu_us": 100.0}
RATIO = {"median": 0.5, "least": 0.4, "most": 0.6, "by_cpu": 0.7}
RUN = {"cpu_ms": 0.4, "redis_ms": 0.1, "per_second": 900.0, "p99": 5.0}


def _result() -> dict[str, Any]:
    """Return a small result that has every part."""
    places = [(load, many) for load in plot.LOADS for many in (1, 16)]
    named = [{"operation": load, "connections": many} for load, many in places]
    return {
        "tasks": 1_000_000,
        "machine": {"cpu": "a cpu", "cores": 2, "python": "3.11", "load average before": 0.5},
        "cells": [
            {**one, **CELL, "server": server, "per_second": rate}
            for one in named
            for server, rate in (("mock", 4321.0), ("raw", 9000.0), ("prism", 500.0))
        ],
        "ratios": [{**one, "mock/raw": RATIO, "mock/prism": None} for one in named],
        "inside": {"mock": {"wall_ms": 0.9, "processor_ms": 0.8}},
        "many": {
            "count": 50_000,
            "bytes_each": 1234.0,
            "create_us": 99.0,
            "pauses": {"call": 7.0, "collection": 6.0},
            "pairs": {"get": {"few_us": 1.0, "many_us": 2.0, "ratio": 2.0, "longest_ms": 3.0}},
        },
        "durable": {
            "memory": {"per_second": 5000.0, "cpu_us": 100.0},
            "sqlite": {"per_second": 2000.0, "cpu_us": 250.0},
        },
        "start": {"mock": {"median": 290.0, "resident": 60.0}, "raw": {"median": 170.0}},
        "stores": {
            "runs": [{"workers": 1, **RUN}, {"workers": 4, **RUN}],
            "growths": [0.1],
            "growth": 0.1,
        },
    }


def test_the_page_is_what_the_recorded_run_makes() -> None:
    """As is the picture."""
    assert page.PAGE.read_text("utf-8") == page.render(page.recorded())
    assert page.PICTURE.read_text("utf-8") == plot.svg(page.recorded()["cells"])


def test_the_recorded_run_was_whole() -> None:
    """A million tasks, 1 to 256 connections, five pairs on Redis, and no wrong reply."""
    result = page.recorded()

    assert result["errors"] == 0
    assert result["tasks"] == result["many"]["count"] == 1_000_000
    assert {1, 256} <= {cell["connections"] for cell in result["cells"]}
    assert len(result["stores"]["growths"]) == 5
    assert {cell["operation"] for cell in result["cells"]} == set(plot.LOADS)


def test_the_page_tells_the_figures() -> None:
    """Those of the result, rounded, and what follows from them."""
    text = page.render(_result())

    assert "| create | 16 | 4,321 | 1.00 | 2.00 | 3.00 | 100 | 0.50 | 0.70 | - |" in text
    assert "1,234 bytes each, so 1,000,000 take 1.2 GB" in text
    assert "a create costs 2.5 times as much" in text
    assert "costs 4.0 times one in memory, so it takes more than 3.0 cores" in text


@pytest.mark.parametrize("part", ["cells", "many", "stores"])
def test_a_result_that_lacks_a_part_makes_no_page(part: str) -> None:
    """It is named."""
    result = _result() | {part: {}}

    with pytest.raises(IncompleteError, match=part):
        page.render(result)


def test_a_result_is_kept_without_its_single_samples(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page and the picture are written beside it."""
    for name in ("RESULT", "PICTURE", "PAGE"):
        monkeypatch.setattr(page, name, tmp_path / name)
    page.record(_result() | {"samples": [1, 2]})

    assert json.loads((tmp_path / "RESULT").read_bytes()) == _result()
    assert (tmp_path / "PAGE").read_text("utf-8") == page.render(_result())
    assert (tmp_path / "PICTURE").read_text("utf-8").startswith("<svg")


def test_the_picture_has_a_line_for_each_server_in_each_panel() -> None:
    """Eight panels of three lines, with a point for each number of connections, all inside it."""
    root = ElementTree.fromstring(plot.svg(_result()["cells"]))  # noqa: S314 - our own
    name = "{http://www.w3.org/2000/svg}"
    lines = root.findall(f"{name}polyline")
    _, _, width, height = map(float, root.attrib["viewBox"].split())
    points = [
        tuple(map(float, point.split(",")))
        for line in lines
        for point in line.attrib["points"].split()
    ]

    assert len(lines) == 8 * 3
    assert len(points) == 8 * 3 * 2
    assert all(0 < x < width and 0 < y < height for x, y in points)


def test_more_is_further_up_on_an_axis() -> None:
    """By its logarithm."""
    axis = plot.Axis(1.0, 100.0, 200.0, 0.0)

    assert axis.at(10.0) == 100.0
    assert axis.tens() == [1.0, 10.0, 100.0]

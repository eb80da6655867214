"""One tiny round, so that the bench cannot rot unseen."""

import ast
import json
from contextlib import ExitStack
from pathlib import Path

import pytest

from bench import mixed, report, rounds
from bench.rounds import Cell, Plan, Sample
from bench.servers import ROOT, Cores

CELLS = (Cell("create", 4), Cell("list", 1), Cell("mixed", 4))


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> list[Sample]:
    """A write and a read for a moment, on the mock and on the raw application."""
    folder = tmp_path_factory.mktemp("bench")
    plan = Plan(CELLS, 1, 0.1, 0.02, Cores(None, None), folder)
    with ExitStack() as stack:
        others = rounds.start_others(plan, stack)
        return [*rounds.measure(plan, others), *mixed.measure(plan, others, 2_000)]


def test_each_server_accepts_what_is_measured(samples: list[Sample]) -> None:
    """The mock and the raw application answer every request of a load with 200 and code 0."""
    answered = {(s.cell, s.server) for s in samples if s.measured.per_second > 0}

    assert answered == {(cell, server) for cell in CELLS for server in ("mock", "raw")}
    assert report.errors(samples) == 0


def test_the_report_compares_the_servers(samples: list[Sample]) -> None:
    """A table and a JSON document hold the ratio for every operation."""
    document = report.document({}, samples, {})

    assert report.table(samples).count("mock/raw = ") == len(CELLS)
    assert json.loads(json.dumps(document))["errors"] == 0


def test_what_is_served_here_is_served_as_the_mock_is() -> None:
    """With the same options of uvicorn; its protocol is the mock's own, and a cost of its own."""
    mock, here = (_options(ROOT / name) for name in ("mock_server/serving.py", "bench/serving.py"))

    assert here | {"http": "ConnectedProtocol"} == mock | {None: "options"}


def _calls(path: Path) -> list[ast.Call]:
    return [node for node in ast.walk(ast.parse(path.read_bytes())) if isinstance(node, ast.Call)]


def _options(path: Path) -> dict[str | None, str]:
    (config,) = (call for call in _calls(path) if ast.unparse(call.func) == "uvicorn.Config")
    return {keyword.arg: ast.unparse(keyword.value) for keyword in config.keywords}

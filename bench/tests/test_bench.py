"""One tiny round, so that the bench cannot rot unseen."""

import ast
import json
from pathlib import Path

import pytest

from bench import report, rounds
from bench.rounds import Cell, Plan, Sample
from bench.servers import ROOT, Cores

CELLS = (Cell("create", 4), Cell("list", 1))


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> list[Sample]:
    """A write and a read for a moment, on the mock and on the raw application."""
    folder = tmp_path_factory.mktemp("bench")
    plan = Plan(CELLS, 1, 0.1, 0.02, Cores(None, None), folder)
    return list(rounds.measure(plan))


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


def test_the_raw_application_is_served_as_the_mock_is() -> None:
    """Both give uvicorn the same options; what the mock adds to its protocol is its own cost."""
    mock, raw = (_options(ROOT / name) for name in ("mock_server/__main__.py", "bench/raw_app.py"))

    assert raw | {"http": "ConnectedProtocol"} == mock


def _options(path: Path) -> dict[str | None, str]:
    calls = [node for node in ast.walk(ast.parse(path.read_bytes())) if isinstance(node, ast.Call)]
    (config,) = (call for call in calls if ast.unparse(call.func) == "uvicorn.Config")
    return {keyword.arg: ast.unparse(keyword.value) for keyword in config.keywords}

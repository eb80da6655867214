"""The command `python -m bench`: measure, print a table, write bench-out/result.json."""

import argparse
import json
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench import machine, prism_package, report, rounds, servers, starts
from bench.calls import OPERATIONS
from bench.rounds import CELLS, Plan, Sample
from bench.starts import Started
from kling_lipsync.contract import load_contract

_OUT = servers.ROOT / "bench-out"
_WARM_UP_S = 0.5
_STARTS = 5


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure; return 1 when a reply was not what it had to be."""
    options = _parser().parse_args(arguments)
    cores = servers.cores()
    why_not = "--no-prism" if options.no_prism else prism_package.missing()
    facts = machine.facts(cores, prism=why_not is None)
    sys.stdout.write("".join(f"{name}: {value}\n" for name, value in facts.items()))
    if why_not is not None:
        sys.stdout.write(f"without Prism: {why_not}\n")
    with tempfile.TemporaryDirectory(prefix="lipsync-bench-") as name:
        folder = Path(name)
        plan = Plan(
            cells=[cell for cell in CELLS if cell.operation in options.only],
            rounds=options.rounds,
            seconds=options.seconds,
            warm_up=min(_WARM_UP_S, options.seconds),
            cores=cores,
            folder=folder,
            prism_document=_document(folder) if why_not is None else None,
        )
        with servers.on_core(cores.generator):
            samples = _measured(plan)
            started: Mapping[str, Started] = {}
            if "start" in options.only:
                replies = folder / "empty.json"
                replies.write_text(json.dumps(dict.fromkeys(OPERATIONS, "{}")), "utf-8")
                started = starts.measure(cores.servers, _STARTS, replies, plan.prism_document)
    sys.stdout.write("\n" + report.table(samples) + "\n" + report.starts(started))
    _OUT.mkdir(exist_ok=True)
    result = json.dumps(report.document(facts, samples, started), indent=1, default=str)
    (_OUT / "result.json").write_text(result + "\n", "utf-8")
    return 1 if report.errors(samples) else 0


def _measured(plan: Plan) -> list[Sample]:
    samples = []
    for sample in rounds.measure(plan) if plan.cells else ():
        samples.append(sample)
        cell, rate = sample.cell, sample.measured.per_second
        sys.stderr.write(
            f"round {sample.round + 1} of {plan.rounds}: "
            f"{cell.operation} x {cell.connections}, {sample.server}: {rate:,.0f} req/s\n"
        )
    return samples


def _document(folder: Path) -> Path:
    path = folder / "openapi.json"
    path.write_text(json.dumps(load_contract().bundle()), "utf-8")
    return path


def _parser() -> argparse.ArgumentParser:
    choices = (*OPERATIONS, "start")
    parser = argparse.ArgumentParser(
        prog="python -m bench",
        description="The mock beside a bare ASGI application and Prism, on this machine.",
    )
    parser.add_argument("--seconds", type=float, default=2.0, help="of each load (default: 2)")
    parser.add_argument("--rounds", type=int, default=3, help="of all loads (default: 3)")
    parser.add_argument(
        "--only", nargs="+", choices=choices, default=choices, help="what to measure (default: all)"
    )
    parser.add_argument("--no-prism", action="store_true", help="do not measure Prism")
    return parser


if __name__ == "__main__":
    sys.exit(main())

"""The command `python -m bench`: measure, print a table, write bench-out/result.json."""

import argparse
import json
import signal
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from bench import (
    durable,
    machine,
    mixed,
    page,
    prism_package,
    report,
    rounds,
    servers,
    starts,
    workers,
)
from bench.calls import ANSWERED
from bench.rounds import ALL_CELLS, CELLS, Plan, Sample
from bench.servers import Cores
from kling_lipsync.contract import load_contract

OUT = servers.ROOT / "bench-out" / "result.json"
_WARM_UP_S = 0.5
_STARTS = 5
_FULL_STORE = 1_000_000
_MADE, _ALL_MADE = 50_000, 1_000_000
"""How many tasks are made by calls to see what each takes; all of them by FULL."""
_PARTS = ("create", "get", "list", "mixed", "inside", "many", "durable", "start", "stores")


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
            cells=[
                cell
                for cell in (ALL_CELLS if options.full else CELLS)
                if cell.operation in options.only
            ],
            rounds=options.rounds,
            seconds=options.seconds,
            warm_up=min(_WARM_UP_S, options.seconds),
            cores=cores,
            folder=folder,
            prism_document=_document(folder) if why_not is None else None,
        )
        with servers.on_core(cores.generator):
            samples = list(_measured(plan, options.tasks))
            alone = _alone(plan, options)
    if "stores" in options.only and (options.full or len(options.only) == 1):
        alone["stores"] = workers.measured()
    sys.stdout.write("\n" + report.table(samples) + "\n" + report.alone(alone))
    document = {"tasks": options.tasks, **report.document(facts, samples, alone)}
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps(document, indent=1) + "\n", "utf-8")
    if options.record:
        page.record(document)
    return 1 if report.errors(samples) else 0


def _measured(plan: Plan, tasks: int) -> Iterator[Sample]:
    """Yield every sample, and say so meanwhile."""
    if not plan.cells:
        return
    with ExitStack() as stack:
        others = rounds.start_others(plan, stack)
        for measure in (rounds.measure(plan, others), mixed.measure(plan, others, tasks)):
            for sample in measure:
                cell, rate = sample.cell, sample.measured.per_second
                sys.stderr.write(
                    f"round {sample.round + 1} of {plan.rounds}: "
                    f"{cell.operation} x {cell.connections}, {sample.server}: {rate:,.0f} req/s\n"
                )
                yield sample


def _alone(plan: Plan, options: argparse.Namespace) -> dict[str, Any]:
    """Return what is measured of one server at a time, by name."""
    found: dict[str, Any] = {}
    if "inside" in options.only:
        found["inside"] = _told(plan.cores, "bench.inside")
    if "many" in options.only:
        made = _ALL_MADE if options.full else _MADE
        found["many"] = _told(plan.cores, "bench.many", str(min(made, options.tasks)))
    if "durable" in options.only:
        found["durable"] = durable.measured(plan.cores, plan.rounds, plan.seconds)
    if "start" in options.only:
        replies = plan.folder / "empty.json"
        replies.write_text(json.dumps(dict.fromkeys(ANSWERED, "{}")), "utf-8")
        found["start"] = starts.measure(plan.cores.servers, _STARTS, replies, plan.prism_document)
    return found


def _told(cores: Cores, module: str, *arguments: str) -> Mapping[str, Any]:
    """Return what a module that measures in a process of its own prints."""
    sys.stderr.write(f"{module}\n")
    command = [sys.executable, "-m", module, *arguments]
    with servers.child(command, cores.servers) as (process, _):
        return dict(json.loads(servers.line_of(process)))


def _document(folder: Path) -> Path:
    path = folder / "openapi.json"
    path.write_text(json.dumps(load_contract().bundle()), "utf-8")
    return path


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bench",
        description="The mock beside a bare ASGI application and Prism, on this machine.",
    )
    parser.add_argument("--seconds", type=float, default=2.0, help="of each load (default: 2)")
    parser.add_argument("--rounds", type=int, default=3, help="of all loads (default: 3)")
    parser.add_argument(
        "--tasks", type=int, default=_FULL_STORE, help="in the full store (default: 1000000)"
    )
    parser.add_argument(
        "--only", nargs="+", choices=_PARTS, default=_PARTS, help="what to measure (default: all)"
    )
    parser.add_argument("--full", action="store_true", help="1 to 256 connections, and the stores")
    parser.add_argument(
        "--record", action="store_true", help="write docs/bench.json, bench.svg and sizing.md, too"
    )
    parser.add_argument("--no-prism", action="store_true", help="do not measure Prism")
    return parser


def _stop(number: int, _frame: object) -> None:
    """End as Ctrl-C does, and the servers that were started with it."""
    sys.exit(128 + number)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _stop)
    sys.exit(main())

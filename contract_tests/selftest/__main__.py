"""`make selftest`: how many broken servers the suite notices, beside Schemathesis.

It ends with 0 when every mutant of the catalogue that is no equivalent was noticed on every seed,
with 1 when one was not, and with 2 when nothing could be measured.
"""

import argparse
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from contract_tests.selftest import anchor, figures, forking
from contract_tests.selftest.figures import Report
from contract_tests.selftest.forking import SelftestError
from contract_tests.selftest.jobs import Fate, Job
from contract_tests.selftest.mutants import CHECKOUT, Mutant, MutantError, catalogue, selected

COMPLETE, INCOMPLETE, UNMEASURED = 0, 1, 2
SEEDS = "1,2,3"
RECORD = CHECKOUT / "docs" / "selftest.md"
_HEADER = f"""\
# What the contract tests notice

Written by `make selftest-record`. Each mutant is the mock with one rule broken; the suite and
Schemathesis have the correct spec, and the suite stops at the first test that fails.

Schemathesis draws {anchor.EXAMPLES} examples for each operation and phase, as it comes and as it
is known to see more. It notices a mutant by a failure that the unchanged mock never yields.

The mutants were written by those who wrote the suite, so the figures say little about mutants that
they have not seen: `make mutation` has others, made by a machine.

"""


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    made = argparse.ArgumentParser(prog="contract_tests.selftest", description=__doc__)
    add = made.add_argument
    add("--only", default="", metavar="PREFIX", help="a class, or the beginning of mutants' names")
    add("--seeds", default=SEEDS, metavar="LIST", help=f"with commas, default {SEEDS}")
    add("--workers", type=int, default=2, metavar="N", help="processes, default 2")
    add("--tests", nargs="*", default=(), metavar="FILE", help="these files of tests alone")
    add("--no-schemathesis", action="store_true", help="leave the yardstick out")
    add("--output", type=Path, default=Path("selftest-out"), metavar="DIR", help="for the reports")
    add("--record", action="store_true", help=f"write {RECORD.name} in docs, too")
    return made


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    chosen, started = parser().parse_args(arguments), time.perf_counter()
    try:
        seeds = tuple(int(seed) for seed in chosen.seeds.split(","))
        mutants = selected(chosen.only, catalogue())
        fates = met(mutants, seeds, chosen.workers, chosen.tests)
        report = Report(
            seeds=seeds,
            mutants=mutants,
            unchanged=fates[: len(seeds)],
            fates=fates[len(seeds) :],
            anchored={} if chosen.no_schemathesis else anchored(mutants, chosen.workers),
            seconds=time.perf_counter() - started,
        )
    except (MutantError, SelftestError, ValueError) as error:
        sys.stderr.write(f"selftest: {error}\n")
        return UNMEASURED
    table = figures.table(report)
    chosen.output.mkdir(parents=True, exist_ok=True)
    (chosen.output / "selftest.json").write_text(figures.as_json(report), "utf-8")
    (chosen.output / "selftest.md").write_text(table, "utf-8")
    if chosen.record:
        RECORD.write_text(_HEADER + table, "utf-8")
    sys.stdout.write(f"\n{table}")
    return COMPLETE if report.complete else INCOMPLETE


def met(
    mutants: Sequence[Mutant], seeds: Sequence[int], workers: int, tests: Sequence[str]
) -> tuple[Fate, ...]:
    """Let the suite meet the unchanged server and the mutants; raise SelftestError if it cannot.

    Equivalents are not met.
    """
    jobs = [job for seed in seeds for job in _jobs(mutants, seed)]
    return tuple(forking.run(jobs, workers, _say, tests))


def anchored(mutants: Sequence[Mutant], workers: int) -> Mapping[str, frozenset[str]]:
    """Return the names of the mutants that each mode of Schemathesis notices."""
    return anchor.noticed(_jobs(mutants, seed=1), workers, _note)


def _jobs(mutants: Sequence[Mutant], seed: int) -> list[Job]:
    living = [one for one in mutants if not one.equivalent]
    return [Job(one.name, (one.rule,), {one.file: one.applied()}, seed) for one in living]


def _say(fate: Fate) -> None:
    _note(f"{fate.end:<8} {fate.seconds:6.1f} s  seed {fate.seed}  {fate.name}  {fate.test}")


def _note(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())

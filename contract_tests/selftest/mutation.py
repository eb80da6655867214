"""`make mutation`: how many changes by a machine the contract tests notice, and nothing else does.

The unit tests beside the code take no part.  `equivalents.toml` lists the changes that no caller
can tell from the original, each with the reason.  It ends with 0 when the score is reached, with 1
when it is missed, and with 2 when nothing could be measured.
"""

import argparse
import json
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from math import inf
from pathlib import Path
from types import MappingProxyType

from attrs import asdict

from contract_tests import spec, trace
from contract_tests.selftest import figures, forking
from contract_tests.selftest.forking import SelftestError
from contract_tests.selftest.jobs import LIVED, Fate, Job
from contract_tests.selftest.mutants import CHECKOUT
from contract_tests.selftest.pool import forked
from contract_tests.selftest.syntactic import Change, changes_of

REACHED, MISSED, UNMEASURED = 0, 1, 2
GOAL = 0.95
MOST_EQUIVALENTS = 0.10
SERVER = ("lifecycle", "pace", "credentials")
AREAS = MappingProxyType({"lifecycle": "lifecycle.", "credentials": "auth."})
EQUIVALENTS = Path(__file__).parent / "equivalents.toml"
PATIENCE_S = 1200.0


def modules() -> list[str]:
    """Return the paths of the modules that are changed."""
    rules = sorted((CHECKOUT / "kling_lipsync" / "rules").glob("*.py"))
    return [
        *(path.relative_to(CHECKOUT).as_posix() for path in rules),
        *(f"mock_server/{name}.py" for name in SERVER),
    ]


def changes(paths: Sequence[str], workers: int) -> list[Change]:
    """Return every change of these modules."""
    found: dict[str, list[Change]] = {}

    def work(path: str) -> list[Change]:
        return list(changes_of(CHECKOUT / path, path))

    for ended in forked(paths, work, workers, PATIENCE_S):
        if ended.result is None:
            msg = f"{ended.order} could not be changed"
            raise SelftestError(msg)
        found[ended.order] = ended.result
    return [change for path in paths for change in found[path]]


def equivalents() -> Mapping[str, str]:
    """Return the names of the changes that nobody can notice, with the reasons."""
    entries = tomllib.loads(EQUIVALENTS.read_text("utf-8")).get("equivalent", [])
    return {change: entry["why"] for entry in entries for change in entry["changes"]}


def rules_of(change: Change) -> tuple[str, ...]:
    """Return the rules whose tests are likely to notice a change."""
    module = change.path.rpartition("/")[2].removesuffix(".py")
    if change.path.startswith("kling_lipsync"):
        parts = _enforced()
        others = [
            name for part, names in parts.items() if part.startswith(f"{module}.") for name in names
        ]
        return tuple(parts.get(f"{module}.{change.function}") or others)
    area = AREAS.get(module)
    return tuple(name for name in spec.rulebook().rules if area and name.startswith(area))


@lru_cache(maxsize=1)
def _enforced() -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for rule in spec.rulebook().rules.values():
        for part in trace.enforced_by(rule).split("; "):
            found[part].append(rule.name)
    return found


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    made = argparse.ArgumentParser(prog="contract_tests.selftest.mutation", description=__doc__)
    add = made.add_argument
    add("--only", default="", metavar="TEXT", help="changes whose name has this in it")
    add("--seed", type=int, default=1, help="seed of the tests, default 1")
    add("--lived", type=Path, metavar="FILE", help="only what lived in an earlier mutation.json")
    add("--every", type=int, default=1, metavar="N", help="each Nth change, for a first look")
    add("--budget", type=float, default=inf, metavar="S", help="seconds of tests for each change")
    add("--workers", type=int, default=2, metavar="N", help="processes, default 2")
    add("--output", type=Path, default=Path("selftest-out"), metavar="DIR", help="for the report")
    return made


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    chosen = parser().parse_args(arguments)
    known = equivalents()
    try:
        made = [one for one in changes(modules(), chosen.workers) if chosen.only in one.name]
        if not chosen.only:
            _check_known(known, made)
        made = made[:: chosen.every]
        asked = [one for one in made if one.name not in known]
        if chosen.lived is not None:
            before = _lived(chosen.lived)
            asked = [one for one in asked if one.name in before]
        jobs = [_job(one, chosen.seed) for one in asked]
        fates = forking.run(jobs, chosen.workers, _say, budget_s=chosen.budget)[1:]
    except SelftestError as error:
        sys.stderr.write(f"mutation: {error}\n")
        return UNMEASURED
    return _reported(fates, sum(one.name in known for one in made), chosen.output)


def _lived(report: Path) -> frozenset[str]:
    """Return the names of the changes that lived in an earlier run; raise SelftestError if none."""
    try:
        fates = json.loads(report.read_text("utf-8"))
        return frozenset(fate["name"] for fate in fates if fate["end"] == LIVED)
    except (OSError, ValueError, LookupError, TypeError) as error:
        msg = f"{report} is no report of an earlier run: {error}"
        raise SelftestError(msg) from error


def _job(change: Change, seed: int) -> Job:
    return Job(change.name, rules_of(change), {change.path: change.text}, seed)


def _check_known(known: Iterable[str], made: Sequence[Change]) -> None:
    """Raise SelftestError for an argument about a change that the code does not have any more."""
    gone = sorted(set(known) - {one.name for one in made})
    if gone:
        msg = f"equivalents.toml has what is no change of today's code: {gone[0]}"
        raise SelftestError(msg)


def _reported(fates: Sequence[Fate], argued: int, folder: Path) -> int:
    lived = [fate for fate in fates if fate.end == LIVED]
    share = argued / max(1, argued + len(fates))
    text = "".join(f"LIVED: {fate.name}\n" for fate in lived)
    text += f"{figures.counts(fates)}; {argued} more are argued equivalent ({100 * share:.1f} %)\n"
    folder.mkdir(parents=True, exist_ok=True)
    document = [asdict(fate) for fate in fates]
    (folder / "mutation.json").write_text(json.dumps(document, indent=1) + "\n", "utf-8")
    (folder / "mutation.txt").write_text(text, "utf-8")
    sys.stdout.write(f"\n{text}")
    reached = figures.score(fates) >= GOAL and share <= MOST_EQUIVALENTS
    return REACHED if reached else MISSED


def _say(fate: Fate) -> None:
    sys.stdout.write(f"{fate.end:<9} {fate.seconds:6.1f} s  {fate.name}  {fate.test}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())

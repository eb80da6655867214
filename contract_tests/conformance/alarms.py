"""False alarms: what the suite finds wrong with the mock, which is right, in many quick runs.

`python -m contract_tests.conformance.alarms` takes seed after seed, and with each of them the
mock under both profiles of the rulebook, with and without its control API.  It ends with 1 when
there was any alarm.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path

from attrs import frozen

from contract_tests.conformance import console, results
from contract_tests.conformance.results import NOT_CONFORM, Run
from contract_tests.conformance.session import MOCK_PROFILES

SEEDS = 50
PROFILES = ("mock-full", "black-box")


class AlarmsError(RuntimeError):
    """A run did not come to an end."""


@frozen
class Tried:
    """One run, and what it was aimed at."""

    profile: str
    mock_profile: str
    run: Run

    def __str__(self) -> str:
        return f"seed {self.run.seed}, {self.profile}, the mock as {self.mock_profile}"

    @property
    def alarms(self) -> list[str]:
        """What was found wrong, one line each, with how the wrong showed."""
        found = self.run.with_verdict(*NOT_CONFORM)
        return [f"{self}: {console.told(one)}\n  {one.reason[:500]}" for one in found]


def tried(seed: int, profile: str, mock_profile: str) -> Tried:
    """Run the suite once in the quick profile, in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        command = [
            *(sys.executable, "-m", "contract_tests.conformance.cli", "--quick"),
            *("--seed", str(seed), "--profile", profile, "--mock-profile", mock_profile),
            *("--output", folder),
        ]
        ended = subprocess.run(  # noqa: S603 - every word of the command is ours
            command, capture_output=True, text=True, check=False
        )
        if ended.returncode not in (0, 1):
            msg = f"{' '.join(command)} ended with {ended.returncode}:\n{ended.stderr[-2000:]}"
            raise AlarmsError(msg)
        return Tried(profile, mock_profile, results.read(Path(folder) / "result.json"))


def told(runs: Sequence[Tried]) -> str:
    """Return the end of it: how many runs, how long they took, and what alarmed how often."""
    lines = []
    for profile in PROFILES:
        spans = sorted(one.run.seconds for one in runs if one.profile == profile)
        if spans:
            middle = statistics.median(spans)
            lines.append(
                f"{profile}: {len(spans)} runs, {middle:.1f} s each, {spans[-1]:.1f} at most"
            )
    broken = Counter(outcome.test for one in runs for outcome in one.run.with_verdict(*NOT_CONFORM))
    lines += [f"{count} times: {test}" for test, count in broken.most_common()]
    lines.append(f"{broken.total()} false alarms in {len(runs)} runs")
    return "\n".join(lines)


def _runs(first: int, count: int) -> Iterator[Tried]:
    for seed in range(first, first + count):
        for profile, mock_profile in product(PROFILES, MOCK_PROFILES):
            yield tried(seed, profile, mock_profile)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run as many seeds as asked for; return 1 when anything alarmed."""
    parser = argparse.ArgumentParser(prog="false-alarms", description=__doc__)
    parser.add_argument("--seeds", type=int, default=SEEDS, metavar="N", help="how many")
    parser.add_argument("--first", type=int, default=1, metavar="SEED", help="the first of them")
    chosen = parser.parse_args(arguments)
    runs = []
    for one in _runs(chosen.first, chosen.seeds):
        runs.append(one)
        sys.stdout.writelines(f"{line}\n" for line in one.alarms)
        sys.stdout.flush()
        sys.stderr.write(f"{one}: {one.run.seconds:.1f} s\n")
    sys.stdout.write(told(runs) + "\n")
    return int(any(one.alarms for one in runs))


if __name__ == "__main__":
    sys.exit(main())

"""The yardstick: what Schemathesis notices of a changed server, with the true spec in its hands.

It is run by its own command line, against a server on a socket, as it comes (`default`) and with
what is known to help it (`tuned`).  A server is noticed when it yields a kind of failure, at an
operation, that the unchanged server never yields.
"""

import io
import json
import pkgutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout, suppress
from importlib import import_module
from pathlib import Path
from types import MappingProxyType

from attrs import frozen

from contract_tests.selftest.copies import changed_copy, copy_server, start_from
from contract_tests.selftest.jobs import Job
from contract_tests.selftest.mutants import CHECKOUT
from contract_tests.selftest.pool import forked
from contract_tests.targets import Socket

EXAMPLES = 10
"""What it generates for each operation and phase, beside all that its coverage phase has."""

PATIENCE_S = 120.0
REPEATED = 3
"""How often the unchanged server is looked at, so that what it yields by chance is known."""

MODES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "default": (),
        "tuned": (
            "--continue-on-failure",
            *("--exclude-checks", "positive_data_acceptance,unsupported_method"),
        ),
    }
)

Alarms = frozenset[str]


@frozen
class Look:
    """One run of Schemathesis at a changed server."""

    job: Job
    mode: str


def noticed(
    jobs: Sequence[Job], workers: int, say: Callable[[str], None]
) -> Mapping[str, frozenset[str]]:
    """Return the names of the jobs that each mode notices; say each that is looked at."""
    _import_all("schemathesis")  # once, before the forks
    looks = [Look(job, mode) for mode in MODES for job in _with_unchanged(jobs)]
    usual: dict[str, Alarms] = dict.fromkeys(MODES, frozenset())
    seen: dict[tuple[str, str], Alarms] = {}
    with tempfile.TemporaryDirectory() as folder:
        original = copy_server(Path(folder) / "original")

        def look(order: Look) -> Alarms:
            with tempfile.TemporaryDirectory(dir=original.parent) as own:
                return _looked(order, original, Path(own))

        for ended in forked(looks, look, workers, PATIENCE_S):
            job, mode, alarms = ended.order.job, ended.order.mode, ended.result or frozenset()
            say(f"schemathesis {mode}: {job.name} {sorted(alarms)}")
            if job.files:
                seen[mode, job.name] = alarms
            else:
                usual[mode] |= alarms
    return {
        mode: frozenset(job.name for job in jobs if seen[mode, job.name] - usual[mode])
        for mode in MODES
    }


def _import_all(package: str) -> None:
    """Import a package with all its modules, except for those that need something else."""
    for module in pkgutil.walk_packages(import_module(package).__path__, f"{package}."):
        with suppress(ImportError):
            import_module(module.name)


def _with_unchanged(jobs: Iterable[Job]) -> Iterator[Job]:
    for seed in range(1, REPEATED + 1):
        yield Job("the unchanged server", (), {}, seed)
    yield from jobs


def _looked(order: Look, original: Path, folder: Path) -> Alarms:
    from schemathesis.cli import schemathesis  # noqa: PLC0415 - slow, and for this part only

    start_from(changed_copy(original, folder / "copy", order.job.files))
    server, report = Socket(), folder / "report.ndjson"
    try:
        key = server.credentials.api_keys[0]
        arguments = [
            *("run", str(CHECKOUT / "generated" / "openapi.json"), "--url", server.origin),
            *("--header", f"Authorization: Bearer {key}", "--seed", str(order.job.seed)),
            *("--max-examples", str(EXAMPLES), "--no-shrink", "--generation-database", "none"),
            *("--report", "ndjson", "--report-ndjson-path", str(report)),
            *MODES[order.mode],
        ]
        with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()), suppress(SystemExit):
            schemathesis.main(args=arguments, standalone_mode=False)
    finally:
        server.close()
    return frozenset(alarms(report.read_text("utf-8").splitlines()))


def alarms(lines: Iterable[str]) -> Iterator[str]:
    """Yield the kind and the operation of every failure in a report."""
    for line in lines:
        scenario = json.loads(line).get("ScenarioFinished") or {}
        for checks in scenario.get("recorder", {}).get("checks", {}).values():
            for check in checks:
                failure = (check.get("failure_info") or {}).get("failure")
                if failure:
                    yield f"{failure['code']} {failure['operation']}"

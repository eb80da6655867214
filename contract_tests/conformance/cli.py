"""The command `lipsync-conformance`.

It ends with 0 when the server conforms, with 1 when it does not, and with 2 when it was asked
for something that it cannot do.
"""

import argparse
import contextlib
import os
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from contract_tests.conformance import capabilities, console, html, junit, results, running
from contract_tests.conformance.aim import OWN, PROFILES, Aim, AimError
from contract_tests.conformance.capabilities import UnknownCapabilityError
from contract_tests.conformance.foreign import MissingCredentialError
from contract_tests.conformance.results import NOT_CONFORM, Outcome, ResultError, Run
from contract_tests.conformance.running import RunError, Wish
from contract_tests.conformance.session import MOCK_PROFILES

CONFORMS, DOES_NOT, USAGE = 0, 1, 2

_ENDING = """\
A server at a base URL is called with the credentials of KLING_ACCESS_KEY, KLING_SECRET_KEY and,
if it is set, KLING_API_KEY. What a server can do beside answering (--can):
"""


class UsageError(ValueError):
    """The command line asks for something that cannot be done."""


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    can = "\n".join(f"  {name:<16} {what}" for name, what in capabilities.CAPABILITIES.items())
    made = argparse.ArgumentParser(
        prog="lipsync-conformance",
        description="Hold a server to the contract of the lip-sync API, rule by rule.",
        epilog=_ENDING + can,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = made.add_argument
    add("--base-url", default="", metavar="URL", help="the server; without it, the mock")
    add("--target", choices=tuple(OWN), default="in-process", help="how the mock is reached")
    add(
        "--mock-profile",
        choices=MOCK_PROFILES,
        default=MOCK_PROFILES[0],
        help="what the mock takes open points to mean",
    )
    add("--profile", choices=tuple(PROFILES), help="default: mock-full, with --base-url black-box")
    add("--can", metavar="LIST", help="what the server can do, with commas, or all")
    add("--i-have-permission", action="store_true", help="needed for the profile real-safe")
    add(
        "--only", default="", metavar="PREFIX", help="rules that begin so, or part of a test's name"
    )
    add("--replay", type=Path, metavar="FILE", help="what failed in this result.json, once more")
    add("--seed", type=int, help="seed of an earlier run")
    add("--quick", action="store_true", help="2 examples each, not shrunk; --replay shrinks")
    add("--workers", type=int, default=1, metavar="N", help="processes (needs pytest-xdist)")
    add("--list", action="store_true", help="show the rules and their tests, and run none")
    add("--output", type=Path, default=Path("conformance-out"), metavar="DIR", help="for reports")
    return made


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    chosen = parser().parse_args(arguments)
    try:
        wish = wish_from(chosen)
        if chosen.list:
            return _list(wish)
        run = running.run(wish, wish.aim.capabilities(os.environ), _say)
        _report(run, wish.aim.origin or "http://127.0.0.1:8787", chosen.output)
    except (
        AimError,
        MissingCredentialError,
        ResultError,
        RunError,
        UnknownCapabilityError,
        UsageError,
        ValueError,
    ) as error:
        sys.stderr.write(f"lipsync-conformance: {error}\n")
        return USAGE
    return CONFORMS if run.conforms else DOES_NOT


def wish_from(chosen: argparse.Namespace) -> Wish:
    """Return what the command line asks for; raise one of the errors that end with 2."""
    earlier = results.read(chosen.replay) if chosen.replay else None
    profile = chosen.profile or (earlier.profile if earlier else None)
    aim = Aim(
        skin=chosen.target,
        origin=chosen.base_url.rstrip("/"),
        profile=profile or ("black-box" if chosen.base_url else "mock-full"),
        can=None if chosen.can is None else capabilities.parsed(chosen.can),
        permitted=chosen.i_have_permission,
        mock_profile=chosen.mock_profile,
    ).checked(os.environ)
    seed = chosen.seed if chosen.seed is not None else time.time_ns() % 10**9
    if earlier is None:
        return Wish(aim, seed, chosen.only, quick=chosen.quick, workers=chosen.workers)
    failed = frozenset(one.test for one in earlier.with_verdict(*NOT_CONFORM))
    if not failed:
        msg = f"{chosen.replay}: nothing failed in that run"
        raise UsageError(msg)
    seed = earlier.seed if chosen.seed is None else chosen.seed
    return Wish(aim, seed, chosen.only, failed, chosen.quick, chosen.workers)


def _list(wish: Wish) -> int:
    tests = running.listed(wish)
    lines = []
    for one in tests:
        skipped = "" if one.reason is None else f"  SKIPPED {one.reason}"
        lines.append(f"{', '.join(one.rules) or '-'}  {one.test}{skipped}")
    sys.stdout.write("\n".join(sorted(lines)) + f"\n{len(tests)} tests\n")
    return CONFORMS if tests else USAGE


def _say(outcome: Outcome) -> None:
    if outcome.verdict in NOT_CONFORM:
        sys.__stdout__.write(console.told(outcome) + "\n") if sys.__stdout__ else None


def _report(run: Run, origin: str, folder: Path) -> None:
    with _written(folder) as files:
        files["result.json"] = results.written(run)
        files["junit.xml"] = junit.written(run)
        files["report.html"] = html.written(run, origin)
    sys.stdout.write(f"\n{console.summary(run, origin)}\n{folder / 'report.html'}\n")


@contextlib.contextmanager
def _written(folder: Path) -> Iterator[dict[str, str]]:
    files: dict[str, str] = {}
    yield files
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, "utf-8")


if __name__ == "__main__":
    sys.exit(main())

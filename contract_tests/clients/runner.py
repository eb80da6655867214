"""Builds the client of each language and plays the scenario through it: `make clients-test`.

For each language a mock is started, then client and program are copied, built and run; what the
program prints must be what expected.jsonl says. A language whose tools are not installed is left
out by name, with the command that installs them. The result is written as JSON.
"""

import argparse
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from attrs import asdict, frozen

from contract_tests.clients import lines, page, replies, workspace
from contract_tests.clients.workspace import ROOT, WORKSPACE, program_folder

HERE = Path(__file__).parent
EXPECTED = (HERE / "expected.jsonl").read_text("utf-8")
FIRST_CALL = "<id 1> 0 0 5200\n"
PRINTED_ADDRESS = "127.0.0.1:8787"
ACCESS_KEY, SECRET_KEY = "local-access-key", "local-secret-key-of-at-least-32-bytes"

_BUILD_S, _RUN_S, _STOPPING_S = 900.0, 120.0, 10.0


# What build tools say where they cannot reach what they download from.
_UNREACHABLE = re.compile(
    r"unknown host|could not resolve host|name resolution|network is unreachable|"
    r"connection (?:refused|timed out)|could not transfer|failed to (?:download|fetch|get)|"
    r"spurious network error|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT",
    re.IGNORECASE,
)


class ProgramFailed(Exception):
    """A build or a program did not end well or said something else; the text says what."""


class NotFetched(Exception):
    """What a build needs cannot be downloaded here; the text is the tool's."""


@frozen
class Result:
    """How one language did; times in s, 0 when it did not come to that."""

    language: str
    outcome: str
    tools: str = ""
    files: int = 0
    lines: int = 0
    build_s: float = 0.0
    scenario_s: float = 0.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Test the languages named, or all; return 1 when one failed."""
    known = page.settings()
    parser = argparse.ArgumentParser(description="Play the scenario through generated clients.")
    parser.add_argument("languages", nargs="*", metavar="LANG", help=f"of {', '.join(known)}")
    parser.add_argument(
        "--record", action="store_true", help="build all anew and write docs/clients.json and .md"
    )
    given = parser.parse_args(arguments)
    if given.record:
        shutil.rmtree(WORKSPACE, ignore_errors=True)
    results = [_tested(language, known[language]) for language in given.languages or known]
    WORKSPACE.mkdir(parents=True, exist_ok=True)
    text = json.dumps([asdict(result) for result in results], indent=2) + "\n"
    (WORKSPACE / "result.json").write_text(text, "utf-8")
    if given.record:
        page.RESULT.write_text(text, "utf-8")
        page.PAGE.write_text(page.render(), "utf-8")
    return int(any(result.outcome.startswith("failed") for result in results))


def missing_tools(settings: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is not installed, with the command that installs it."""
    for tool, about in settings["tools"].items():
        if shutil.which(tool) is None:
            yield f"{tool} is not installed; run: {about['install']}"
            continue
        try:
            _run(about["version"], ROOT, _RUN_S, {})
        except (ProgramFailed, OSError):
            yield f"{tool} does not run here; run: {about['install']}"


def _tested(language: str, settings: Mapping[str, Any]) -> Result:
    missing = [*missing_tools(settings)]
    if not missing and not (ROOT / "generated" / language / "README.md").is_file():
        missing = [f"the client is not there; run: make client-{language}"]
    if missing:
        result = Result(language, f"skipped: {'; '.join(missing)}")
    else:
        try:
            result = _played(language, settings)
        except NotFetched as missing_packages:
            result = Result(language, f"skipped: its packages cannot be had: {missing_packages}")
        except (ProgramFailed, subprocess.TimeoutExpired, ValueError) as failure:
            result = Result(language, f"failed: {failure}")
    times = f" (build {result.build_s} s, scenario {result.scenario_s} s)" if result.files else ""
    sys.stdout.write(f"{language:<11} {result.outcome}{times}\n")
    sys.stdout.flush()
    return result


def _played(language: str, settings: Mapping[str, Any]) -> Result:
    test, folder = settings["test"], program_folder(language)
    with running_mock() as base_url:
        workspace.copy_into_workspace(language, {PRINTED_ADDRESS: base_url.removeprefix("http://")})
        started = time.monotonic()
        if "lock" in test:
            _restore_lock(folder, str(test["lock"]))
        for command in test["build"]:
            _built(command, folder)
        built = time.monotonic()
        variables = {
            "BASE_URL": base_url,
            "ACCESS_KEY": ACCESS_KEY,
            "SECRET_KEY": SECRET_KEY,
            "REPLIES": str(replies.written(WORKSPACE / "replies")),
        }
        printed = _run(test["run"], folder, _RUN_S, variables)
        ended = time.monotonic()
        first = _run(test["first_call"]["run"], folder, _RUN_S, {})
    _compare(printed, first, base_url)
    sizes = [len(path.read_bytes().splitlines()) for path in _sources(language)]
    build_s, scenario_s = round(built - started, 1), round(ended - built, 1)
    return Result(
        language, "passed", _versions(settings), len(sizes), sum(sizes), build_s, scenario_s
    )


def _compare(printed: str, first: str, base_url: str) -> None:
    said = lines.Wording(base_url, EXPECTED).of(lines.parsed(printed))
    found = [*lines.differences(said, lines.parsed(EXPECTED))]
    if lines.Wording(base_url).of(first) != FIRST_CALL:
        found.append(f"first call: expected {FIRST_CALL!r}, got {first!r}")
    if found:
        raise ProgramFailed("\n".join(found))


def _sources(language: str) -> list[Path]:
    folder = ROOT / "generated" / language
    return [path for path in folder.rglob("*") if path.is_file()]


def _versions(settings: Mapping[str, Any]) -> str:
    """Return the number in the first line of what each tool says of its version."""
    said = (_run(about["version"], ROOT, _RUN_S, {}) for about in settings["tools"].values())
    numbers = (re.search(r"\d+(\.\d+)+", text) for text in said)
    found = zip(settings["tools"], numbers, strict=True)
    return ", ".join(f"{tool} {number[0] if number else '?'}" for tool, number in found)


def _restore_lock(folder: Path, name: str) -> None:
    """Write Cargo.lock out of the lock without addresses that is kept beside the program."""
    locked, target = (folder / name).read_text("utf-8"), folder / "Cargo.lock"
    if target.is_file() and workspace.without_sources(target.read_text("utf-8")) == locked:
        return
    target.unlink(missing_ok=True)
    _built("cargo generate-lockfile --quiet", folder)
    target.write_text(workspace.restore_sources(locked, target.read_text("utf-8")), "utf-8")


def _built(command: str, folder: Path) -> None:
    """Run a build; raise NotFetched where it fails for want of a network, else ProgramFailed."""
    try:
        _run(command, folder, _BUILD_S, {})
    except ProgramFailed as failure:
        lines_said = str(failure).splitlines()
        line = next((line for line in lines_said if _UNREACHABLE.search(line)), None)
        if line is None:
            raise
        raise NotFetched(line.strip()) from None


def _run(command: str, folder: Path, patience_s: float, variables: Mapping[str, str]) -> str:
    """Return what a command printed; raise ProgramFailed unless it ended with 0."""
    program, *words = shlex.split(command)
    own = folder / program
    done = subprocess.run(  # noqa: S603 - the commands stand in spec/clients/*.yaml
        [str(own) if "/" in program else program, *words],
        cwd=folder,
        env={**_machine_variables(), **variables},
        capture_output=True,
        text=True,
        check=False,
        timeout=patience_s,
    )
    if done.returncode != 0:
        said = (done.stdout + done.stderr)[-4000:]
        msg = f"{command!r} ended with {done.returncode}\n{said}"
        raise ProgramFailed(msg)
    return done.stdout


def _machine_variables() -> dict[str, str]:
    """Return the variables of this process, without a mock's settings; loopback has no proxy."""
    own = {k: v for k, v in os.environ.items() if not k.startswith("LIPSYNC_MOCK_")}
    return {**own, "NO_PROXY": "127.0.0.1,localhost", "no_proxy": "127.0.0.1,localhost"}


@contextmanager
def running_mock() -> Iterator[str]:
    """Start a mock whose tasks end a thousand times as fast; yield its address, then end it."""
    flags = ("--port", "0", "--time", "x1000", "--media", "plain", "--validate-replies", "--quiet")
    with subprocess.Popen(  # noqa: S603 - our own interpreter and module
        (sys.executable, "-m", "mock_server", *flags),
        cwd=ROOT,
        env=_machine_variables(),
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            greeting = process.stdout.readline() if process.stdout else ""
            address = re.search(r"http://[^ ]+", greeting)
            if address is None:
                msg = f"the mock did not start; it said {greeting!r}"
                raise ProgramFailed(msg)
            yield address[0]
        finally:
            process.terminate()
            try:
                process.wait(_STOPPING_S)
            except subprocess.TimeoutExpired:
                process.kill()


if __name__ == "__main__":
    sys.exit(main())

"""A picture of the report: the mock with three planted faults, in a browser without a window.

`python -m contract_tests.conformance.picture` (`make report-picture`) needs Chromium or Chrome.
The faults are put between the suite and the mock; the mock itself has no switch for them.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from attrs import evolve, frozen

from contract_tests.callers import TASKS
from contract_tests.conformance import html, running
from contract_tests.conformance.aim import Aim
from contract_tests.conformance.foreign import Limited
from contract_tests.conformance.results import Run
from contract_tests.conformance.running import Wish
from contract_tests.conformance.session import AIM
from contract_tests.exchanges import Exchange
from contract_tests.targets import InProcess, Target

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
VARIABLE = "LIPSYNC_BROWSER"
PICTURE = Path(__file__).parent.parent.parent / "docs" / "conformance-report.png"
SIZE = (1200, 1500)
SEED = 5


class Faulty(Target):
    """A server with three faults.

    A page may hold 501 tasks, a crop may last 1999 ms, and an unknown task has HTTP status 400.
    """

    def __init__(self, inner: Target) -> None:
        self.origin = inner.origin
        self.capabilities = inner.capabilities
        self._inner = inner

    def request(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
    ) -> Exchange:
        """Send one request; what goes in or comes out is changed where a fault is."""
        path = path.replace("pageSize=501", "pageSize=500")
        if method == "POST" and path == TASKS:
            body = _longer_by_one(body)
        answer = self._inner.request(method, path, headers=headers, body=body)
        return evolve(answer, status=400) if answer.rule == "get.known-task" else answer

    def close(self) -> None:
        """Stop the server."""
        self._inner.close()


@frozen
class FaultyAim(Aim):
    """Aims at the mock with faults."""

    def taken(self, environment: Mapping[str, str]) -> Target:
        """Start it."""
        del environment
        faulty = Faulty(InProcess())
        return Limited(faulty) if self.profile == "black-box" else faulty


@frozen
class Planted:
    """The pytest plugin that aims a run at it."""

    aim: Aim

    def pytest_configure(self, config: pytest.Config) -> None:
        """Aim."""
        config.stash[AIM] = self.aim


def report(only: str = "", *, quick: bool = False) -> Run:
    """Run the suite against the mock with faults."""
    aim = FaultyAim()
    wish = Wish(aim, SEED, only, quick=quick)
    found = running.run(wish, aim.capabilities({}), lambda _: None, (Planted(aim),))
    return evolve(found, target="the mock with three planted faults")


def taken(page: str, browser: str, picture: Path) -> None:
    """Let a browser draw a page into a PNG file; raise CalledProcessError when it does not."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "report.html"
        path.write_text(page, "utf-8")
        size = f"--window-size={SIZE[0]},{SIZE[1]}"
        options = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", size]
        subprocess.run(  # noqa: S603 - the browser that was found
            [browser, *options, f"--screenshot={picture}", path.as_uri()],
            check=True,
            capture_output=True,
            timeout=120,
        )


def browser() -> str | None:
    """Return a browser's path: the one that LIPSYNC_BROWSER names, or the first to be found."""
    named = os.environ.get(VARIABLE)
    return named or next(filter(None, map(shutil.which, BROWSERS)), None)


def main() -> int:
    """Take the picture; return 1 when there is no browser."""
    found = browser()
    if found is None:
        sys.stderr.write(f"no browser: install one of {', '.join(BROWSERS)}, or set {VARIABLE}\n")
        return 1
    run = report("test_refusing.py", quick=True)
    taken(html.written(run, "http://127.0.0.1:8787"), found, PICTURE)
    sys.stdout.write(f"{PICTURE.name}: {run.counts['FAIL']} failures\n")
    return 0


def _longer_by_one(body: bytes) -> bytes:
    try:
        entry = (fields := json.loads(body))["face_choose"][0]
        if entry["sound_end_time"] - entry["sound_start_time"] != 1999:
            return body
        entry["sound_end_time"] += 1
    except (ValueError, KeyError, TypeError, IndexError, RecursionError):
        return body
    return json.dumps(fields).encode()


if __name__ == "__main__":
    sys.exit(main())

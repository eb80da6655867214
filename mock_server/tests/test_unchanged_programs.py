"""Programs with the vendor's host built in complete the flow by environment variables only.

Each program is run as it stands in `unchanged_programs.py`, with nothing in its environment but
PATH and what `lipsync-mock env` prints.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from attrs import frozen

from mock_server.tests import unchanged_programs as programs
from mock_server.tests.commands import Running, bare_environment, running

VENDOR = "https://api-singapore.klingai.com"


@frozen
class Program:
    """A program: its file, what runs it, and how it says that nothing listens."""

    file: str
    text: str
    runner: str
    refused: str


PROGRAMS = {
    "curl": Program("program.sh", programs.CURL, "sh", "Failed to connect to 127.0.0.1"),
    "requests": Program("program.py", programs.REQUESTS, sys.executable, "Connection refused"),
    "httpx": Program("program.py", programs.HTTPX, sys.executable, "Connection refused"),
    "node": Program("program.mjs", programs.NODE, "node", "ECONNREFUSED 127.0.0.1"),
    "java": Program("Program.java", programs.JAVA, "java", "java.net.ConnectException"),
}


@pytest.fixture(scope="module")
def mock() -> Iterator[Running]:
    """A mock whose tasks end within a few ms."""
    with running("--proxy", "--time=x1000", lines=4) as started:
        yield started


@pytest.fixture(scope="module")
def left_over(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The variables of a mock that has ended, and whose CA is still there."""
    folder = tmp_path_factory.mktemp("kept")
    with running("--proxy", f"--tls-dir={folder}", lines=4) as started:
        return started.variables()


def run(name: str, folder: Path, variables: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    """Run a program in a folder of its own with these variables and PATH."""
    program = PROGRAMS[name]
    for needed in (name, program.runner):
        if name in ("curl", "node", "java") and shutil.which(needed) is None:
            pytest.skip(f"{needed} is not installed")
    (folder / program.file).write_text(program.text, "utf-8")
    environment = bare_environment() | variables
    command = [program.runner, program.file]
    return subprocess.run(  # noqa: S603 - a program of ours
        command,
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize("name", PROGRAMS)
def test_an_unchanged_program_completes_the_flow(name: str, mock: Running, tmp_path: Path) -> None:
    """Its result and its face's picture come from the host that it called, whole."""
    done = run(name, tmp_path, mock.variables())

    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    result, face = (tmp_path / "result.mp4").read_bytes(), (tmp_path / "face.jpg").read_bytes()
    assert told["result"].startswith(f"{VENDOR}/media/")
    assert told["face"].startswith(f"{VENDOR}/media/")
    assert (len(result), len(face)) == (told["result_length"], told["face_length"])
    assert result[4:8] == b"ftyp"
    assert face.startswith(b"\xff\xd8\xff")


@pytest.mark.parametrize("name", PROGRAMS)
def test_without_the_mock_a_program_fails_here(
    name: str, left_over: dict[str, str], tmp_path: Path
) -> None:
    """No program goes on to the real service: it fails at the address where the mock was."""
    done = run(name, tmp_path, left_over)

    assert done.returncode != 0
    assert PROGRAMS[name].refused in done.stderr + done.stdout
    assert not (tmp_path / "result.mp4").exists()


def test_what_a_shell_evaluates_leads_curl_to_the_mock(mock: Running, tmp_path: Path) -> None:
    """As the greeting says, with no more than that."""
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    (tmp_path / "variables.sh").write_text(mock.environment(), "utf-8")
    script = f'eval "$(cat variables.sh)"; curl -sS {VENDOR}/v1/videos/advanced-lip-sync'
    done = subprocess.run(  # noqa: S603 - ours
        ["/bin/sh", "-c", script],
        cwd=tmp_path,
        env=bare_environment(),
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )

    assert json.loads(done.stdout)["code"] == 1001
    assert f'eval "$(lipsync-mock env --port {mock.port})"' in mock.greeting


@pytest.mark.parametrize("host", ["api-singapore.klingai.com", "api-beijing.klingai.com"])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_node_modules_lead_to_the_mock(
    host: str, scheme: str, mock: Running, tmp_path: Path
) -> None:
    """Also what does not go through fetch, on each of the vendor's hosts."""
    if shutil.which("node") is None:
        pytest.skip("node is not installed")
    code = (
        f"require('node:{scheme}').get('{scheme}://{host}/v1/videos/advanced-lip-sync',"
        "{headers: {authorization: 'Bearer local-api-key'}},"
        "(reply) => console.log(reply.resume().statusCode))"
    )
    done = subprocess.run(  # noqa: S603 - ours
        ["node", "-e", code],  # noqa: S607 - found in PATH
        cwd=tmp_path,
        env=bare_environment() | mock.variables(),
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )

    assert (done.stdout, done.stderr) == ("200\n", "")


def test_a_vendor_port_that_the_mock_has_not_leads_nowhere(mock: Running, tmp_path: Path) -> None:
    """The preload refuses it; the real host is not asked."""
    if shutil.which("node") is None:
        pytest.skip("node is not installed")
    code = f"fetch('{VENDOR}:8443/').catch((error) => console.log(String(error.cause ?? error)))"
    done = subprocess.run(  # noqa: S603 - ours
        ["node", "-e", code],  # noqa: S607 - found in PATH
        cwd=tmp_path,
        env=bare_environment() | mock.variables(),
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )

    assert "lipsync-mock does not answer for api-singapore.klingai.com:8443" in (
        done.stdout + done.stderr
    )

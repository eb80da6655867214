"""One mock for all tests of the command, and the command in this process."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from attrs import frozen

from kling_lipsync.cli.__main__ import main
from kling_lipsync.cli.tests.pages import SAMPLES

API_KEY = "local-api-key"


@frozen
class Ran:
    """What a command came to."""

    code: int
    out: str
    err: str


Lipsync = Callable[..., Ran]


@pytest.fixture(scope="session")
def mock_url() -> Iterator[str]:
    """Run a mock whose tasks need two queries, and give its URL."""
    flags = ("--port=0", "--quiet", "--media=plain", "--pace=polls:1+1", "--slots=1000")
    with subprocess.Popen(  # noqa: S603 - ours
        (sys.executable, "-m", "mock_server", *flags), stdout=subprocess.PIPE, text=True
    ) as mock:
        try:
            assert mock.stdout is not None
            yield mock.stdout.readline().split()[2]
        finally:
            mock.terminate()


@pytest.fixture
def lipsync(
    mock_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Lipsync:
    """Give the command, with the variables of somebody who calls the mock."""
    for name in ("KLING_ACCESS_KEY", "KLING_SECRET_KEY", "KLING_WEBHOOK_SECRET"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("KLING_API_KEY", API_KEY)
    monkeypatch.setenv("KLING_BASE_URL", mock_url)
    monkeypatch.setenv("LIPSYNC_MOCK_MEDIA", "plain")

    def run(*words: str) -> Ran:
        capsys.readouterr()
        try:
            code = main(words)
        except SystemExit as end:
            code = int(end.code or 0)
        told = capsys.readouterr()
        return Ran(code, told.out, told.err)

    return run


@pytest.fixture
def clip() -> str:
    """Give a clip with one face, of 7 s."""
    return str(SAMPLES / "portrait-clip.mp4")


@pytest.fixture
def speech() -> str:
    """Give a speech of 4.8 s."""
    return str(SAMPLES / "portrait-speech.mp3")


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """Give a file that is not there yet."""
    return tmp_path / "out.mp4"

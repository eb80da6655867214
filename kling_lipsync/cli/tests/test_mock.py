"""The mock as a child of one command."""

import subprocess
from pathlib import Path

import httpx
import pytest

from kling_lipsync.cli import mock
from kling_lipsync.cli.exits import MockFailed
from kling_lipsync.cli.tests.conftest import Lipsync


def test_a_mock_lives_as_long_as_it_is_needed() -> None:
    """It answers while the block runs, and then no more."""
    with mock.started() as url:
        assert mock.runs_at(url)
    with pytest.raises(httpx.ConnectError):
        httpx.get(url, trust_env=False)


def test_a_mock_that_does_not_start_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    """With its own last line; and when it is not installed, with Python's."""
    monkeypatch.setenv("LIPSYNC_MOCK_PROFILE", "imagined")
    with pytest.raises(MockFailed, match="imagined"), mock.started():
        pass
    monkeypatch.setattr(mock, "SERVER", "no_such_module")
    with pytest.raises(MockFailed, match="No module named"), mock.started():
        pass


def test_a_mock_that_ignores_the_end_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A command never hangs on it."""
    monkeypatch.setattr(mock, "_STOPPING_S", 0.2)
    with subprocess.Popen(
        ["sh", "-c", "trap '' TERM; echo ready; while :; do sleep 0.1; done"],  # noqa: S607
        stdout=subprocess.PIPE,
        text=True,
    ) as stubborn:
        assert stubborn.stdout is not None
        stubborn.stdout.readline()
        mock._stop(stubborn)

        assert stubborn.wait(5) == -9


def test_nobody_but_this_machine_is_asked_for_a_mock(monkeypatch: pytest.MonkeyPatch) -> None:
    """A service elsewhere never sees the question."""
    monkeypatch.setattr(httpx, "get", lambda *_, **__: pytest.fail("it was asked"))

    assert not mock.runs_at("https://api-singapore.klingai.com")


def test_what_is_no_mock_is_not_taken_for_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody there, or somebody else."""
    assert not mock.runs_at("http://127.0.0.1:1")
    for reply in (httpx.Response(200, text="hello"), httpx.Response(404, json={"origin": ""})):
        monkeypatch.setattr(httpx, "get", lambda *_, reply=reply, **__: reply)
        assert not mock.runs_at("http://127.0.0.1:1")


def test_a_file_that_is_put_can_be_fetched(mock_url: str, tmp_path: Path, clip: str) -> None:
    """Whatever it is called."""
    odd = tmp_path / "a clip? 100% ü.mp4"
    odd.write_bytes(Path(clip).read_bytes())
    url = mock.put(mock_url, odd)

    assert httpx.get(url, trust_env=False).content == odd.read_bytes()


def test_a_file_that_is_not_taken_is_told(tmp_path: Path, lipsync: Lipsync) -> None:
    """Missing: 3.  Nobody there to take it: 1, with the reason."""
    file = tmp_path / "clip.mp4"
    assert lipsync("identify", str(file), "--mock").code == 3
    file.write_bytes(b"")
    with pytest.raises(MockFailed, match=r"did not take .*clip\.mp4: ConnectError"):
        mock.put("http://127.0.0.1:1", file)

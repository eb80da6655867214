"""How a command ends: by itself, by a signal, by a closed pipe; and what it never shows."""

import os
import re
import signal
import subprocess
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import httpx
import pytest

from kling_lipsync.cli import __main__ as command
from kling_lipsync.cli.tests.conftest import API_KEY, Lipsync
from kling_lipsync.cli.tests.pages import ROOT
from kling_lipsync.cli.tests.test_calls import SESSION, VIDEO, new_task, stage

ACCOUNT = "/__mock__/accounts/local-access-key"


@contextmanager
def never_ending(mock_url: str) -> Iterator[None]:
    """Let new tasks go on for hours."""
    for pace in ("3600000+1000", "polls:1+1"):
        httpx.patch(f"{mock_url}{ACCOUNT}", json={"pace": pace}, trust_env=False).raise_for_status()
        if pace[0] != "p":
            yield


@contextmanager
def started(mock_url: str, *words: str, **variables: str) -> "Iterator[subprocess.Popen[str]]":
    """Run a command as a process, with variables more than usual; kill it if it does not end."""
    paths = os.pathsep.join((str(ROOT), str(ROOT / "generated" / "python")))
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": paths,
        "KLING_API_KEY": API_KEY,
        "KLING_BASE_URL": mock_url,
        **variables,
    }
    with subprocess.Popen(  # noqa: S603 - ours
        (sys.executable, "-m", "kling_lipsync.cli", *words),
        # Whoever runs the tests in the background has Ctrl-C ignored, and children inherit that.
        preexec_fn=partial(  # noqa: PLW1509 - it only sets a handler
            signal.signal, signal.SIGINT, signal.default_int_handler
        ),
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        try:
            yield running
        finally:
            running.kill()


def asked_for_a_task(mock_url: str) -> None:
    """Wait until somebody asked for one task."""
    query = "operation=get&timeout_ms=30000"
    url = f"{mock_url}/__mock__/journal/wait?{query}"
    assert httpx.get(url, timeout=40, trust_env=False).json()["complete"]


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["ctrl-c", "term"]
)
@pytest.mark.parametrize("verb", ["wait", "sync"])
def test_an_interrupted_command_says_how_to_go_on(
    lipsync: Lipsync, mock_url: str, speech: str, verb: str, number: int, code: int
) -> None:
    """With the id of the task, which is there."""
    with never_ending(mock_url):
        words = ["sync", VIDEO, speech, "-o", "out.mp4"]
        if verb == "wait":
            words = ["wait", new_task(lipsync, speech)]
        httpx.delete(f"{mock_url}/__mock__/journal", trust_env=False).raise_for_status()
        with started(mock_url, *words) as running:
            asked_for_a_task(mock_url)
            running.send_signal(number)
            _, told = running.communicate(timeout=30)

        found = re.search(r"the task goes on: lipsync wait (\S+)\n", told)
        assert running.returncode == code, told
        assert found is not None, told
        assert lipsync("get", found[1]).code == 0
        assert "Traceback" not in told


def test_an_interrupted_create_tells_the_id_that_it_gave(mock_url: str, speech: str) -> None:
    """The task may be there or not: the id finds out."""
    stage(mock_url, latency="20s", operations=["create"])
    httpx.delete(f"{mock_url}/__mock__/journal", trust_env=False).raise_for_status()
    with started(mock_url, "sync", VIDEO, speech, "-o", "out.mp4") as running:
        url = f"{mock_url}/__mock__/journal/wait?operation=identify&timeout_ms=30000"
        assert httpx.get(url, timeout=40, trust_env=False).json()["complete"]
        with pytest.raises(subprocess.TimeoutExpired):
            running.wait(1.5)
        running.send_signal(signal.SIGINT)
        _, told = running.communicate(timeout=30)

    assert running.returncode == 130
    assert re.search(r"lipsync wait kls-[0-9a-f]{32}\n", told), told
    httpx.delete(f"{mock_url}/__mock__/faults", trust_env=False).raise_for_status()


def test_a_wait_that_is_late_says_how_to_go_on(
    lipsync: Lipsync, mock_url: str, speech: str
) -> None:
    """At the same origin, if one was given."""
    with never_ending(mock_url):
        task_id = new_task(lipsync, speech)
        ran = lipsync("wait", task_id, "--timeout", "300ms", "--base-url", mock_url)

    assert ran.code == 23
    assert ran.err.endswith(f"lipsync wait {task_id} --base-url {mock_url}\n")


def test_a_reader_that_goes_away_ends_it_quietly(
    lipsync: Lipsync, mock_url: str, speech: str
) -> None:
    """As with `| head`."""
    new_task(lipsync, speech)
    with started(mock_url, "list", "--json") as running:
        assert running.stdout is not None
        running.stdout.close()
        assert running.stderr is not None
        told = running.stderr.read()
        running.wait(30)

    assert (running.returncode, told) == (141, "")


def test_a_bug_is_a_traceback(lipsync: Lipsync, monkeypatch: pytest.MonkeyPatch) -> None:
    """What no row of the table names is not dressed up."""

    def broken(_: object) -> int:
        raise ZeroDivisionError

    monkeypatch.setattr(command, "_verb", lambda _: broken)
    with pytest.raises(ZeroDivisionError):
        lipsync("list")


def test_warnings_are_notes(lipsync: Lipsync, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without file and line."""

    def warned(_: object) -> int:
        warnings.warn("the media are deleted in 0.5 days", UserWarning, stacklevel=1)
        return 0

    monkeypatch.setattr(command, "_verb", lambda _: warned)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        assert lipsync("list").err == "lipsync: the media are deleted in 0.5 days\n"


WORDS = (
    "identify not-there.mp4",
    f"create {SESSION} not-there.mp3 --face 0",
    "get nothing",
    "list",
    "wait nothing",
    "download nothing -o out.mp4",
    "token",
    "doctor",
)


@pytest.mark.parametrize("words", WORDS, ids=lambda words: words.partition(" ")[0])
@pytest.mark.parametrize("form", [(), ("--json",)], ids=["text", "json"])
def test_no_secret_is_shown(
    lipsync: Lipsync, monkeypatch: pytest.MonkeyPatch, words: str, form: tuple[str, ...]
) -> None:
    """Whatever the verb, and however it ends."""
    monkeypatch.setenv("KLING_API_KEY", "an-api-key-that-is-wrong")
    ran = lipsync(*words.split(), *form)

    assert ran.code != 0
    assert "an-api-key-that-is-wrong" not in ran.out + ran.err

"""The command starts the server, or says in one line why it does not."""

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from mock_server.__main__ import main


@pytest.fixture(autouse=True)
def _no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("LIPSYNC_MOCK_")]:
        monkeypatch.delenv(name)


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (["--port", "high"], "--port='high': "),
        (["--port", "99999"], "cannot listen on 127.0.0.1:99999"),
        (["--port=-1"], "--port='-1': "),
        (["--host", "192.0.2.1"], "cannot listen on 192.0.2.1:0"),
        (["--profile", "imagined"], "profile 'imagined' is none of: documented, observed"),
        (["--readings", "no-face=maybe"], "reading no-face: 'maybe' is none of its choices"),
        (["--time", "fast"], "time 'fast' is none of: real, frozen, xN"),
        (["--pace", "fast"], "pace 'fast' is not of the form MS+MS"),
        (["--units", "many"], "units 'many' is not a number from 0 up"),
        (["--physics", "/no/such/file"], "physics '/no/such/file' cannot be read: "),
        (["--media", "magic"], "media 'magic' is none of: auto, plain, decoding"),
        (["--tls", "high"], "--tls='high': "),
        (["--host", "192.0.2.1", "--proxy"], "cannot listen on 192.0.2.1:0"),
        (["--proxy", "99999"], "cannot listen on 127.0.0.1:99999"),
        (["--proxy", "--profile", "imagined"], "profile 'imagined' is none of"),
        (["--fetch", "all"], "fetch 'all' is none of: loopback, any"),
    ],
)
def test_a_wrong_flag_is_exit_code_2_and_one_line(
    flags: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The value, and what it can be; no stack of calls."""
    code = main(["--media=plain", "--port=0", *flags])

    told = capsys.readouterr().err
    assert code == 2
    assert told.startswith("lipsync-mock: ")
    assert words in told
    assert told.count("\n") == 1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("slot: 5", "physics: unknown key 'slot'; the keys known here are: allowed_ips, "),
        ('{"slots": -1}', "physics slots: -1 is not a whole number from 0 up"),
        ("- 5", "is no mapping of names to values, such as `slots: 5`"),
        ("{", "cannot be read: "),
    ],
)
def test_wrong_physics_is_exit_code_2(
    text: str, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An unknown name is named, and so is a value that cannot be."""
    file = tmp_path / "physics"
    file.write_text(text)

    assert main(["--media=plain", "--port=0", f"--physics={file}"]) == 2
    assert words in capsys.readouterr().err


def test_an_unknown_flag_is_exit_code_2(capsys: pytest.CaptureFixture[str]) -> None:
    """It is named."""
    with pytest.raises(SystemExit) as stopped:
        main(["--colour"])

    assert stopped.value.code == 2
    assert "unrecognized arguments: --colour" in capsys.readouterr().err


def test_a_misspelt_variable_is_exit_code_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is named, with those that there are."""
    monkeypatch.setenv("LIPSYNC_MOCK_PROT", "1")

    assert main([]) == 2
    assert "LIPSYNC_MOCK_PROT is no setting" in capsys.readouterr().err


def test_a_port_in_use_is_exit_code_2(capsys: pytest.CaptureFixture[str]) -> None:
    """With the remedy."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        code = main(["--media=plain", f"--port={port}"])

    told = capsys.readouterr().err
    assert code == 2
    assert f"cannot listen on 127.0.0.1:{port}: " in told
    assert "choose another with --port (0 takes a free one)" in told


def test_the_command_greets_serves_and_stops() -> None:
    """On a free port, with a call that works as it is printed."""
    command = [sys.executable, "-m", "mock_server", "--port=0", "--media=plain", "--quiet"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:  # noqa: S603 - ours
        assert running.stdout is not None
        greeting = running.stdout.readline() + running.stdout.readline()
        called = re.search(r"curl -s (\S+) -H '(\S+): (.+)'", greeting)
        assert called is not None
        url, name, value = called.groups()
        with urlopen(Request(url, headers={name: value})) as reply:  # noqa: S310 - loopback
            status = reply.status
        running.send_signal(signal.SIGTERM)
        running.wait(10)

    assert re.match(r"lipsync-mock at http://127\.0\.0\.1:\d+ \(profile documented; ", greeting)
    assert status == 200


def test_without_tls_nothing_of_it_is_imported() -> None:
    """What only --tls needs does not slow the start of others."""
    code = "import sys, mock_server.serving; print('trustme' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603 - ours

    assert done.stdout == "False\n"


def test_a_missing_extra_is_exit_code_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With what to install."""
    monkeypatch.setitem(sys.modules, "trustme", None)

    assert main(["--media=plain", "--port=0", "--tls"]) == 2
    assert "pip install 'kling-lipsync-twin[tls]'" in capsys.readouterr().err

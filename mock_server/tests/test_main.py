"""The command: what it is called, what it leads to, and what its start does without."""

import subprocess
import sys
from importlib.metadata import entry_points

import pytest

from mock_server.__main__ import main


def test_what_tokens_do_not_need_is_not_imported() -> None:
    """It would make every start slower; whoever needs it later has it."""
    code = (
        "import sys; from mock_server.__main__ import main; main(['--port=high']);"
        "print('jwt' in sys.modules, 'cryptography' in sys.modules); import cryptography"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603 - ours

    assert done.stdout == "True False\n"


def test_the_variables_are_a_command_of_their_own(capsys: pytest.CaptureFixture[str]) -> None:
    """`lipsync-mock env`, with its own flags."""
    assert main(["env", "--port=1", "--wait=0"]) == 2
    assert "lipsync-mock env: no mock answers at http://127.0.0.1:1" in capsys.readouterr().err


def test_the_command_is_installed() -> None:
    """As `lipsync-mock`."""
    found = entry_points(group="console_scripts", name="lipsync-mock")

    assert [entry.value for entry in found] == ["mock_server.__main__:main"]

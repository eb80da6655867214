"""Completion: bash does what its script says, and all three know every word of the parser."""

import shutil
import subprocess

import pytest

from kling_lipsync.cli.completion import SCRIPTS, spelled
from kling_lipsync.cli.parser import SHELLS
from kling_lipsync.cli.tests.conftest import Lipsync


def completed(*words: str) -> list[str]:
    """Return what bash offers for the last of the words."""
    script = SCRIPTS["bash"](spelled())
    line = " ".join(f"'{word}'" for word in words)
    ask = f"COMP_WORDS=({line}); COMP_CWORD={len(words) - 1}; _lipsync; echo ${{COMPREPLY[*]}}"
    bash = shutil.which("bash")
    assert bash is not None
    done = subprocess.run(  # noqa: S603 - our own script
        [bash, "-c", f"{script}\n{ask}"], capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
    return done.stdout.split()


def test_bash_completes_verbs_options_and_values() -> None:
    """What begins as typed, and nothing else."""
    assert completed("lipsync", "do") == ["download", "doctor"]
    assert "--insert-at" in completed("lipsync", "sync", "--")
    assert "--insert-at" not in completed("lipsync", "get", "--")
    assert completed("lipsync", "sync", "--preflight", "o") == ["observed", "off"]
    assert completed("lipsync", "completion", "z") == ["zsh"]
    assert completed("lipsync", "nonsense", "x") == []


@pytest.mark.parametrize("shell", SHELLS)
def test_every_script_has_every_word(shell: str, lipsync: Lipsync) -> None:
    """Verbs, long options and choices."""
    script = lipsync("completion", shell).out
    for verb in spelled():
        assert verb.name in script
        for flag in verb.flags:
            spelling = f" -{'l' if flag[1] == '-' else 's'} {flag.lstrip('-')}"
            assert (spelling if shell == "fish" else flag) in script


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_the_shell_takes_its_script(shell: str) -> None:
    """Where the shell is installed, it finds no fault with it."""
    found = shutil.which(shell)
    if found is None:
        pytest.skip(f"{shell} is not installed")
    script = SCRIPTS[shell](spelled())
    done = subprocess.run([found, "-n"], input=script, capture_output=True, text=True, check=False)  # noqa: S603

    assert (done.returncode, done.stderr) == (0, "")

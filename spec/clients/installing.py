"""The generators, each in its pinned version, installed at the first use and whenever a pin moves.

openapi-generator goes into .venv-clients, with a Java of its own, so that no other is needed;
those of TypeScript go into spec/clients/node and need Node.js.
"""

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
LOCKED = ROOT / "requirements/clients.txt"
JVM_TOOLS = ROOT / ".venv-clients"
NODE_TOOLS = HERE / "node"

_BIN = "Scripts" if os.name == "nt" else "bin"


class MissingTool(Exception):
    """A program that is needed is not installed; the text names the command that installs it."""


class CommandFailed(Exception):
    """A generator or an installation did not end well; the text holds what it said."""


def openapi_generator() -> Path:
    """Return the locked openapi-generator; raise CommandFailed if it cannot be installed."""
    ready, python = JVM_TOOLS / ".ready", JVM_TOOLS / _BIN / "python"
    if not _same(ready, LOCKED):
        run([sys.executable, "-m", "venv", JVM_TOOLS], ROOT)
        run([python, "-m", "pip", "install", "-q", "--require-hashes", "-r", LOCKED], ROOT)
        shutil.copyfile(LOCKED, ready)
    return python.with_name("openapi-generator-cli")


def node_tools(needed: Mapping[str, Any]) -> Path:
    """Return the folder of the locked TypeScript generators; raise MissingTool or CommandFailed."""
    check_tools(needed)
    ready, locked = NODE_TOOLS / "node_modules/.ready", NODE_TOOLS / "package-lock.json"
    if not _same(ready, locked):
        run(["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--silent"], NODE_TOOLS)
        shutil.copyfile(locked, ready)
    return NODE_TOOLS


def check_tools(needed: Mapping[str, Any]) -> None:
    """Raise MissingTool unless every program can be run; each tells what installs it."""
    for tool, about in needed.items():
        if shutil.which(tool) is None:
            msg = f"{tool} is not installed; run: {about['install']}"
            raise MissingTool(msg)


def run(
    command: Sequence[object], folder: Path, variables: Mapping[str, str] = MappingProxyType({})
) -> None:
    """Run a command in a folder; raise CommandFailed unless it ends with 0."""
    words = [str(word) for word in command]
    # Options that somebody set for all Java programs would change what the generator does.
    own = {name: value for name, value in os.environ.items() if name != "JAVA_OPTS"}
    done = subprocess.run(  # noqa: S603 - every word of the command is ours
        words, cwd=folder, env={**own, **variables}, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        msg = f"{shlex.join(words)} ended with {done.returncode}\n{done.stdout}{done.stderr}"
        raise CommandFailed(msg)


def _same(kept: Path, wanted: Path) -> bool:
    return kept.is_file() and kept.read_bytes() == wanted.read_bytes()

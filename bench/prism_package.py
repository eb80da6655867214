"""Prism, the other mock: installed from bench/package-lock.json when it is first needed."""

import json
import shutil
import subprocess
from pathlib import Path

_FOLDER = Path(__file__).parent
COMMAND = _FOLDER / "node_modules" / "@stoplight" / "prism-cli" / "dist" / "index.js"


def version() -> str:
    """Return the version that package.json pins."""
    package = json.loads((_FOLDER / "package.json").read_bytes())
    return str(package["dependencies"]["@stoplight/prism-cli"])


def missing() -> str | None:
    """Install Prism if need be; return why it cannot be had, or None."""
    if shutil.which("node") is None:
        return "node is not installed"
    if COMMAND.is_file():
        return None
    npm = shutil.which("npm")
    if npm is None:
        return "npm is not installed"
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    done = subprocess.run(  # noqa: S603 - the command above
        command, cwd=_FOLDER, capture_output=True, text=True, check=False
    )
    if done.returncode:
        return f"npm ci failed: {done.stderr.strip()[-300:]}"
    return None


def node_version() -> str:
    """Return the version of node, or an empty text."""
    node = shutil.which("node")
    if node is None:
        return ""
    done = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)  # noqa: S603 - as found
    return done.stdout.strip()

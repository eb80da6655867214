"""There is one client: the text of the blocking one follows from that of the awaited one."""

import subprocess
import sys
from pathlib import Path

from kling_lipsync import client
from kling_lipsync.client.tests.twins import blocking

FOLDER = Path(client.__file__).parent


def _formatted(text: str) -> str:
    for verb in (["check", "--fix", "--quiet", "--select", "I"], ["format"]):
        command = [sys.executable, "-m", "ruff", *verb, "--stdin-filename", "sync_client.py", "-"]
        done = subprocess.run(command, input=text, capture_output=True, text=True, check=True)  # noqa: S603
        text = done.stdout
    return text


def test_the_blocking_client_is_the_awaited_one_without_awaiting() -> None:
    """Signatures, docstrings and bodies are the same, so a difference is a mistake."""
    awaited = (FOLDER / "async_client.py").read_text("utf-8")

    assert (FOLDER / "sync_client.py").read_text("utf-8") == _formatted(blocking(awaited))

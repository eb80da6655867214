"""How the demo talks: numbered steps, commands to copy, and a progress bar on a terminal.

Plain lines without colour go wherever the output is not a terminal.
"""

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from shlex import quote
from textwrap import wrap
from typing import TextIO

BOLD, DIM, GREEN = "1", "2", "32"
BAR = 32
WIDTH = 84  # of a wrapped body
INDENT = "   "
CONTINUED = " \\\n" + INDENT


class Screen:
    """Writes the story to one stream."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._live = stream.isatty()
        self._colours = self._live and "NO_COLOR" not in os.environ
        self._steps = 0
        self._shown = ""

    def title(self, name: str, *lines: str) -> None:
        """Say what this is."""
        self._write(self._in(BOLD, name), *lines)

    def step(self, name: str) -> None:
        """Begin the next step."""
        self._steps += 1
        self._write("", self._in(BOLD, f"{self._steps}. {name}"))

    def command(self, text: str) -> None:
        """Show what to type for the same."""
        lines = f"$ {text}".splitlines()
        self._write(*(self._in(DIM, INDENT + line) for line in lines))

    def say(self, text: str) -> None:
        """Say a line of what was found."""
        self._write(INDENT + text)

    def good(self, text: str) -> None:
        """Say a line of what went as it should."""
        self._write(self._in(GREEN, INDENT + text))

    def progress(self, name: str, done_ms: int, total_ms: int) -> None:
        """Show how far something is: redrawn on a terminal, else a line where the name changes."""
        time = f"{done_ms / 1000:5.0f} s"
        if self._live:
            full = "#" * (BAR * done_ms // total_ms)
            self._stream.write(f"\r{INDENT}{name:<10} [{full:.<{BAR}}] {time}")
            self._stream.write("\n" if done_ms >= total_ms else "")
            self._stream.flush()
        elif name != self._shown:
            self.say(f"{name:<10} {time}")
        self._shown = name

    def _in(self, colour: str, text: str) -> str:
        return f"\x1b[{colour}m{text}\x1b[0m" if self._colours else text

    def _write(self, *lines: str) -> None:
        self._stream.write("\n".join(lines) + "\n")
        self._stream.flush()


def curl(url: str, *, file: Path | None = None, body: Mapping[str, object] | None = None) -> str:
    """Write a request without a credential as a curl command."""
    sent = f"-T {quote(nearby(file))} " if file is not None else ""
    data = f" -d {data_of(body)}" if body is not None else ""
    return f"curl -s {sent}{quote(url)}{data}"


def curl_as_user(url: str, body: Mapping[str, object] | None = None) -> str:
    """Write a call of the vendor's API as a curl command that takes its credential from $TOKEN."""
    parts = [f"curl -s {quote(url)}", '-H "Authorization: Bearer $TOKEN"']
    if body is not None:
        parts[1] += " -H 'Content-Type: application/json'"
        parts += [f"-d {data_of(body)}"]
    return CONTINUED.join(parts)


def data_of(body: Mapping[str, object]) -> str:
    """Write a body as one word of the shell, on several lines if it is long.

    Lines break at spaces, so no string of the body may hold one.
    """
    text = json.dumps(body)
    if " " in "".join(re.findall(r'"[^"]*"', text)):
        msg = f"a string of {text} holds a space, which a line break would change"
        raise ValueError(msg)
    lines = wrap(text, WIDTH, break_long_words=False, break_on_hyphens=False)
    return quote(("\n" + 3 * INDENT).join(lines))


def nearby(path: Path) -> str:
    """Write a path as it is from here, where that is shorter."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)

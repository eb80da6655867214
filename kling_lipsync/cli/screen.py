"""What a command shows: results on stdout, what went wrong on stderr, progress on a terminal."""

import json
import sys
import threading
import time
from collections.abc import Mapping
from typing import Any, TextIO

_TICK_S = 0.2
_CLEAR = "\r\x1b[2K"


class Screen:
    """Where one command writes.

    With `as_json` each result is one line of JSON.  Progress is one line that counts seconds,
    and only where `errors` is a terminal.
    """

    def __init__(
        self, output: TextIO | None = None, errors: TextIO | None = None, *, as_json: bool = False
    ) -> None:
        self._output = output or sys.stdout
        self._errors = errors or sys.stderr
        self.as_json = as_json
        self._stage = ""
        self._began = 0.0
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._ticker: threading.Thread | None = None

    def result(self, text: str, document: Mapping[str, Any]) -> None:
        """Print one result, at once: the text, or the document as JSON."""
        line = json.dumps(document, ensure_ascii=False) if self.as_json else text
        with self._lock:
            self._erase()
            self._output.write(f"{line}\n")
            self._output.flush()

    def note(self, text: str) -> None:
        """Tell people something that is no result."""
        with self._lock:
            self._erase()
            self._errors.write(f"{text}\n")
            self._errors.flush()

    def stage(self, text: str) -> None:
        """Say what is under way, until another stage or `close`; nothing without a terminal."""
        if not self._errors.isatty():
            return
        with self._lock:
            self._stage, self._began = text, time.monotonic()
            self._draw()
        if self._ticker is None:
            self._ticker = threading.Thread(target=self._tick, daemon=True)
            self._ticker.start()

    def close(self) -> None:
        """Take the line of progress away."""
        self._ended.set()
        if self._ticker is not None:
            self._ticker.join()
        with self._lock:
            self._erase()
            self._stage = ""

    def _tick(self) -> None:
        while not self._ended.wait(_TICK_S):
            with self._lock:
                self._draw()

    def _draw(self) -> None:
        seconds = int(time.monotonic() - self._began)
        self._errors.write(f"{_CLEAR}{self._stage} {seconds // 60}:{seconds % 60:02}")
        self._errors.flush()

    def _erase(self) -> None:
        if self._stage:
            self._errors.write(_CLEAR)
            self._errors.flush()

"""Lines for people on standard error, gathered so that no call waits for a terminal."""

import asyncio
import sys
import traceback

_DELAY_S = 0.05


class Console:
    """Collects lines and writes them some ms later in one go; `flush` writes them now.

    A quiet one says nothing but what went wrong in the server itself.
    """

    def __init__(self, *, quiet: bool = False) -> None:
        self.quiet = quiet
        self._lines: list[str] = []

    def say(self, text: str) -> None:
        """Show text that ends with a newline."""
        if not self.quiet:
            self._show(text)

    def own_fault(self) -> None:
        """Show the exception that is being handled: a failure of the server's own."""
        self._show(traceback.format_exc())

    def _show(self, text: str) -> None:
        self._lines.append(text)
        if len(self._lines) == 1:
            try:
                asyncio.get_running_loop().call_later(_DELAY_S, self.flush)
            except RuntimeError:
                self.flush()

    def flush(self) -> None:
        """Write everything that was said and not yet shown."""
        text, self._lines = "".join(self._lines), []
        if text:
            sys.stderr.write(text)
            sys.stderr.flush()

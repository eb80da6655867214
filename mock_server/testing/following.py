"""A test's own clock that follows an account's: `time.time` and `datetime.now` show its instant."""

from datetime import UTC, datetime

import time_machine


class Following:
    """Shows one instant until it is given another; `stop` gives the host's time back."""

    def __init__(self) -> None:
        self._travel: time_machine.travel | None = None
        self._shown: time_machine.Traveller | None = None

    def show(self, instant_ms: int) -> None:
        """Let this process see an instant (Unix ms); it stands still there."""
        instant = datetime.fromtimestamp(instant_ms / 1000, UTC)
        if self._shown is None:
            self._travel = time_machine.travel(instant, tick=False)
            self._shown = self._travel.start()
        else:
            self._shown.move_to(instant, tick=False)

    def stop(self) -> None:
        """Show the host's time again."""
        if self._travel is not None:
            self._travel.stop()
            self._travel = self._shown = None

"""Several processes on one port: they share the listening socket (see doors.py), and a store.

A connection that no worker has taken yet is taken by whichever is left when one dies, and a
worker that died is replaced.
"""

import os
import signal
import sys
import time
from collections.abc import Callable
from types import FrameType

from mock_server.settings import Settings, SettingsError

_PAUSE_S = 0.5
"""How long at least a worker runs before the next one takes its place."""


def check_workers(settings: Settings) -> None:
    """Raise SettingsError for several workers where they could not share what they know."""
    if settings.workers <= 1:
        return
    if not settings.store.startswith(("redis://", "rediss://", "unix://")):
        reason = (
            "each would have accounts of its own"
            if settings.store == "memory"
            else "a SQLite file belongs to one process at a time"
        )
        msg = (
            f"--workers {settings.workers} with --store {settings.store}: {reason}; "
            "give --store redis://HOST:PORT/DB, or one worker"
        )
        raise SettingsError(msg)
    if settings.tls is not None or settings.proxy is not None:
        msg = "--tls and --proxy go with one worker; put a proxy of your own before several"
        raise SettingsError(msg)
    if not hasattr(os, "fork"):
        msg = "--workers needs a system that can fork; start several with --port instead"
        raise SettingsError(msg)


def run_workers(count: int, serve: Callable[[int], None], ended: Callable[[int], None]) -> None:
    """Run `serve(number)` in so many child processes until SIGTERM or SIGINT; then end them.

    `ended` is told, here, the number of one that has ended.
    """
    children: dict[int, int] = {}
    stopping: list[int] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        stopping.append(number)
        for child in children:
            os.kill(child, signal.SIGTERM)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    for number in range(count):
        children[_child(serve, number)] = number
    while children:
        child, _ = os.wait()
        number = children.pop(child)
        ended(number)
        if not stopping:
            time.sleep(_PAUSE_S)
            if not stopping:
                children[_child(serve, number)] = number


def _child(serve: Callable[[int], None], number: int) -> int:
    """Start one worker; return its process id."""
    sys.stdout.flush()
    child = os.fork()
    if child:
        return child
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    code = 1
    try:
        serve(number)
        code = 0
    finally:
        sys.stdout.flush()
        os._exit(code)

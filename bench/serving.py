"""Serves an application as the mock is served: same options, same care for the collector.

A test compares both with mock_server/__main__.py.
"""

import gc
import socket
from collections.abc import Awaitable, Callable
from typing import Any

import uvicorn

from mock_server.http import Receive, Scope, Send

Application = Callable[[Scope, Receive, Send], Awaitable[None]]


def serve(application: Application, listener: socket.socket, **options: Any) -> None:  # noqa: ANN401 - of uvicorn
    """Serve until stopped."""
    config = uvicorn.Config(
        application,
        log_level="warning",
        access_log=False,
        server_header=False,
        date_header=False,
        ws="none",
        timeout_graceful_shutdown=2,
        **options,
    )
    uvicorn.Server(config).run(sockets=[listener])


def steady_collector() -> None:
    """Have the collector look as seldom as in the mock."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)

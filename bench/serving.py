"""Serves an application with the options that the mock is served with; a test compares them."""

import socket
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import uvicorn

Message = MutableMapping[str, Any]
Application = Callable[
    [Message, Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]],
    Awaitable[None],
]


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

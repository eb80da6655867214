"""The floor: an ASGI callable that reads the body and sends a fixed reply, under uvicorn.

`python -m bench.raw_app REPLIES` listens on a free port and prints it.  REPLIES is a JSON
file with the body for each operation.  The options of uvicorn are those of
mock_server/__main__.py without its protocol class, which a test compares.
"""

import json
import socket
import sys
from pathlib import Path

import uvicorn

from bench.calls import TASKS_PATH
from mock_server.http import Receive, Scope, Send


class RawApp:
    """Answers create, get and list with always the same bytes, and looks at nothing."""

    def __init__(self, replies: dict[str, str]) -> None:
        self._replies = {name: body.encode() for name, body in replies.items()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read a request to its end and answer it."""
        if scope["type"] != "http":
            await _lifespan(receive, send)
            return
        while (await receive()).get("more_body", False):
            pass
        operation = "create"
        if scope["method"] == "GET":
            operation = "list" if scope["path"] == TASKS_PATH else "get"
        body = self._replies[operation]
        length = str(len(body)).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", length)]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


def main() -> None:
    """Serve until stopped."""
    replies = json.loads(Path(sys.argv[1]).read_bytes())
    listener = socket.create_server(("127.0.0.1", 0), backlog=2048)
    config = uvicorn.Config(
        RawApp(replies),
        log_level="warning",
        access_log=False,
        server_header=False,
        date_header=False,
        ws="none",
        timeout_graceful_shutdown=2,
    )
    sys.stdout.write(f"{listener.getsockname()[1]}\n")
    sys.stdout.flush()
    uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main()

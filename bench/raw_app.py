"""The floor: an ASGI callable that reads the body and sends a fixed reply, under uvicorn.

`python -m bench.raw_app REPLIES` listens on a free port and prints it.  REPLIES is a JSON
file with the body for each operation.
"""

import json
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from bench.paths import IDENTIFY_PATH, TASKS_PATH, Operation
from bench.serving import serve

if TYPE_CHECKING:
    from mock_server.http import Receive, Scope, Send


class RawApp:
    """Answers each operation with always the same bytes, and looks at nothing but the target."""

    def __init__(self, replies: dict[str, str]) -> None:
        self._replies = {name: body.encode() for name, body in replies.items()}

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """Read a request to its end and answer it."""
        if scope["type"] != "http":
            await _lifespan(receive, send)
            return
        while (await receive()).get("more_body", False):
            pass
        body = self._replies[_operation(scope)]
        length = str(len(body)).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", length)]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})


def _operation(scope: "Scope") -> Operation:
    if scope["method"] == "POST":
        return "identify" if scope["path"] == IDENTIFY_PATH else "create"
    if scope["path"] != TASKS_PATH:
        return "get"
    return "list of 500" if scope["query_string"].endswith(b"=500") else "list"


async def _lifespan(receive: "Receive", send: "Send") -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


def main() -> None:
    """Serve until stopped."""
    replies = json.loads(Path(sys.argv[1]).read_bytes())
    listener = socket.create_server(("127.0.0.1", 0), backlog=2048)
    sys.stdout.write(f"{listener.getsockname()[1]}\n")
    sys.stdout.flush()
    serve(RawApp(replies), listener)


if __name__ == "__main__":
    main()

"""The verb that receives callbacks: it verifies, optionally confirms, and prints them."""

import os
import socket
from collections.abc import Callable
from contextlib import ExitStack, suppress

import uvicorn
from attrs import define

from kling_lipsync import (
    CallbackPayload,
    CallbackReceiver,
    CallbackRejected,
    LipSync,
    LipSyncError,
    parse_callback,
)
from kling_lipsync.cli.command import Command
from kling_lipsync.cli.exits import code_of
from kling_lipsync.cli.failures import document_of, text_of
from kling_lipsync.cli.opening import opened
from kling_lipsync.cli.telling import instant
from kling_lipsync.client.receiver import Message, Receive, Scope, Send

SECRET = "KLING_WEBHOOK_SECRET"  # noqa: S105 - the name of a variable
REFUSED = {
    400: "it is no callback",
    401: "its signature is missing, wrong or out of time",
    405: "it is no POST",
    413: "it is longer than any callback",
}


def listen(command: Command) -> int:
    """Receive until interrupted, or until so many changes came.

    Return the code of the first callback that a query contradicted, 0 without one.
    """
    given, secret = command.arguments, os.environ.get(SECRET) or None
    if secret is not None:
        _check(secret)
    with ExitStack() as stack:
        client = stack.enter_context(opened(command)).client if given.confirm else None
        listener = stack.enter_context(socket.create_server((given.host, given.port)))
        heard = Heard(command, client, given.count)
        receiver = Refusals(CallbackReceiver(heard, secret=secret), command.screen.note)
        config = uvicorn.Config(
            receiver, log_level="warning", access_log=False, server_header=False, ws="none"
        )
        port = listener.getsockname()[1]
        checked = "checked" if secret is not None else f"NOT checked: set {SECRET}"
        greeting = f"listening at http://{given.host}:{port}/, signatures are {checked}"
        heard.server = _Greeting(config, lambda: command.screen.note(greeting))
        with suppress(KeyboardInterrupt):
            heard.server.run(sockets=[listener])
    return heard.code


class _Greeting(uvicorn.Server):
    """Greets once it listens, and a signal ends it properly."""

    def __init__(self, config: uvicorn.Config, greet: Callable[[], None]) -> None:
        super().__init__(config)
        self._greet = greet

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then greet."""
        await super().startup(sockets)
        self._greet()


def _check(secret: str) -> None:
    """Raise ValueError, which does not show it, for a secret that is none."""
    with suppress(CallbackRejected):
        parse_callback(b"", secret=secret)


@define
class Heard:
    """Prints each change of a task, and ends the server after the last that is wanted."""

    command: Command
    client: LipSync | None
    left: int | None
    server: uvicorn.Server | None = None
    code: int = 0

    def __call__(self, callback: CallbackPayload) -> None:
        """Print one change; what a query contradicts is told as an error."""
        try:
            asked = None if self.client is None else self.client.confirm(callback)
        except LipSyncError as error:
            self.command.screen.result(text_of(error), document_of(error))
            self.code = self.code or code_of(error) or 1
        else:
            own = callback.task_info.external_task_id or "-"
            state, told = callback.task_status.value, "" if asked is None else "  confirmed"
            line = f"{callback.task_id}  {state:<10}  {instant(callback.updated_at)}  {own}{told}"
            self.command.screen.result(line, callback.to_dict())
        if self.left is not None and self.server is not None:
            self.left -= 1
            self.server.should_exit = self.left <= 0


@define
class Refusals:
    """An ASGI application that tells of what the one inside it refused."""

    inner: CallbackReceiver
    note: Callable[[str], None]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""

        async def told(message: Message) -> None:
            status = message.get("status", 200)
            if status in REFUSED:
                self.note(f"refused with {status}: {REFUSED[status]}")
            await send(message)

        await self.inner(scope, receive, told)

"""A receiver of callbacks, ready to be served by any ASGI server."""

import asyncio
import inspect
import logging
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from kling_lipsync_api.models import CallbackPayload

from kling_lipsync.client.callbacks import CallbackGuard, parse_callback
from kling_lipsync.client.errors import BadSignature, CallbackRejected

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
OnTask = Callable[[CallbackPayload], object] | Callable[[CallbackPayload], Awaitable[object]]
LARGEST_BODY = 1024 * 1024
_LOG = logging.getLogger(__name__)


class CallbackReceiver:
    """An ASGI application that calls `on_task` once for each change of a task, in order.

    `on_task` may be a coroutine function; any other runs in a thread.  The answer is 200 when it
    returned, or when the change is no news; 500 when it raised, after which the change may come
    again; 400 for what is no callback, 401 for a wrong signature, 405 and 413 as usual.
    """

    def __init__(
        self, on_task: OnTask, *, secret: str | None = None, guard: CallbackGuard | None = None
    ) -> None:
        self._on_task = on_task
        self._secret = secret
        self._guard = CallbackGuard() if guard is None else guard

    def __repr__(self) -> str:
        signed = "signed" if self._secret is not None else "unsigned"
        return f"{type(self).__name__}({signed} callbacks)"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection, as ASGI has it."""
        if scope["type"] == "lifespan":
            await _live(receive, send)
        elif scope["type"] == "http":
            await _answer(send, await self._received(scope, receive))

    async def _received(self, scope: Scope, receive: Receive) -> int:
        if scope["method"] != "POST":
            return 405
        body = await _body(receive)
        if body is None:
            return 413
        headers = [
            (name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]
        ]
        try:
            callback = parse_callback(body, headers, secret=self._secret)
        except BadSignature:
            return 401
        except CallbackRejected:
            return 400
        if not self._guard.accept(callback):
            return 200
        return await self._told(callback)

    async def _told(self, callback: CallbackPayload) -> int:
        try:
            if inspect.iscoroutinefunction(self._on_task):
                await self._on_task(callback)
            else:
                await asyncio.to_thread(self._on_task, callback)
        except Exception:
            self._guard.forget(callback)
            _LOG.exception("the change of task %s could not be taken in", callback.task_id)
            return 500
        return 200


async def _body(receive: Receive) -> bytes | None:
    """Return the body, None when it is longer than any callback."""
    body = b""
    while len(body) <= LARGEST_BODY:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body", False):
            return body if len(body) <= LARGEST_BODY else None
    return None


async def _answer(send: Send, status: int) -> None:
    headers = [(b"content-type", b"text/plain"), (b"content-length", b"0")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


async def _live(receive: Receive, send: Send) -> None:
    while True:
        event = (await receive())["type"]
        await send({"type": f"{event}.complete"})
        if event == "lifespan.shutdown":
            return

"""Both clients on one account of a server in this process; their pauses move its clock."""

import asyncio
import inspect
import itertools
from collections.abc import AsyncIterator, Callable, Iterator
from threading import Lock
from typing import Any

import httpx

from contract_tests.callers import Caller
from contract_tests.inprocess import InProcessTransport
from contract_tests.targets import InProcess
from kling_lipsync import (
    AsyncLipSync,
    LipSync,
)
from kling_lipsync.client.environment import Environment, Stop

Verb = Callable[[Any], Any]
Do = Callable[..., Any]


class AwaitedTransport(httpx.AsyncBaseTransport):
    """Lets an AsyncClient call what an InProcessTransport calls."""

    def __init__(self, transport: InProcessTransport) -> None:
        self._transport = transport
        self._lock = Lock()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request of httpx."""
        await request.aread()

        def ask() -> httpx.Response:
            with self._lock:
                return self._transport.handle_request(request)

        return await asyncio.to_thread(ask)


def doing(server: InProcess, caller: Caller, *, blocking: bool) -> Do:
    """Return what lets a new client do something, and returns what came of it."""
    numbers = itertools.count()

    def pause(seconds: float, stop: Stop | None) -> None:
        del stop
        caller.advance(round(seconds * 1000))

    async def pause_async(seconds: float, stop: Stop | None) -> None:
        await asyncio.to_thread(pause, seconds, stop)

    environment = Environment(
        pause=pause, pause_async=pause_async, new_id=lambda: f"id-{next(numbers)}"
    )
    keys = {
        "access_key": caller.key,
        "secret_key": caller.secret,
        "base_url": server.origin,
    }
    transport = InProcessTransport(server.client)

    def do_blocking(verb: Verb, **options: Any) -> Any:  # noqa: ANN401
        with LipSync(transport=transport, environment=environment, **{**keys, **options}) as client:
            value = verb(client)
            return list(value) if isinstance(value, Iterator) else value

    async def do_awaited(verb: Verb, **options: Any) -> Any:  # noqa: ANN401
        async with AsyncLipSync(
            transport=AwaitedTransport(transport), environment=environment, **{**keys, **options}
        ) as client:
            value = verb(client)
            if isinstance(value, AsyncIterator):
                return [item async for item in value]
            return await value if inspect.isawaitable(value) else value

    if blocking:
        return do_blocking
    return lambda verb, **options: asyncio.run(do_awaited(verb, **options))

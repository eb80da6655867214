"""The only place that waits, sends and reads: one flow carried out, blocking or awaited.

Both drivers build the same request, bound the same exchange and tell the same outcome;
everything that could differ in policy stands in the flows.
"""

import asyncio
import inspect
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any, TypeVar

import httpx
from attrs import frozen

from kling_lipsync.client.deadlines import bound_exchanges, reading_until
from kling_lipsync.client.effects import (
    Answer,
    Effect,
    Fetch,
    Fetched,
    Flow,
    NoAnswer,
    Run,
    Send,
    Sleep,
)
from kling_lipsync.client.environment import Environment
from kling_lipsync.client.requests import Requests, without_cookies

T = TypeVar("T")
LARGEST_REPLY = 64 * 1024 * 1024
"""Bytes of a JSON reply; a full page of 500 tasks has about one."""
_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
NOTHING_READ = (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError)
"""What httpx raises when there is no reply, or not all of one."""
LATE = NoAnswer("ReadTimeout: the time for the exchange ran out", timed_out=True)


def no_answer(error: Exception) -> NoAnswer:
    """Return what an exception of httpx means: whether it was sent, and why it failed."""
    sent = not isinstance(error, (*_NEVER_SENT, httpx.UnsupportedProtocol, httpx.InvalidURL))
    if isinstance(error, httpx.LocalProtocolError):
        # Its text quotes the header that it objects to, which may be the credential.
        return NoAnswer("the request could not be written as HTTP", sent=sent)
    return NoAnswer(
        f"{type(error).__name__}: {error}".rstrip(": "),
        sent=sent,
        timed_out=isinstance(error, httpx.TimeoutException),
    )


class _Bounded(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body, piece by piece, for as long as there is time and room."""

    def __init__(self, stream: Any, clock: Callable[[], float], until: float, most: float) -> None:  # noqa: ANN401 - blocking or awaited
        self._stream = stream
        self._clock = clock
        self._until = until
        self._left = most

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._stream:
            yield self._checked(piece)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for piece in self._stream:
            yield self._checked(piece)

    def close(self) -> None:
        self._stream.close()

    async def aclose(self) -> None:
        await self._stream.aclose()

    def _checked(self, piece: bytes) -> bytes:
        """Return a piece; raise ReadTimeout or ReadError when it must end here."""
        self._left -= len(piece)
        if self._clock() >= self._until:
            msg = LATE.reason.partition(": ")[2]
            raise httpx.ReadTimeout(msg)
        if self._left < 0:
            msg = f"the reply is longer than {LARGEST_REPLY} bytes"
            raise httpx.ReadError(msg)
        return piece


def _resumed(flow: Flow[T], value: object, error: BaseException | None) -> Effect:
    return flow.send(value) if error is None else flow.throw(error)


@frozen
class SyncDriver:
    """Carries flows out in the calling thread."""

    client: httpx.Client
    environment: Environment
    requests: Requests

    @classmethod
    def opened(
        cls, base_url: str, transport: httpx.BaseTransport | None, environment: Environment
    ) -> "SyncDriver":
        """Return a driver with connections of its own, or with the transport that is given."""
        client = httpx.Client(transport=transport)
        without_cookies(client)
        bound_exchanges(client)
        return cls(client, environment, Requests(base_url))

    def run(self, flow: Flow[T]) -> T:
        """Return what the flow returns; raise what it raises."""
        value: object = None
        error: BaseException | None = None
        while True:
            try:
                effect = _resumed(flow, value, error)
            except StopIteration as end:
                result: T = end.value
                return result
            value, error = None, None
            try:
                value = self._perform(effect)
            except BaseException as raised:
                error = raised

    def _perform(self, effect: Effect) -> object:
        if isinstance(effect, Send | Fetch):
            return self._exchange(effect)
        if isinstance(effect, Sleep):
            self.environment.pause(effect.seconds, effect.stop)
            return None
        if isinstance(effect, Run):
            return effect.function()
        return effect.function(effect.value)

    def _exchange(self, effect: Send | Fetch) -> Answer | Fetched | NoAnswer:
        clock = self.environment.monotonic
        until = clock() + effect.limit_s
        try:
            with reading_until(until, clock):
                if isinstance(effect, Fetch):
                    return self._fetched(effect, until)
                return self._answer(effect, until)
        except NOTHING_READ as error:
            return no_answer(error)

    def _answer(self, effect: Send, until: float) -> Answer:
        request = self.requests.api(effect.arguments, effect.authorization, effect.limit_s)
        reply = self.client.send(request, stream=True, auth=None, follow_redirects=False)
        if not reply.is_stream_consumed:
            clock = self.environment.monotonic
            reply.stream = _Bounded(reply.stream, clock, until, LARGEST_REPLY)
            reply.read()
        return Answer(reply)

    def _fetched(self, effect: Fetch, until: float) -> Fetched:
        request = self.requests.media(effect.url, effect.limit_s)
        with effect.file.open("wb") as file:
            reply = self.client.send(request, stream=True, auth=None, follow_redirects=True)
            if reply.is_stream_consumed:
                return Fetched(reply.status_code, reply.headers, file.write(reply.content))
            clock, length = self.environment.monotonic, 0
            reply.stream = _Bounded(reply.stream, clock, until, float("inf"))
            try:
                for piece in reply.iter_raw():
                    length += file.write(piece)
            finally:
                reply.close()
            return Fetched(reply.status_code, reply.headers, length)


@frozen
class AsyncDriver:
    """Carries flows out in the running asyncio loop."""

    client: httpx.AsyncClient
    environment: Environment
    requests: Requests

    @classmethod
    def opened(
        cls, base_url: str, transport: httpx.AsyncBaseTransport | None, environment: Environment
    ) -> "AsyncDriver":
        """Return a driver with connections of its own, or with the transport that is given."""
        client = httpx.AsyncClient(transport=transport)
        without_cookies(client)
        return cls(client, environment, Requests(base_url))

    async def run(self, flow: Flow[T]) -> T:
        """Return what the flow returns; raise what it raises."""
        value: object = None
        error: BaseException | None = None
        while True:
            try:
                effect = _resumed(flow, value, error)
            except StopIteration as end:
                result: T = end.value
                return result
            value, error = None, None
            try:
                value = await self._perform(effect)
            except BaseException as raised:
                error = raised

    async def _perform(self, effect: Effect) -> object:
        if isinstance(effect, Send | Fetch):
            return await self._exchange(effect)
        if isinstance(effect, Sleep):
            await self.environment.pause_async(effect.seconds, effect.stop)
            return None
        if isinstance(effect, Run):
            return await asyncio.to_thread(effect.function)
        told = effect.function(effect.value)
        return await told if inspect.isawaitable(told) else told

    async def _exchange(self, effect: Send | Fetch) -> Answer | Fetched | NoAnswer:
        clock = self.environment.monotonic
        until = clock() + effect.limit_s
        try:
            async with asyncio.timeout(effect.limit_s):
                if isinstance(effect, Fetch):
                    return await self._fetched(effect, until)
                return await self._answer(effect, until)
        except TimeoutError:
            return LATE
        except NOTHING_READ as error:
            return no_answer(error)

    async def _answer(self, effect: Send, until: float) -> Answer:
        request = self.requests.api(effect.arguments, effect.authorization, effect.limit_s)
        reply = await self.client.send(request, stream=True, auth=None, follow_redirects=False)
        if not reply.is_stream_consumed:
            clock = self.environment.monotonic
            reply.stream = _Bounded(reply.stream, clock, until, LARGEST_REPLY)
            await reply.aread()
        return Answer(reply)

    async def _fetched(self, effect: Fetch, until: float) -> Fetched:
        request = self.requests.media(effect.url, effect.limit_s)
        with effect.file.open("wb") as file:
            reply = await self.client.send(request, stream=True, auth=None, follow_redirects=True)
            if reply.is_stream_consumed:
                return Fetched(reply.status_code, reply.headers, file.write(reply.content))
            clock, length = self.environment.monotonic, 0
            reply.stream = _Bounded(reply.stream, clock, until, float("inf"))
            try:
                async for piece in reply.aiter_raw():
                    length += file.write(piece)
            finally:
                await reply.aclose()
            return Fetched(reply.status_code, reply.headers, length)

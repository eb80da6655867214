"""The only place that waits, sends and reads: one flow carried out, blocking or awaited.

Both drivers build the same request, bound the same exchange and tell the same outcome;
everything that could differ in policy stands in the flows.
"""

import asyncio
import inspect
from collections.abc import Callable
from typing import BinaryIO, TypeVar

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


def _request(client: httpx.Client | httpx.AsyncClient, effect: Send | Fetch) -> httpx.Request:
    if isinstance(effect, Fetch):
        request = client.build_request("GET", effect.url, timeout=effect.limit_s)
        request.headers["Accept-Encoding"] = "identity"
        return request
    request = client.build_request(**effect.arguments, timeout=effect.limit_s)
    request.headers["Authorization"] = effect.authorization
    return request


@frozen
class _Body:
    """Takes a body piece by piece, for as long as there is time and room."""

    clock: Callable[[], float]
    until: float
    pieces: list[bytes]
    file: BinaryIO | None

    def take(self, piece: bytes) -> int:
        """Keep a piece and return its length; raise ReadTimeout or ReadError when it must end."""
        if self.clock() >= self.until:
            msg = LATE.reason.partition(": ")[2]
            raise httpx.ReadTimeout(msg)
        if self.file is not None:
            return self.file.write(piece)
        self.pieces.append(piece)
        return len(piece)

    def refuse_excess(self, length: int) -> None:
        """Raise ReadError when a reply is longer than any reply of the service."""
        if self.file is None and length > LARGEST_REPLY:
            msg = f"the reply is longer than {LARGEST_REPLY} bytes"
            raise httpx.ReadError(msg)

    def whole(self, reply: httpx.Response) -> Answer | Fetched:
        """Return a reply that came in one piece, as a transport in memory gives it."""
        if self.file is None:
            return Answer(reply)
        return self.result(reply, self.take(reply.content))

    def result(self, reply: httpx.Response, length: int) -> Answer | Fetched:
        """Return what was read: the decoded reply, or how much went into the file."""
        if self.file is not None:
            return Fetched(reply.status_code, reply.headers, length)
        whole = httpx.Response(
            reply.status_code,
            headers=reply.headers,
            content=b"".join(self.pieces),
            request=reply.request,
        )
        return Answer(whole)


def _open(effect: Send | Fetch) -> BinaryIO | None:
    return effect.file.open("wb") if isinstance(effect, Fetch) else None


def _resumed(flow: Flow[T], value: object, error: BaseException | None) -> Effect:
    return flow.send(value) if error is None else flow.throw(error)


@frozen
class SyncDriver:
    """Carries flows out in the calling thread."""

    client: httpx.Client
    environment: Environment

    @classmethod
    def opened(
        cls, base_url: str, transport: httpx.BaseTransport | None, environment: Environment
    ) -> "SyncDriver":
        """Return a driver with connections of its own, or with the transport that is given."""
        client = httpx.Client(base_url=base_url, transport=transport)
        bound_exchanges(client)
        return cls(client, environment)

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
        file = _open(effect)
        try:
            with reading_until(until, clock):
                return self._read(effect, _Body(clock, until, [], file))
        except NOTHING_READ as error:
            return no_answer(error)
        finally:
            if file is not None:
                file.close()

    def _read(self, effect: Send | Fetch, body: _Body) -> Answer | Fetched:
        reply = self.client.send(
            _request(self.client, effect),
            stream=True,
            auth=None,
            follow_redirects=isinstance(effect, Fetch),
        )
        if reply.is_stream_consumed:
            return body.whole(reply)
        length = 0
        try:
            for piece in reply.iter_raw():
                length += body.take(piece)
                body.refuse_excess(length)
        finally:
            reply.close()
        return body.result(reply, length)


@frozen
class AsyncDriver:
    """Carries flows out in the running asyncio loop."""

    client: httpx.AsyncClient
    environment: Environment

    @classmethod
    def opened(
        cls, base_url: str, transport: httpx.AsyncBaseTransport | None, environment: Environment
    ) -> "AsyncDriver":
        """Return a driver with connections of its own, or with the transport that is given."""
        client = httpx.AsyncClient(base_url=base_url, transport=transport)
        return cls(client, environment)

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
        file = _open(effect)
        try:
            async with asyncio.timeout(effect.limit_s):
                return await self._read(effect, _Body(clock, until, [], file))
        except TimeoutError:
            return LATE
        except NOTHING_READ as error:
            return no_answer(error)
        finally:
            if file is not None:
                file.close()

    async def _read(self, effect: Send | Fetch, body: _Body) -> Answer | Fetched:
        reply = await self.client.send(
            _request(self.client, effect),
            stream=True,
            auth=None,
            follow_redirects=isinstance(effect, Fetch),
        )
        if reply.is_stream_consumed:
            return body.whole(reply)
        length = 0
        try:
            async for piece in reply.aiter_raw():
                length += body.take(piece)
                body.refuse_excess(length)
        finally:
            await reply.aclose()
        return body.result(reply, length)

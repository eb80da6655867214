"""Both clients against one script: what was sent, how long was paused, and what came of it."""

import asyncio
import copy
import inspect
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any, Unpack

from attrs import frozen

from kling_lipsync.client.async_client import AsyncLipSync
from kling_lipsync.client.shared import Options
from kling_lipsync.client.sync_client import LipSync
from kling_lipsync.client.tests.service import Service

URL = "https://api.test"
ACCESS_KEY = "AK-not-to-be-shown"
SECRET_KEY = "SK-not-to-be-shown"


@frozen
class Outcome:
    """What one client did and what came of it; `value` or `error` is None."""

    value: Any
    error: Any
    requests: tuple[tuple[str, str, bytes], ...]
    pauses: tuple[float, ...]
    service: Service

    @property
    def trace(self) -> tuple[Any, ...]:
        """Everything in which the two clients must be the same."""
        value = self.value
        if isinstance(value, list):
            value = [_comparable(item) for item in value]
        return (self.requests, self.pauses, value, _comparable(self.error))


def _comparable(value: object) -> object:
    """Return an error as its type and parts, for two errors are never equal."""
    if not isinstance(value, BaseException):
        return value
    return type(value), getattr(value, "report", str(value))


Verb = Callable[[Any], Any]


def blocking(service: Service, **options: Unpack[Options]) -> LipSync:
    """Return the blocking client of a service."""
    return LipSync(transport=service.transport(), **_options(service, options))


def awaited(service: Service, **options: Unpack[Options]) -> AsyncLipSync:
    """Return the awaited client of a service."""
    return AsyncLipSync(transport=service.transport(), **_options(service, options))


def _options(service: Service, options: Options) -> Options:
    given: Options = {
        "access_key": ACCESS_KEY,
        "secret_key": SECRET_KEY,
        "base_url": URL,
        "environment": service.world.environment(),
    }
    given.update(options)
    return given


def on_both(service: Service, verb: Verb, **options: Unpack[Options]) -> Outcome:
    """Let both clients do the same against equal services; assert that they did the same."""
    services = service, copy.deepcopy(service)
    first = _outcome(lambda: _blocking(services[0], verb, options), services[0])
    second = _outcome(lambda: asyncio.run(_awaited(services[1], verb, options)), services[1])

    assert first.trace == second.trace
    return first


def _outcome(act: Callable[[], Any], service: Service) -> Outcome:
    value = error = None
    try:
        value = act()
    except Exception as raised:
        error = raised
    return Outcome(value, error, tuple(service.requests), tuple(service.world.pauses), service)


def _blocking(service: Service, verb: Verb, options: Options) -> Any:  # noqa: ANN401
    with blocking(service, **options) as client:
        value = verb(client)
        return list(value) if isinstance(value, Iterator) else value


async def _awaited(service: Service, verb: Verb, options: Options) -> Any:  # noqa: ANN401
    async with awaited(service, **options) as client:
        value = verb(client)
        if isinstance(value, AsyncIterator):
            return [item async for item in value]
        return await value if inspect.isawaitable(value) else value

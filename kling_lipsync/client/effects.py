"""What a flow asks of the world, and what it is told: the border between policy and I/O.

Every verb is a flow: a generator that yields effects and is sent their results.  It never
waits, opens or sends anything itself, so two drivers carry it out in the same way.
"""

from collections.abc import Callable, Generator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import httpx
from attrs import field, frozen

from kling_lipsync.client.environment import Stop

T = TypeVar("T")
Flow = Generator["Effect", Any, T]


@frozen
class Send:
    """Send one request; the result is an `Answer` or a `NoAnswer`.

    `arguments` are those of `httpx.Client.build_request`; `limit_s` bounds the whole exchange,
    from connecting to the last byte, however slowly bytes arrive.
    """

    arguments: Mapping[str, Any]
    authorization: str = field(repr=False)
    limit_s: float


@frozen
class Answer:
    """A reply, read to its end."""

    reply: httpx.Response


@frozen
class NoAnswer:
    """No reply, or not all of one; `sent` is False when the service cannot have seen the request.

    `reason` is a short English clause, and `timed_out` whether time was what ran out.
    """

    reason: str
    sent: bool = True
    timed_out: bool = False


@frozen
class Sleep:
    """Pause for so many s, or until the switch is set; without result."""

    seconds: float
    stop: Stop | None = None


@frozen
class Run:
    """Call a function that may block, such as one that reads a file; the result is its own.

    What the function raises is raised in the flow.
    """

    function: Callable[[], Any]


@frozen
class Tell:
    """Call the user's own function with a value, and await what it returns if that can be."""

    function: Callable[[Any], Any]
    value: object


@frozen
class Fetch:
    """Save what a URL has in a file, without credentials; the result is `Fetched` or `NoAnswer`."""

    url: str = field(repr=False)
    file: Path
    limit_s: float


@frozen
class Fetched:
    """A reply whose body went into the file; `length` counts its bytes."""

    status: int
    headers: httpx.Headers
    length: int


Effect = Send | Sleep | Run | Tell | Fetch

"""What both clients are made of: their options, and what needs no network."""

from datetime import timedelta
from typing import TypedDict, Unpack

from kling_lipsync.client import waiting as waits
from kling_lipsync.client.core import Core, Preflight, make_core
from kling_lipsync.client.credentials import find_base_url, find_credentials
from kling_lipsync.client.environment import Environment, Stop
from kling_lipsync.client.ledger import Units
from kling_lipsync.client.policy import RetryPolicy, WaitPolicy
from kling_lipsync.client.times import seconds
from kling_lipsync.client.waiting import Progress

Limit = float | timedelta
"""How long something may take: s, or a timedelta."""


class Options(TypedDict, total=False):
    """The options of a client, each by name and each optional."""

    access_key: str | None
    """With secret_key: a JWT is minted and renewed; KLING_ACCESS_KEY, KLING_SECRET_KEY."""
    secret_key: str | None
    api_key: str | None
    """Instead of the pair; KLING_API_KEY."""
    base_url: str | None
    """The origin to call; KLING_BASE_URL, or else the vendor's."""
    timeout: Limit
    """Bounds each exchange whole, from connecting to the last byte; 60 s."""
    retries: RetryPolicy
    waiting: WaitPolicy
    preflight: Preflight
    """The profile under which calls are checked before they are sent, or "off"; "documented"."""
    max_units: float | str | None
    """A call that could bring the units of this client above it is refused; None for no limit."""
    environment: Environment
    """Clocks, chance and pauses, for tests."""


class Shared:
    """What needs no network: settings, sums, clocks."""

    def __init__(self, **options: Unpack[Options]) -> None:
        self._core = core_of(**options)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._core.base_url!r}, {self._core.credentials.kind})"

    @property
    def units(self) -> Units:
        """What was spent, what open calls may still take, and what is left, in units."""
        return self._core.ledger.units

    @property
    def clock_offset_s(self) -> float:
        """The server's clock less this machine's, in whole s; 0 before the first reply."""
        return self._core.tokens.offset_s

    def _wish(
        self, timeout: Limit | None, progress: Progress | None, stop: Stop | None
    ) -> waits.Wish:
        return waits.Wish(None if timeout is None else seconds(timeout, "timeout"), stop, progress)


def core_of(**options: Unpack[Options]) -> Core:
    """Return the state of a client with these options, and the defaults of the others.

    Raises CredentialsError for missing credentials, ValueError for a limit that is none.
    """
    pair = options.get("access_key"), options.get("secret_key"), options.get("api_key")
    return make_core(
        find_credentials(*pair),
        find_base_url(options.get("base_url")),
        options.get("environment", Environment()),
        timeout_s=seconds(options.get("timeout", 60.0), "timeout"),
        retries=options.get("retries", RetryPolicy()),
        waiting=options.get("waiting", WaitPolicy()),
        preflight=options.get("preflight", "documented"),
        max_units=options.get("max_units"),
    )

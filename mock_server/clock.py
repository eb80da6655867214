"""Time: the one place that reads the host's clock, and the arithmetic of account clocks."""

import re
import time
from datetime import UTC, datetime
from email.utils import format_datetime
from enum import Enum
from functools import lru_cache

from attrs import evolve, frozen


class ClockMode(Enum):
    """How an account's time passes."""

    REAL = "real"
    FROZEN = "frozen"
    SCALED = "scaled"


@frozen
class Clock:
    """An account's clock: it stood at `account_ms` when the host's stood at `host_ms`."""

    mode: ClockMode
    account_ms: int
    host_ms: int
    factor: float = 1.0


LAST_MS = 9_999_999_999_999
"""The last instant (Unix ms, in 2286) that has the 13 digits which the contract prints."""

NEVER_MS = 10_000_000_000_000
"""An instant that no clock reaches."""


_UNITS_MS = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "": 1}
_SPAN = re.compile(r"([0-9]{1,15})(ms|s|m|h|d)?")


class ClockError(ValueError):
    """A clock was asked for something that it cannot do; the text says what it can."""


def host_now() -> int:
    """Return the host's time in Unix ms."""
    return time.time_ns() // 1_000_000


def stopwatch() -> float:
    """Return seconds on a clock that never steps, to measure how long something took."""
    return time.perf_counter()


def start_clock(setting: str, host_ms: int) -> Clock:
    """Make a clock from `real`, `frozen` or `xN` (N times as fast as the host's, such as `x60`)."""
    if setting in ("real", "frozen"):
        return Clock(ClockMode(setting), host_ms, host_ms)
    try:
        factor = float(setting.removeprefix("x"))
    except ValueError:
        factor = 0.0
    if not setting.startswith("x") or not 0 < factor <= 1_000_000:
        msg = f"time {setting!r} is none of: real, frozen, xN with 0 < N <= 1000000, such as x60"
        raise ClockError(msg)
    return Clock(ClockMode.SCALED, host_ms, host_ms, factor)


def account_now(clock: Clock, host_ms: int) -> int:
    """Return the account's time (Unix ms) when the host's stands at `host_ms`; it ends in 2286."""
    if clock.mode is ClockMode.FROZEN:
        return clock.account_ms
    passed = host_ms - clock.host_ms
    if clock.mode is ClockMode.SCALED:
        return min(clock.account_ms + int(passed * clock.factor), LAST_MS)
    return clock.account_ms + passed


def moved(clock: Clock, host_ms: int, to: int) -> Clock:
    """Return the clock set to a later instant; it goes on in its mode.

    Raises ClockError for an instant before the clock's own (time does not go back), or after 2286.
    """
    now = account_now(clock, host_ms)
    if to > LAST_MS:
        msg = f"the clock cannot go to {to}: instants have 13 digits, at most {LAST_MS}"
        raise ClockError(msg)
    if to < now:
        msg = f"the clock stands at {now} and cannot go back to {to}; make a new account instead"
        raise ClockError(msg)
    return evolve(clock, account_ms=to, host_ms=host_ms)


def span_ms(value: object) -> int:
    """Read a span of time: a number of ms, or text such as `90s`, `65m`, `30d`; return ms.

    Raises ClockError that names the value and gives examples.
    """
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    match = _SPAN.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        msg = f"{value!r} is no span of time: give ms, or such as 500ms, 90s, 65m, 24h, 30d"
        raise ClockError(msg)
    return int(match[1]) * _UNITS_MS[match[2] or ""]


def host_delay_s(clock: Clock, host_ms: int, instant: int) -> float | None:
    """Return in how many host seconds the account reaches an instant; None when it never does."""
    if clock.mode is ClockMode.FROZEN:
        return None
    return max(0.0, (instant - account_now(clock, host_ms)) / 1000 / clock.factor)


def http_date(now_ms: int) -> bytes:
    """Return an instant as the Date header has it (RFC 9110), in ASCII."""
    return _http_date(now_ms // 1000)


@lru_cache(maxsize=64)
def _http_date(now_s: int) -> bytes:
    return format_datetime(datetime.fromtimestamp(now_s, UTC), usegmt=True).encode("ascii")

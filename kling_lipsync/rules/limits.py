"""Comparisons that several rules make, with the value seen and the nearest legal one."""

from collections.abc import Mapping
from typing import Any

from kling_lipsync.rules.facts import Finding, Generated, Readings, SessionFact

DAY_MS = 24 * 3600 * 1000


def at_most_megabytes(
    size: int, limits: Mapping[str, Any], readings: Readings, where: str
) -> Finding | None:
    """At most so many megabytes, inclusive; what a megabyte is, a reading says."""
    base = int(readings["size-unit"])
    largest = limits["largest_megabytes"] * base * base
    return None if size <= largest else Finding(size, where, largest)


def older_than(
    source: Generated, now: int, limits: Mapping[str, Any], where: str
) -> Finding | None:
    """Finished at most so many times 24 h ago, inclusive."""
    oldest = now - limits["oldest_days"] * DAY_MS
    return None if source.finished_at >= oldest else Finding(source.finished_at, where, oldest)


def nearest_within(value: int, low: int, high: int) -> int:
    """Return the value, moved into [low, high]."""
    return min(max(value, low), high)


def session_end(session: SessionFact, limits: Mapping[str, Any], readings: Readings) -> int | None:
    """Return the instant (Unix ms) from which a session serves no more; None when it always does.

    The limits are those of `retention.session-life`.
    """
    if not session.expires or readings["session-life"] == "none":
        return None
    return session.created_at + int(limits["hours"]) * 3600 * 1000

"""Times as the client takes them: whole ms, or a timedelta."""

from datetime import timedelta

Time = int | timedelta
"""A point or a length in time: an int is ms, a timedelta is itself."""


def milliseconds(value: Time, name: str) -> int:
    """Return a time in ms; raise TypeError that names it when it is neither int nor timedelta.

    A float is refused: 3.5 may mean seconds as well as ms.  A timedelta is rounded to the ms.
    """
    if isinstance(value, timedelta):
        return round(value / timedelta(milliseconds=1))
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    msg = f"{name} is {value!r}: a time is an int of ms, or a timedelta"
    raise TypeError(msg)


def seconds(value: float | timedelta, name: str) -> float:
    """Return a limit in s; raise ValueError that names it when it is not above 0 and finite."""
    length = value.total_seconds() if isinstance(value, timedelta) else float(value)
    if not 0 < length < float("inf"):
        msg = f"{name} is {value!r}: a limit is a number of seconds above 0, or a timedelta"
        raise ValueError(msg)
    return length

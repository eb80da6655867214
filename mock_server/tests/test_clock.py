"""An account's clock follows the host's, stands still, or runs faster; it never goes back."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_server import clock
from mock_server.clock import (
    Clock,
    ClockError,
    ClockMode,
    account_now,
    host_delay_s,
    http_date,
    moved,
    span_ms,
    start_clock,
)
from mock_server.tests.builders import NOW

SPANS = st.integers(min_value=0, max_value=10**12)
SETTINGS = st.sampled_from(["real", "frozen", "x60", "x0.5"])


@pytest.mark.parametrize(
    ("setting", "passed"), [("real", 1000), ("frozen", 0), ("x60", 60_000), ("x0.5", 500)]
)
def test_a_clock_passes_as_its_setting_says(setting: str, passed: int) -> None:
    """A second of the host is a second, none, sixty, or half of one."""
    started = start_clock(setting, NOW)

    assert account_now(started, NOW) == NOW
    assert account_now(started, NOW + 1000) == NOW + passed


@pytest.mark.parametrize(
    "setting", ["", "fast", "x", "x0", "x-1", "xnan", "xinf", "x1000001", "60", "REAL", "60x"]
)
def test_an_unknown_setting_is_refused(setting: str) -> None:
    """The value is told, and what a clock can be."""
    with pytest.raises(ClockError, match=rf"time '{setting}' is none of: real, frozen, xN with 0"):
        start_clock(setting, NOW)


@pytest.mark.parametrize("setting", ["real", "frozen", "x60"])
def test_a_moved_clock_goes_on_in_its_mode(setting: str) -> None:
    """It stands at the instant that was asked for, and passes from there as before."""
    started = start_clock(setting, NOW)

    later = moved(started, NOW + 10, NOW + 5_000_000)

    assert account_now(later, NOW + 10) == NOW + 5_000_000
    assert (later.mode, later.factor) == (started.mode, started.factor)


def test_a_clock_does_not_go_back() -> None:
    """An instant before its own is refused, with both and the remedy."""
    with pytest.raises(ClockError, match=f"stands at {NOW} and cannot go back to {NOW - 1}; make"):
        moved(start_clock("frozen", NOW), NOW, NOW - 1)


def test_a_clock_may_be_moved_to_where_it_stands() -> None:
    """To move by nothing is no mistake."""
    started = start_clock("frozen", NOW)

    assert account_now(moved(started, NOW, NOW), NOW) == NOW


@given(setting=SETTINGS, before=SPANS, after=SPANS)
def test_later_on_the_host_is_not_earlier_in_the_account(
    setting: str, before: int, after: int
) -> None:
    """Whatever its mode, a clock never runs backwards."""
    started = start_clock(setting, NOW)
    first, second = sorted((NOW + before, NOW + after))

    assert account_now(started, first) <= account_now(started, second)


@pytest.mark.parametrize(
    ("setting", "delay"), [("real", 6.0), ("x60", 0.1), ("x0.5", 12.0), ("frozen", None)]
)
def test_a_delay_is_told_in_seconds_of_the_host(setting: str, delay: float | None) -> None:
    """A frozen clock never gets there by itself."""
    assert host_delay_s(start_clock(setting, NOW), NOW, NOW + 6000) == delay


def test_what_is_past_is_due_now() -> None:
    """A delay is never negative."""
    assert host_delay_s(start_clock("real", NOW), NOW, NOW - 1) == 0.0


def test_a_date_is_written_as_http_does() -> None:
    """English names, GMT, whole seconds."""
    assert http_date(1_770_000_000_999) == b"Mon, 02 Feb 2026 02:40:00 GMT"


def test_the_hosts_clock_is_read_in_ms(monkeypatch: pytest.MonkeyPatch) -> None:
    """The one place that reads it cuts off what is smaller."""
    monkeypatch.setattr(time, "time_ns", lambda: NOW * 1_000_000 + 999_999)

    assert clock.host_now() == NOW


def test_a_stopwatch_never_steps_back() -> None:
    """Two readings in a row do not decrease."""
    first = clock.stopwatch()

    assert clock.stopwatch() >= first


def test_a_clock_is_a_value() -> None:
    """Two clocks that were started alike are equal."""
    assert start_clock("x60", NOW) == Clock(ClockMode.SCALED, NOW, NOW, 60.0)


@pytest.mark.parametrize(
    ("text", "span"),
    [
        (0, 0),
        (1500, 1500),
        ("1500", 1500),
        ("500ms", 500),
        ("90s", 90_000),
        ("65m", 3_900_000),
        ("24h", 86_400_000),
        ("30d", 2_592_000_000),
    ],
)
def test_a_span_is_written_in_many_ways(text: object, span: int) -> None:
    """Ms as a number, or a number with a unit."""
    assert span_ms(text) == span


@pytest.mark.parametrize("text", [-1, True, 1.5, None, "", "soon", "1w", "-5s", "1.5h", "5 s"])
def test_another_span_is_refused(text: object) -> None:
    """With the value, and examples of spans."""
    with pytest.raises(ClockError, match="is no span of time: give ms, or such as 500ms, 90s"):
        span_ms(text)

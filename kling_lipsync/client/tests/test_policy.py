"""When to send again, and how long to wait first."""

from email.utils import formatdate

from hypothesis import given
from hypothesis import strategies as st

from kling_lipsync.client.policy import RetryPolicy, WaitPolicy, retry_after_s
from kling_lipsync.client.tests.service import START

CHANCES = st.floats(0, 1, exclude_max=True)


@given(st.integers(1, 10_000), CHANCES, st.one_of(st.none(), st.floats(0, 1e9)))
def test_a_pause_is_within_its_bounds(sends: int, chance: float, asked: float | None) -> None:
    """At least a second, the server's wish or its cap, and never more than a minute."""
    policy = RetryPolicy()
    pause = policy.pause_s(sends, chance, asked)

    assert min(asked or 0.0, 60.0) <= pause <= 60.0
    assert pause >= 1.0


def test_pauses_double() -> None:
    """1, 2, 4, 8, 16, 30 s, and chance adds a quarter at most."""
    assert [RetryPolicy().pause_s(sends, 0) for sends in range(1, 8)] == [1, 2, 4, 8, 16, 30, 30]
    assert RetryPolicy().pause_s(1, 0.999) < 1.25


@given(st.integers(1, 10_000), CHANCES)
def test_looks_grow_apart(looks: int, chance: float) -> None:
    """From 2 s to 15 s, and chance adds a tenth at most."""
    assert 2 <= WaitPolicy().pause_s(looks, chance) <= 16.5


def test_a_wish_is_read_in_all_its_forms() -> None:
    """Milliseconds, seconds, and a date beside the reply's own or this clock."""
    date, told = formatdate(START + 7, usegmt=True), formatdate(START, usegmt=True)

    assert retry_after_s({"retry-after-ms": "1500", "retry-after": "9"}, START) == 1.5
    assert retry_after_s({"retry-after": "2.5"}, START) == 2.5
    assert retry_after_s({"retry-after": date}, START) == 7
    assert retry_after_s({"retry-after": date, "date": told}, START + 3600) == 7
    assert retry_after_s({"retry-after": told}, START + 99) == 0


@given(st.text())
def test_no_wish_can_break_it(text: str) -> None:
    """What cannot be read is no wish; what can is not negative, and has an end."""
    for name in ("retry-after", "retry-after-ms"):
        wish = retry_after_s({name: text}, START)
        assert wish is None or 0 <= wish < float("inf")
    assert retry_after_s({"retry-after": "-1"}, START) is None
    assert retry_after_s({"retry-after": "inf"}, START) is None

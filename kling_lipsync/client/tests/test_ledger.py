"""Money: no more is spent than allowed, and what is told is what was taken."""

import asyncio
from decimal import Decimal
from typing import Any

import pytest

from kling_lipsync.client.errors import BudgetExceeded, LipSyncError
from kling_lipsync.client.ledger import Ledger, Units, units_of
from kling_lipsync.client.policy import RetryPolicy
from kling_lipsync.client.tests.both import awaited, on_both
from kling_lipsync.client.tests.service import Fault, Service, World

AUDIO = "http://a.test/a.mp3"


def test_no_more_units_are_spent_than_allowed() -> None:
    """A task of unknown length may cost as much as one of a minute."""
    sync = lambda c: c.sync(video_url="http://v.test/v", audio=AUDIO, crop=(0, 3000))  # noqa: E731
    tight = on_both(Service(World()), sync, max_units=6)
    assert isinstance(tight.error, BudgetExceeded)
    assert [request[1] for request in tight.requests] == ["/v1/videos/identify-face"]
    assert on_both(Service(World()), sync, max_units="6.05").error is None
    broke = on_both(Service(World()), sync, max_units=0)
    assert (type(broke.error), broke.requests) == (BudgetExceeded, ())


def test_a_known_length_makes_the_price_exact() -> None:
    """Eight seconds cost one unit, and what was really taken replaces what was set aside."""

    def verb(client: Any) -> Any:  # noqa: ANN401
        return client.create("s1", "0", audio=AUDIO, crop=(0, 3000), video_length=8000)

    assert on_both(Service(World()), verb, max_units=1).error is None
    assert isinstance(on_both(Service(World()), verb, max_units="0.99").error, BudgetExceeded)


def test_what_a_refused_create_set_aside_is_given_back() -> None:
    """And what a lost one set aside is not."""

    async def left(service: Service) -> Decimal:
        async with awaited(service, max_units=6, retries=RetryPolicy(attempts=1)) as client:
            with pytest.raises(LipSyncError):
                await client.create("s1", "0", audio=AUDIO, crop=(0, 3000))
            return client.units.reserved

    assert asyncio.run(left(Service(World(), [Fault("1303")]))) == 0
    assert asyncio.run(left(Service(World(), [Fault("timeout")] * 3))) == 6


def test_a_deduction_is_counted_once() -> None:
    """However often a task is asked for."""
    ledger = Ledger(Decimal(3))
    ledger.reserve("mine", lambda: Decimal(2))
    ledger.rename("mine", "t1")
    assert ledger.units == Units(Decimal(0), Decimal(2), Decimal(1))
    for _ in range(3):
        ledger.settle("t1", Decimal(1))
    assert ledger.units == Units(Decimal(1), Decimal(0), Decimal(2))


@pytest.mark.parametrize("text", ["", "x", "-1", "NaN", "Infinity", None])
def test_what_is_no_amount_is_none(text: object) -> None:
    """A reply can hold anything."""
    assert units_of(text) is None
    assert units_of("0.05") == Decimal("0.05")

"""Ids look like the vendor's, do not repeat, and are the same again for the same seed."""

import itertools
import re
from uuid import UUID

import pytest

from mock_server.ids import EPOCH_MS, Ids
from mock_server.tests.builders import NOW


def test_a_snowflake_decodes_to_its_instant() -> None:
    """Its upper bits are the ms since the vendor's epoch."""
    name = Ids("seed", lambda: 0).snowflake(NOW)

    assert name.isdecimal()
    assert (int(name) >> 22) + EPOCH_MS == NOW


def test_an_instant_before_the_epoch_counts_as_the_epoch() -> None:
    """A clock that stands in 1970 still gives digits."""
    assert int(Ids("seed", lambda: 0).snowflake(0)) >> 22 == 0


def test_snowflakes_of_one_instant_differ() -> None:
    """A frozen clock gives a new id each time, beyond the end of the count too."""
    numbers = iter(range(4090, 4100))  # as after four million ids
    ids = Ids("seed", lambda: next(numbers))
    names = [ids.snowflake(NOW) for _ in range(5000)]

    assert len(set(names)) == 5000


def test_makers_with_different_numbers_make_different_ids() -> None:
    """Two processes that serve one account, each of which needs several numbers."""
    numbers = itertools.count()
    makers = [Ids("seed", lambda: next(numbers)) for _ in range(2)]
    names = [ids.snowflake(NOW) for _ in range(3000) for ids in makers]
    requests = [ids.request_id() for _ in range(100) for ids in makers]

    assert (len(set(names)), len(set(requests))) == (6000, 200)


@pytest.mark.parametrize("make", [lambda ids: ids.snowflake(NOW), Ids.request_id])
def test_the_same_seed_gives_the_same_ids(make) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    """A test run can be repeated to the last id, and another seed gives others."""
    assert [make(Ids("a", lambda: 0)) for _ in range(2)] == [
        make(Ids("a", lambda: 0)) for _ in range(2)
    ]
    assert make(Ids("a", lambda: 0)) != make(Ids("b", lambda: 0))


def test_a_request_id_is_a_random_uuid() -> None:
    """Version 4 of RFC 9562, in its canonical form, and each time another."""
    ids = Ids("seed", lambda: 0)
    names = {ids.request_id() for _ in range(500)}

    assert len(names) == 500
    assert {UUID(name).version for name in names} == {4}
    assert {str(UUID(name)) for name in names} == names
    assert all(re.fullmatch(r"[0-9a-f-]{36}", name) for name in names)

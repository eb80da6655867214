"""Ids look like the vendor's, do not repeat, and are the same again for the same seed."""

import re
from uuid import UUID

import pytest

from mock_server.ids import EPOCH_MS, Ids, created_at
from mock_server.tests.builders import NOW


def test_a_snowflake_decodes_to_its_instant() -> None:
    """Its upper bits are the ms since the vendor's epoch."""
    name = Ids("seed").snowflake(NOW)

    assert name.isdecimal()
    assert created_at(name) == NOW


def test_an_instant_before_the_epoch_counts_as_the_epoch() -> None:
    """A clock that stands in 1970 still gives digits."""
    assert created_at(Ids("seed").snowflake(0)) == EPOCH_MS


def test_snowflakes_of_one_instant_differ() -> None:
    """A frozen clock gives a new id each time, beyond the end of the count too."""
    ids = Ids("seed")
    ids._count = (1 << 22) - 3  # as after four million ids
    names = [ids.snowflake(NOW) for _ in range(1000)]

    assert len(set(names)) == 1000


@pytest.mark.parametrize("make", [lambda ids: ids.snowflake(NOW), Ids.request_id])
def test_the_same_seed_gives_the_same_ids(make) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    """A test run can be repeated to the last id, and another seed gives others."""
    assert [make(Ids("a")) for _ in range(2)] == [make(Ids("a")) for _ in range(2)]
    assert make(Ids("a")) != make(Ids("b"))


def test_a_request_id_is_a_random_uuid() -> None:
    """Version 4 of RFC 9562, in its canonical form, and each time another."""
    ids = Ids("seed")
    names = {ids.request_id() for _ in range(500)}

    assert len(names) == 500
    assert {UUID(name).version for name in names} == {4}
    assert {str(UUID(name)) for name in names} == names
    assert all(re.fullmatch(r"[0-9a-f-]{36}", name) for name in names)

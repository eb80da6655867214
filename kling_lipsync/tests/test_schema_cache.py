"""Schemas are compiled once for each set of patches, however many accounts have it."""

import pytest

from kling_lipsync.schema import SchemaCache
from kling_lipsync.tests.builders import real_contract

BOOK = real_contract().rulebook


@pytest.mark.parametrize(
    "changes", [{}, {"list-order": "oldest-first"}, {"resolution": "box-only"}, {"end-margin": 50}]
)
def test_readings_without_patch_share_their_schemas(changes: dict[str, object]) -> None:
    """Two accounts that differ in what code decides have one set of schemas."""
    cache = SchemaCache(real_contract())
    documented = cache.get(BOOK.profile("documented"))

    assert cache.get(BOOK.profile("documented", changes)) is documented
    assert cache.get(BOOK.profile("observed")) is documented


def test_readings_with_a_patch_have_their_own() -> None:
    """And each set of patches one."""
    cache = SchemaCache(real_contract())
    profiles = [
        BOOK.profile("documented", changes)
        for changes in ({}, {"null-field": "absent"}, {"unknown-field": "refuse"})
    ]
    schemas = [cache.get(profile) for profile in profiles]

    assert len({id(one) for one in schemas}) == 3
    assert [cache.get(profile) for profile in profiles] == schemas


def test_the_same_readings_are_known_at_sight() -> None:
    """However many accounts came between, the answer is right."""
    cache = SchemaCache(real_contract())
    loose = {"null-field": "absent"}
    expected = {False: cache.get(BOOK.profile("documented"))}
    expected[True] = cache.get(BOOK.profile("documented", loose))

    for number in range(1100):
        patched = number % 2 == 1
        assert cache.get(BOOK.profile("documented", loose if patched else {})) is expected[patched]

"""Every way to break a rule, in one table, by the rule's name."""

from collections.abc import Mapping
from itertools import groupby
from random import Random
from types import MappingProxyType

from contract_tests import breaks_entry, breaks_fields, breaks_media, spec
from contract_tests.ways import Broken, Way, break_by

WAYS: tuple[Way, ...] = (*breaks_entry.WAYS, *breaks_fields.WAYS, *breaks_media.WAYS)

BY_RULE: Mapping[str, tuple[Way, ...]] = MappingProxyType(
    {
        name: tuple(ways)
        for name, ways in groupby(
            sorted(WAYS, key=lambda way: spec.refusing().index(way.rule)), lambda way: way.rule
        )
    }
)


def breaks(name: str, draw: Random) -> Broken:
    """Draw a freshly built request that breaks this rule, with its mended twin."""
    return break_by(draw.choice(BY_RULE[name]), draw)

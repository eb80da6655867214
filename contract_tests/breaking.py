"""Every way to break a rule, in one table, and two ways at once."""

from collections.abc import Mapping
from random import Random
from types import MappingProxyType

from contract_tests import (
    breaks_entry,
    breaks_fields,
    breaks_form,
    breaks_media,
    breaks_references,
    breaks_standing,
    spec,
)
from contract_tests.drafts import Draft
from contract_tests.ways import Broken, Way, break_by

WAYS: tuple[Way, ...] = (
    *breaks_entry.WAYS,
    *breaks_form.WAYS,
    *breaks_fields.WAYS,
    *breaks_references.WAYS,
    *breaks_media.WAYS,
    *breaks_standing.WAYS,
)

BY_RULE: Mapping[str, tuple[Way, ...]] = MappingProxyType(
    {name: tuple(way for way in WAYS if way.rule == name) for name in spec.refusing()}
)

_APPLIED_LAST = "body"
"""Damage to a body's structure comes last: other damage needs the structure."""


def breaks(name: str, draw: Random) -> Broken:
    """Draw a freshly built request that breaks this rule, with its mended twin."""
    return break_by(draw.choice(BY_RULE[name]), draw)


def together(one: Way, other: Way) -> tuple[str, ...]:
    """Return the operations on which both ways can damage one draft."""
    if one.touches == other.touches or one.rule == other.rule or (one.stage and other.stage):
        return ()
    return tuple(name for name in one.operations if name in other.operations)


def break_both(one: Way, other: Way, draw: Random) -> tuple[Draft, str]:
    """Draw a request that breaks two rules; return it with the rule that is judged first."""
    operation = draw.choice(together(one, other))
    draft = (one if one.stage else other).draft(draw, operation)
    for way in sorted((one, other), key=lambda way: way.touches == _APPLIED_LAST):
        way.damage(draft, draw)
    return draft, min(one.rule, other.rule, key=spec.refusing().index)

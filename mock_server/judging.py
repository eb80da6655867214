"""How an operation asks the rules: the schema and the rows together, first refusal wins.

Also what several operations gather in the same way: described media, and things with a name.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import TypeVar

from attrs import evolve

from kling_lipsync.media import Unreachable, Unreadable
from kling_lipsync.rules import Refusal, Row, first_refusal, is_usual
from kling_lipsync.rules.facts import NOT_THERE, Facts, NotThere, Standing
from kling_lipsync.schema import Violation
from mock_server.context import Context
from mock_server.media.described import DescribedAudio, DescribedVideo, Misdescribed

Thing = TypeVar("Thing")


def judge(context: Context, schema: str, facts: Facts, *, before_media: bool) -> Refusal | None:
    """Return the first refusal by schema or function, up to the media where they are not there."""
    tables = context.tables
    table = tables.before_media if before_media else tables.all
    if table is tables.all and is_usual(facts):
        table = tables.usual
    if context.schemas.is_valid(schema, context.body):
        return first_refusal(table, facts, context.readings)
    return first(context, context.schemas.violations(schema, context.body), table, facts)


def first(
    context: Context, violations: Iterable[Violation], table: Iterable[Row], facts: Facts
) -> Refusal | None:
    """Return whichever is judged first: a failed schema keyword, or a row that objects."""
    violation = min(violations, key=lambda found: found.position, default=None)
    if violation is None:
        return first_refusal(table, facts, context.readings)
    earlier = (row for row in table if row.position < violation.position)
    refusal = first_refusal(earlier, facts, context.readings)
    if refusal is not None:
        return refusal
    rule = context.rulebook.rules[violation.rule]
    return Refusal(rule, rule.code_under(context.readings), violation.finding)


def not_that(
    described: DescribedVideo | DescribedAudio | Misdescribed, wanted: str, *, described_as: str
) -> Unreadable | Unreachable:
    """Return what a description of something else, or a faulty one, counts as."""
    if isinstance(described, Misdescribed):
        return Unreachable(described.reason)
    return Unreadable(0, described_as, f"the URL does not describe {wanted}")


def named(name: str | None, thing: Thing | None) -> Thing | NotThere | None:
    """Return what an id names, as the rules see it: None when no id was given."""
    if name is None:
        return None
    return NOT_THERE if thing is None else thing


def priced(standing: Standing, price: Decimal) -> Standing:
    """Return the account's standing with the price of this call."""
    return evolve(standing, price=price)

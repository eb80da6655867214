"""Rules about the two queries; the page bounds of the list are stated by the schema."""

from collections.abc import Mapping

from kling_lipsync.rules.facts import Facts, Finding, GetInput, Readings

Limits = Mapping[str, object]


def known_task(facts: Facts, _limits: Limits, _readings: Readings) -> Finding | None:
    """The id names a lip-sync task of the account."""
    if facts.task_found is not False or not isinstance(facts.input, GetInput):
        return None
    return Finding(facts.input.task_id, "task_id")

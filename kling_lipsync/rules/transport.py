"""Rules about the form of a call: path, method, media type, JSON, and the types of fields."""

from collections.abc import Mapping

from kling_lipsync.rules.facts import Facts, Finding, Readings

Limits = Mapping[str, object]


def known_path(facts: Facts, _limits: Limits, _readings: Readings) -> Finding | None:
    """The path is one of the four operations'; paths are case-sensitive."""
    transport = facts.transport
    if transport is None or transport.known_path:
        return None
    return Finding(transport.path, "path", "/v1/videos/advanced-lip-sync")


def known_method(facts: Facts, _limits: Limits, _readings: Readings) -> Finding | None:
    """A known path is called with a method that it has."""
    transport = facts.transport
    if transport is None or transport.known_method or not transport.known_path:
        return None
    return Finding(transport.method, "method")


def content_type(facts: Facts, _limits: Limits, readings: Readings) -> Finding | None:
    """A POST is sent as application/json; parameters and case do not matter."""
    transport = facts.transport
    if transport is None or not transport.has_body:
        return None
    if transport.content_type is None:
        if readings["content-type-missing"] == "accept":
            return None
        return Finding(None, "Content-Type", "application/json")
    if transport.content_type.partition(";")[0].strip().lower() == "application/json":
        return None
    return Finding(transport.content_type, "Content-Type", "application/json")


def json_body(facts: Facts, _limits: Limits, _readings: Readings) -> Finding | None:
    """The body of a POST is one well-formed JSON object in UTF-8."""
    transport = facts.transport
    if transport is None or transport.body_fault is None:
        return None
    return Finding(transport.body_fault, "body", "one JSON object")


def field_types(facts: Facts, _limits: Limits, readings: Readings) -> Finding | None:
    """A time is written as an integer literal, where the reading asks for one."""
    if readings["number-for-time"] != "integer-literal" or not facts.fractional_times:
        return None
    return Finding("a number with a decimal point", facts.fractional_times[0])


def unknown_fields(facts: Facts, _limits: Limits, readings: Readings) -> Finding | None:
    """Query parameters that are not documented are ignored, unless the reading refuses them."""
    if readings["unknown-field"] != "refuse" or not facts.unknown_fields:
        return None
    return Finding("not documented", facts.unknown_fields[0])


def server_fault(facts: Facts, _limits: Limits, _readings: Readings) -> Finding | None:
    """Nothing fails on the service's side, unless somebody staged it."""
    if facts.staged_code is None or facts.staged_code < 5000:
        return None
    return Finding("staged", "fault", code=facts.staged_code)

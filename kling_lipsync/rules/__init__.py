"""The whole policy on one screen: which function enforces which rule.

A rule that the OpenAPI schema states (`schema:` in the rulebook) needs no function; a few
have both, because a reading moves part of them out of the schema.  The order of judgement
is the rulebook's, not this table's.
"""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any

from attrs import frozen

from kling_lipsync.rulebook import Rule, Rulebook, SpecError
from kling_lipsync.rules import auth, create, identify, read, transport
from kling_lipsync.rules.facts import Facts, Finding, Readings

Check = Callable[[Facts, Mapping[str, Any], Readings], Finding | None]

CHECKS: Mapping[str, Check] = MappingProxyType(
    {
        "auth.header-present": auth.header_present,
        "auth.bearer-credential": auth.bearer_credential,
        "auth.algorithm": auth.algorithm,
        "auth.claims": auth.claims,
        "auth.signature": auth.signature,
        "auth.not-before": auth.not_before,
        "auth.not-expired": auth.not_expired,
        "auth.ip-allowed": auth.ip_allowed,
        "auth.account-status": auth.account_status,
        "concurrency.rate-limit": auth.rate_limit,
        "transport.known-path": transport.known_path,
        "transport.known-method": transport.known_method,
        "auth.permission": auth.permission,
        "transport.content-type": transport.content_type,
        "transport.json-body": transport.json_body,
        "transport.field-types": transport.field_types,
        "transport.unknown-fields": transport.unknown_fields,
        "create.one-face": create.one_face,
        "create.callback-url-form": create.callback_url_form,
        "create.crop-length": create.crop_length,
        "create.session-known": create.session_known,
        "retention.session-life": create.session_life,
        "create.face-in-session": create.face_in_session,
        "create.audio-id-known": create.audio_id_known,
        "create.audio-id-age": create.audio_id_age,
        "identify.video-id-known": identify.video_id_known,
        "identify.video-id-age": identify.video_id_age,
        "get.known-task": read.known_task,
        "create.sound-file-form": create.sound_file_form,
        "create.sound-file-reachable": create.sound_file_reachable,
        "create.sound-file-size": create.sound_file_size,
        "create.sound-file-format": create.sound_file_format,
        "create.audio-duration": create.audio_duration,
        "identify.video-url-reachable": identify.url_reachable,
        "identify.video-size": identify.size,
        "identify.video-format": identify.container,
        "identify.video-duration": identify.duration,
        "identify.video-sides": identify.sides,
        "identify.video-resolution": identify.resolution,
        "identify.no-face": identify.no_face,
        "create.sound-end-within-audio": create.sound_end_within_audio,
        "create.insert-within-video": create.insert_within_video,
        "create.overlap-with-face": create.overlap_with_face,
        "identify.video-content": identify.content,
        "create.sound-content": create.sound_content,
        "create.platform-policy": create.platform_policy,
        "create.external-id-unique": create.external_id_unique,
        "billing.arrears": auth.arrears,
        "billing.pack-exhausted": auth.pack_exhausted,
        "concurrency.limit": auth.open_tasks,
        "envelope.server-fault": transport.server_fault,
    }
)


RARE_FACTS = ("standing", "staged_code", "audio_source", "video_source", "audio_form_fault")
"""Facts that are None for most calls."""

_ABOUT_RARE_FACTS = frozenset(
    "billing.arrears billing.pack-exhausted concurrency.limit envelope.server-fault "
    "create.platform-policy create.audio-id-known create.audio-id-age create.sound-file-form "
    "identify.video-id-known identify.video-id-age".split()
)
"""Rules that say nothing while all rare facts are None."""


@frozen
class Row:
    """One rule, ready to be asked: the function with its limits, at its place in the order."""

    rule: Rule
    check: Check
    position: int
    limits: Mapping[str, Any]


@frozen
class Refusal:
    """The first rule that a call breaks, with what broke it and the code that it costs."""

    rule: Rule
    code: int
    finding: Finding


def rows(rulebook: Rulebook, names: Iterable[str]) -> tuple[Row, ...]:
    """Return the rows of the named rules in the order in which a request is judged.

    Raises SpecError when the table holds a name that the rulebook does not.
    """
    for name in CHECKS:
        if name not in rulebook.rules:
            msg = f"kling_lipsync.rules enforces {name!r}, which rules.yaml does not know"
            raise SpecError(msg)
    wanted = set(names)
    return tuple(
        Row(rulebook.rules[name], CHECKS[name], position, rulebook.rules[name].limits)
        for position, name in enumerate(rulebook.order)
        if name in wanted and name in CHECKS
    )


def usual_rows(table: Iterable[Row]) -> tuple[Row, ...]:
    """Return the rows that can object to a call none of whose rare facts is known."""
    return tuple(row for row in table if row.rule.name not in _ABOUT_RARE_FACTS)


def is_usual(facts: Facts) -> bool:
    """Whether none of the rare facts is known."""
    return (
        facts.standing is None
        and facts.staged_code is None
        and facts.audio_source is None
        and facts.video_source is None
        and facts.audio_form_fault is None
    )


def first_refusal(table: Iterable[Row], facts: Facts, readings: Readings) -> Refusal | None:
    """Return the refusal by the first row that objects, or None."""
    for row in table:
        finding = row.check(facts, row.limits, readings)
        if finding is not None:
            code = finding.code or row.rule.code_under(readings)
            return Refusal(row.rule, code, finding)
    return None

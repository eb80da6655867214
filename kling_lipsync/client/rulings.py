"""The server's rules, asked of what the client knows.

The table is `kling_lipsync.rules`, and the schemas are those of spec/openapi.yaml: nothing is
written down twice.  What only the service can know is left to it.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from attrs import frozen
from kling_lipsync_api.models import Face as ApiFace

from kling_lipsync.client.contracted import contract, prices
from kling_lipsync.client.core import Core
from kling_lipsync.client.errors import BrokenRule, Report
from kling_lipsync.client.sound import Sound
from kling_lipsync.media import Duration, Face, Unreachable, Video
from kling_lipsync.rulebook import Choice
from kling_lipsync.rules import Refusal, Row, first_refusal, rows
from kling_lipsync.rules.facts import CreateInput, Facts, Finding, IdentifyInput, SessionFact
from kling_lipsync.schema import Schemas

SCHEMAS = {
    "identify": "/components/schemas/IdentifyInput",
    "create": "/components/schemas/CreateTaskInput",
}
_PAGES = {
    "pageNum": "/components/parameters/pageNum/schema",
    "pageSize": "/components/parameters/pageSize/schema",
}
_LONGEST_SHOWN = 80


@frozen
class Checks:
    """The rules of one profile, ready to be asked."""

    readings: Mapping[str, Choice]
    schemas: Schemas
    tables: Mapping[str, tuple[Row, ...]]
    """By operation."""


@lru_cache(maxsize=2)
def checks(profile: str) -> Checks:
    """Return the rules as a profile reads them; about 0.2 s the first time."""
    rulebook = contract().rulebook
    readings = rulebook.profile(profile)
    tables = {
        operation: rows(
            rulebook, [n for n, r in rulebook.rules.items() if operation in r.operations]
        )
        for operation in SCHEMAS
    }
    return Checks(readings, Schemas(contract(), readings), tables)


def check_identify(core: Core, body: Mapping[str, Any]) -> None:
    """Raise BrokenRule when an identify call would be refused for what is known of it."""
    url = body.get("video_url") or None
    fetchable = url is None or url.lower().startswith(("http://", "https://"))
    facts = Facts(
        now=round(core.server_now() * 1000),
        input=IdentifyInput(body.get("video_id") or None, url),
        video=None if fetchable else Unreachable("no http(s) URL, and the service takes no files"),
    )
    _ask(checks(core.preflight), "identify", body, facts)


def check_sound(core: Core, sound: Sound, crop_ms: tuple[int, int] | None) -> None:
    """Raise BrokenRule when audio, or the crop of it, would be refused in any create call."""
    start, end = crop_ms or (None, None)
    facts = Facts(
        now=round(core.server_now() * 1000),
        input=CreateInput(
            audio_id=sound.audio_id,
            sound_file=sound.sound_file,
            sound_start_time=start,
            sound_end_time=end,
        ),
        audio=sound.measured,
    )
    asked = checks(core.preflight)
    _refuse(first_refusal(asked.tables["create"], facts, asked.readings))


def check_create(
    core: Core,
    body: Mapping[str, Any],
    sound: Sound,
    faces: tuple[ApiFace, ...] | None,
    video_ms: int | None,
) -> None:
    """Raise BrokenRule when a create call would be refused for what is known of it."""
    choice = body["face_choose"][0]
    facts = Facts(
        now=round(core.server_now() * 1000),
        input=CreateInput(
            session_id=body["session_id"],
            face_id=choice["face_id"],
            face_ids=(choice["face_id"],),
            audio_id=sound.audio_id,
            sound_file=sound.sound_file,
            sound_start_time=choice["sound_start_time"],
            sound_end_time=choice["sound_end_time"],
            sound_insert_time=choice["sound_insert_time"],
            external_task_id=body.get("external_task_id"),
            callback_url=body.get("callback_url"),
        ),
        session=_session(core, body["session_id"], faces, video_ms),
        audio=sound.measured,
    )
    _ask(checks(core.preflight), "create", body, facts)


def check_page(core: Core, page_number: int, page_size: int) -> None:
    """Raise BrokenRule when a page lies outside the bounds."""
    asked = checks(core.preflight)
    for name, value in (("pageNum", page_number), ("pageSize", page_size)):
        for found in asked.schemas.violations(_PAGES[name], value, prefix=(name,)):
            raise broken(found.rule, found.finding)


def broken(name: str, finding: Finding) -> BrokenRule:
    """Return the error for a rule that a finding breaks: rule, value, nearest legal value."""
    rule = contract().rulebook.rules[name]
    value = finding.value
    if isinstance(value, str) and len(value) > _LONGEST_SHOWN:
        value = f"{value[:_LONGEST_SHOWN]}… ({len(value)} characters)"
    nearest = "" if finding.nearest is None else f"; nearest legal value: {finding.nearest}"
    field = f"{finding.field} = {value!r}" if finding.field else repr(value)
    return BrokenRule(
        Report(
            f"{rule.sentence}  {field}{nearest}", rule=name, value=value, nearest=finding.nearest
        )
    )


def _ask(asked: Checks, operation: str, body: Mapping[str, Any], facts: Facts) -> None:
    """Raise BrokenRule for whatever the server would judge first."""
    table, schema = asked.tables[operation], SCHEMAS[operation]
    violation = None
    if not asked.schemas.is_valid(schema, body):
        found = asked.schemas.violations(schema, body)
        violation = min(found, key=lambda one: one.position)
        table = tuple(row for row in table if row.position < violation.position)
    _refuse(first_refusal(table, facts, asked.readings))
    if violation is not None:
        raise broken(violation.rule, violation.finding)


def _refuse(refusal: Refusal | None) -> None:
    if refusal is not None:
        raise broken(refusal.rule.name, refusal.finding)


def _session(
    core: Core, session_id: str, faces: tuple[ApiFace, ...] | None, video_ms: int | None
) -> SessionFact | None:
    """Return what is known of a session; a video of unknown length counts as the longest there is.

    Its age counts from when this client opened it; how old another's session is nobody knows.
    """
    if faces is None:
        return None
    known = core.sessions.get(session_id)
    made_at = round(core.server_now() * 1000) if known is None else known.made_at
    longest = prices().longest_ms if video_ms is None else video_ms
    return SessionFact(
        made_at,
        Video("mp4", 0, Duration.exactly(longest), 0, 0, has_sound=True),
        tuple(Face(face.face_id, face.start_time, face.end_time) for face in faces),
    )

"""The create operation: a task from a session, one of its faces and a piece of audio."""

from decimal import Decimal
from functools import lru_cache

from attrs import evolve

from kling_lipsync.rules import rows
from kling_lipsync.rules.facts import CreateInput, Facts
from mock_server import lifecycle, parsing, render
from mock_server.context import (
    Accepted,
    Context,
    Effect,
    GotAudio,
    Outcome,
    StartRender,
    Wake,
    WantedAudio,
)
from mock_server.deliveries import announcement
from mock_server.judging import judge, named, not_that, priced
from mock_server.media.described import DescribedAudio
from mock_server.media.described import parse as describe
from mock_server.store import Change, Put, Schedule
from mock_server.values import MediaSource, Order, RenderState, Session, StoredAudio, Task

SCHEMA = "/components/schemas/CreateTaskInput"
_SHOWN_IN_TASK = {
    "media-faults": ("identify.video-format", "create.sound-file-format"),
    "content-faults": ("identify.video-content", "create.sound-content"),
}
"""Rules that a reading lets through at the request; the task then fails with their message."""


def create(context: Context) -> Outcome:
    """Make a task from a session, one of its faces and a piece of audio."""
    wanted = parsing.create_input(context.body, context.readings)
    session = _session(context, wanted)
    got = _audio(context, wanted.sound_file) if wanted.sound_file is not None else None
    stored: StoredAudio | None = None
    if wanted.audio_id is not None:
        stored = context.store.get(context.account.access_key, "audios", wanted.audio_id)
    output_ms = 0 if session is None else session.fact.video.duration.longest_ms
    price = _lip_sync_price(context, wanted, output_ms)
    query, standing, external_id = context.call.query, context.standing, wanted.external_task_id
    found = got if isinstance(got, GotAudio) else None
    facts = Facts(
        now=context.now,
        transport=context.transport,
        unknown_fields=parsing.unknown_query_fields(query) if query else (),
        standing=None if standing is None else priced(standing, price),
        fractional_times=parsing.fractional_times(context.body),
        input=wanted,
        session=named(wanted.session_id, None if session is None else session.fact),
        audio=None if found is None else found.audio,
        audio_form_fault=None if found is None else found.form_fault,
        audio_source=named(wanted.audio_id, None if stored is None else stored.generated),
        external_id_taken=external_id is not None and _external_id_taken(context, external_id),
        staged_code=context.staged_code,
    )
    early = isinstance(got, WantedAudio)
    refusal = judge(context, SCHEMA, facts, before_media=early)
    if refusal is not None:
        return refusal
    if isinstance(got, WantedAudio):
        return got
    source = got.source if isinstance(got, GotAudio) else None
    if stored is not None:
        source = stored.source
    if session is None or source is None:
        msg = "the schema let a call without session or audio through"
        raise LookupError(msg)
    return _make_task(context, facts, wanted, session, source, output_ms, price)


def _audio(context: Context, sound_file: str) -> GotAudio | WantedAudio:
    described = describe(sound_file) if sound_file.startswith("http") else None
    if described is None:
        wanted = WantedAudio(sound_file, str(context.readings["data-prefix"]))
        got = context.got.get(wanted)
        return got if isinstance(got, GotAudio) else wanted
    source = _described(sound_file)
    if isinstance(described, DescribedAudio):
        return GotAudio(described.audio, source)
    return GotAudio(not_that(described, "audio", described_as="video"), source)


def _session(context: Context, wanted: CreateInput) -> Session | None:
    if wanted.session_id is None:
        return None
    session: Session | None = context.store.get(
        context.account.access_key, "sessions", wanted.session_id
    )
    return session


def _external_id_taken(context: Context, external_task_id: str) -> bool:
    access_key, store = context.account.access_key, context.store
    task_id = store.get(access_key, "external_ids", external_task_id)
    if task_id is None:
        return False
    if context.readings["external-id-after-failure"] == "taken":
        return True
    task: Task = store.get(access_key, "tasks", task_id)
    return lifecycle.status_at(task, context.now) != lifecycle.FAILED


def _lip_sync_price(context: Context, wanted: CreateInput, output_ms: int) -> Decimal:
    limits = context.rulebook.rules["billing.lip-sync-price"].limits
    basis = output_ms
    if context.readings["charge-basis"] == "crop-length":
        basis = wanted.crop_ms or 0
    started = -(-basis // int(limits["started_ms"]))
    return _units(limits["units"], max(started, 1))


@lru_cache(maxsize=256)
def _units(each: str, number: int) -> Decimal:
    return Decimal(each) * number


def _order(wanted: CreateInput) -> Order:
    return _same_order(
        wanted.face_id or "",
        wanted.sound_start_time or 0,
        wanted.sound_end_time or 0,
        wanted.sound_insert_time or 0,
        wanted.sound_volume,
        wanted.original_audio_volume,
        wanted.watermark,
    )


_same_order = lru_cache(maxsize=1024, typed=True)(Order)
"""Returns the Order of these values; tasks that were asked for alike share one."""

_described = lru_cache(maxsize=1024)(lambda url: MediaSource(url, None))


def _make_task(  # noqa: PLR0913 - the parts of a task, gathered by its one caller
    context: Context,
    facts: Facts,
    wanted: CreateInput,
    session: Session,
    audio: MediaSource,
    output_ms: int,
    price: Decimal,
) -> Accepted:
    access_key = context.account.access_key
    real = context.renders and session.source.path is not None and audio.path is not None
    failure = _planned_failure(context, facts, session)
    task = Task(
        task_id=context.ids.snowflake(context.now),
        result_id=context.ids.snowflake(context.now),
        external_task_id=wanted.external_task_id,
        created_at=context.now,
        pace=context.account.pace,
        session=session,
        order=_order(wanted),
        audio=audio,
        output_ms=output_ms,
        price=price,
        callback_url=wanted.callback_url,
        base_url=context.links.base_url,
        failure=failure,
        render=RenderState.RUNNING if real and not failure else RenderState.NOT_NEEDED,
    )
    changes: list[Change] = [
        Put("tasks", task.task_id, task),
        Put("open_tasks", task.task_id, task.task_id),
    ]
    first = lifecycle.first_event(task)
    if first is not None:
        changes.append(Schedule(first))
    if wanted.external_task_id is not None:
        changes.append(Put("external_ids", wanted.external_task_id, task.task_id))
    effects: list[Effect] = []
    if _announces_birth(task, context):
        announced = announcement(
            context.store, context.account, task, context.now, context.links, context.ids
        )
        changes += announced.changes
        effects += announced.effects(access_key)
    if task.render is RenderState.RUNNING:
        changes.append(Put("renders", task.task_id, task.task_id))
        effects.append(StartRender(access_key, task.task_id))
    effects.append(Wake(access_key))
    return Accepted(render.created(task), tuple(changes), tuple(effects), task.task_id)


def _announces_birth(task: Task, context: Context) -> bool:
    told = context.readings["callback-events"] == "with-submitted"
    return told and lifecycle.status_at(task, context.now) == lifecycle.SUBMITTED


def _planned_failure(context: Context, facts: Facts, session: Session) -> str:
    """Return the message that the task ends with: staged, or moved into the task by a reading."""
    if context.staged_failure:
        return context.staged_failure
    for reading, names in _SHOWN_IN_TASK.items():
        if context.readings[reading] != "as-failed-task":
            continue
        at_request = {**context.readings, reading: "at-request"}
        asked = evolve(facts, video=session.fact.video)
        for row in rows(context.rulebook, names):
            if session.video_id and row.rule.name == "identify.video-format":
                continue  # the printed formats are those of video_url
            if row.check(asked, row.limits, at_request) is not None:
                return row.rule.message
    return ""

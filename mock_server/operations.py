"""The four operations: gather what is known, let the rules judge it, say what changes.

Each is a function of its context.  None of them waits, reads a clock or changes a store.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from types import MappingProxyType

from attrs import evolve

from kling_lipsync.media import Audio, Face, Unreachable, Unreadable, Video
from kling_lipsync.rules import Refusal, Row, first_refusal
from kling_lipsync.rules.facts import (
    NOT_THERE,
    CreateInput,
    Facts,
    Generated,
    GetInput,
    ListInput,
    NotThere,
    SessionFact,
    Standing,
)
from kling_lipsync.schema import Violation
from mock_server import lifecycle, parsing, render
from mock_server.context import (
    Accepted,
    Context,
    Effect,
    GotAudio,
    GotFaces,
    GotVideo,
    OperationFunction,
    Outcome,
    StartRender,
    WantedAudio,
    WantedFaces,
    WantedVideo,
)
from mock_server.media.described import DescribedAudio, DescribedVideo, Misdescribed
from mock_server.media.described import parse as describe
from mock_server.settling import announcement, charge
from mock_server.store import Change, Put, Schedule
from mock_server.values import (
    MediaSource,
    Operation,
    RenderState,
    Session,
    StoredAudio,
    StoredVideo,
    Task,
)

IDENTIFY_SCHEMA = "/components/schemas/IdentifyInput"
CREATE_SCHEMA = "/components/schemas/CreateTaskInput"
PAGE_SCHEMAS = MappingProxyType(
    {
        "pageNum": "/components/parameters/pageNum/schema",
        "pageSize": "/components/parameters/pageSize/schema",
    }
)
RISK_MESSAGE = "Failure to pass the risk control system"
FORMAT_MESSAGE = "Audio format is invalid"
AUDIO_FORMATS = ("mp3", "wav", "m4a", "aac")


def identify(context: Context) -> Outcome:
    """Find the faces of a video and open a session for them."""
    wanted = parsing.identify_input(dict(context.body))
    stored: StoredVideo | None = None
    if wanted.video_id is not None:
        stored = context.store.get(context.account.access_key, "videos", wanted.video_id)
    got = _video(context, wanted.video_url) if wanted.video_url is not None else None
    price = Decimal(context.rulebook.rules["billing.identify-price"].limits["units"])
    standing = _priced(context.standing, price)
    facts = Facts(
        now=context.now,
        standing=standing,
        input=wanted,
        video=got.video if isinstance(got, GotVideo) else None,
        video_source=_named(wanted.video_id, None if stored is None else stored.generated),
        staged_code=context.staged_code,
    )
    early = isinstance(got, WantedVideo)
    refusal = _judge(context, IDENTIFY_SCHEMA, facts, before_media=early)
    if refusal is not None:
        return refusal
    if isinstance(got, WantedVideo):
        return got
    if stored is not None:
        return _open_session(context, facts, stored.generated.medium, stored.source, price)
    if got is None:
        msg = "the schema let a call without a video through"
        raise LookupError(msg)
    return _open_session(context, facts, got.video, got.source, price)


def create(context: Context) -> Outcome:
    """Make a task from a session, one of its faces and a piece of audio."""
    wanted = parsing.create_input(dict(context.body), context.readings)
    session = _session(context, wanted)
    got = _audio(context, wanted.sound_file) if wanted.sound_file is not None else None
    stored: StoredAudio | None = None
    if wanted.audio_id is not None:
        stored = context.store.get(context.account.access_key, "audios", wanted.audio_id)
    output_ms = 0 if session is None else session.fact.video.duration.longest_ms
    price = _lip_sync_price(context, wanted, output_ms)
    facts = Facts(
        now=context.now,
        standing=_priced(context.standing, price),
        fractional_times=parsing.fractional_times(dict(context.body)),
        input=wanted,
        session=_found(wanted.session_id, session),
        audio=got.audio if isinstance(got, GotAudio) else None,
        audio_form_fault=got.form_fault if isinstance(got, GotAudio) else None,
        audio_source=_named(wanted.audio_id, None if stored is None else stored.generated),
        external_id_taken=_external_id_taken(context, wanted),
        staged_code=context.staged_code,
    )
    early = isinstance(got, WantedAudio)
    refusal = _judge(context, CREATE_SCHEMA, facts, before_media=early)
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


def get(context: Context) -> Outcome:
    """Answer one task, by its own id or by the caller's."""
    access_key, store = context.account.access_key, context.store
    task: Task | None = store.get(access_key, "tasks", context.path_id)
    if task is None:
        own_id = store.get(access_key, "external_ids", context.path_id)
        task = store.get(access_key, "tasks", own_id) if own_id is not None else None
    facts = Facts(
        now=context.now,
        input=GetInput(context.path_id),
        task_found=task is not None,
        staged_code=context.staged_code,
    )
    refusal = first_refusal(context.tables.all, facts, context.readings)
    if refusal is not None:
        return refusal
    if task is None:
        msg = "get.known-task let an unknown task through"
        raise LookupError(msg)
    return Accepted(render.task_at(task, context.now, context.links), task_id=task.task_id)


def list_tasks(context: Context) -> Outcome:
    """Answer one page of the account's tasks."""
    fields = parsing.query_fields(context.call.query)
    violations = [
        violation
        for name, pointer in PAGE_SCHEMAS.items()
        if name in fields and not context.schemas.is_valid(pointer, fields[name])
        for violation in context.schemas.violations(pointer, fields[name], prefix=(name,))
    ]
    wanted = parsing.list_input(fields, context.schemas.page_bounds())
    facts = Facts(
        now=context.now,
        unknown_fields=tuple(parsing.unknown_query_fields(context.call.query)),
        input=wanted,
        staged_code=context.staged_code,
    )
    refusal = _first(context, violations, context.tables.all, facts)
    if refusal is not None:
        return refusal
    return Accepted(_page(context, wanted))


OPERATIONS: Mapping[Operation, OperationFunction] = MappingProxyType(
    {"identify": identify, "create": create, "get": get, "list": list_tasks}
)


def _judge(context: Context, schema: str, facts: Facts, *, before_media: bool) -> Refusal | None:
    """Return the first refusal by schema or function, up to the media where they are not there."""
    table = context.tables.before_media if before_media else context.tables.all
    if context.schemas.is_valid(schema, context.body):
        return first_refusal(table, facts, context.readings)
    return _first(context, context.schemas.violations(schema, context.body), table, facts)


def _first(
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


def _video(context: Context, url: str) -> GotVideo | WantedVideo:
    described = describe(url)
    if described is None:
        wanted = WantedVideo(url)
        got = context.got.get(wanted)
        return got if isinstance(got, GotVideo) else wanted
    source = MediaSource(url, None)
    if isinstance(described, DescribedVideo):
        return GotVideo(described.video, source)
    return GotVideo(_not_that(described, "a video", described_as="audio"), source)


def _audio(context: Context, sound_file: str) -> GotAudio | WantedAudio:
    described = describe(sound_file) if sound_file.startswith("http") else None
    if described is None:
        wanted = WantedAudio(sound_file, str(context.readings["data-prefix"]))
        got = context.got.get(wanted)
        return got if isinstance(got, GotAudio) else wanted
    source = MediaSource(sound_file, None)
    if isinstance(described, DescribedAudio):
        return GotAudio(described.audio, source)
    return GotAudio(_not_that(described, "audio", described_as="video"), source)


def _not_that(
    described: DescribedVideo | DescribedAudio | Misdescribed, wanted: str, *, described_as: str
) -> Unreadable | Unreachable:
    if isinstance(described, Misdescribed):
        return Unreachable(described.reason)
    return Unreadable(0, described_as, f"the URL does not describe {wanted}")


def _session(context: Context, wanted: CreateInput) -> Session | None:
    if wanted.session_id is None:
        return None
    session: Session | None = context.store.get(
        context.account.access_key, "sessions", wanted.session_id
    )
    return session


def _found(session_id: str | None, session: Session | None) -> SessionFact | NotThere | None:
    if session_id is None:
        return None
    return NOT_THERE if session is None else session.fact


def _named(name: str | None, generated: Generated | None) -> Generated | NotThere | None:
    if name is None:
        return None
    return NOT_THERE if generated is None else generated


def _priced(standing: Standing | None, price: Decimal) -> Standing | None:
    return None if standing is None else evolve(standing, price=price)


def _external_id_taken(context: Context, wanted: CreateInput) -> bool:
    if wanted.external_task_id is None:
        return False
    access_key, store = context.account.access_key, context.store
    task_id = store.get(access_key, "external_ids", wanted.external_task_id)
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
    return Decimal(limits["units"]) * max(started, 1)


def _open_session(
    context: Context,
    facts: Facts,
    medium: Video | Audio | Unreadable | Unreachable,
    source: MediaSource,
    price: Decimal,
) -> Outcome:
    if not isinstance(medium, Video):
        msg = "the media rules let something through that is no video"
        raise LookupError(msg)  # noqa: TRY004 - a bug of ours, not of a caller's type
    if medium.faces is None:
        wanted = WantedFaces(source, medium)
        got = context.got.get(wanted)
        if not isinstance(got, GotFaces):
            return wanted
        found = got.faces
        video = evolve(medium, faces=found) if not isinstance(found, Unreadable) else found
        again = evolve(facts, video=video)
        refusal = first_refusal(context.tables.all, again, context.readings)
        if refusal is not None:
            return refusal
        medium = video if isinstance(video, Video) else medium
    session = Session(
        session_id=context.ids.snowflake(context.now),
        fact=SessionFact(context.now, medium, _reported(context, medium.faces or ())),
        source=source,
        video_id=getattr(facts.input, "video_id", None) or "",
    )
    access_key = context.account.access_key
    changes = (
        Put("sessions", session.session_id, session),
        *charge(context.store, access_key, context.now, session.session_id, "identify", price),
    )
    data = render.identified(session, context.links, render.decimal(price))
    return Accepted(data, changes)


def _reported(context: Context, faces: tuple[Face, ...]) -> tuple[Face, ...]:
    overshoot = int(context.readings["face-end-overshoot"])
    if not overshoot:
        return faces
    return tuple(evolve(face, end_time=face.end_time + overshoot) for face in faces)


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
        order=wanted,
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
        Schedule(lifecycle.first_event(task)),
    ]
    if wanted.external_task_id is not None:
        changes.append(Put("external_ids", wanted.external_task_id, task.task_id))
    effects: list[Effect] = []
    if context.readings["callback-events"] == "with-submitted":
        announced = announcement(task, context.now, context.links, context.ids)
        changes += announced.changes
        effects += announced.effects(access_key)
    if task.render is RenderState.RUNNING:
        effects.append(StartRender(access_key, task.task_id))
    return Accepted(render.created(task), tuple(changes), tuple(effects), task.task_id)


def _planned_failure(context: Context, facts: Facts, session: Session) -> str:
    """Return the message that the task ends with: staged, or moved into the task by a reading."""
    if context.staged_failure:
        return context.staged_failure
    if context.readings["content-faults"] == "as-failed-task":
        audio = facts.audio
        if isinstance(facts.audio_source, Generated):
            audio = facts.audio_source.medium  # type: ignore[assignment]
        if session.fact.video.blocked or (isinstance(audio, Audio) and audio.blocked):
            return RISK_MESSAGE
    if isinstance(facts.audio, Unreadable) or (
        isinstance(facts.audio, Audio) and facts.audio.format not in AUDIO_FORMATS
    ):
        return FORMAT_MESSAGE
    return ""


def _page(context: Context, wanted: ListInput) -> list[object]:
    tasks: list[Task] = context.store.page(
        context.account.access_key,
        "tasks",
        wanted.page_number,
        wanted.page_size,
        newest_first=context.readings["list-order"] == "newest-first",
    )
    return [render.task_at(task, context.now, context.links) for task in tasks]

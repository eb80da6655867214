"""The identify operation: a video, its faces, and a session for them."""

from decimal import Decimal

from attrs import evolve

from kling_lipsync.media import Audio, Face, Unreachable, Unreadable, Video
from kling_lipsync.rules import first_refusal
from kling_lipsync.rules.facts import Facts, SessionFact
from mock_server import parsing, render
from mock_server.context import (
    Accepted,
    Context,
    GotFaces,
    GotVideo,
    Outcome,
    WantedFaces,
    WantedVideo,
)
from mock_server.judging import judge, named, not_that, priced
from mock_server.media.described import DescribedVideo
from mock_server.media.described import parse as describe
from mock_server.settling import charge, stored_video
from mock_server.store import Put
from mock_server.values import MediaSource, Session

SCHEMA = "/components/schemas/IdentifyInput"


def identify(context: Context) -> Outcome:
    """Find the faces of a video and open a session for them."""
    wanted = parsing.identify_input(context.body)
    stored = None
    if wanted.video_id is not None:
        stored = stored_video(
            context.store, context.account.access_key, wanted.video_id, context.links
        )
    got = _video(context, wanted.video_url) if wanted.video_url is not None else None
    price = Decimal(context.rulebook.rules["billing.identify-price"].limits["units"])
    standing = None if context.standing is None else priced(context.standing, price)
    facts = Facts(
        now=context.now,
        transport=context.transport,
        unknown_fields=parsing.unknown_query_fields(context.call.query),
        standing=standing,
        input=wanted,
        video=got.video if isinstance(got, GotVideo) else None,
        video_source=named(wanted.video_id, None if stored is None else stored.generated),
        staged_code=context.staged_code,
    )
    early = isinstance(got, WantedVideo)
    refusal = judge(context, SCHEMA, facts, before_media=early)
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


def _video(context: Context, url: str) -> GotVideo | WantedVideo:
    described = describe(url)
    if described is None:
        wanted = WantedVideo(url)
        got = context.got.get(wanted)
        return got if isinstance(got, GotVideo) else wanted
    source = MediaSource(url, None)
    if isinstance(described, DescribedVideo):
        return GotVideo(described.video, source)
    return GotVideo(not_that(described, "a video", described_as="audio"), source)


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

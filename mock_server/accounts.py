"""How accounts come into being, and what each is born with.

Every account knows the vendor's sample session, so that the page's create sample works as
printed; it belongs to the sample video and never expires.
"""

import hashlib
from collections.abc import Mapping

from kling_lipsync.media import Duration, Face, Video
from kling_lipsync.rulebook import Rulebook
from kling_lipsync.rules.facts import SessionFact
from mock_server.clock import start_clock
from mock_server.pace import Pace, by_polls
from mock_server.settings import Settings, SettingsError
from mock_server.store import Change, Keep, Put
from mock_server.values import Account, MediaSource, Physics, Session

SAMPLE_SESSION_ID = "850508686686064678"
SAMPLE_VIDEO_URL = (
    "https://p1-kling.klingai.com/kcdn/cdn-kcdn112452/kling-qa-test/kling20260206mp4.mp4"
)
SAMPLE_AUDIO_URL = "https://p1-kling.klingai.com/kcdn/cdn-kcdn112452/kling-qa-test/go-to-world.mp3"

PACES: Mapping[str, Pace] = {
    "documented": Pace(submitted_ms=1_000, processing_ms=4_000),
    "observed": Pace(submitted_ms=5_000, processing_ms=175_000),
}
"""The page prints no duration; integrators saw about three minutes."""

_POLLS = "polls:"


def read_pace(text: str, profile: str) -> Pace:
    """Read `1000+4000` (ms) or `polls:1+2` (single queries), submitted + processing.

    Empty text is the profile's own pace.
    """
    if not text:
        return PACES[profile]
    spans = text.removeprefix(_POLLS)
    submitted, _, processing = spans.partition("+")
    if not (submitted.isdecimal() and processing.isdecimal()):
        msg = (
            f"pace {text!r} is not of the form MS+MS, such as 1000+4000, "
            "or polls:N+M, such as polls:1+2"
        )
        raise SettingsError(msg)
    first, second = int(submitted), int(processing)
    if spans == text:
        return Pace(first, second)
    return by_polls(first, second)


def pace_text(pace: Pace) -> str:
    """Write an account's pace as `read_pace` reads it."""
    if pace.polls is not None:
        return f"{_POLLS}{pace.polls.submitted}+{pace.polls.processing}"
    return f"{pace.submitted_ms}+{pace.processing_ms}"


def new_account(  # noqa: PLR0913 - keyword-only: the parts that callers of the control API may choose
    settings: Settings,
    rulebook: Rulebook,
    host_ms: int,
    *,
    access_key: str,
    secret_key: str,
    api_keys: tuple[str, ...] = (),
    profile: str | None = None,
    readings: Mapping[str, object] | None = None,
    time: str | None = None,
    pace: str | None = None,
    physics: Physics = Physics(),  # noqa: B008 - a frozen value
) -> Account:
    """Make an account; what is not given is the settings' default for new accounts.

    Raises SpecError, ClockError or SettingsError, each naming the wrong value and its choices.
    """
    chosen = profile if profile is not None else settings.profile
    changes = {**dict(settings.readings), **(readings or {})}
    return Account(
        access_key=access_key,
        secret_key=secret_key,
        api_keys=api_keys,
        public_id=hashlib.sha256(access_key.encode()).hexdigest()[:12],
        clock=start_clock(time if time is not None else settings.time, host_ms),
        profile=chosen,
        readings=rulebook.profile(chosen, changes),
        pace=read_pace(pace if pace is not None else settings.pace, chosen),
        physics=physics,
        seed=settings.seed,
    )


def birth(account: Account, sample: Video, sample_path: str) -> tuple[Change, ...]:
    """Return the changes that bring an account into a store, with the vendor's sample session."""
    fact = SessionFact(
        created_at=account.clock.account_ms,
        video=sample,
        faces=sample.faces or (),
        expires=False,
    )
    source = MediaSource(SAMPLE_VIDEO_URL, sample_path)
    session = Session(SAMPLE_SESSION_ID, fact, source)
    return (Keep(account), Put("sessions", SAMPLE_SESSION_ID, session))


def sample_video(size_bytes: int) -> Video:
    """Return the facts of the shipped sample clip: 5.2 s with one face throughout, as printed."""
    return Video(
        container="mp4",
        size_bytes=size_bytes,
        duration=Duration.exactly(5_200),
        width=1280,
        height=720,
        has_sound=True,
        faces=(Face("0", 0, 5_200),),
    )

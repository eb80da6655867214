"""Facts to judge, and the judgement of one rule under its own limits."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, TypeVar

from attrs import AttrsInstance, evolve

from kling_lipsync.contract import load_contract
from kling_lipsync.media import Audio, Duration, Face, Video
from kling_lipsync.rulebook import Rulebook
from kling_lipsync.rules import CHECKS
from kling_lipsync.rules.facts import CreateInput, Facts, Finding, IdentifyInput, SessionFact

Frozen = TypeVar("Frozen", bound=AttrsInstance)

NOW = 1_770_000_000_000
DAY_MS = 24 * 3600 * 1000


@lru_cache(maxsize=1)
def rulebook() -> Rulebook:
    """Return the rulebook of this checkout."""
    return load_contract().rulebook


def judged(rule: str, facts: Facts, **readings: object) -> Finding | None:
    """Return what a rule finds under the documented profile, with single readings changed."""
    changes = {name.replace("_", "-"): choice for name, choice in readings.items()}
    book = rulebook()
    return CHECKS[rule](facts, book.rules[rule].limits, book.profile("documented", changes))


def changed(value: Frozen, changes: Mapping[str, Any]) -> Frozen:
    """Return a value with some of its fields changed."""
    return evolve(value, **changes)  # type: ignore[misc]  # any of our frozen values


def identify(**facts: object) -> Facts:
    """Return the facts of an identify call by URL."""
    wanted = IdentifyInput(video_url="http://media.example.com/a.mp4")
    return changed(Facts(NOW, input=wanted), facts)


def create(facts: Mapping[str, object] | None = None, **wanted: object) -> Facts:
    """Return the facts of a create call in a session of a video of 5200 ms with one face."""
    order = CreateInput(
        session_id="850508686686064678",
        face_id="0",
        face_ids=("0",),
        sound_start_time=0,
        sound_end_time=3000,
        sound_insert_time=1000,
    )
    known = Facts(NOW, input=changed(order, wanted), session=session())
    return changed(known, facts or {})


def session(
    length_ms: int = 5200, faces: tuple[Face, ...] = (Face("0", 0, 5200),), age_ms: int = 0
) -> SessionFact:
    """Return a session of a video of this length, with these faces."""
    return SessionFact(NOW - age_ms, video(duration=Duration.exactly(length_ms)), faces)


def video(**changes: object) -> Video:
    """Return a video that passes every rule, with some of it changed."""
    good = Video("mp4", 1_000_000, Duration.exactly(5200), 1280, 720, has_sound=True)
    return changed(good, changes)


def audio(**changes: object) -> Audio:
    """Return an audio that passes every rule, with some of it changed."""
    return changed(Audio("mp3", 80_000, Duration.exactly(5000)), changes)

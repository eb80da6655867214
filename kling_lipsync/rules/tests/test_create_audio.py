"""The audio of a create call is judged by its form, size, length and content."""

import pytest

from kling_lipsync.media import Duration, Unreachable, Unreadable
from kling_lipsync.rules.facts import NOT_THERE, Facts, Finding, Generated
from kling_lipsync.rules.tests.builders import DAY_MS, NOW, audio, create, judged

MB = 1024 * 1024
SOUND_FILE = "face_choose[0].sound_file"
AUDIO_ID = "face_choose[0].audio_id"


def _speech(*, age_ms: int = 0, **changes: object) -> Facts:
    source = Generated(audio(**changes), NOW - age_ms)
    return create({"audio_source": source}, audio_id="850511204913471489")


def test_an_unknown_audio_id_is_refused() -> None:
    """The id is told; a known one passes."""
    unknown = create({"audio_source": NOT_THERE}, audio_id="1")

    assert judged("create.audio-id-known", unknown) == Finding("1", AUDIO_ID)
    assert judged("create.audio-id-known", _speech()) is None


def test_speech_is_good_for_30_days() -> None:
    """The limit is inclusive, and its instant is the nearest legal one."""
    limit = 30 * DAY_MS

    assert judged("create.audio-id-age", _speech(age_ms=limit)) is None
    assert judged("create.audio-id-age", _speech(age_ms=limit + 1)) == Finding(
        NOW - limit - 1, AUDIO_ID, NOW - limit
    )


def test_a_sound_file_of_another_form_is_refused() -> None:
    """Why it is neither URL nor base64 is told."""
    facts = create({"audio_form_fault": "a data: prefix"})

    assert judged("create.sound-file-form", facts) == Finding("a data: prefix", SOUND_FILE)


def test_a_sound_file_out_of_reach_is_refused() -> None:
    """The reason is told."""
    facts = create({"audio": Unreachable("nothing listens there")})

    assert judged("create.sound-file-reachable", facts) == Finding(
        "nothing listens there", SOUND_FILE
    )


@pytest.mark.parametrize(("unit", "largest"), [("1024", 5 * MB), ("1000", 5_000_000)])
def test_a_sound_file_of_5_mb_is_the_largest(unit: str, largest: int) -> None:
    """The limit is inclusive, and is the nearest legal size."""
    fits = create({"audio": audio(size_bytes=largest)})
    too_large = create({"audio": Unreadable(largest + 1, "unknown", "why")})

    assert judged("create.sound-file-size", fits, size_unit=unit) is None
    assert judged("create.sound-file-size", too_large, size_unit=unit) == Finding(
        largest + 1, SOUND_FILE, largest
    )


@pytest.mark.parametrize(
    ("reading", "name", "refused"),
    [
        ("accept", "mp3", False),
        ("accept", "wav", False),
        ("accept", "m4a", False),
        ("accept", "aac", False),
        ("accept", "ogg", True),
        ("refuse", "mp3", False),
        ("refuse", "m4a", True),
        ("refuse", "aac", True),
    ],
)
def test_four_formats_are_printed_and_two_are_doubtful(
    reading: str,
    name: str,
    refused: bool,  # noqa: FBT001 - a column of the table
) -> None:
    """M4A and AAC are accepted as printed, or refused as observed; MP3 is always legal."""
    found = judged(
        "create.sound-file-format", create({"audio": audio(format=name)}), aac_formats=reading
    )

    assert found == (Finding(name, SOUND_FILE, "mp3") if refused else None)


def test_something_that_is_no_audio_is_refused() -> None:
    """What it looks like is told; under `as-failed-task` its task fails instead."""
    facts = create({"audio": Unreadable(5, "html", "no frames")})

    assert judged("create.sound-file-format", facts) == Finding(
        "html: no frames", SOUND_FILE, "mp3"
    )
    assert judged("create.sound-file-format", facts, media_faults="as-failed-task") is None


@pytest.mark.parametrize(
    ("length", "nearest"), [(1999, 2000), (2000, None), (60_000, None), (60_001, 60_000)]
)
def test_an_audio_lasts_2_to_60_s(length: int, nearest: int | None) -> None:
    """From either source; both ends are inclusive, and the end that is missed is told."""
    exact = Duration.exactly(length)
    by_file = judged("create.audio-duration", create({"audio": audio(duration=exact)}))
    by_id = judged("create.audio-duration", _speech(duration=exact))

    assert by_file == (None if nearest is None else Finding(length, SOUND_FILE, nearest))
    assert by_id == (None if nearest is None else Finding(length, AUDIO_ID, nearest))


@pytest.mark.parametrize(
    ("reading", "refused"), [("either", False), ("declared", True), ("decoded", False)]
)
def test_the_length_that_counts_is_what_the_reading_says(
    reading: str,
    refused: bool,  # noqa: FBT001 - a column of the table
) -> None:
    """What the container declares, what was decoded, or whichever is kinder."""
    length = Duration(container_ms=1990, stream_ms=1980, samples_ms=2000)

    found = judged(
        "create.audio-duration", create({"audio": audio(duration=length)}), audio_length=reading
    )

    assert (found is not None) == refused


@pytest.mark.parametrize(
    ("facts", "field"),
    [(create({"audio": audio(blocked=True)}), SOUND_FILE), (_speech(blocked=True), AUDIO_ID)],
)
def test_blocked_audio_is_refused_where_the_reading_says_so(facts: Facts, field: str) -> None:
    """From either source; under `as-failed-task` the task fails instead."""
    assert judged("create.sound-content", facts) == Finding("blocked", field)
    assert judged("create.sound-content", facts, content_faults="as-failed-task") is None

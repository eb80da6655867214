"""The video of an identify call is judged by its size, form, length and content."""

import pytest

from kling_lipsync.media import Duration, Unreachable, Unreadable
from kling_lipsync.rules.facts import NOT_THERE, Facts, Finding, Generated, IdentifyInput
from kling_lipsync.rules.tests.builders import DAY_MS, NOW, identify, judged, video

MB = 1024 * 1024
URL_RULES = (
    "identify.video-size",
    "identify.video-format",
    "identify.video-duration",
    "identify.video-sides",
    "identify.video-resolution",
)


def _by_id(*, age_ms: int = 0, **changes: object) -> Facts:
    source = Generated(video(**changes), NOW - age_ms)
    return Facts(NOW, input=IdentifyInput(video_id="850412007365951538"), video_source=source)


@pytest.mark.parametrize("rule", [*URL_RULES, "identify.video-content", "identify.no-face"])
def test_a_good_video_passes(rule: str) -> None:
    """Nothing is wrong with the vendor's own sample."""
    assert judged(rule, identify(video=video(faces=()))) is None


def test_a_url_that_cannot_be_fetched_is_refused() -> None:
    """The reason is told."""
    found = judged("identify.video-url-reachable", identify(video=Unreachable("nothing listens")))

    assert found == Finding("nothing listens", "video_url")


@pytest.mark.parametrize("rule", URL_RULES)
def test_what_could_not_be_fetched_is_not_judged(rule: str) -> None:
    """That it is out of reach is told by its own rule, and nothing else is."""
    assert judged(rule, identify(video=Unreachable("nothing listens"))) is None


@pytest.mark.parametrize("rule", ["identify.video-sides", "identify.video-resolution"])
def test_a_generated_video_is_not_measured(rule: str) -> None:
    """Sides and resolution are asked of `video_url` only."""
    assert judged(rule, _by_id(width=100, height=100)) is None


@pytest.mark.parametrize(("unit", "largest"), [("1024", 100 * MB), ("1000", 100_000_000)])
def test_a_video_of_100_mb_is_the_largest(unit: str, largest: int) -> None:
    """The limit is inclusive, and is the nearest legal size."""
    fits = identify(video=video(size_bytes=largest))
    too_large = identify(video=video(size_bytes=largest + 1))

    assert judged("identify.video-size", fits, size_unit=unit) is None
    assert judged("identify.video-size", too_large, size_unit=unit) == Finding(
        largest + 1, "video_url", largest
    )


def test_something_unreadable_can_be_too_large() -> None:
    """The size is known before the form is."""
    found = judged("identify.video-size", identify(video=Unreadable(100 * MB + 1, "html", "why")))

    assert found == Finding(100 * MB + 1, "video_url", 100 * MB)


@pytest.mark.parametrize("container", ["mp4", "mov"])
def test_mp4_and_mov_are_videos(container: str) -> None:
    """Both printed formats pass."""
    assert judged("identify.video-format", identify(video=video(container=container))) is None


def test_another_container_is_refused() -> None:
    """What it is is told."""
    assert judged("identify.video-format", identify(video=video(container="webm"))) == Finding(
        "webm", "video_url", "mp4"
    )
    assert judged(
        "identify.video-format", identify(video=Unreadable(5, "html", "no boxes"))
    ) == Finding("html: no boxes", "video_url", "mp4")


def test_another_container_may_show_in_the_task_instead() -> None:
    """Under `as-failed-task` identify opens the session, and its task fails."""
    facts = identify(video=video(container="webm"))

    assert judged("identify.video-format", facts, media_faults="as-failed-task") is None


def test_what_is_no_video_at_all_is_refused_under_every_reading() -> None:
    """Of bytes without a length and a size no session can be made."""
    facts = identify(video=Unreadable(5, "html", "no boxes"))

    assert judged("identify.video-format", facts, media_faults="as-failed-task") == Finding(
        "html: no boxes", "video_url", "mp4"
    )


@pytest.mark.parametrize(
    ("length", "nearest"),
    [(1999, 2000), (2000, None), (60_000, None), (60_001, 60_000), (0, 2000)],
)
def test_a_video_lasts_2_to_60_s(length: int, nearest: int | None) -> None:
    """Both ends are inclusive, and the end that is missed is the nearest legal length."""
    found = judged(
        "identify.video-duration", identify(video=video(duration=Duration.exactly(length)))
    )

    assert found == (None if nearest is None else Finding(length, "video_url", nearest))


@pytest.mark.parametrize(
    ("duration", "refused"),
    [
        (Duration(1990, 2000, 1999), None),
        (Duration(1990, 1998, 1999), 1999),
        (Duration(60_100, 60_000, 60_050), None),
        (Duration(60_100, 60_001, 60_050), 60_001),
    ],
)
def test_a_length_is_refused_when_every_witness_is_outside(
    duration: Duration, refused: int | None
) -> None:
    """One witness that is within the range is enough, and the closest one is told."""
    found = judged("identify.video-duration", identify(video=video(duration=duration)))

    assert (None if found is None else found.value) == refused


@pytest.mark.parametrize(("length", "nearest"), [(1, None), (60_000, None), (60_001, 60_000)])
def test_a_generated_video_has_no_shortest_length(length: int, nearest: int | None) -> None:
    """By `video_id` only the upper end holds."""
    found = judged("identify.video-duration", _by_id(duration=Duration.exactly(length)))

    assert found == (None if nearest is None else Finding(length, "video_id", nearest))


@pytest.mark.parametrize(
    ("size", "nearest"),
    [
        ((512, 512), None),
        ((2160, 2160), None),
        ((511, 720), "512x720"),
        ((1280, 2161), "1280x2160"),
        ((100, 9999), "512x2160"),
    ],
)
def test_each_side_has_512_to_2160_px(size: tuple[int, int], nearest: str | None) -> None:
    """Both ends are inclusive, and each side moves to the end that it misses."""
    width, height = size

    found = judged("identify.video-sides", identify(video=video(width=width, height=height)))

    assert found == (
        None if nearest is None else Finding(f"{width}x{height}", "video_url", nearest)
    )


@pytest.mark.parametrize(
    ("reading", "size", "passes"),
    [
        ("short-side", (1280, 720), True),
        ("short-side", (720, 1280), True),
        ("short-side", (1080, 1080), True),
        ("short-side", (1279, 719), False),
        ("short-side", (960, 960), False),
        ("pixel-area", (960, 960), True),
        ("pixel-area", (1228, 788), True),
        ("pixel-area", (1000, 1000), False),
        ("pixel-area", (1080, 720), False),
        ("box-only", (512, 512), True),
    ],
)
def test_a_resolution_is_what_the_reading_understands(
    reading: str,
    size: tuple[int, int],
    passes: bool,  # noqa: FBT001 - a column of the table
) -> None:
    """The short side, the area within 5 %, or nothing beyond the box decides."""
    facts = identify(video=video(width=size[0], height=size[1]))

    found = judged("identify.video-resolution", facts, resolution=reading)

    assert found == (None if passes else Finding(f"{size[0]}x{size[1]}", "video_url", "1280x720"))


@pytest.mark.parametrize("reading", ["short-side", "pixel-area", "box-only"])
def test_the_nearest_resolution_is_legal(reading: str) -> None:
    """1280x720, which a refusal tells, passes under every reading."""
    facts = identify(video=video(width=1280, height=720))

    assert judged("identify.video-resolution", facts, resolution=reading) is None


@pytest.mark.parametrize("facts", [identify(video=video(blocked=True)), _by_id(blocked=True)])
def test_a_blocked_video_is_refused_where_the_reading_says_so(facts: Facts) -> None:
    """From either source; under `as-failed-task` the task of its session fails instead."""
    assert judged("identify.video-content", facts) == Finding("blocked", "video")
    assert judged("identify.video-content", facts, content_faults="as-failed-task") is None


@pytest.mark.parametrize("facts", [identify(video=video(faces=())), _by_id(faces=())])
def test_a_video_without_faces_is_refused_where_the_reading_says_so(facts: Facts) -> None:
    """Under `empty-list` the list is empty; under `refuse` there is no session."""
    assert judged("identify.no-face", facts) is None
    assert judged("identify.no-face", facts, no_face="refuse") == Finding("no face", "video")


def test_faces_that_nobody_looked_for_are_not_missed() -> None:
    """A video that was only probed has no known number of faces."""
    assert judged("identify.no-face", identify(video=video(faces=None)), no_face="refuse") is None


def test_an_unknown_video_id_is_refused() -> None:
    """The id is told; a known one passes."""
    unknown = Facts(NOW, input=IdentifyInput(video_id="1"), video_source=NOT_THERE)

    assert judged("identify.video-id-known", unknown) == Finding("1", "video_id")
    assert judged("identify.video-id-known", _by_id()) is None


def test_a_generated_video_is_good_for_30_days() -> None:
    """The limit is inclusive, and its instant is the nearest legal one."""
    limit = 30 * DAY_MS

    assert judged("identify.video-id-age", _by_id(age_ms=limit)) is None
    assert judged("identify.video-id-age", _by_id(age_ms=limit + 1)) == Finding(
        NOW - limit - 1, "video_id", NOW - limit
    )

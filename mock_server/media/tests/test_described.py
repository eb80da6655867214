"""Media that exist only as a description in a URL."""

from re import search

import pytest

from kling_lipsync.media import Audio, Duration, Face, Video
from mock_server.media.described import DescribedAudio, DescribedVideo, Misdescribed, parse

VIDEO = "http://described.test/video"
AUDIO = "http://described.test/audio"
PLAIN_VIDEO = Video(
    container="mp4",
    size_bytes=1_000_000,
    duration=Duration.exactly(8000),
    width=1280,
    height=720,
    has_sound=True,
    faces=(Face("0", 0, 8000),),
)


def test_a_video_without_keys_is_a_plain_one() -> None:
    """Everything that is not described has a default that breaks no rule."""
    assert parse(VIDEO) == DescribedVideo(PLAIN_VIDEO)


def test_an_audio_without_keys_is_a_plain_one() -> None:
    """Everything that is not described has a default that breaks no rule."""
    assert parse(AUDIO) == DescribedAudio(Audio("mp3", 80_000, Duration.exactly(5000)))


def test_every_fact_of_a_video_can_be_described() -> None:
    """All keys together give all facts."""
    url = (
        f"{VIDEO}?duration=9000&width=511&height=2161&bytes=5&format=webm&face=0-5200"
        "&face=3000-7500&sound=no&moderation=blocked&id=123&age=31d"
    )

    expected = Video(
        container="webm",
        size_bytes=5,
        duration=Duration.exactly(9000),
        width=511,
        height=2161,
        has_sound=False,
        faces=(Face("0", 0, 5200), Face("1", 3000, 7500)),
        blocked=True,
    )
    assert parse(url) == DescribedVideo(expected, id="123", age_ms=31 * 86_400_000)


def test_every_fact_of_an_audio_can_be_described() -> None:
    """All keys together give all facts."""
    url = f"{AUDIO}?duration=60001&format=ogg&bytes=7&moderation=blocked&id=a-1&age=1500"

    expected = Audio("ogg", 7, Duration.exactly(60001), blocked=True)
    assert parse(url) == DescribedAudio(expected, id="a-1", age_ms=1500)


def test_witnesses_of_a_length_can_disagree() -> None:
    """Container, stream and samples can each say something else."""
    described = parse(f"{AUDIO}?duration=2000&container=2013&samples=1998")

    assert isinstance(described, DescribedAudio)
    assert described.audio.duration == Duration(2013, 2000, 1998)


def test_faces_can_be_named() -> None:
    """A face id before the interval replaces the number."""
    described = parse(f"{VIDEO}?face=0-10&face=bob:5-20")

    assert isinstance(described, DescribedVideo)
    assert described.video.faces == (Face("0", 0, 10), Face("bob", 5, 20))


def test_a_video_can_be_without_faces() -> None:
    """`faces=none` means that somebody looked and saw nobody."""
    described = parse(f"{VIDEO}?faces=none")

    assert isinstance(described, DescribedVideo)
    assert described.video.faces == ()


@pytest.mark.parametrize(
    ("age", "milliseconds"), [("0", 0), ("7", 7), ("2s", 2000), ("3m", 180_000), ("1h", 3_600_000)]
)
def test_an_age_has_units(age: str, milliseconds: int) -> None:
    """A bare age is in ms; s, m, h and d are longer."""
    described = parse(f"{AUDIO}?age={age}")

    assert isinstance(described, DescribedAudio)
    assert described.age_ms == milliseconds


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/video?duration=8000",
        "ftp://described.test/video",
        "described.test/video",
        "http://[broken",
        "",
    ],
)
def test_other_urls_describe_nothing(url: str) -> None:
    """Only http and https URLs on the reserved host are descriptions."""
    assert parse(url) is None


def test_scheme_host_case_and_port_do_not_matter() -> None:
    """The host is found as browsers find it."""
    assert parse("HTTPS://Described.TEST:8443/video") == DescribedVideo(PLAIN_VIDEO)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        (f"{VIDEO}?lenght=8", "unknown key 'lenght': use duration, width"),
        (f"{AUDIO}?width=8", "unknown key 'width': use duration, bytes"),
        (f"{AUDIO}?face=0-1", "unknown key 'face'"),
        (f"{VIDEO}?duration=8s", "duration=8s: give a whole number"),
        (f"{VIDEO}?width=-1", "width=-1: give a whole number"),
        (f"{VIDEO}?bytes=", "bytes=: give a whole number"),
        (f"{VIDEO}?sound=maybe", "sound=maybe: use yes or no"),
        (f"{VIDEO}?moderation=no", "moderation=no: use passed or blocked"),
        (f"{VIDEO}?age=3w", "age=3w: give whole ms"),
        (f"{VIDEO}?id=", "id=: give 1 to 128"),
        (f"{VIDEO}?face=9-3", "face=9-3: give START-END"),
        (f"{VIDEO}?face=0-8001", r"face=0-8001: ends after the video \(8000 ms\)"),
        (f"{VIDEO}?face=1:0-5&face=0-9", "two faces have one id"),
        (f"{VIDEO}?faces=two", "faces=two: use none"),
        (f"{VIDEO}?faces=none&face=0-9", "contradict"),
        (f"{VIDEO}?duration=1&duration=2", "'duration' is given twice"),
        ("http://described.test/movie", "path '/movie': .* /video and /audio"),
        (f"{VIDEO}?id={'a' * 20_000}", "longer than 16384"),
        (f"{VIDEO}?{'face=0-1&' * 1001}", "more than 1000 parts"),
    ],
)
def test_mistakes_are_named_with_their_remedy(url: str, reason: str) -> None:
    """A description with a mistake tells which word is wrong and what is allowed."""
    described = parse(url)

    assert isinstance(described, Misdescribed)
    assert search(reason, described.reason)


def test_a_video_of_no_length_shows_nobody() -> None:
    """No face can be seen for 0 ms."""
    described = parse(f"{VIDEO}?duration=0")

    assert isinstance(described, DescribedVideo)
    assert described.video.faces == ()

"""Every rule on media, broken alone by a real file; beside it the nearest file that is legal."""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

import pytest

pytest.importorskip("av", reason="PyAV makes the files")
pytest.importorskip("numpy", reason="PyAV makes the files")

from attrs import frozen

from contract_tests import real_media, spec
from contract_tests.callers import Caller
from contract_tests.drafts import plain_fields
from contract_tests.exchanges import ACCEPTED, message_of, refused_by
from contract_tests.marks import rule
from contract_tests.media_files import SAMPLES
from contract_tests.real_media import Film, Sound, playable, with_chunk, with_free_box, with_tag
from contract_tests.scenes import SCENE
from contract_tests.targets import InProcess, Target

pytestmark = pytest.mark.slow

LARGEST_FILM = spec.limit("identify.video-size", "largest_megabytes") * spec.MEGABYTE
LARGEST_SOUND = spec.limit("create.sound-file-size", "largest_megabytes") * spec.MEGABYTE
BOX_ONLY = MappingProxyType({"readings": {"resolution": "box-only"}})
REFUSED_FACELESS = MappingProxyType({"readings": {"no-face": "refuse"}})


@frozen
class Case:
    """A file that breaks a rule and the nearest one that does not, under settings of the account.

    `seen` tells that somebody must look at the pictures.
    """

    rule: str
    name: str
    illegal: Callable[[], bytes]
    legal: Callable[[], bytes]
    settings: Mapping[str, Any] = MappingProxyType({})
    seen: bool = False


def long(milliseconds: int) -> Callable[[], bytes]:
    """A film of a length (ms)."""
    return Film(milliseconds=milliseconds).encoded


def wide(width: int, height: int) -> Callable[[], bytes]:
    """A film of these sides (px)."""
    return Film(width, height).encoded


def heard(
    kind: tuple[str, str], milliseconds: int = 3000, rate: int = 48_000
) -> Callable[[], bytes]:
    """A sound of a kind and a length (ms)."""
    return Sound(milliseconds, kind, rate).encoded


def padded(pad: real_media.Padding, content: Callable[[], bytes], size: int) -> Callable[[], bytes]:
    """A file that is so many bytes long."""
    return lambda: pad(content(), size)


def sample(name: str) -> Callable[[], bytes]:
    """A file that comes with the server."""
    return (SAMPLES / name).read_bytes


def film_cases() -> Iterator[Case]:
    """All rules on the file behind `video_url`."""
    film = Film().encoded
    over, full = (padded(with_free_box, film, LARGEST_FILM + more) for more in (1, 0))
    yield Case("identify.video-size", "1 byte", over, full)
    for kind in (real_media.WEBM, real_media.MKV, real_media.AVI, real_media.TS):
        mov = Film(kind=real_media.MOV).encoded
        yield Case("identify.video-format", kind[0], Film(kind=kind).encoded, mov)
    yield Case("identify.video-format", "sound only", heard(real_media.M4A), film)
    for bad, good in ((1999, 2000), (60_001, 60_000)):
        yield Case("identify.video-duration", f"{bad} ms", long(bad), long(good))
    for short in (720, 1080):
        yield Case("identify.video-sides", f"{short}x2161", wide(short, 2161), wide(short, 2160))
        yield Case("identify.video-sides", f"2161x{short}", wide(2161, short), wide(2160, short))
    yield Case("identify.video-sides", "511x720", wide(511, 720), wide(512, 720), BOX_ONLY)
    yield Case("identify.video-sides", "720x511", wide(720, 511), wide(720, 512), BOX_ONLY)
    for short, side in ((720, 719), (720, 721), (1080, 1079), (1080, 1081)):
        name = "identify.video-resolution"
        yield Case(name, f"{side}x1280", wide(side, 1280), wide(short, 1280))
        yield Case(name, f"1280x{side}", wide(1280, side), wide(1280, short))
    portrait = sample("portrait-clip.mp4")
    yield Case("identify.no-face", "grey", film, portrait, REFUSED_FACELESS, seen=True)


def sound_cases() -> Iterator[Case]:
    """All rules on the file behind `sound_file`."""
    speech = (
        (real_media.MP3, with_tag, 1),
        (real_media.AAC, with_tag, 1),
        (real_media.M4A, with_free_box, 1),
        (real_media.WAV, with_chunk, 2),
    )
    for kind, pad, more in speech:
        over, full = (padded(pad, heard(kind), LARGEST_SOUND + extra) for extra in (more, 0))
        yield Case("create.sound-file-size", f"{kind[0]}, {more} byte", over, full)
    others = (real_media.OGG, real_media.WEBM_SOUND, real_media.FLAC, real_media.AIFF)
    for other, (kind, _, _) in zip(others, speech, strict=True):
        yield Case("create.sound-file-format", other[0], heard(other), heard(kind))
    yield Case("create.sound-file-format", "AC-3", heard(real_media.AC3), heard(real_media.MP3))
    yield Case("create.sound-file-format", "a film", Film().encoded, heard(real_media.M4A))
    # MP3 and AAC have silence of their encoder around them: 60 ms and a frame or two away.
    lengths = (
        (real_media.WAV, 1999, 2000, 60_000, 60_001),
        (real_media.MP3, 1940, 2060, 59_940, 60_060),
        (real_media.M4A, 1940, 2000, 60_000, 60_060),
        (real_media.AAC, 1900, 2060, 59_940, 60_060),
    )
    for kind, short, shortest, longest, long_one in lengths:
        name = "create.audio-duration"
        for illegal, legal in ((short, shortest), (long_one, longest)):
            bad, good = heard(kind, illegal, 24_000), heard(kind, legal, 24_000)
            yield Case(name, f"{kind[0]} {illegal} ms", bad, good)


def parameters(cases: Iterator[Case]) -> list[Any]:
    """Give cases the form of parameters."""
    return [
        pytest.param(case, marks=rule(case.rule), id=f"{case.rule} {case.name}") for case in cases
    ]


@pytest.fixture(scope="module", params=["plain", "decoding"])
def media_target(request: pytest.FixtureRequest) -> Iterator[Target]:
    """A server with each kind of media."""
    if request.param == "decoding":
        pytest.importorskip("cv2", reason="OpenCV finds the faces")
    server = InProcess(media=request.param)
    yield server
    server.close()


@pytest.mark.parametrize("case", parameters(film_cases()))
def test_a_film_breaks_one_rule(
    media_target: Target, case: Case, request: pytest.FixtureRequest
) -> None:
    """A real film is refused under the rule's name and code, and the nearest legal one is not."""
    if case.seen and "plain" in request.node.name:
        pytest.skip("nobody looks at the pictures there")
    caller = Caller(media_target, **case.settings)
    refused = caller.identify(caller.put("film.mp4", case.illegal())["url"])
    accepted = caller.identify(caller.put("nearest.mp4", case.legal())["url"])

    assert refused.verdict == refused_by(case.rule)
    assert message_of(case.rule, refused.code).fullmatch(refused.envelope["message"])
    assert accepted.verdict == ACCEPTED


@pytest.mark.parametrize("case", parameters(sound_cases()))
def test_a_sound_breaks_one_rule(target: Target, case: Case) -> None:
    """A real sound is refused under the rule's name and code, and the nearest legal one is not."""
    caller = Caller(target)
    fields = plain_fields(caller, SCENE)
    entry = fields["face_choose"][0]
    entry["sound_end_time"] = 2000
    entry["sound_file"] = caller.put("sound.mp3", case.illegal())["url"]
    refused = caller.create(fields)
    entry["sound_file"] = caller.put("nearest.mp3", case.legal())["url"]

    assert refused.verdict == refused_by(case.rule)
    assert message_of(case.rule, refused.code).fullmatch(refused.envelope["message"])
    assert caller.create(fields).verdict == ACCEPTED


@rule("create.sound-end-within-audio", "create.insert-within-video")
def test_times_are_held_against_real_files(media_target: Target) -> None:
    """A crop may end with the sound and the video to the ms, and 1 ms later it may not."""
    caller = Caller(media_target)
    fields = plain_fields(caller, SCENE)
    found = caller.identify(caller.put("f.mp4", sample("portrait-clip.mp4")())["url"]).data
    fields["session_id"] = found["session_id"]
    sound = caller.put("sound.wav", heard(real_media.WAV, 4000)())["url"]
    verdicts = []
    for start, insert in ((1000, 4000), (1001, 4000), (1000, 4001)):
        times = {"sound_start_time": start, "sound_end_time": start + 3000}
        choice = {"face_id": found["face_data"][0]["face_id"], "sound_file": sound, **times}
        fields["face_choose"] = [{**choice, "sound_insert_time": insert}]
        verdicts.append(caller.create(fields).verdict)

    assert verdicts == [
        ACCEPTED,
        refused_by("create.sound-end-within-audio"),
        refused_by("create.insert-within-video"),
    ]


@pytest.mark.parametrize("kind", ["film", "sound"])
def test_the_files_can_be_played(kind: str) -> None:
    """What is put to the server is no header with nothing behind it: FFmpeg decodes all of it."""
    contents = [
        content()
        for case in (film_cases() if kind == "film" else sound_cases())
        for content in (case.illegal, case.legal)
    ]

    assert all(any(playable(content)) for content in contents if len(content) < LARGEST_FILM)

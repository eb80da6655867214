"""What only a server that decodes can show; skipped where its packages are not installed."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Protocol, cast

import pytest

from contract_tests.callers import Caller
from contract_tests.marks import rule
from contract_tests.media_files import SAMPLES
from contract_tests.targets import InProcess, Target

FILES = ("talking-clip.mp4", "speech.mp3")
NO_VOLUMES: Mapping[str, float] = MappingProxyType({})


class Clips(Protocol):
    """The module `contract_tests.clips`, which needs PyAV."""

    SEEN_FRAMES: int
    RATE: int

    def interrupted_portrait(self, gap_frames: int) -> bytes:
        """Return a clip."""
        ...

    def loudness(self, video: bytes, start_ms: int, end_ms: int) -> float:
        """Return how loud a part of a video is."""
        ...

    def changed_share(self, one: bytes, other: bytes) -> float:
        """Return which share of the picture looks otherwise in another video."""
        ...


@pytest.fixture(scope="module")
def clips() -> Clips:
    """What makes real clips."""
    return cast(Clips, pytest.importorskip("contract_tests.clips", reason="PyAV makes the clips"))


@pytest.fixture(scope="module")
def decoding_target() -> Iterator[Target]:
    """A server that decodes, where what that needs is installed."""
    pytest.importorskip("cv2", reason="OpenCV finds the faces")
    server = InProcess(media="decoding")
    yield server
    server.close()


@rule("identify.face-reappears", "identify.face-interval")
@pytest.mark.parametrize(("gap", "count"), [(15, 1), (25, 1), (26, 2), (50, 2)])
def test_a_person_who_was_gone_for_long_has_a_new_id(
    decoding_target: Target,
    clips: Clips,
    gap: int,
    count: int,
) -> None:
    """Out of sight for 1.04 s or 2 s is a new face_id, and for 0.6 s or 1 s it is not."""
    caller = Caller(decoding_target)
    url = caller.put("portrait.mp4", clips.interrupted_portrait(gap))["url"]
    faces = caller.identify(url).data["face_data"]
    whole = (2 * clips.SEEN_FRAMES + gap) * 1000 // clips.RATE

    assert len({face["face_id"] for face in faces}) == count
    assert faces[0]["start_time"] == 0
    assert faces[-1]["end_time"] == pytest.approx(whole, abs=250)


@rule("create.volume-range")
@pytest.mark.parametrize(("scope", "heard"), [("whole-video", False), ("insert-window", True)])
def test_the_original_volume_acts_on_all_of_the_video_or_on_the_insert(
    decoding_target: Target,
    clips: Clips,
    scope: str,
    *,
    heard: bool,
) -> None:
    """With 0 the room is silent where the speech is inserted, and after it by the reading."""
    caller = Caller(decoding_target, readings={"original-volume-scope": scope})
    result = rendered(caller, sound_volume=0, original_audio_volume=0)

    assert clips.loudness(result, 600, 2300) < 1e-3
    assert (clips.loudness(result, 3000, 5000) > 3e-3) is heard


@rule("create.volume-range")
def test_a_volume_that_is_not_given_is_1(decoding_target: Target, clips: Clips) -> None:
    """Each of the two by itself: the sound where it is inserted, the room where nothing else is."""
    caller = Caller(decoding_target)
    plain = rendered(caller)
    given = rendered(caller, sound_volume=1, original_audio_volume=1)
    quiet = rendered(caller, sound_volume=0)

    assert plain == given
    assert clips.loudness(quiet, 600, 2300) < clips.loudness(plain, 600, 2300)
    assert clips.loudness(quiet, 3000, 5000) > 3e-3


@rule("create.volume-range", "lifecycle.result")
def test_tasks_that_differ_in_a_volume_have_results_that_do(
    decoding_target: Target, clips: Clips
) -> None:
    """Each is as loud as it was asked for, also right after a task that silenced it."""
    caller = Caller(decoding_target)
    silent, loud = (
        clips.loudness(rendered(caller, sound_volume=0, original_audio_volume=volume), 3000, 5000)
        for volume in (0, 2)
    )
    plain, twice = (
        clips.loudness(rendered(caller, sound_volume=volume, original_audio_volume=0), 600, 2300)
        for volume in (1, 2)
    )

    assert silent < 1e-3
    assert loud > 6e-3
    assert twice > 1.5 * plain


@rule("lifecycle.watermark")
def test_a_watermark_can_be_seen(decoding_target: Target, clips: Clips) -> None:
    """In a part of the picture of the watermarked twin, and in no other result."""
    caller = Caller(decoding_target)
    task_id = spoken(caller, watermark_info={"enabled": True})
    (video,) = caller.get(task_id).data["task_result"]["videos"]
    plain, marked = (caller.media(video[name]).body for name in ("url", "watermark_url"))

    assert clips.changed_share(plain, rendered(caller)) == 0
    assert 0.0005 < clips.changed_share(plain, marked) < 0.5


@rule("create.silent-video")
def test_on_a_silent_video_the_original_volume_changes_nothing(
    decoding_target: Target, clips: Clips
) -> None:
    """Not the speech either, which is as loud as it was asked for."""
    caller = Caller(decoding_target)
    results = [
        rendered(caller, video="silent.mp4", original_audio_volume=volume) for volume in (0, 1)
    ]

    assert results[0] == results[1]
    assert clips.loudness(results[0], 600, 2300) > 3e-3
    assert clips.loudness(results[0], 3000, 5000) < 1e-3


def rendered(caller: Caller, video: str = FILES[0], **volumes: float) -> bytes:
    """Return the result of 2 s of speech in a clip of the samples, with these volumes."""
    (result,) = caller.get(spoken(caller, video, volumes)).data["task_result"]["videos"]
    return caller.media(result["url"]).body


def spoken(
    caller: Caller,
    video: str = FILES[0],
    volumes: Mapping[str, float] = NO_VOLUMES,
    **fields: object,
) -> str:
    """Have 2 s of speech put into a clip of the samples; return the id of the task."""
    files = (video, FILES[1])
    clip, speech = (caller.put(name, (SAMPLES / name).read_bytes())["url"] for name in files)
    face = {
        "face_id": "0",
        "sound_file": speech,
        "sound_start_time": 0,
        "sound_end_time": 2000,
        "sound_insert_time": 500,
        **volumes,
    }
    session = caller.identify(clip).data["session_id"]
    made = caller.create({"session_id": session, "face_choose": [face], **fields})
    caller.advance("1h")
    return str(made.data["task_id"])

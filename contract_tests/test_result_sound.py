"""What is heard in a result: the piece that was asked for, where it was, as loud as it was."""

from collections.abc import Iterator

import pytest

pytest.importorskip("av", reason="PyAV decodes the results")
pytest.importorskip("cv2", reason="OpenCV finds the faces")

from contract_tests.callers import Caller, Fields
from contract_tests.marks import rule
from contract_tests.media_files import SAMPLES
from contract_tests.real_media import beep, loudness
from contract_tests.targets import InProcess, Target

pytestmark = [pytest.mark.slow, pytest.mark.needs("own-process")]

START, END, INSERT = 1000, 3500, 1500
AROUND_MS = 120
"""How far (ms) from an edge of the sound nothing is asked: codecs smear it."""
SILENCE, QUIETER = 0.002, 0.6


@pytest.fixture(scope="module")
def decoding() -> Iterator[Target]:
    """A server that makes real results."""
    server = InProcess(media="decoding")
    yield server
    server.close()


def rendered(target: Target, **asked: object) -> bytes:
    """Return the result of the sample clip with a sound that is loud between START and END only."""
    caller = Caller(target)
    clip = (SAMPLES / "talking-clip.mp4").read_bytes()
    found = caller.identify(caller.put("clip.mp4", clip)["url"]).data
    choice: Fields = {
        "face_id": found["face_data"][0]["face_id"],
        "sound_file": caller.put("beep.wav", beep(5000, START, END))["url"],
        "sound_start_time": START,
        "sound_end_time": END,
        "sound_insert_time": INSERT,
        **asked,
    }
    made = caller.create({"session_id": found["session_id"], "face_choose": [choice]})
    caller.move(until_task=made.data["task_id"])
    (video,) = caller.get(made.data["task_id"]).data["task_result"]["videos"]
    return caller.media(video["url"]).body


@pytest.fixture(scope="module")
def whole(decoding: Target) -> bytes:
    """The result with the sound as it is, and nothing of the original's."""
    return rendered(decoding, original_audio_volume=0)


@rule("lifecycle.result", "create.sound-end-within-audio", "create.insert-within-video")
def test_the_piece_is_heard_where_it_was_asked_for(whole: bytes) -> None:
    """From `sound_insert_time` for as long as the crop, and nothing before and after."""
    length = END - START
    before = loudness(whole, 0, INSERT - AROUND_MS)
    first = loudness(whole, INSERT + AROUND_MS, INSERT + 3 * AROUND_MS)
    last = loudness(whole, INSERT + length - 3 * AROUND_MS, INSERT + length - AROUND_MS)
    after = loudness(whole, INSERT + length + AROUND_MS, 5200)

    assert max(before, after) < SILENCE
    assert min(first, last) > 10 * SILENCE


@rule("create.volume-range")
def test_volumes_are_heard(decoding: Target, whole: bytes) -> None:
    """Half of the sound is quieter than the whole, and the original is there unless it is 0."""
    window = (INSERT + AROUND_MS, INSERT + END - START - AROUND_MS)
    film = rendered(decoding, sound_volume=0.5, original_audio_volume=0.5)
    original = loudness(film, 0, INSERT - AROUND_MS)

    assert original > SILENCE
    assert original < loudness(film, *window) < QUIETER * loudness(whole, *window)

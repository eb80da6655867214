"""What only a server that decodes can show; skipped where its packages are not installed."""

from collections.abc import Iterator
from typing import Protocol, cast

import pytest

from contract_tests.callers import Caller
from contract_tests.marks import rule
from contract_tests.targets import InProcess, Target


class Clips(Protocol):
    """The module `contract_tests.clips`, which needs PyAV."""

    SEEN_FRAMES: int
    RATE: int

    def interrupted_portrait(self, gap_frames: int) -> bytes:
        """Return a clip."""
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
@pytest.mark.parametrize(("gap", "count"), [(15, 1), (50, 2)])
def test_a_person_who_was_gone_for_long_has_a_new_id(
    decoding_target: Target,
    clips: Clips,
    gap: int,
    count: int,
) -> None:
    """Out of sight for 2 s is a new face_id, and for 0.6 s it is not."""
    caller = Caller(decoding_target)
    url = caller.put("portrait.mp4", clips.interrupted_portrait(gap))["url"]
    faces = caller.identify(url).data["face_data"]
    whole = (2 * clips.SEEN_FRAMES + gap) * 1000 // clips.RATE

    assert len({face["face_id"] for face in faces}) == count
    assert faces[0]["start_time"] == 0
    assert faces[-1]["end_time"] == pytest.approx(whole, abs=250)

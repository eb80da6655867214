"""The verbs that leave a file: the whole way, with and without real media."""

import json
from pathlib import Path

import pytest

from kling_lipsync.cli.mock import has_media
from kling_lipsync.cli.tests.conftest import Lipsync
from kling_lipsync.cli.tests.test_calls import new_task
from kling_lipsync.media import Video
from kling_lipsync.probing.probe import probe_video


def test_sync_with_a_mock_of_its_own_gives_a_file(
    lipsync: Lipsync, clip: str, speech: str, target: Path
) -> None:
    """No credentials, no origin, no extras."""
    ran = lipsync("sync", clip, speech, "-o", str(target), "--mock")

    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith(f"{target}  {target.stat().st_size} bytes, task ")
    assert isinstance(probe_video(target), Video)


@pytest.mark.skipif(not has_media(), reason="the extra media is not installed")
def test_the_file_can_be_played(
    lipsync: Lipsync, monkeypatch: pytest.MonkeyPatch, clip: str, speech: str, target: Path
) -> None:
    """With real media it is as long as the clip, and has every frame and a voice."""
    import av  # noqa: PLC0415 - only where it is installed
    import numpy as np  # noqa: PLC0415 - as av

    monkeypatch.setenv("LIPSYNC_MOCK_MEDIA", "decoding")
    ran = lipsync("sync", clip, speech, "-o", str(target), "--mock")
    assert ran.code == 0, ran.err
    with av.open(target) as played:
        frames = sum(1 for _ in played.decode(video=0))
    with av.open(target) as played:
        loudest = max(np.abs(frame.to_ndarray()).max() for frame in played.decode(audio=0))

    assert frames == 7 * 25
    assert loudest > 0


def test_a_broken_rule_costs_nothing_and_leaves_nothing(
    lipsync: Lipsync, clip: str, speech: str, target: Path
) -> None:
    """The length of a local clip is known, and so the rules about it are asked before the task."""
    ran = lipsync("sync", clip, speech, "-o", str(target), "--insert-at", "3s", "--json")
    told = json.loads(ran.out)["error"]

    assert (ran.code, told["rule"]) == (4, "create.insert-within-video")
    assert not target.exists()


def test_units_are_a_limit(lipsync: Lipsync, clip: str, speech: str, target: Path) -> None:
    """What was spent and what is left is told; what could exceed it is refused."""
    dear = lipsync("sync", clip, speech, "-o", str(target), "--units", "0.5")
    ran = lipsync("sync", clip, speech, "-o", str(target), "--units", "1.5", "--json")

    assert (dear.code, ran.code) == (5, 0)
    assert json.loads(ran.out)["units"] == {"spent": "1.05", "reserved": "0", "left": "0.45"}


def test_a_result_can_be_fetched_again(lipsync: Lipsync, speech: str, target: Path) -> None:
    """The watermarked twin too, where one was asked for."""
    task_id = new_task(lipsync, speech, "--watermark")
    early = lipsync("download", task_id, "-o", str(target))
    assert (early.code, target.exists()) == (24, False)
    assert f"the task goes on: lipsync wait {task_id}" in early.err

    assert lipsync("wait", task_id).code == 0
    for options in ((), ("--watermark",)):
        assert lipsync("download", task_id, "-o", str(target), *options).code == 0
        assert isinstance(probe_video(target), Video)


def test_a_folder_that_is_not_there_is_a_local_fault(lipsync: Lipsync, speech: str) -> None:
    """So is a speech that is not there."""
    task_id = new_task(lipsync, speech)
    lipsync("wait", task_id)

    assert lipsync("download", task_id, "-o", "/no/such/folder/out.mp4").code == 3
    assert lipsync("sync", "1", "no-such-speech.mp3", "-o", "out.mp4").code == 3

"""Saving a result: all of it or nothing."""

from pathlib import Path
from typing import Any

import pytest

from kling_lipsync.client.downloading import MediaExpire
from kling_lipsync.client.errors import DownloadFailed
from kling_lipsync.client.tests.both import on_both
from kling_lipsync.client.tests.service import Service, World

MP4 = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + b"\x00\x00\x00\x08mdat" * 9


def _download(service: Service, to: Path, **fields: Any) -> Any:  # noqa: ANN401
    service._keep({"external_task_id": "mine"})
    service.life = ("succeed",)
    return on_both(service, lambda c: c.download("mine", to, **fields))


def test_a_result_is_saved_whole(tmp_path: Path) -> None:
    """In place of what was there, without a credential on the way, and nothing beside it."""
    target = tmp_path / "out.mp4"
    target.write_bytes(b"old")
    outcome = _download(Service(World(), media=MP4), target)

    assert outcome.error is None
    assert target.read_bytes() == MP4
    assert list(tmp_path.iterdir()) == [target]
    assert "authorization" not in outcome.service.headers[-1]


@pytest.mark.parametrize("media", [b"", b"<html>gone</html>"])
def test_what_is_no_video_is_not_saved(tmp_path: Path, media: bytes) -> None:
    """What was there before stays, and nothing is left beside it."""
    target = tmp_path / "out.mp4"
    target.write_bytes(b"old")
    outcome = _download(Service(World(), media=media), target)

    assert isinstance(outcome.error, DownloadFailed)
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


def test_media_about_to_be_deleted_are_warned_of(tmp_path: Path) -> None:
    """Three days before the end of their thirty."""
    service = Service(World(), media=MP4)
    service._keep({"external_task_id": "mine"})
    service.world.now += 28 * 24 * 3600
    service.life = ("succeed",)

    with pytest.warns(MediaExpire, match=r"2\.0 days"):
        on_both(service, lambda c: c.download("mine", tmp_path / "out.mp4"))


def test_a_task_without_a_result_has_nothing_to_save(tmp_path: Path) -> None:
    """Nor has one without a watermark a watermarked one."""
    service = Service(World(), life=("processing",))
    service._keep({"external_task_id": "mine"})
    early = on_both(service, lambda c: c.download("mine", tmp_path / "out.mp4"))
    assert isinstance(early.error, DownloadFailed)
    unmarked = _download(Service(World(), media=MP4), tmp_path / "out.mp4", watermark=True)
    assert isinstance(unmarked.error, DownloadFailed)

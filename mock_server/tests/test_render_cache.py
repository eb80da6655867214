"""The same input is rendered once, and what is kept has a size."""

from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from mock_server.media.ports import RenderJob
from mock_server.render_cache import RenderCache, render_key, targets_of


def _job(folder: Path, **changes: Any) -> RenderJob:  # noqa: ANN401 - fields of a job
    (folder / "video").write_bytes(b"a video")
    (folder / "audio").write_bytes(b"some speech")
    job = RenderJob(
        video=folder / "video",
        audio=folder / "audio",
        target=folder / "result.mp4",
        watermarked_target=None,
        face_id="0",
        sound_start_time=0,
        sound_end_time=3000,
        sound_insert_time=1000,
        sound_volume=1.0,
        original_audio_volume=1.0,
    )
    return evolve(job, **changes)


def _made(path: Path, content: bytes) -> dict[str, Path]:
    path.write_bytes(content)
    return {"plain": path}


def test_what_was_kept_is_recalled(tmp_path: Path) -> None:
    """Under the name of another task's result."""
    cache = RenderCache(tmp_path / "kept", 1000)
    cache.keep("key", _made(tmp_path / "first.mp4", b"result"))

    assert cache.recall("key", {"plain": tmp_path / "second.mp4"})
    assert (tmp_path / "second.mp4").read_bytes() == b"result"


def test_what_was_not_kept_is_not_recalled(tmp_path: Path) -> None:
    """Also where only the plain file was kept, and a watermarked twin is asked for."""
    cache = RenderCache(tmp_path / "kept", 1000)
    cache.keep("key", _made(tmp_path / "first.mp4", b"result"))
    wanted = {"plain": tmp_path / "a.mp4", "watermarked": tmp_path / "b.mp4"}

    assert not cache.recall("other", {"plain": tmp_path / "a.mp4"})
    assert not cache.recall("key", wanted)
    assert not (tmp_path / "a.mp4").exists()


def test_the_oldest_goes_first_and_takes_no_result(tmp_path: Path) -> None:
    """Beyond its size the cache forgets, while the results stay where they are."""
    cache = RenderCache(tmp_path / "kept", 25)
    for number in range(3):
        cache.keep(f"key{number}", _made(tmp_path / f"{number}.mp4", b"x" * 10))

    assert not cache.recall("key0", {"plain": tmp_path / "again.mp4"})
    assert cache.recall("key2", {"plain": tmp_path / "again.mp4"})
    assert (tmp_path / "0.mp4").read_bytes() == b"x" * 10


@pytest.mark.parametrize(
    "changes", [{"face_id": "1"}, {"sound_end_time": 3001}, {"sound_volume": 0.5}]
)
def test_another_order_has_another_key(tmp_path: Path, changes: dict[str, Any]) -> None:
    """Whatever changes the result changes its key."""
    assert render_key(_job(tmp_path)) != render_key(_job(tmp_path, **changes))


def test_the_place_of_a_file_does_not_matter(tmp_path: Path) -> None:
    """The same bytes under another name are the same input."""
    job = _job(tmp_path)
    copy = tmp_path / "copy"
    copy.write_bytes(job.video.read_bytes())

    assert render_key(evolve(job, video=copy, target=tmp_path / "x")) == render_key(job)


def test_other_bytes_are_another_input(tmp_path: Path) -> None:
    """Under the same name."""
    first = render_key(_job(tmp_path))
    job = _job(tmp_path)
    job.audio.write_bytes(b"other speech")

    assert render_key(job) != first


def test_a_twin_is_a_file_of_the_job(tmp_path: Path) -> None:
    """Beside the plain one, where it is asked for."""
    job = _job(tmp_path, watermarked_target=tmp_path / "twin.mp4")

    assert sorted(targets_of(job)) == ["plain", "watermarked"]

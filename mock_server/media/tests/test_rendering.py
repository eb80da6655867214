"""What a result file is: the source's pictures, the mixed sound, and nothing half made."""

from pathlib import Path

import attrs
import pytest

pytest.importorskip("av", reason="needs the [media] extra")
pytest.importorskip("cv2", reason="needs the [media] extra")
pytest.importorskip("numpy", reason="needs the [media] extra")

import av
import numpy as np

from mock_server.media.opening import Undecodable
from mock_server.media.ports import RenderJob
from mock_server.media.rendering import render
from mock_server.media.tests.clips import (
    HEIGHT,
    WIDTH,
    Clip,
    gain,
    lag_ms,
    listen,
    noise,
    save_sound,
    save_video,
)
from mock_server.media.tests.measuring import pairs, psnr

SPEECH = noise(2200, 0.1, seed=2)
LENGTH_MS = 4480


@pytest.fixture(scope="module")
def job(tmp_path_factory: pytest.TempPathFactory) -> RenderJob:
    """Give a job whose speech of 2200 ms starts at 1300 ms."""
    folder = tmp_path_factory.mktemp("rendering")
    sound = noise(LENGTH_MS, 0.1, seed=1)
    return RenderJob(
        video=save_video(folder / "video.mp4", Clip(LENGTH_MS, sound=sound)),
        audio=save_sound(folder / "speech.wav", SPEECH),
        target=folder / "result.mp4",
        watermarked_target=folder / "watermarked.mp4",
        face_id="0",
        sound_start_time=0,
        sound_end_time=2200,
        sound_insert_time=1300,
        sound_volume=1.0,
        original_audio_volume=0.0,
    )


@pytest.fixture(scope="module")
def result(job: RenderJob) -> Path:
    """Give the rendered file of the job."""
    assert render(job) == LENGTH_MS
    return job.target


def shown_at(path: Path) -> list[float]:
    """Read the times (s) at which the pictures of a file are shown."""
    with av.open(str(path)) as container:
        return [frame.time for frame in container.decode(video=0)]


def length_ms(path: Path) -> float:
    """Read the length of a file."""
    with av.open(str(path)) as container:
        return (container.duration or 0) / 1000


def test_pictures_without_the_face_stay(job: RenderJob, result: Path) -> None:
    """Where there is nobody to speak, every picture keeps 40 dB and more."""
    assert min(psnr(before, after) for _, before, after in pairs(job.video, result)) >= 40


def test_the_pictures_keep_their_times(job: RenderJob, result: Path) -> None:
    """Every picture is shown when the source shows it."""
    assert shown_at(result) == pytest.approx(shown_at(job.video), abs=0.001)


def test_the_result_lasts_as_long_as_the_source(job: RenderJob, result: Path) -> None:
    """Padding of the sound does not make the file longer than by 40 ms."""
    assert length_ms(result) == pytest.approx(length_ms(job.video), abs=40)


def test_the_encoded_speech_stands_in_place(result: Path) -> None:
    """The delay of the AAC encoder is taken back by the file's edit list."""
    heard, rate = listen(result)

    assert abs(lag_ms(heard, SPEECH, 1300, rate)) < 0.1


def test_the_encoded_speech_keeps_its_level(result: Path) -> None:
    """Encoding changes the volume by less than 2 %."""
    heard, rate = listen(result)

    assert gain(heard[:, 1300 * rate // 1000 :], SPEECH) == pytest.approx(1.0, abs=0.02)


def test_the_index_comes_first(result: Path) -> None:
    """Players can start before they have the whole file."""
    data = result.read_bytes()

    assert data.index(b"moov") < data.index(b"mdat")


def test_the_file_says_that_it_is_synthetic(result: Path) -> None:
    """The metadata name the mock as the maker."""
    with av.open(str(result)) as container:
        assert "Synthetic" in container.metadata["comment"]


def test_the_watermarked_copy_says_so(job: RenderJob, result: Path) -> None:
    """The second file says in its metadata and in its corner what it is; the first does not."""
    assert job.watermarked_target is not None
    with av.open(str(job.watermarked_target)) as container:
        assert "Watermarked" in container.metadata["comment"]
    for _, plain, copy in pairs(result, job.watermarked_target):
        differs = np.abs(plain.luma.astype(int) - copy.luma) > 30
        rows, columns = np.nonzero(differs)
        assert differs.sum() > 500
        assert rows.min() > 0.8 * HEIGHT
        assert columns.min() > 0.3 * WIDTH


def test_nothing_but_the_results_is_left(job: RenderJob, result: Path) -> None:
    """The names under which the files were written are gone."""
    names = {path.name for path in result.parent.iterdir()}

    assert names == {job.video.name, job.audio.name, "result.mp4", "watermarked.mp4"}


def test_a_silent_source_gets_a_sound_track(job: RenderJob, tmp_path: Path) -> None:
    """The speech is heard in a video that had no sound."""
    video = save_video(tmp_path / "silent.mp4", Clip(LENGTH_MS))
    silent = attrs.evolve(job, video=video, target=tmp_path / "result.mp4")

    render(silent)

    heard, rate = listen(silent.target)
    assert abs(lag_ms(heard, SPEECH, 1300, rate)) < 0.1


def test_hevc_in_quicktime_becomes_h264_in_mp4(job: RenderJob, tmp_path: Path) -> None:
    """A .mov with HEVC of 10 bits is made what every player shows."""
    video = save_video(tmp_path / "phone.mov", Clip(1200, codec="libx265", pix_fmt="yuv420p10le"))
    phone = attrs.evolve(job, video=video, target=tmp_path / "result.mp4")

    render(phone)

    with av.open(str(phone.target)) as container:
        codec = container.streams.video[0].codec_context
        assert (codec.name, codec.pix_fmt) == ("h264", "yuv420p")
    assert min(psnr(before, after) for _, before, after in pairs(video, phone.target)) >= 40


def test_what_is_loud_stays_below_full_scale(job: RenderJob, tmp_path: Path) -> None:
    """Also after the result's AAC was decoded, no sample of a doubled loud mix is over 1."""
    audio = save_sound(tmp_path / "loud.wav", noise(2200, 0.5, seed=4))
    loud = attrs.evolve(job, audio=audio, target=tmp_path / "result.mp4", sound_volume=2.0)

    render(loud)

    heard, _ = listen(loud.target)
    assert 0.5 < np.abs(heard).max() <= 1


def test_a_failure_leaves_no_file(job: RenderJob, tmp_path: Path) -> None:
    """When the source was cut off there is no result, complete or not."""
    video = save_video(tmp_path / "cut.mp4", Clip(LENGTH_MS, index_first=True))
    video.write_bytes(video.read_bytes()[: video.stat().st_size // 2])
    target = tmp_path / "results" / "result.mp4"
    target.parent.mkdir()

    with pytest.raises(Undecodable):
        render(attrs.evolve(job, video=video, target=target, watermarked_target=None))

    assert list(target.parent.iterdir()) == []

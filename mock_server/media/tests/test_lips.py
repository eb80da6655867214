"""The chosen face speaks the speech, and nothing else changes; measured on decoded results."""

from collections.abc import Callable
from pathlib import Path

import attrs
import pytest

pytest.importorskip("av", reason="needs the [media] extra")
pytest.importorskip("cv2", reason="needs the [media] extra")
pytest.importorskip("numpy", reason="needs the [media] extra")

import numpy as np

from mock_server import samples
from mock_server.media.articulation import articulation
from mock_server.media.ports import RenderJob
from mock_server.media.rendering import render
from mock_server.media.sound import cropped_speech
from mock_server.media.tests.clips import (
    HEIGHT,
    HZ,
    WIDTH,
    Clip,
    Sound,
    listen,
    save_sound,
    save_video,
)
from mock_server.media.tests.measuring import (
    Curve,
    Near,
    best_lag,
    correlation,
    gap_changes,
    pairs,
    psnr,
)

SAMPLES = Path(samples.__file__).parent
LEFT, RIGHT = (180, HEIGHT // 2), (460, HEIGHT // 2)
SPEECH_MS = 2400
QUIET_MS = (1000, 1400)  # a pause in the middle of the speech made here
INSERT_MS = 520


@attrs.frozen(eq=False)
class Spoken:
    """A finished job: its files, and what was measured on the chosen face."""

    job: RenderJob
    times: Curve
    changes: Curve

    def openings(self) -> Curve:
        """Give the opening that was asked for in each measured frame."""
        said = articulation(cropped_speech(self.job))
        start = self.job.sound_insert_time / 1000
        inside = (self.times >= start) & (self.times < start + SPEECH_MS / 1000)
        return np.where(inside, [said.at(seconds - start)[0] for seconds in self.times], 0)


def speech() -> Sound:
    """Give noise in syllables of different length and loudness, with a pause."""
    times = np.arange(SPEECH_MS * HZ // 1000) / HZ
    loudness = np.abs(np.sin(2 * np.pi * 1.9 * times)) * (0.6 + 0.4 * np.sin(2 * np.pi * times))
    loudness[QUIET_MS[0] * HZ // 1000 : QUIET_MS[1] * HZ // 1000] = 0
    white = np.random.default_rng(5).standard_normal(len(times))
    return (0.2 * loudness * white)[None].astype(np.float32)


def finished(job: RenderJob, near: Near) -> Spoken:
    """Render a job and measure the chosen face a little longer than it speaks."""
    render(job)
    start = job.sound_insert_time / 1000
    measured = gap_changes(job.video, job.target, near, start - 0.4, start + SPEECH_MS / 1000 + 0.3)
    return Spoken(job, *measured)


@pytest.fixture(scope="module")
def job(tmp_path_factory: pytest.TempPathFactory) -> RenderJob:
    """Give a job for the right one of two drawn faces, which is face 1."""
    folder = tmp_path_factory.mktemp("lips")
    clip = Clip(3200, lambda ms: [LEFT, (RIGHT[0] + ms // 100, RIGHT[1])])
    return RenderJob(
        video=save_video(folder / "video.mp4", clip),
        audio=save_sound(folder / "speech.wav", speech()),
        target=folder / "result.mp4",
        watermarked_target=None,
        face_id="1",
        sound_start_time=0,
        sound_end_time=SPEECH_MS,
        sound_insert_time=INSERT_MS,
        sound_volume=1.0,
        original_audio_volume=1.0,
    )


@pytest.fixture(scope="module")
def drawn(job: RenderJob) -> Spoken:
    """Give the drawn face, speaking."""
    return finished(job, lambda x, _: x > WIDTH / 2)


@pytest.fixture(scope="module")
def portrait(tmp_path_factory: pytest.TempPathFactory) -> Spoken:
    """Give the portrait of the samples, which smiles, speaking real speech."""
    folder = tmp_path_factory.mktemp("portrait")
    job = RenderJob(
        video=SAMPLES / "portrait-clip.mp4",
        audio=SAMPLES / "speech.mp3",
        target=folder / "result.mp4",
        watermarked_target=None,
        face_id="0",
        sound_start_time=0,
        sound_end_time=SPEECH_MS,
        sound_insert_time=2000,
        sound_volume=1.0,
        original_audio_volume=0.0,
    )
    return finished(job, lambda _x, _y: True)


@pytest.mark.parametrize("name", ["drawn", "portrait"])
def test_the_mouth_opens_as_the_speech_is_loud(name: str, request: pytest.FixtureRequest) -> None:
    """The gap between the lips follows the envelope of the speech with r of 0.85 and more."""
    spoken: Spoken = request.getfixturevalue(name)

    assert correlation(spoken.openings(), spoken.changes) >= 0.85


@pytest.mark.parametrize("name", ["drawn", "portrait"])
def test_the_mouth_is_in_time(name: str, request: pytest.FixtureRequest) -> None:
    """The speech fits the lips better than any that is a frame or more early or late."""
    spoken: Spoken = request.getfixturevalue(name)

    assert best_lag(spoken.openings(), spoken.changes) == 0


@pytest.mark.parametrize("name", ["drawn", "portrait"])
def test_a_loud_sound_opens_the_mouth_widely(name: str, request: pytest.FixtureRequest) -> None:
    """At the loudest place the lips are apart by at least 0.08 eye distances more."""
    spoken: Spoken = request.getfixturevalue(name)

    assert spoken.changes.max() >= 0.08


def test_the_mouth_is_closed_in_silence(drawn: Spoken) -> None:
    """In the pause of the speech the gap is that of the source."""
    since = drawn.times * 1000 - INSERT_MS
    pause = (since >= QUIET_MS[0] + 80) & (since < QUIET_MS[1] - 80)

    assert pause.sum() >= 5
    assert np.abs(drawn.changes[pause]).max() <= 0.02


def test_nobody_else_speaks(drawn: Spoken) -> None:
    """The lips of the face that was not chosen move by at most 0.01 eye distances."""
    job = drawn.job
    _, changes = gap_changes(job.video, job.target, lambda x, _: x < WIDTH / 2, 0.5, 2.2)

    assert len(changes) > 40
    assert np.abs(changes).max() <= 0.01


@pytest.mark.parametrize(
    ("where", "is_inside"),
    [
        ("outside the insert", lambda seconds: not 0.52 <= seconds < 2.92),
        ("while the speech is heard", lambda seconds: 0.52 <= seconds < 2.92),
    ],
)
def test_the_rest_of_the_picture_stays(
    drawn: Spoken, where: str, is_inside: Callable[[float], bool]
) -> None:
    """Everywhere but around the speaking mouth the picture keeps 40 dB."""
    away = np.ones((HEIGHT, WIDTH), np.bool_)
    if where == "while the speech is heard":
        away[HEIGHT // 2 :, RIGHT[0] - 80 : RIGHT[0] + 110] = False
    levels = [
        psnr(before, after, away)
        for seconds, before, after in pairs(drawn.job.video, drawn.job.target)
        if is_inside(seconds)
    ]

    assert len(levels) >= 10
    assert min(levels) >= 40


def test_a_speech_that_is_not_heard_is_seen(drawn: Spoken, tmp_path: Path) -> None:
    """At volume 0 the pictures are those of volume 1, and the speech is silent."""
    mute = attrs.evolve(drawn.job, sound_volume=0.0, target=tmp_path / "result.mp4")

    render(mute)

    heard, _ = listen(mute.target)
    assert np.abs(heard).max() < 0.001
    assert all(
        (one.luma == other.luma).all() for _, one, other in pairs(drawn.job.target, mute.target)
    )


def test_the_other_one_of_two_people_is_still(tmp_path: Path) -> None:
    """In the sample of two, the lips of who is not chosen move by at most 0.01 eye distances."""
    job = RenderJob(
        video=SAMPLES / "two-people.mp4",
        audio=SAMPLES / "portrait-speech.mp3",
        target=tmp_path / "result.mp4",
        watermarked_target=None,
        face_id="1",
        sound_start_time=0,
        sound_end_time=4800,
        sound_insert_time=1000,
        sound_volume=1.0,
        original_audio_volume=1.0,
    )

    render(job)

    _, changes = gap_changes(job.video, job.target, lambda x, _: x < 640, 2.2, 4.2)
    assert np.isfinite(changes).sum() >= 45
    assert np.nanmax(np.abs(changes)) <= 0.01


def test_an_unknown_face_says_nothing(job: RenderJob, tmp_path: Path) -> None:
    """Where there is no face with the number, all pictures stay as they are."""
    nobody = attrs.evolve(job, face_id="7", target=tmp_path / "result.mp4")

    render(nobody)

    assert min(psnr(before, after) for _, before, after in pairs(job.video, nobody.target)) >= 40

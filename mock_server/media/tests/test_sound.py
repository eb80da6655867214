"""Where the speech stands in a mix, and how loud."""

from fractions import Fraction
from itertools import product
from pathlib import Path

import attrs
import pytest

pytest.importorskip("numpy", reason="needs the [media] extra")
pytest.importorskip("av", reason="needs the [media] extra")
pytest.importorskip("cv2", reason="needs the [media] extra")

import numpy as np

from mock_server.media import sound
from mock_server.media.opening import Undecodable
from mock_server.media.ports import RenderJob
from mock_server.media.sound import (
    CEILING,
    KNEE,
    USUAL_RATE,
    Sound,
    at_rate,
    cropped_speech,
    limited,
)
from mock_server.media.sound_encoding import decoded, encoded
from mock_server.media.tests.clips import (
    HZ,
    Clip,
    gain,
    lag_ms,
    listen,
    noise,
    save_sound,
    save_video,
)

LENGTH = Fraction(5)  # s
SPEECH_MS, CROP_START, CROP_END, INSERT = 3000, 400, 2600, 1700
INSERT_SAMPLE, END_SAMPLE = INSERT * 48, (INSERT + CROP_END - CROP_START) * 48
SPEECH = noise(SPEECH_MS, 0.1, seed=2)
CROPPED = SPEECH[:, CROP_START * 48 : CROP_END * 48]
ORIGINAL = noise(5000, 0.1, seed=1)


@pytest.fixture(scope="module")
def job(tmp_path_factory: pytest.TempPathFactory) -> RenderJob:
    """Give a job with a video that sounds and a speech in WAV."""
    folder = tmp_path_factory.mktemp("sound")
    return RenderJob(
        video=save_video(folder / "video.mp4", Clip(5000, sound=ORIGINAL)),
        audio=save_sound(folder / "speech.wav", SPEECH),
        target=folder / "unused.mp4",
        watermarked_target=None,
        face_id="0",
        sound_start_time=CROP_START,
        sound_end_time=CROP_END,
        sound_insert_time=INSERT,
        sound_volume=1.0,
        original_audio_volume=0.0,
    )


def soundtrack(job: RenderJob, length: Fraction) -> Sound:
    """Mix a job's sound."""
    return sound.soundtrack(job, cropped_speech(job), length)


@pytest.mark.parametrize("suffix", [".wav", ".mp3", ".m4a"])
@pytest.mark.parametrize("rate", [48_000, 44_100, 24_000])
def test_the_speech_stands_where_it_was_asked_to(
    job: RenderJob, tmp_path: Path, suffix: str, rate: int
) -> None:
    """The delay that an encoder or a resampler adds is taken back to less than 0.1 ms."""
    spoken = noise(SPEECH_MS, 0.1, seed=3, rate=rate)
    audio = save_sound(tmp_path / f"speech{suffix}", spoken, rate)

    mix = soundtrack(attrs.evolve(job, audio=audio), LENGTH)

    positions = np.arange(CROPPED.shape[1]) / HZ * rate + CROP_START * rate / 1000
    expected = np.interp(positions, np.arange(spoken.shape[1]), spoken[0])[None].astype(np.float32)
    assert abs(lag_ms(mix.samples, expected, INSERT)) < 0.1


def test_raw_aac_comes_without_the_priming_of_its_encoder(job: RenderJob, tmp_path: Path) -> None:
    """An ADTS file does not tell its encoder's delay; the 1024 samples that all add are cut."""
    audio = save_sound(tmp_path / "speech.aac", SPEECH)

    mix = soundtrack(attrs.evolve(job, audio=audio), LENGTH)

    spoken = SPEECH[:, CROP_START * 48 : CROP_END * 48]
    assert abs(lag_ms(mix.samples, spoken, INSERT)) < 0.1


def test_nothing_is_heard_outside_the_insert(job: RenderJob) -> None:
    """With the original turned off, silence surrounds the speech to the sample."""
    mix = soundtrack(job, LENGTH)

    assert not mix.samples[:, : INSERT_SAMPLE - 1].any()
    assert not mix.samples[:, END_SAMPLE + 1 :].any()
    assert np.abs(mix.samples[0, INSERT_SAMPLE : INSERT_SAMPLE + 96]).any()
    assert np.abs(mix.samples[0, END_SAMPLE - 96 : END_SAMPLE]).any()


def test_cut_ends_do_not_click(job: RenderJob, tmp_path: Path) -> None:
    """A constant level comes within 5 ms, goes within 5 ms and is itself between."""
    level = np.full((1, SPEECH_MS * 48), 0.5, np.float32)
    audio = save_sound(tmp_path / "level.wav", level)

    mix = soundtrack(attrs.evolve(job, audio=audio), LENGTH).samples[0]

    begin, end = mix[INSERT_SAMPLE : INSERT_SAMPLE + 240], mix[END_SAMPLE - 240 : END_SAMPLE]
    assert np.abs(np.diff(mix)).max() < 0.005
    assert (np.diff(begin) >= 0).all()
    assert (np.diff(end) <= 0).all()
    assert mix[INSERT_SAMPLE + 240 : END_SAMPLE - 240] == pytest.approx(0.5, abs=0.001)


@pytest.mark.parametrize("volume", [0.0, 1.0, 2.0])
def test_the_speech_is_as_loud_as_asked(job: RenderJob, volume: float) -> None:
    """The volume of the speech is a plain factor."""
    mix = soundtrack(attrs.evolve(job, sound_volume=volume), LENGTH)

    assert gain(mix.samples[:, INSERT_SAMPLE:], CROPPED) == pytest.approx(volume, abs=0.02)


@pytest.mark.parametrize("volume", [0.0, 1.0, 2.0])
def test_the_original_is_as_loud_as_asked(job: RenderJob, volume: float) -> None:
    """The volume of the original sound is a factor, too, inside the insert and outside."""
    mix = soundtrack(attrs.evolve(job, sound_volume=0.0, original_audio_volume=volume), LENGTH)

    assert gain(mix.samples, listen(job.video)[0]) == pytest.approx(volume, abs=0.02)


def test_both_volumes_hold_at_once(job: RenderJob, tmp_path: Path) -> None:
    """Whatever the two factors are, neither is off by more than 3 % after the result's AAC."""
    original, said = noise(5000, 0.04, seed=7), noise(SPEECH_MS, 0.04, seed=8)
    video = save_video(tmp_path / "video.mp4", Clip(5000, sound=original))
    audio = save_sound(tmp_path / "speech.wav", said)
    middle = np.s_[0, INSERT_SAMPLE + 480 : END_SAMPLE - 480]
    spoken = said[0, CROP_START * 48 + 480 : CROP_END * 48 - 480]
    parts = np.stack([spoken, listen(video)[0][middle]], axis=1)
    for volumes in product((0.0, 0.25, 0.5, 1.0, 1.5, 2.0), repeat=2):
        asked = attrs.evolve(
            job,
            video=video,
            audio=audio,
            sound_volume=volumes[0],
            original_audio_volume=volumes[1],
        )

        mix = soundtrack(asked, LENGTH)

        heard = decoded(encoded(mix), mix.samples.shape[1])[middle]
        factors = np.linalg.lstsq(parts, heard, rcond=None)[0]
        assert factors == pytest.approx(volumes, rel=0.03, abs=0.002)


@pytest.mark.parametrize("level", [0.2, 0.5])
def test_two_doubled_sounds_stay_below_full_scale(
    job: RenderJob, tmp_path: Path, level: float
) -> None:
    """Above the limiter's knee no sample that comes out of the result's AAC is over 1."""
    loud = attrs.evolve(
        job,
        video=save_video(tmp_path / "video.mp4", Clip(5000, sound=noise(5000, level, seed=7))),
        audio=save_sound(tmp_path / "speech.wav", noise(SPEECH_MS, level, seed=8)),
        sound_volume=2.0,
        original_audio_volume=2.0,
    )

    mix = soundtrack(loud, LENGTH)

    assert np.abs(mix.samples).max() > KNEE
    assert np.abs(decoded(encoded(mix), mix.samples.shape[1])).max() <= 1


def test_a_sound_that_starts_late_stays_late(job: RenderJob, tmp_path: Path) -> None:
    """A track that begins 300 ms after the pictures does so in the mix; MP4 tells whole ms."""
    original = noise(3000, 0.1, seed=9)
    video = save_video(tmp_path / "late.mp4", Clip(5000, sound=original, sound_ms=300))

    mix = soundtrack(
        attrs.evolve(job, video=video, sound_volume=0.0, original_audio_volume=1.0), LENGTH
    )

    assert not mix.samples[:, : 270 * 48].any()
    assert abs(lag_ms(mix.samples, original, 300)) < 1


def test_the_sound_of_an_old_phone_keeps_its_place_and_level(
    job: RenderJob, tmp_path: Path
) -> None:
    """8 kHz in one channel become the usual rate on both sides."""
    video = save_video(tmp_path / "phone.mp4", Clip(5000, sound=ORIGINAL[:1, ::6], sound_hz=8000))
    asked = attrs.evolve(job, video=video, sound_volume=0.0, original_audio_volume=1.0)

    mix = soundtrack(asked, LENGTH)

    heard, rate = listen(video)
    expected = at_rate(Sound(np.repeat(heard[:1], 2, axis=0), rate), mix.rate).samples
    assert (rate, mix.rate) == (8000, USUAL_RATE)
    assert gain(mix.samples, expected) == pytest.approx(1.0, abs=0.03)
    assert abs(lag_ms(mix.samples, expected[:, HZ : 2 * HZ], 1000)) < 0.1


def test_one_channel_is_heard_on_both_sides_at_its_own_level(
    job: RenderJob, tmp_path: Path
) -> None:
    """Speech in mono is not weakened by 3 dB."""
    audio = save_sound(tmp_path / "mono.wav", SPEECH[:1])

    mix = soundtrack(attrs.evolve(job, audio=audio), LENGTH)

    assert gain(mix.samples[:, INSERT_SAMPLE:], CROPPED) == pytest.approx(1.0, abs=0.01)


def test_a_silent_video_gets_the_speech_alone(job: RenderJob, tmp_path: Path) -> None:
    """Where the source has no sound there is silence, as long as the video."""
    video = save_video(tmp_path / "silent.mp4", Clip(5000))

    mix = soundtrack(attrs.evolve(job, video=video, original_audio_volume=1.0), LENGTH)

    assert mix.samples.shape == (2, 5 * mix.rate)
    assert not mix.samples[:, : INSERT_SAMPLE - 10].any()


def test_loud_sounds_are_bent_below_the_ceiling() -> None:
    """The limiter leaves what is below the knee alone and keeps the rest in order."""
    ramp = np.linspace(-4, 4, 801, dtype=np.float32)[None]

    bent = limited(ramp)

    quiet = np.abs(ramp) <= KNEE
    assert (bent[quiet] == ramp[quiet]).all()
    assert np.abs(bent).max() <= CEILING + 1e-6
    assert (np.diff(bent) >= 0).all()


def test_a_text_is_no_speech(job: RenderJob, tmp_path: Path) -> None:
    """The audio is blamed when its bytes are none."""
    audio = tmp_path / "speech.mp3"
    audio.write_text("#EXTM3U\nhttp://127.0.0.1/speech.mp3\n")

    with pytest.raises(Undecodable, match="audio: the bytes look like m3u8"):
        soundtrack(attrs.evolve(job, audio=audio), LENGTH)

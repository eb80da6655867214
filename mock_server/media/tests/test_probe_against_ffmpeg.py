"""The probe and FFmpeg agree about files that FFmpeg's encoders wrote."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import cast

import pytest
from attrs import frozen

pytest.importorskip("av", reason="needs the [media] extra")
pytest.importorskip("numpy", reason="needs the [media] extra")

import av
import numpy as np
from av import AudioFrame, AudioStream, VideoFrame, VideoStream
from av.container import OutputContainer

from kling_lipsync.media import Audio, Video
from kling_lipsync.probing.probe import probe_audio, probe_video

SAMPLES = Path(__file__).parents[2] / "samples"
MS = Fraction(1, 1000)
WIDTH, HEIGHT = 129, 97


@frozen
class Recipe:
    """How FFmpeg shall write a file; the name's end decides the format."""

    name: str
    video: str = ""
    sound: str = ""
    rate: int = 48_000
    movflags: str = ""
    uneven: bool = False
    note: bool = True

    def write(self, folder: Path) -> Path:
        """Write 2 s of it into a folder."""
        path = folder / self.name
        options = {} if self.note else {"write_xing": "0"}
        if self.movflags:
            options["movflags"] = self.movflags
        with av.open(str(path), "w", container_options=options) as container:
            # All streams must be there before the first packet.
            pictures = self._video_stream(container) if self.video else None
            sound = self._sound_stream(container) if self.sound else None
            for frame in (*self._frames(), None) if pictures else ():
                container.mux(pictures.encode(frame) if pictures else [])
            for heard in (*self._silence(), None) if sound else ():
                container.mux(sound.encode(heard) if sound else [])
        return path

    def _video_stream(self, container: OutputContainer) -> VideoStream:
        track = cast("VideoStream", container.add_stream(self.video, rate=25))
        track.width, track.height, track.pix_fmt = WIDTH, HEIGHT, "yuv444p"
        track.codec_context.time_base = MS
        if self.uneven:
            # FFmpeg says how long a sample is stored, not shown: with B-frames and uneven times
            # the two differ, and the end of the last picture is nobody's to tell.
            track.codec_context.max_b_frames = 0
        return track

    def _sound_stream(self, container: OutputContainer) -> AudioStream:
        return cast("AudioStream", container.add_stream(self.sound, self.rate, layout="mono"))

    def _frames(self) -> Iterator[VideoFrame]:
        at_ms = 0
        for number in range(50):
            grey = np.full((HEIGHT, WIDTH, 3), 5 * number, np.uint8)
            frame = VideoFrame.from_ndarray(grey).reformat(format="yuv444p")
            frame.pts, frame.time_base = at_ms, MS
            at_ms += (20, 33, 80)[number % 3] if self.uneven else 40
            yield frame

    def _silence(self) -> Iterator[AudioFrame]:
        samples = np.zeros((1, self.rate // 25), np.float32)
        for number in range(50):
            frame = AudioFrame.from_ndarray(samples, "fltp", "mono")
            frame.sample_rate, frame.time_base = self.rate, Fraction(1, self.rate)
            frame.pts = number * len(samples[0])
            yield frame


VIDEOS = [
    Recipe("plain.mp4", video="libx264"),
    Recipe("sound.mp4", video="libx264", sound="aac"),
    Recipe("index-first.mp4", video="libx264", sound="aac", movflags="faststart"),
    Recipe("uneven.mp4", video="libx264", uneven=True),
    Recipe("pcm.mov", video="libx264", sound="pcm_s16le"),
    Recipe("fragmented.mp4", video="libx264", sound="aac", movflags="frag_keyframe+empty_moov"),
    Recipe("half-fragmented.mp4", video="libx264", movflags="frag_keyframe"),
    Recipe("dash.mp4", video="libx264", movflags="dash+frag_every_frame"),
    Recipe("negative-offsets.mp4", video="libx264", movflags="negative_cts_offsets"),
]
AUDIOS = [
    Recipe("pcm.wav", sound="pcm_s16le"),
    Recipe("brand.m4a", sound="aac", rate=44_100),
    Recipe("no-brand.mp4", sound="aac"),
    Recipe("noted.mp3", sound="libmp3lame", rate=44_100),
    Recipe("mpeg-2.mp3", sound="libmp3lame", rate=22_050),
    Recipe("without-note.mp3", sound="libmp3lame", rate=44_100, note=False),
    Recipe("frames.aac", sound="aac", rate=24_000),
]


@pytest.mark.parametrize("recipe", VIDEOS, ids=[recipe.name for recipe in VIDEOS])
def test_videos_last_as_long_as_ffmpeg_shows_them(tmp_path: Path, recipe: Recipe) -> None:
    """The samples of a video end where its last decoded picture does, within 1 ms."""
    path = recipe.write(tmp_path)
    seen = probe_video(path)

    assert isinstance(seen, Video), seen
    assert abs(seen.duration.decoded_ms - shown_ms(path)) <= 1
    assert (seen.width, seen.height, seen.has_sound) == (WIDTH, HEIGHT, bool(recipe.sound))


@pytest.mark.parametrize("recipe", AUDIOS, ids=[recipe.name for recipe in AUDIOS])
def test_audios_last_as_long_as_ffmpeg_says(tmp_path: Path, recipe: Recipe) -> None:
    """The samples of an audio last as long as FFmpeg measures, within 2 ms."""
    path = recipe.write(tmp_path)
    seen = probe_audio(path)

    assert isinstance(seen, Audio), seen
    assert abs(seen.duration.decoded_ms - heard_ms(path, seen.format)) <= 2


@pytest.mark.parametrize(
    ("name", "milliseconds"), [("talking-clip.mp4", 5200), ("portrait-clip.mp4", 7000)]
)
def test_shipped_videos_have_their_length(name: str, milliseconds: int) -> None:
    """Header, stream and pictures of a shipped clip agree with what its page says."""
    seen = probe_video(SAMPLES / name)

    assert isinstance(seen, Video)
    assert set(seen.duration.witnesses) == {milliseconds}
    assert shown_ms(SAMPLES / name) == milliseconds


def shown_ms(path: Path) -> Fraction:
    """Give the time in ms from the first decoded picture to the end of the last."""
    with av.open(str(path)) as container:
        scale = container.streams.video[0].time_base or MS
        shown = [(frame.pts or 0, frame.duration or 0) for frame in container.decode(video=0)]
    return (max(map(sum, shown)) - shown[0][0]) * scale * 1000


def heard_ms(path: Path, form: str) -> Fraction:
    """Give a length in ms: the stream's, or where that is a guess (ADTS) that of the sound."""
    with av.open(str(path)) as container:
        track = container.streams.audio[0]
        if form != "aac":
            return Fraction(track.duration or 0) * (track.time_base or MS) * 1000
        return Fraction(sum(frame.samples for frame in container.decode(track)) * 1000, track.rate)

"""Files that lie cost a refusal, and never the server: no crash, no hang, bounded memory."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest

pytest.importorskip("av", reason="needs the [media] extra")
pytest.importorskip("cv2", reason="needs the [media] extra")
pytest.importorskip("numpy", reason="needs the [media] extra")

from attrs import frozen

from kling_lipsync.media import Audio, Duration, Unreadable, Video
from kling_lipsync.probing.probe import probe_audio, probe_video
from kling_lipsync.probing.tests.built import FRAGMENTED, Movie, Track, adts_frames, id3, numbers
from kling_lipsync.probing.tests.mutants import mutants
from mock_server.media.decoding import DecodingMedia
from mock_server.media.failures import AUDIO_UNSUPPORTED, VIDEO_UNSUPPORTED
from mock_server.media.ports import FoundFace, MediaBroken, Rendered, RenderFailed, RenderJob
from mock_server.media.tests.clips import Clip, noise, save_sound, save_video
from mock_server.media.worker import CPU_SECONDS, FILE_BYTES, MEMORY_BYTES
from mock_server.media.worker_process import WorkerProcess

SAMPLES = Path(__file__).parents[2] / "samples"
SEEN_BY_PROBE, IDENTIFIED, RENDERED = 2000, 75, 75
PROBE_S = 0.5  # each; a hundred times what the slowest takes on a quiet machine
WORKER_S = 10.0
MOST_MEGABYTES = 800
VIDEO = Video("mp4", 1, Duration.exactly(5000), 640, 360, has_sound=False)
KINDS = set(
    "mp4 mov m4a wav mp3 aac 3gp mpegts webm mkv avi webp ogg flac aiff png jpeg gif pdf zip gzip"
    " flv asf amr caf mpeg adif avif heif html m3u8 xml json text unknown".split()
)


@frozen
class Seen:
    """What the probe takes a file for."""

    path: Path
    video: Video | Unreadable
    audio: Audio | Unreadable
    seconds: float


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, ...]:
    """Give small sound files of every kind that the API takes."""
    folder = tmp_path_factory.mktemp("seeds")
    clip = Clip(800, lambda _: [(200, 180)], sound=noise(800, 0.1, seed=1), index_first=True)
    speech = noise(2100, 0.1, seed=2, channels=1, rate=16_000)
    files = [
        save_video(folder / "clip.mp4", clip),
        save_video(folder / "clip.mov", Clip(600, codec="libx265")),
        *(save_sound(folder / f"s{suffix}", speech, 16_000) for suffix in (".mp3", ".wav")),
        *(save_sound(folder / f"s{suffix}", speech, 16_000) for suffix in (".m4a", ".aac")),
    ]
    shipped = [SAMPLES / "talking-clip.mp4", SAMPLES / "speech.mp3"]
    return (
        *(path.read_bytes() for path in files),
        *(path.read_bytes()[:60_000] for path in shipped),
    )


@pytest.fixture(scope="module")
def seen(seeds: Sequence[bytes], tmp_path_factory: pytest.TempPathFactory) -> tuple[Seen, ...]:
    """Give what the probe says of all mutants."""
    folder = tmp_path_factory.mktemp("mutants")
    looked_at = []
    for number, content in enumerate(mutants(seeds, SEEN_BY_PROBE, seed=7)):
        path = folder / str(number)
        path.write_bytes(content)
        started = perf_counter()
        video, audio = probe_video(path), probe_audio(path)
        looked_at.append(Seen(path, video, audio, perf_counter() - started))
    return tuple(looked_at)


@pytest.fixture(scope="module")
def worker() -> Iterator[WorkerProcess]:
    """Give a worker, ended after the tests."""
    worker = WorkerProcess()
    yield worker
    worker.close()


@pytest.fixture
def media(worker: WorkerProcess) -> DecodingMedia:
    """Give the real thing, with little patience."""
    return DecodingMedia(identify_limit_s=WORKER_S, render_limit_s=WORKER_S, worker=worker)


def peak_megabytes(worker: WorkerProcess) -> float:
    """Read how much memory a worker took at most."""
    status = Path(f"/proc/{worker.pid}/status")
    if not status.exists():
        pytest.skip("only Linux tells the memory of a process")
    lines = (line.split() for line in status.read_text("utf-8").splitlines())
    return next(int(line[1]) for line in lines if line[0] == "VmHWM:") / 1024


def spread(some: Sequence[Any], count: int) -> Sequence[Any]:
    """Choose so many, evenly."""
    return some[:: max(1, len(some) // count)][:count]


def test_the_probe_names_what_a_damaged_file_is(seen: Sequence[Seen]) -> None:
    """A mutant is measured, or refused with a known kind and a reason in words."""
    refused = [
        told for one in seen for told in (one.video, one.audio) if isinstance(told, Unreadable)
    ]

    assert len(seen) == SEEN_BY_PROBE
    assert max(one.seconds for one in seen) < PROBE_S
    assert {told.kind for told in refused} <= KINDS
    assert all(told.reason for told in refused)


def test_what_the_probe_lets_pass_is_what_the_api_takes(seen: Sequence[Seen]) -> None:
    """Whatever is still taken for media is of a kind that the API takes, and has a length."""
    videos = [one.video for one in seen if isinstance(one.video, Video)]
    audios = [one.audio for one in seen if isinstance(one.audio, Audio)]

    assert {video.container for video in videos} == {"mp4", "mov"}
    assert {audio.format for audio in audios} == {"mp3", "wav", "m4a", "aac"}
    assert all(video.duration.witnesses for video in videos)
    assert all(audio.duration.witnesses for audio in audios)
    assert min(len(videos), len(audios)) > IDENTIFIED + RENDERED
    assert len(videos) + len(audios) < SEEN_BY_PROBE


def test_the_worker_survives_damaged_videos(
    seen: Sequence[Seen], media: DecodingMedia, worker: WorkerProcess
) -> None:
    """A video that the probe let pass has faces or is broken, and the worker goes on."""
    videos = [one for one in seen if isinstance(one.video, Video)]
    outcomes: list[tuple[FoundFace, ...] | str] = []
    pids = set()
    for one in spread(videos, IDENTIFIED):
        assert isinstance(one.video, Video)
        try:
            outcomes.append(media.identify(one.path, one.video))
        except MediaBroken as broken:
            outcomes.append(broken.reason)
        pids.add(worker.pid)

    assert len(pids) == 1
    assert all(isinstance(outcome, tuple) or outcome for outcome in outcomes)
    assert peak_megabytes(worker) < MOST_MEGABYTES


@pytest.mark.parametrize("part", ["video", "audio"])
def test_tasks_with_damaged_files_end(
    seen: Sequence[Seen], media: DecodingMedia, worker: WorkerProcess, tmp_path: Path, part: str
) -> None:
    """A task with a damaged file is done, or fails with the vendor's sentence about that file."""
    sound = save_sound(tmp_path / "speech.wav", noise(2100, 0.1, seed=3))
    picture = save_video(tmp_path / "video.mp4", Clip(400))
    damaged = [one.path for one in seen if not isinstance(getattr(one, part), Unreadable)]
    outcomes, pids = [], set()
    for path in spread(damaged, RENDERED // 4 if part == "video" else RENDERED * 3 // 4):
        video, audio = (path, sound) if part == "video" else (picture, path)
        outcomes.append(media.render(job(video, audio, tmp_path / "result.mp4")))
        pids.add(worker.pid)

    failed = RenderFailed({"video": VIDEO_UNSUPPORTED, "audio": AUDIO_UNSUPPORTED}[part])
    assert len(pids) == 1
    assert {type(outcome) for outcome in outcomes} == {Rendered, RenderFailed}
    assert {outcome for outcome in outcomes if isinstance(outcome, RenderFailed)} == {failed}
    assert peak_megabytes(worker) < MOST_MEGABYTES


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"#EXTM3U\n#EXTINF:5,\nhttp://192.0.2.1/a.ts\n", "m3u8"),
        (b"ffconcat version 1.0\nfile '/etc/passwd'\n", "text"),
        (b"v=0\no=- 0 0 IN IP4 192.0.2.1\nm=video 9 RTP/AVP 96\n", "text"),
        (b"<?xml version='1.0'?><MPD></MPD>", "xml"),
        (b"PK\x03\x04" + bytes(5000), "zip"),
        (b"", "unknown"),
        (bytes(100_000), "unknown"),
        (Movie([Track(width=0)]).file(), "mp4"),
        (Movie([Track(ticks=0, runs=((0x7FFFFFFF, 0x7FFFFFFF),))]).moov(0), "mov"),
        (Movie([Track()] * 3000).file(), "mp4"),
        (FRAGMENTED.file(), "mp4"),
        (b"\0\0\0\x08moov" * 9000, "mov"),
        (id3(65_000) + numbers(0xFFFB9000) * 3, "unknown"),
        (adts_frames(5), "aac"),
    ],
    ids="m3u8 concat sdp mpd zip empty zeros flat stts tracks no-samples moovs id3 adts".split(),
)
def test_what_only_looks_like_a_video_is_refused_by_the_probe(
    media: DecodingMedia, tmp_path: Path, content: bytes, kind: str
) -> None:
    """Playlists and bombs named .mp4 are told for what they are; the worker refuses them, too."""
    path = tmp_path / "video.mp4"
    path.write_bytes(content)

    told = probe_video(path)

    assert isinstance(told, Unreadable)
    assert (told.kind, bool(told.reason)) == (kind, True)
    with pytest.raises(MediaBroken):
        media.identify(path, VIDEO)


def test_the_kernel_bounds_the_worker(media: DecodingMedia, worker: WorkerProcess) -> None:
    """Memory, processor time, files and core dumps have an end that no file can move."""
    with pytest.raises(MediaBroken):
        media.identify(SAMPLES / "ORIGIN.md", VIDEO)
    limits = Path(f"/proc/{worker.pid}/limits")
    if not limits.exists():
        pytest.skip("only Linux tells the limits of a process")
    lines = (line.split("  ") for line in limits.read_text("utf-8").splitlines()[1:])
    soft = {line[0]: next(word for word in line[1:] if word).strip() for line in lines}

    assert int(soft["Max address space"]) <= MEMORY_BYTES
    assert int(soft["Max file size"]) <= FILE_BYTES
    assert int(soft["Max cpu time"]) <= 60 + CPU_SECONDS["identify"]
    assert int(soft["Max core file size"]) == 0


def job(video: Path, audio: Path, target: Path) -> RenderJob:
    """Give a job of two files."""
    return RenderJob(
        video=video,
        audio=audio,
        target=target,
        watermarked_target=None,
        face_id="0",
        sound_start_time=0,
        sound_end_time=2000,
        sound_insert_time=0,
        sound_volume=1.0,
        original_audio_volume=1.0,
    )

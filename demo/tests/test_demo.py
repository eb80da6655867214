"""The demo, played once: it ends well, and its files are what it says that they are."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from attrs import frozen

pytest.importorskip("av", reason="needs the [media] extra")
pytest.importorskip("cv2", reason="needs the [media] extra")
pytest.importorskip("numpy", reason="needs the [media] extra")

import av
import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).parents[2]
CLIP = ROOT / "mock_server/samples/portrait-clip.mp4"
SPEECH = ROOT / "mock_server/samples/portrait-speech.mp3"
RATE = 48_000
# What the demo asks for, in ms; the printed call says the same.
CROP_START, CROP_END, INSERT, ORIGINAL_VOLUME = 100, 4600, 1500, 0.3

Sound = NDArray[np.float64]


@frozen
class Played:
    """What one run of the demo printed and left behind."""

    printed: str
    complained: str
    status: int
    folder: Path


def play(folder: Path, *flags: str, **environment: str) -> Played:
    """Run the demo in another process, wherever the project is installed."""
    paths = os.pathsep.join((str(ROOT), str(ROOT / "generated/python")))
    done = subprocess.run(  # noqa: S603 - our own interpreter and module
        (sys.executable, *flags, "-m", "demo", "--out", str(folder)),
        cwd=folder.parent,
        env={**os.environ, "PYTHONPATH": paths, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    return Played(done.stdout, done.stderr, done.returncode, folder)


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    """Play the demo once."""
    return play(tmp_path_factory.mktemp("demo") / "out")


def listen(path: Path) -> Sound:
    """Decode the left channel of a file with floats at RATE; it starts where the file does."""
    with av.open(str(path)) as container:
        assert container.streams.audio[0].rate == RATE
        zero = (container.start_time or 0) / av.time_base
        blocks = [
            (round(((frame.time or 0) - zero) * RATE), frame.to_ndarray()[0])
            for frame in container.decode(audio=0)
        ]
    sound = np.zeros(max(start + len(block) for start, block in blocks))
    for start, block in blocks:
        sound[max(0, start) : start + len(block)] = block[max(0, -start) :]
    return sound


def spoken() -> Sound:
    """Give the part of the speech that the demo uses."""
    return listen(SPEECH)[CROP_START * RATE // 1000 : CROP_END * RATE // 1000]


def added(result: Path) -> Sound:
    """Give what a result has beside the sound of the clip."""
    heard, original = listen(result), listen(CLIP)
    length = min(len(heard), len(original))
    return heard[:length] - ORIGINAL_VOLUME * original[:length]


def length_ms(path: Path) -> float:
    """Read the length of a file as a player does."""
    with av.open(str(path)) as container:
        return (container.duration or 0) / 1000


def test_the_demo_ends_well(played: Played) -> None:
    """It ends by itself with status 0 and complains of nothing."""
    assert (played.status, played.complained) == (0, "")


def test_the_demo_says_that_it_is_synthetic(played: Played) -> None:
    """Nobody takes the result for a recording."""
    assert "Synthetic" in played.printed.splitlines()[1]


def test_the_demo_prints_no_codes_of_a_terminal(played: Played) -> None:
    """What goes into a file or a pipe is plain lines."""
    assert "\x1b" not in played.printed
    assert "\r" not in played.printed


@pytest.mark.parametrize("name", ["result.mp4", "result-watermarked.mp4"])
def test_a_result_lasts_as_long_as_the_clip(played: Played, name: str) -> None:
    """Neither file is longer or shorter than the clip by more than 40 ms."""
    assert length_ms(played.folder / name) == pytest.approx(length_ms(CLIP), abs=40)


@pytest.mark.parametrize("name", ["result.mp4", "result-watermarked.mp4"])
def test_the_speech_stands_where_it_was_asked_to(played: Played, name: str) -> None:
    """What was added to the clip's sound matches the speech best at the insert time, to 30 ms."""
    said, heard = spoken(), added(played.folder / name)

    size = len(heard) + len(said)
    spectrum = np.fft.rfft(heard, size) * np.conj(np.fft.rfft(said, size))
    best = int(np.argmax(np.fft.irfft(spectrum, size)[: len(heard)]))

    assert best / RATE * 1000 == pytest.approx(INSERT, abs=30)


def test_nothing_else_is_added(played: Played) -> None:
    """Beside the speech in its window, the clip's sound at the asked volume is all there is."""
    rest = added(played.folder / "result.mp4")
    start = INSERT * RATE // 1000
    said = spoken()
    rest[start : start + len(said)] -= said

    assert np.sqrt(np.mean(rest**2)) < 0.01 * np.sqrt(np.mean(said**2))


def test_what_is_said_of_the_pictures_is_true(played: Played) -> None:
    """The demo says that the pictures are untouched exactly if they are."""

    def packets(path: Path) -> list[bytes]:
        with av.open(str(path)) as container:
            return [bytes(packet) for packet in container.demux(video=0) if packet.size]

    untouched = packets(played.folder / "result.mp4") == packets(CLIP)

    assert ("untouched" in played.printed) == untouched


def test_without_the_media_extra_the_demo_says_how_to_get_it(tmp_path: Path) -> None:
    """It leaves with status 2 and names the command to install the extra."""
    (tmp_path / "sitecustomize.py").write_text(
        "import importlib.util as util\n"
        "find = util.find_spec\n"
        "util.find_spec = lambda name, *more: None if name == 'av' else find(name, *more)\n",
        "utf-8",
    )
    paths = os.pathsep.join(map(str, (tmp_path, ROOT, ROOT / "generated/python")))

    played = play(tmp_path / "out", PYTHONPATH=paths)

    assert played.status == 2
    assert "pip install 'kling-lipsync-twin[media]'" in played.complained
    assert played.printed == ""

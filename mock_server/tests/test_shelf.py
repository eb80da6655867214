"""Media files lie under names of the server's own, complete or not at all."""

import base64
from pathlib import Path

import pytest

from kling_lipsync.media import Audio, Unreachable, Unreadable, Video
from mock_server.app import SAMPLES
from mock_server.context import GotAudio, GotFaces, GotVideo, WantedAudio, WantedFaces, WantedVideo
from mock_server.media.plain import PlainMedia
from mock_server.media.ports import MediaBroken, RenderFailed
from mock_server.media_urls import upload_path
from mock_server.outbound import Reach
from mock_server.shelf import DEFAULT_FACE, Caps, Shelf, watermarked
from mock_server.tests.builders import BASE_URL, VIDEO, session, task
from mock_server.tests.receivers import answering, receiving
from mock_server.values import MediaSource, Order

CLIP, SPEECH = SAMPLES / "talking-clip.mp4", SAMPLES / "speech.mp3"
CAPS = Caps(video_bytes=1_000_000, audio_bytes=100_000, rendered_bytes=10**8)
MAPPED = "https://media.example.com/clip.mp4"


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    """A shelf that reaches loopback, with one address that stands for a file."""
    reach = Reach(seconds=5.0, never=frozenset({"api.example.com"}))
    return Shelf(tmp_path, PlainMedia(), {MAPPED: CLIP}, CAPS, reach)


def _video(shelf: Shelf, url: str) -> GotVideo:
    got = shelf.get(WantedVideo(url), BASE_URL)
    assert isinstance(got, GotVideo)
    return got


def _audio(shelf: Shelf, sound_file: str, data_prefix: str = "refuse") -> GotAudio:
    got = shelf.get(WantedAudio(sound_file, data_prefix), BASE_URL)
    assert isinstance(got, GotAudio)
    return got


def _files(root: Path, folder: str) -> list[Path]:
    return sorted((root / folder).iterdir())


def test_a_mapped_address_is_its_file(shelf: Shelf) -> None:
    """Nothing is fetched."""
    got = _video(shelf, MAPPED)

    assert isinstance(got.video, Video)
    assert got.source == MediaSource(MAPPED, str(CLIP))


def test_a_fetched_file_is_named_by_its_content(shelf: Shelf, tmp_path: Path) -> None:
    """The same bytes from two addresses are one file; nothing is left half-way."""
    with receiving(answering(200, CLIP.read_bytes())) as server:
        first, second = (_video(shelf, f"{server.url}/{name}") for name in ("../a", "b"))

    assert isinstance(first.video, Video)
    assert first.source.path == second.source.path
    assert [path.read_bytes() for path in _files(tmp_path, "sources")] == [CLIP.read_bytes()]
    assert _files(tmp_path, "incoming") == []


def test_what_cannot_be_fetched_leaves_nothing(shelf: Shelf, tmp_path: Path) -> None:
    """The reason is told."""
    with receiving(answering(404)) as server:
        got = _video(shelf, server.url)

    assert got.video == Unreachable("it answered HTTP 404")
    assert got.source.path is None
    assert _files(tmp_path, "sources") == _files(tmp_path, "incoming") == []


@pytest.mark.parametrize(
    "url",
    ["http://[", "http://[::1", "http://a:x/", "nowhere", "http://\x00/", BASE_URL + "/media/"],
)
def test_what_is_no_address_cannot_be_fetched(shelf: Shelf, url: str) -> None:
    """Whatever a client sends, it is out of reach, and nothing of ours fails."""
    assert isinstance(_video(shelf, url).video, Unreachable)


def test_a_video_beyond_the_cap_is_told_by_its_size(tmp_path: Path) -> None:
    """One byte more than the cap is kept, which is enough to refuse it."""
    shelf = Shelf(tmp_path, PlainMedia(), {}, Caps(1000, 1000, 10**8), Reach())
    with receiving(answering(200, CLIP.read_bytes())) as server:
        got = _video(shelf, server.url)

    assert isinstance(got.video, Video | Unreadable)
    assert got.video.size_bytes == 1001


@pytest.mark.parametrize("prefix", ["refuse", "strip"])
def test_base64_is_kept_decoded(shelf: Shelf, prefix: str) -> None:
    """Its size is that of the decoded bytes."""
    got = _audio(shelf, base64.b64encode(SPEECH.read_bytes()).decode(), prefix)

    assert isinstance(got.audio, Audio)
    assert got.audio.size_bytes == SPEECH.stat().st_size
    assert got.form_fault is None


def test_a_data_prefix_follows_the_reading(shelf: Shelf) -> None:
    """It is refused, or what stands before the comma is dropped."""
    text = "data:audio/mpeg;base64," + base64.b64encode(SPEECH.read_bytes()).decode()

    assert _audio(shelf, text).form_fault == "a data: prefix"
    assert _audio(shelf, text, "strip").readable is not None


@pytest.mark.parametrize(
    "text", ["hello world!", "a", "YQ", "YQ=", "YQ==\n", "\u00e4", "/etc/passwd", "ftp://a/b", "H"]
)
def test_what_is_neither_url_nor_base64_is_told(shelf: Shelf, text: str) -> None:
    """Standard base64, with its padding and without white space, is the only other form."""
    assert _audio(shelf, text).form_fault == "neither an http(s) URL nor base64"


def test_a_sound_file_may_be_fetched(shelf: Shelf) -> None:
    """From an address, like a video."""
    with receiving(answering(200, SPEECH.read_bytes())) as server:
        found = _audio(shelf, f"{server.url}/speech.mp3")
        lost = _audio(shelf, "http://192.0.2.1/speech.mp3")

    assert found.readable is not None
    assert isinstance(lost.audio, Unreachable)


@pytest.mark.parametrize("name", ["a.mp4", "with blank.mp4", "100%.mp4", "a%41.mp4", "ä/b.mp4"])
def test_an_own_upload_is_found_without_asking_ourselves(shelf: Shelf, name: str) -> None:
    """By the URL that it was given, whatever its name."""
    shelf.keep_upload("public", name, CLIP.read_bytes())

    got = _video(shelf, BASE_URL + upload_path("public", name))

    assert isinstance(got.video, Video)


def test_own_media_are_found_under_the_real_service_s_host(shelf: Shelf) -> None:
    """Their URLs carry the host that a client called, through a proxy."""
    shelf.keep_upload("public", "a", CLIP.read_bytes())
    url = f"https://api.example.com{upload_path('public', 'a')}"

    assert isinstance(_video(shelf, url).video, Video)


def test_an_upload_can_be_replaced(shelf: Shelf, tmp_path: Path) -> None:
    """The last one counts."""
    for body in (b"one", b"two"):
        kept = shelf.keep_upload("public", "../../a", body)

    assert kept == shelf.upload("public", "../../a")
    assert kept.read_bytes() == b"two"
    assert kept.parent == tmp_path / "uploads"
    assert shelf.upload("other", "../../a") is None


def test_a_kept_file_is_probed_as_both(shelf: Shelf) -> None:
    """A film is a video, and no audio."""
    path = shelf.keep_upload("public", "a", CLIP.read_bytes())

    video, audio = shelf.probe(path)

    assert isinstance(video, Video)
    assert isinstance(audio, GotAudio)


def test_faces_are_kept_with_their_pictures(shelf: Shelf) -> None:
    """Each face of a file has one; a face without bytes has the default picture."""
    source = MediaSource(MAPPED, str(CLIP))
    video = _video(shelf, MAPPED).video
    assert isinstance(video, Video)

    got = shelf.get(WantedFaces(source, video), BASE_URL)

    assert isinstance(got, GotFaces)
    assert isinstance(got.faces, tuple)
    assert [face.face_id for face in got.faces] == ["0"]
    assert shelf.face_picture(source, "0") != DEFAULT_FACE
    assert shelf.face_picture(source, "../0") == DEFAULT_FACE
    assert shelf.face_picture(MediaSource(VIDEO, None), "0") == DEFAULT_FACE


def test_a_video_that_cannot_be_decoded_is_unreadable(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reason is told."""

    def break_down(*_args: object) -> None:
        reason = "no pictures"
        raise MediaBroken(reason)

    monkeypatch.setattr(PlainMedia, "identify", break_down)
    video = _video(shelf, MAPPED).video
    assert isinstance(video, Video)

    got = shelf.get(WantedFaces(MediaSource(MAPPED, str(CLIP)), video), BASE_URL)

    assert got == GotFaces(Unreadable(video.size_bytes, "mp4", "no pictures"))


def test_a_task_is_rendered_under_its_results_name(shelf: Shelf, tmp_path: Path) -> None:
    """With its twin when that was asked for."""
    real = task(
        session=session(source=MediaSource(MAPPED, str(CLIP))),
        audio=MediaSource("", str(SPEECH)),
        order=Order(face_id="0", watermark=True),
    )

    done = shelf.render(real)

    assert done == tmp_path / "results" / f"{real.result_id}.mp4"
    assert isinstance(done, Path)
    assert watermarked(done).is_file()


def test_a_task_without_bytes_is_not_rendered(shelf: Shelf) -> None:
    """That it was asked for at all is a failure of ours."""
    assert isinstance(shelf.render(task()), RenderFailed)

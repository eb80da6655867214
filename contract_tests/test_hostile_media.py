"""Damaged and hostile files, whatever they are called: refused in time, and the server goes on."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from time import perf_counter
from typing import ClassVar

import pytest

pytest.importorskip("av", reason="PyAV makes the files")
pytest.importorskip("numpy", reason="PyAV makes the files")

from contract_tests.callers import Caller
from contract_tests.drafts import plain_fields
from contract_tests.exchanges import ACCEPTED, faults, refused_by
from contract_tests.marks import rule
from contract_tests.real_media import CINEPAK, M4A, Film, Sound
from contract_tests.scenes import SCENE
from contract_tests.targets import InProcess, Target

pytestmark = pytest.mark.slow

MOST_SECONDS = 2.0
FILM = Film(milliseconds=2000).encoded()
INDEX = FILM.index(b"moov")


def altered(kind: bytes, skip: int, value: int, content: bytes = FILM) -> bytes:
    """Overwrite 32 bits in the first box of a kind, so many bytes after its name."""
    at = content.index(kind) + 4 + skip
    return content[:at] + value.to_bytes(4, "big") + content[at + 4 :]


FILMS = {
    "HLS": b"#EXTM3U\n#EXTINF:5,\nhttp://127.0.0.1:9/a.ts\n#EXT-X-ENDLIST\n",
    "DASH": b"<?xml version='1.0'?><MPD><BaseURL>http://127.0.0.1:9/</BaseURL></MPD>",
    "ffconcat": b"ffconcat version 1.0\nfile '/etc/passwd'\n",
    "SDP": b"v=0\no=- 0 0 IN IP4 127.0.0.1\nm=video 9 RTP/AVP 96\n",
    "playlist behind ftyp": FILM[:32] + b"#EXTM3U\nhttp://127.0.0.1:9/a.ts\n",
    "half": FILM[: len(FILM) // 2],
    "without its last byte of index": FILM[:-1],
    "without index": FILM[: INDEX - 4],
    "an endless index": altered(b"moov", -8, 0x7FFFFFFF),
    "a box of 1": altered(b"trak", -8, 1),
    "no time scale": altered(b"mvhd", 12, 0),
    "a header of 49 days": altered(b"mvhd", 16, 0xFFFFFFFE),
    "a billion pictures": altered(b"stsz", 8, 1 << 30),
    "a billion runs": altered(b"stts", 4, 1 << 30),
    "sound only": Sound(kind=M4A).encoded(),
}


@pytest.fixture(scope="module", params=["plain", "decoding"])
def media_target(request: pytest.FixtureRequest) -> Iterator[Target]:
    """A server with each kind of media."""
    if request.param == "decoding":
        pytest.importorskip("cv2", reason="OpenCV finds the faces")
    server = InProcess(media=request.param)
    yield server
    server.close()


@rule("identify.video-format")
@pytest.mark.parametrize("name", FILMS)
def test_what_is_no_film_is_refused(media_target: Target, name: str) -> None:
    """The code is the documented one, the rule is named, and the next call is answered."""
    caller = Caller(media_target)
    url = caller.put("film.mp4", FILMS[name])["url"]
    started = perf_counter()
    refused = caller.identify(url)
    took = perf_counter() - started

    assert refused.verdict == refused_by("identify.video-format")
    assert list(faults(refused, "identify")) == []
    assert took < MOST_SECONDS
    assert caller.identify(caller.put("film.mp4", FILM)["url"]).verdict == ACCEPTED


@rule("create.sound-file-format")
@pytest.mark.parametrize("name", [name for name in FILMS if name != "sound only"])
def test_what_is_no_sound_is_refused(target: Target, name: str) -> None:
    """No film, whole or not, and no list of other files is taken for a sound."""
    caller = Caller(target)
    fields = plain_fields(caller, SCENE)
    fields["face_choose"][0]["sound_file"] = caller.put("speech.m4a", FILMS[name])["url"]

    assert caller.create(fields).verdict == refused_by("create.sound-file-format")


@rule("identify.video-format")
def test_a_film_in_a_rare_codec_is_refused_where_it_is_decoded(target: Target) -> None:
    """A film that a decoder of the last century made is MP4 or MOV by its boxes alone."""
    pytest.importorskip("cv2", reason="OpenCV finds the faces")
    content = Film(milliseconds=2000, kind=CINEPAK).encoded()
    server = InProcess(media="decoding")
    try:
        decoding, reading = Caller(server), Caller(target)
        verdicts = [
            one.identify(one.put("film.mov", content)["url"]).verdict for one in (decoding, reading)
        ]
    finally:
        server.close()

    assert verdicts == [refused_by("identify.video-format"), ACCEPTED]


class Endless(BaseHTTPRequestHandler):
    """Begins as a film does and never ends."""

    sent: ClassVar[list[int]] = []

    def do_GET(self) -> None:
        """Send until nobody listens."""
        self.send_response(200)
        self.end_headers()
        self.wfile.write(FILM[:32])
        block = bytes(1 << 20)
        count = 0
        try:
            while True:
                self.wfile.write(block)
                count += len(block)
        except OSError:
            self.sent.append(count)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def endless_server() -> Iterator[str]:
    """Yield the URL of a stream without end."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Endless)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/film.mp4"
    server.shutdown()
    server.server_close()


@rule("identify.video-size", "create.sound-file-size")
def test_a_stream_without_end_is_too_large(target: Target) -> None:
    """What never ends is cut off one byte after the limit, and refused for its size."""
    caller = Caller(target)
    fields = plain_fields(caller, SCENE)
    with endless_server() as url:
        film = caller.identify(url)
        fields["face_choose"][0]["sound_file"] = url
        sound = caller.create(fields)

    assert film.verdict == refused_by("identify.video-size")
    assert sound.verdict == refused_by("create.sound-file-size")
    assert max(Endless.sent) < 128 << 20

"""Media that somebody else serves: fetched anew each time, in full, or not at all."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from attrs import define

from contract_tests.callers import Caller
from contract_tests.drafts import plain_fields
from contract_tests.exchanges import ACCEPTED, Verdict, refused_by
from contract_tests.marks import rule
from contract_tests.media_files import tone
from contract_tests.scenes import SCENE
from contract_tests.targets import Target

pytestmark = pytest.mark.slow

REACHABLE = "create.sound-file-reachable"
LONG, SHORT = tone(5000), tone(2500)


@define
class Served:
    """What a server answers: a status, bytes, and how many bytes it announces (None: as many)."""

    url: str
    status: int = 200
    content: bytes = LONG
    announced: int | None = None
    location: str = ""
    asked: int = 0


@contextmanager
def serving() -> Iterator[Served]:
    """Serve one file, which can be changed meanwhile."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            served.asked += 1
            moved = served.location if self.path == "/sound" else ""
            self.send_response(302 if moved else served.status)
            if moved:
                self.send_header("location", moved)
            length = len(served.content) if served.announced is None else served.announced
            self.send_header("content-length", str(length))
            self.send_header("content-type", "text/plain")
            self.end_headers()
            self.wfile.write(served.content[:length])

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served = Served(f"http://127.0.0.1:{server.server_address[1]}/sound")
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def heard(caller: Caller, served: Served, end: int = SCENE.end) -> Verdict:
    """Create with the file, using it up to an instant (ms); return the verdict."""
    fields = plain_fields(caller, SCENE)
    fields["face_choose"][0] |= {"sound_file": served.url, "sound_end_time": end}
    return caller.create(fields).verdict


@rule("create.sound-file-reachable", "create.sound-end-within-audio")
def test_what_counts_is_what_is_there_now(target: Target) -> None:
    """The file behind an address may change, go, and come again."""
    caller = Caller(target)
    with serving() as served:
        verdicts = [heard(caller, served)]
        served.content = SHORT
        verdicts.append(heard(caller, served))
        served.status = 404
        verdicts.append(heard(caller, served))
        served.status, served.content = 200, LONG
        verdicts.append(heard(caller, served))

    assert verdicts == [
        ACCEPTED,
        refused_by("create.sound-end-within-audio"),
        refused_by(REACHABLE),
        ACCEPTED,
    ]


@rule("create.sound-file-reachable", "identify.video-url-reachable")
@pytest.mark.parametrize("status", [204, 301, 401, 403, 404, 500, 503])
def test_a_file_that_is_not_handed_out_is_not_reachable(target: Target, status: int) -> None:
    """Whatever the answer holds: only 2xx with a body, or a way to it, is a file."""
    caller = Caller(target)
    with serving() as served:
        served.status = status
        sound, video = heard(caller, served), caller.identify(served.url).verdict

    assert sound == refused_by(REACHABLE)
    assert video == refused_by("identify.video-url-reachable")


@rule("create.sound-file-reachable", "identify.video-url-reachable")
def test_a_file_that_breaks_off_is_not_reachable(target: Target) -> None:
    """Fewer bytes than were announced are not the file, even where they would do."""
    caller = Caller(target)
    with serving() as served:
        served.announced = len(LONG) + 1
        sound, video = heard(caller, served, 2000), caller.identify(served.url).verdict

    assert sound == refused_by(REACHABLE)
    assert video == refused_by("identify.video-url-reachable")


@rule("create.sound-file-reachable", "create.sound-file-format")
def test_a_redirect_is_followed(target: Target) -> None:
    """The file is judged by content, whatever type is declared and whatever its name is."""
    caller = Caller(target)
    with serving() as served:
        served.location = served.url.replace("/sound", "/elsewhere.mp4")
        verdict = heard(caller, served)
        served.location = served.url
        endless = heard(caller, served)

    assert verdict == ACCEPTED
    assert endless == refused_by(REACHABLE)


@rule("transport.check-order")
def test_nothing_is_fetched_for_a_call_that_is_refused_before(target: Target) -> None:
    """What needs no medium is judged first."""
    caller = Caller(target)
    with serving() as served:
        fields = plain_fields(caller, SCENE)
        fields["face_choose"][0] |= {"sound_file": served.url, "sound_volume": 3}
        verdict = caller.create(fields).verdict
        unknown = caller.create({**plain_fields(caller, SCENE), "session_id": "1"}).verdict
        asked = served.asked

    assert verdict == refused_by("create.volume-range")
    assert unknown == refused_by("create.session-known")
    assert asked == 0

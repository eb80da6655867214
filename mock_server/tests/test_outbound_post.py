"""A callback is sent once, as it is, and whatever the receiver answers is told."""

import pytest

from mock_server.outbound import Answered, Reach, post
from mock_server.tests.receivers import answering, receiving

REACH = Reach(seconds=5.0)


@pytest.mark.parametrize("status", [200, 204, 302, 404, 500])
def test_an_announcement_is_sent_once(status: int) -> None:
    """Body and headers arrive, and whatever is answered is told, redirects too."""
    with receiving(answering(status, b"ok", Location="/elsewhere")) as server:
        answer = post(f"{server.url}/done", b'{"a":1}', {"Content-Type": "a/b"}, REACH)

    assert answer == Answered(status, "" if status == 204 else "ok")
    assert server.got == [("POST", "/done", b'{"a":1}')]
    assert server.headers[0]["Content-Type"] == "a/b"
    assert server.headers[0]["Host"] == server.url.removeprefix("http://")


def test_a_password_in_a_url_stays_out_of_the_host() -> None:
    """The Host header is the host alone."""
    with receiving(answering(200)) as server:
        post(server.url.replace("http://", "http://user:secret@"), b"", {}, REACH)

    assert server.headers[0]["Host"] == server.url.removeprefix("http://")


def test_the_beginning_of_an_answer_is_kept() -> None:
    """At most 2 KiB, as text in which other bytes are escapes."""
    with receiving(answering(500, b"\xff\x00" + b"a" * 9000)) as server:
        answer = post(server.url, b"", {}, REACH)

    assert answer == Answered(500, "\\xff\x00" + "a" * 2046)

"""A reply that breaks the spec does not leave the server."""

import pytest
from attrs import evolve

from mock_server import render
from mock_server.media_urls import Links
from mock_server.replies import ReplyCheck, ReplyFault
from mock_server.tests.builders import BASE_URL, NOW, reply_check, task
from mock_server.values import Reply

CHECK = reply_check()
CREATED = Reply(200, 0, render.accepted("r", render.created(task())), "r", NOW, operation="create")
REFUSED = Reply(400, 1201, render.refused("r", 1201, "why"), "r", NOW, operation="create")


@pytest.mark.parametrize("reply", [CREATED, REFUSED], ids=["accepted", "refused"])
def test_a_reply_that_keeps_the_spec_passes(reply: Reply) -> None:
    """It is handed on as it is."""
    assert CHECK.reply(reply) is reply


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (evolve(CREATED, body=render.refused("r", 0, "x")), "CreatedTaskEnvelope: .*data"),
        (evolve(CREATED, operation="get"), "TaskEnvelope: "),
        (evolve(REFUSED, body=render.refused("r", 1999, "x")), "ErrorEnvelope: .* at /code"),
        (evolve(REFUSED, body=CREATED.body), "ErrorEnvelope: "),
    ],
)
def test_a_reply_that_breaks_the_spec_is_a_bug(reply: Reply, words: str) -> None:
    """The schema, the place and the body are told."""
    with pytest.raises(ReplyFault, match=words):
        CHECK.reply(reply)


def test_a_callback_is_checked_as_well() -> None:
    """A payload passes, an envelope does not."""
    links = Links(BASE_URL, "public", 1)
    payload = render.encode(render.announced(task(), NOW + 5000, links))

    assert CHECK.callback(payload) == payload
    with pytest.raises(ReplyFault, match="CallbackPayload: "):
        CHECK.callback(CREATED.body)


def test_a_check_that_is_off_lets_everything_pass() -> None:
    """It costs as much as a call, so it is off unless it is asked for."""
    broken = evolve(REFUSED, body=b"not even JSON")

    assert ReplyCheck(None).reply(broken) is broken
    assert ReplyCheck(None).callback(b"x") == b"x"

"""Nothing that the client shows holds a secret, whatever the service answers."""

import io
import logging
import pickle
import traceback
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kling_lipsync.client import redaction
from kling_lipsync.client.async_client import AsyncLipSync
from kling_lipsync.client.credentials import Credentials
from kling_lipsync.client.errors import LipSyncError
from kling_lipsync.client.policy import RetryPolicy
from kling_lipsync.client.receiver import CallbackReceiver
from kling_lipsync.client.sync_client import LipSync
from kling_lipsync.client.tests.service import World
from kling_lipsync.client.tokens import Tokens, mint

ACCESS = "AKtop5ecretAccess"
SECRET = "SKtop5ecretKey"
API_KEY = "apitop5ecretKey"
VIDEO = "http://user:pa55@v.test/v.mp4?X-Signature=top5ecret"
AUDIO = "http://a.test/a?token=top5ecret"
PAIR = Credentials(ACCESS, SECRET)


def _echo(place: str, status: int, code: object) -> httpx.MockTransport:
    """Answer with the credential of the request, in one place or another."""

    def answer(request: httpx.Request) -> httpx.Response:
        credential = request.headers["authorization"]
        known = API_KEY if API_KEY in credential else f"{ACCESS} {SECRET}"
        told = {"message": "m", "request_id": "r"} | {place: f"<{credential} {known}>"}
        if place == "body":
            return httpx.Response(status, text=credential)
        if place == "raised":
            raise httpx.LocalProtocolError(f"Illegal header value {credential!r}")  # noqa: EM102
        return httpx.Response(status, json={"code": code, **told})

    return httpx.MockTransport(answer)


def _shown(error: LipSyncError) -> str:
    parts = [str(error), repr(error), repr(error.report), error.reproducer()]
    parts += traceback.format_exception(error)
    while error.__context__ is not None:
        error = error.__context__  # type: ignore[assignment]
        parts += [str(error), repr(error)]
    return "\n".join(parts)


@settings(max_examples=120, deadline=None)
@given(
    place=st.sampled_from(["message", "request_id", "data", "body", "raised"]),
    status=st.sampled_from([200, 302, 400, 401, 429, 500]),
    code=st.sampled_from([0, 1000, 1002, 1004, 1101, 1201, 1302, 5000, "x", None]),
    api_key=st.sampled_from([None, API_KEY]),
)
def test_no_error_shows_a_secret(place: str, status: int, code: object, api_key: Any) -> None:  # noqa: ANN401
    """Neither its text nor its parts, its reproducer, its traceback or what led to it."""
    given_key: Any = (
        {"api_key": API_KEY} if api_key else {"access_key": ACCESS, "secret_key": SECRET}
    )
    client = LipSync(
        base_url="http://api.test",
        transport=_echo(place, status, code),
        environment=World().environment(),
        retries=RetryPolicy(attempts=2),
        **given_key,
    )
    token = client._core.tokens.current(0).header.removeprefix("Bearer ")
    for call in (
        lambda: client.get("t1"),
        lambda: client.identify(video_url=VIDEO),
        lambda: client.create("s", "0", audio=AUDIO, crop=(0, 3000)),
    ):
        with pytest.raises(LipSyncError) as caught:
            call()
        shown = _shown(caught.value)
        for secret in (SECRET, API_KEY, ACCESS, token, "top5ecret", "pa55"):
            assert secret not in shown


def test_no_object_shows_a_secret() -> None:
    """Neither the clients nor what they are made of, also under a debugging logger."""
    log = io.StringIO()
    handler = logging.StreamHandler(log)
    logging.getLogger().addHandler(handler)
    logging.getLogger().setLevel(logging.DEBUG)
    try:
        blocking = LipSync(access_key=ACCESS, secret_key=SECRET, transport=_echo("data", 200, 0))
        with pytest.raises(LipSyncError):
            blocking.identify(video_url="http://v.test/v.mp4")
    finally:
        logging.getLogger().removeHandler(handler)
        logging.getLogger().setLevel(logging.WARNING)
    awaited = AsyncLipSync(api_key=API_KEY)
    receiver = CallbackReceiver(print, secret="whsec_dG9wNWVjcmV0")
    token = Tokens(PAIR).current(0)
    for shown in (
        log.getvalue(),
        *map(repr, (blocking, awaited, blocking._core, blocking._driver, receiver, token, PAIR)),
    ):
        for secret in (SECRET, API_KEY, ACCESS, "dG9wNWVjcmV0", mint(PAIR, 0)):
            assert secret not in shown


def test_an_error_survives_another_process() -> None:
    """Pickled and read again it says the same."""
    client = LipSync(
        access_key=ACCESS,
        secret_key=SECRET,
        transport=_echo("message", 400, 1201),
        environment=World().environment(),
    )
    with pytest.raises(LipSyncError) as caught:
        client.get("t1")
    copy = pickle.loads(pickle.dumps(caught.value))  # noqa: S301 - our own bytes

    assert (type(copy), str(copy), copy.report) == (
        type(caught.value),
        str(caught.value),
        caught.value.report,
    )


def test_a_reproducer_is_a_command() -> None:
    """It has method, URL, body and a placeholder for the credential."""
    arguments = {"method": "post", "url": "/v1/x", "json": {"a": "it's", "b": "x" * 5000}}
    told = redaction.shown("http://api.test", arguments, ()).curl()

    assert told.startswith("curl -sS -X POST http://api.test/v1/x -H")
    assert '"Authorization: Bearer $KLING_TOKEN"' in told
    assert "(5000 characters)" in told
    assert "it'\"'\"'s" in told

"""What the generated client makes of replies: of sound ones, damaged ones, and those of others."""

import asyncio
import json
from collections.abc import Callable, Iterator, Sequence
from random import Random
from types import ModuleType
from typing import Any

import httpx
import pytest
import respx
from attrs import field, frozen
from hypothesis import given, settings
from hypothesis import strategies as st
from kling_lipsync_api import ApiError, AuthenticatedClient, LipSyncApiError, UnexpectedReply
from kling_lipsync_api.api.lip_sync import (
    create_lip_sync_task,
    get_lip_sync_task,
    identify_face,
    list_lip_sync_tasks,
)
from kling_lipsync_api.models import CreateTaskInput, FaceChoice, IdentifyInput

from contract_tests import spec
from contract_tests.drafts import OPERATIONS
from contract_tests.marks import rule
from contract_tests.oracle import replies
from contract_tests.strategies import draws

ADDRESS = "https://api.example.com"
CHOICE = FaceChoice(face_id="0", sound_start_time=0, sound_end_time=3000, sound_insert_time=0)
CALLS: dict[str, tuple[ModuleType, dict[str, Any]]] = {
    "identify": (identify_face, {"body": IdentifyInput(video_url="https://a.example/v.mp4")}),
    "create": (
        create_lip_sync_task,
        {"body": CreateTaskInput(session_id="1", face_choose=[CHOICE])},
    ),
    "get": (get_lip_sync_task, {"task_id": "a/b"}),
    "list": (list_lip_sync_tasks, {"page_num": 2}),
}
SHAPES = ("envelope.fields", "envelope.status-and-code", "envelope.value-forms")


@frozen
class Script:
    """A server that answers with these replies in turn, and a client of each colour on it."""

    router: respx.Router = field(factory=lambda: respx.Router(assert_all_called=False))
    loop: asyncio.AbstractEventLoop = field(factory=asyncio.new_event_loop)
    client: AuthenticatedClient = field(
        factory=lambda: AuthenticatedClient(ADDRESS, token="s3cret")
    )

    def __attrs_post_init__(self) -> None:
        sync = httpx.MockTransport(self.router.handler)
        awaiting = httpx.MockTransport(self.router.async_handler)
        headers = {"authorization": "Bearer s3cret"}
        self.client.set_httpx_client(
            httpx.Client(transport=sync, base_url=ADDRESS, headers=headers)
        )
        self.client.set_async_httpx_client(
            httpx.AsyncClient(transport=awaiting, base_url=ADDRESS, headers=headers)
        )

    def traces(self, operation: str, answers: Sequence[httpx.Response]) -> tuple[list[Any], ...]:
        """Return what each colour of the client did and got, call by call."""
        return tuple(self._trace(operation, answers, make) for make in (self._plain, self._awaited))

    def outcome(self, operation: str, answer: httpx.Response) -> Any:  # noqa: ANN401 - or an error
        """Return what a call returns or raises, which both colours must agree on."""
        one, other = self.traces(operation, [answer])
        assert one == other, f"the two colours differ on {answer.content[:300]!r}"
        return one[0][1]

    def _trace(
        self, operation: str, answers: Sequence[httpx.Response], make: Callable[[str], Any]
    ) -> list[Any]:
        self.router.reset()
        copies = [
            httpx.Response(a.status_code, headers=a.headers, content=a.content) for a in answers
        ]
        self.router.route(name="all").mock(side_effect=copies)
        results = [make(operation) for _ in answers]
        sent = [
            (c.request.method, str(c.request.url), c.request.content) for c in self.router.calls
        ]
        return list(zip(sent, results, strict=True))

    def _plain(self, operation: str) -> Any:  # noqa: ANN401 - a reply or an error
        module, given = CALLS[operation]
        return _result(lambda: module.sync_detailed(client=self.client, **given))

    def _awaited(self, operation: str) -> Any:  # noqa: ANN401 - a reply or an error
        module, given = CALLS[operation]
        call = module.asyncio_detailed(client=self.client, **given)
        return _result(lambda: self.loop.run_until_complete(call))


def _result(call: Callable[[], Any]) -> Any:  # noqa: ANN401 - a reply or an error
    try:
        reply = call()
    except LipSyncApiError as error:
        return type(error), {k: v for k, v in vars(error).items() if k != "headers"}
    return reply.status_code, reply.parsed.to_dict()


@pytest.fixture(scope="module")
def script() -> Iterator[Script]:
    """Return a scripted server with its clients."""
    made = Script()
    yield made
    made.loop.run_until_complete(made.client.get_async_httpx_client().aclose())
    made.loop.close()


def answer(status: int, body: object, **headers: str) -> httpx.Response:
    """Return a reply with JSON, or with bytes as they are."""
    content = body if isinstance(body, bytes) else replies.written(body)
    return httpx.Response(status, content=content, headers=headers)


OPERATION = st.sampled_from(OPERATIONS)


@rule(*SHAPES, "identify.reply", "create.reply", "get.reply", "list.items")
@given(operation=OPERATION, draw=draws())
@settings(max_examples=200)
def test_every_reply_of_the_contract_survives(script: Script, operation: str, draw: Random) -> None:
    """What the schemas allow is decoded, and encoded again it is what came."""
    envelope = replies.reply(operation, draw)

    assert spec.faults_of(spec.ENVELOPES[operation], envelope) == []
    assert script.outcome(operation, answer(200, envelope)) == (200, envelope)


@rule("envelope.status-and-code")
@given(operation=OPERATION, draw=draws(), status=st.sampled_from((None, 200, 202, 429, 599)))
@settings(max_examples=100)
def test_every_refusal_is_the_error_of_its_code(
    script: Script, operation: str, draw: Random, status: int | None
) -> None:
    """Whatever HTTP status goes with it: a code in a reply with 200 is a refusal as well."""
    paired, envelope = replies.refusal(draw)
    kind, seen = script.outcome(operation, answer(status or paired, envelope))

    assert kind is ApiError
    assert {k: seen[k] for k in envelope} == envelope
    assert seen["status_code"] == (status or paired)


@rule(*SHAPES)
@given(operation=OPERATION, draw=draws(), status=st.sampled_from((200, 200, 201, 400, 502)))
@settings(max_examples=300)
def test_a_damaged_reply_is_read_or_refused(
    script: Script, operation: str, draw: Random, status: int
) -> None:
    """Whatever is lost or replaced, there is a reply that can be written, or a typed error."""
    envelope = replies.harmed(replies.reply(operation, draw), draw)
    kind, seen = script.outcome(operation, answer(status, envelope))

    assert kind in (200, 201, ApiError, UnexpectedReply)
    if kind in (200, 201):
        assert json.loads(json.dumps(seen))["code"] == 0


@rule("envelope.fields")
@given(operation=OPERATION, draw=draws())
@settings(max_examples=50)
def test_a_reply_that_was_cut_is_refused(script: Script, operation: str, draw: Random) -> None:
    """A part of the JSON is no JSON."""
    whole = replies.written(replies.reply(operation, draw))
    kind, _ = script.outcome(operation, answer(200, whole[: draw.randint(0, len(whole) - 1)]))

    assert kind is UnexpectedReply


@rule("envelope.fields")
@pytest.mark.parametrize("operation", OPERATIONS)
def test_null_in_any_place_is_read_or_refused(script: Script, operation: str) -> None:
    """Null for each part of a reply in turn crashes nothing."""
    envelope = replies.reply(operation, Random(operation))  # noqa: S311 - any will do
    kinds = {script.outcome(operation, answer(200, one))[0] for one in replies.nulled(envelope)}

    assert kinds <= {200, UnexpectedReply}
    assert UnexpectedReply in kinds


TASK = replies.reply("get", Random(3))  # noqa: S311 - any will do
HTML = b"<html><body>502 Bad Gateway</body></html>"
STRANGE: tuple[tuple[int, object, dict[str, str], object], ...] = (
    (502, HTML, {"content-type": "text/html"}, UnexpectedReply),
    (200, HTML, {"content-type": "text/html"}, UnexpectedReply),
    (200, TASK, {"content-type": "text/html"}, 200),
    (200, TASK, {"content-type": "application/json; charset=no-such"}, 200),
    (200, {**TASK, "code": "0"}, {}, UnexpectedReply),
    (400, {**TASK, "code": "1201"}, {}, UnexpectedReply),
    (200, {**TASK, "code": 1303}, {}, ApiError),
    (200, {**TASK, "code": 77777}, {}, ApiError),
    (200, {**TASK, "code": True}, {}, UnexpectedReply),
    (200, {k: v for k, v in TASK.items() if k != "data"}, {}, UnexpectedReply),
    (200, {**TASK, "data": []}, {}, UnexpectedReply),
    (200, {**TASK, "data": {**TASK["data"], "task_status": "queued"}}, {}, 200),
    (200, {**TASK, "data": {**TASK["data"], "task_status": 7}}, {}, None),
    (200, {**TASK, "data": {**TASK["data"], "task_id": 850512470691213348}}, {}, 200),
    (200, {**TASK, "data": {**TASK["data"], "created_at": 10**400}}, {}, None),
    (200, {**TASK, "data": {**TASK["data"], "created_at": 1e300}}, {}, None),
    (200, b'{"code": 1e999}', {}, UnexpectedReply),
    (200, b'{"code": ' + b"9" * 5000 + b"}", {}, UnexpectedReply),
    (200, b'{"code": ' + b"9" * 400 + b"}", {}, ApiError),
    (200, b'{"code": NaN}', {}, UnexpectedReply),
    (400, b'{"code": 1201, "message": {"a": []}, "request_id": 1e999}', {}, ApiError),
    (200, b"[" * 10_000, {}, UnexpectedReply),
    (200, b"\xff\xfe", {}, UnexpectedReply),
    (204, b"", {}, UnexpectedReply),
)


@rule("envelope.status-and-code", "lifecycle.states")
@pytest.mark.parametrize(("status", "body", "headers", "due"), STRANGE)
def test_a_strange_reply_is_read_or_refused(
    script: Script, status: int, body: object, headers: dict[str, str], due: object
) -> None:
    """Gateways, text for numbers, unknown states and codes, numbers without end."""
    kind, _ = script.outcome("get", answer(status, body, **headers))

    assert kind in ((200, UnexpectedReply) if due is None else (due,))


@rule("envelope.fields")
@given(draw=draws(), operation=OPERATION, count=st.integers(1, 6))
@settings(max_examples=50)
def test_both_colours_do_the_same(script: Script, draw: Random, operation: str, count: int) -> None:
    """On one scripted server they send the same requests and end the same, call by call."""
    script_of = [_any_answer(operation, draw) for _ in range(count)]
    one, other = script.traces(operation, script_of)

    assert one == other
    assert len(one) == count


def _any_answer(operation: str, draw: Random) -> httpx.Response:
    kind = draw.randint(0, 3)
    if kind == 0:
        return answer(200, replies.reply(operation, draw))
    if kind == 1:
        return answer(*replies.refusal(draw))
    if kind == 2:
        return answer(200, replies.harmed(replies.reply(operation, draw), draw))
    return answer(draw.choice((200, 502)), HTML, **{"content-type": "text/html"})

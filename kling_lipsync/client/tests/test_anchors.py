"""The eighteen defects found in twelve SDKs: each a property, and a copy of it that fails there.

A property takes no arguments and asserts what must hold of both clients.  A planted copy is
the defect written into this client for the length of a test: with it, the property must fail.
"""

import base64
import hashlib
import hmac
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from email.utils import formatdate
from typing import Any

import pytest
from attrs import frozen
from kling_lipsync_api.api.lip_sync import create_lip_sync_task
from kling_lipsync_api.models import CreateTaskInput, TaskStatus

from kling_lipsync.client import (
    callbacks,
    drivers,
    ordering,
    replies,
    sending,
    shared,
    verbs,
    waiting,
)
from kling_lipsync.client.callbacks import parse_callback
from kling_lipsync.client.errors import (
    BadSignature,
    BrokenRule,
    LimitReached,
    NoUsableReply,
    TaskFailed,
    WaitTimeout,
)
from kling_lipsync.client.policy import RetryPolicy, WaitPolicy
from kling_lipsync.client.requests import Requests
from kling_lipsync.client.tests.both import Outcome, on_both
from kling_lipsync.client.tests.service import START, Fault, Service, World

Plant = Callable[[pytest.MonkeyPatch], None]
Property = Callable[[], None]
SECRET = "whsec_" + base64.b64encode(b"a key of tests").decode()
BODY = (
    b'{"task_id": "t1", "task_status": "succeed", "task_status_msg": "", "created_at": 1,'
    b' "updated_at": 2, "task_info": {"parent_video": {"id": "v", "url": "u", "duration": "8"}}}'
)


@frozen
class Defect:
    """A defect of the list, the property that excludes it, and how it is planted here."""

    name: str
    holds: Property
    plant: Plant


def _with_task(script: list[Fault | None] | None = None, *life: str) -> Service:
    service = Service(World())
    service._keep({"external_task_id": "mine"})
    service.script = script or []
    service.life = life or ("submitted", "processing", "succeed")
    return service


def _wait(service: Service, timeout: float = 600, **options: Any) -> Outcome:  # noqa: ANN401
    return on_both(service, lambda client: client.wait("t1", timeout=timeout), **options)


def _get(service: Service, **options: Any) -> Outcome:  # noqa: ANN401
    return on_both(service, lambda client: client.get("mine"), **options)


def _create(**changes: Any) -> Callable[[Any], Any]:  # noqa: ANN401
    fields = {"audio": "http://a.test/a.mp3", "crop": (0, 3000), **changes}
    return lambda client: client.create("s1", "0", **fields)


def _paused(outcome: Outcome) -> float:
    return sum(outcome.pauses)


def every_end_ends_a_wait() -> None:
    """D1: a state that is an end is seen as one at the first look."""
    outcome = _wait(_with_task(None, "failed"))

    assert isinstance(outcome.error, TaskFailed)
    assert len(outcome.requests) == 1


def an_outage_does_not_end_a_wait() -> None:
    """D2: three failures in a row are survived."""
    assert _wait(_with_task([Fault("5001")] * 3)).error is None


def a_deadline_is_kept() -> None:
    """D3: the first look is at once, and a wait ends with its deadline, not a pause later."""
    outcome = _wait(_with_task(None, "processing"), timeout=20)

    assert isinstance(outcome.error, WaitTimeout)
    assert outcome.service.world.now <= 20
    assert len(outcome.requests) > _paused(outcome) / 15


def nothing_is_returned_that_has_not_succeeded() -> None:
    """D4, D5: neither `processing` nor a state that nobody knows is a result."""
    outcome = _wait(_with_task(None, "processing", "processing", "succeed"))
    assert outcome.value.task_status == TaskStatus.SUCCEED

    with pytest.warns(waiting.UnknownState):
        stuck = _wait(_with_task(None, "aborted"), timeout=30)
    assert isinstance(stuck.error, WaitTimeout)
    assert stuck.error.task is not None
    assert stuck.error.task.task_status.value == "aborted"


def a_date_to_retry_after_is_obeyed() -> None:
    """D6: seven seconds as an HTTP date are seven seconds."""
    date = formatdate(START + 7, usegmt=True)
    assert _paused(_get(_with_task([Fault("1302", headers=(("Retry-After", date),))]))) == 7


def milliseconds_to_retry_after_are_obeyed() -> None:
    """D8: so are seven thousand milliseconds."""
    assert _paused(_get(_with_task([Fault("1302", headers=(("retry-after-ms", "7000"),))]))) == 7


def seconds_to_retry_after_are_obeyed() -> None:
    """D12, D15: and seven seconds; both clients obey alike."""
    assert _paused(_get(_with_task([Fault("1302", headers=(("Retry-After", "7"),))]))) == 7


def a_day_to_retry_after_is_not_waited() -> None:
    """D11: nobody blocks for a day."""
    assert _paused(_get(_with_task([Fault("1302", headers=(("Retry-After", "86400"),))]))) == 60


def what_is_sent_again_is_the_same() -> None:
    """D7: no field is lost on the way to the second attempt."""
    outcome = on_both(Service(World(), [Fault("1303")]), _create())

    assert outcome.requests[0] == outcome.requests[1]


def signatures_are_checked_well() -> None:
    """D9: neither a wrong, a future nor a nonsensical signature passes or crashes."""
    good = _signed("1800000000")
    parse_callback(BODY, good, secret=SECRET, now=START)
    for headers in (
        {**good, "webhook-signature": "v1,AAAA"},
        _signed("1800000999"),
        _signed("1799999000"),
        _signed("soon"),
    ):
        with pytest.raises(BadSignature):
            parse_callback(BODY, headers, secret=SECRET, now=START)


def retries_are_counted_as_documented() -> None:
    """D10: n attempts are n requests."""
    for attempts in (1, 2, 3, 5):
        service = _with_task([Fault("1302")] * 9)
        outcome = _get(service, retries=RetryPolicy(attempts=attempts))
        assert isinstance(outcome.error, LimitReached)
        assert len(outcome.requests) == attempts


def a_wait_does_not_hammer() -> None:
    """D12: looks are seconds apart, and ever further."""
    outcome = _wait(_with_task(None, "processing"), timeout=100)

    assert min(outcome.pauses[:-1]) >= 1
    assert len(outcome.requests) < 20


def retries_are_on_without_being_asked_for() -> None:
    """D14, D15: a client that was given no policy repeats what is refused for the moment."""
    assert _get(_with_task([Fault("1302"), Fault("1303"), Fault("5001")])).error is None


def a_create_sends_all_it_was_given() -> None:
    """D16: nothing is dropped, nothing contradictory is sent, and a page of HTML is no code."""
    outcome = on_both(Service(World()), _create(watermark=True, external_task_id="mine"))
    method, path, body = outcome.requests[0]
    assert (method, path) == ("POST", "/v1/videos/advanced-lip-sync")
    assert b'"external_task_id":"mine"' in body
    assert b'"watermark_info":{"enabled":true}' in body

    backwards = on_both(Service(World()), _create(crop=(3000, 0)))
    assert isinstance(backwards.error, BrokenRule)
    assert backwards.requests == ()

    page = _get(_with_task([Fault("html")]), retries=RetryPolicy(attempts=1))
    assert isinstance(page.error, NoUsableReply)
    assert (page.error.code, page.error.http_status) == (None, 502)


def a_wait_has_a_deadline_and_an_interval_that_adapts() -> None:
    """D17: also without being asked; and the server's wish of one reply is not that of the next."""
    outcome = on_both(_with_task(None, "processing"), lambda client: client.wait("t1"))
    assert isinstance(outcome.error, WaitTimeout)
    assert outcome.service.world.now <= WaitPolicy().timeout_s

    asked: list[Fault | None] = [Fault("1302", headers=(("Retry-After", "40"),))]
    later = _wait(_with_task(asked, *["processing"] * 9, "succeed"))
    assert later.pauses[0] == 40
    assert max(later.pauses[1:]) < 20


def dripping_ends_with_the_limit() -> None:
    """D18: a reply of which one byte comes each second is cut at the limit of the exchange."""
    outcome = _get(_with_task([Fault("drip")]), timeout=5, retries=RetryPolicy(attempts=1))

    assert isinstance(outcome.error, NoUsableReply)
    assert outcome.service.world.now <= 6


def _signed(stamp: str) -> dict[str, str]:
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    digest = hmac.new(key, b"id." + stamp.encode() + b"." + BODY, hashlib.sha256).digest()
    return {
        "Webhook-Id": "id",
        "Webhook-Timestamp": stamp,
        "Webhook-Signature": "v1," + base64.b64encode(digest).decode(),
    }


def _plant_forgotten_end(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(waiting, "is_over", lambda task: task.task_status == TaskStatus.SUCCEED)


def _plant_no_budget(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(shared, "RetryPolicy", lambda: RetryPolicy(poll_failures=3))


def _plant_late_deadline(patch: pytest.MonkeyPatch) -> None:
    """The deadline is only looked at after a whole pause."""

    def unbounded(core: Any, watch: Any, limit: Any, at_least: float) -> float:  # noqa: ANN401
        del limit
        pause: float = core.waiting.pause_s(watch.looks, core.environment.chance())
        return max(pause, at_least)

    patch.setattr(waiting, "_next", unbounded)


def _plant_early_result(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(waiting, "is_over", lambda task: task.task_status != TaskStatus.SUBMITTED)
    patch.setattr(waiting, "succeeded", lambda watch: watch.task)


def _plant_unknown_is_a_result(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(waiting, "is_over", lambda task: task.task_status not in waiting.OPEN)
    patch.setattr(waiting, "succeeded", lambda watch: watch.task)


def _plant_retry_after(
    parse: Callable[[Mapping[str, str]], float | None],
) -> Plant:
    def plant(patch: pytest.MonkeyPatch) -> None:
        patch.setattr(replies, "retry_after_s", lambda headers, _now: parse(headers))

    return plant


def _iso_date(headers: Mapping[str, str]) -> float | None:
    text = headers.get("retry-after", "")
    with suppress(ValueError):
        return datetime.fromisoformat(text).timestamp() - START
    return float(text) if text.isdecimal() else None


def _compared_as_text(headers: Mapping[str, str]) -> float | None:
    text: Any = headers.get("retry-after-ms")
    try:
        return float(text) / 1000 if text > 0 else None
    except TypeError:
        return None


def _plant_lost_fields(patch: pytest.MonkeyPatch) -> None:
    real, sent = Requests.api, []

    def lossy(requests: Any, arguments: Any, *rest: Any) -> Any:  # noqa: ANN401
        sent.append(arguments)
        if len(sent) % 2 == 0:
            body = {name: arguments["json"][name] for name in ("session_id", "external_task_id")}
            arguments = {**arguments, "json": body}
        return real(requests, arguments, *rest)

    patch.setattr(Requests, "api", lossy)


def _plant_loose_signature(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(callbacks, "abs", lambda age: age, raising=False)


def _plant_wrong_count(patch: pytest.MonkeyPatch) -> None:
    real = sending.decide

    def off_by_two(core: Any, problem: Any, sends: int, **rest: Any) -> Any:  # noqa: ANN401
        return real(core, problem, sends + 2, **rest)

    patch.setattr(sending, "decide", off_by_two)


def _plant_no_cap(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(shared, "RetryPolicy", lambda: RetryPolicy(longest_retry_after_s=1e7))


def _plant_fast_poll(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(shared, "WaitPolicy", lambda: WaitPolicy(first_s=0.1, factor=1.0))


def _plant_no_retries(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(shared, "RetryPolicy", lambda: RetryPolicy(attempts=1))


def _plant_dropped_id(patch: pytest.MonkeyPatch) -> None:
    real = create_lip_sync_task._get_kwargs

    def lossy(body: Any) -> Any:  # noqa: ANN401
        arguments = real(body=body)
        del arguments["json"]["external_task_id"]
        return arguments

    patch.setattr(create_lip_sync_task, "_get_kwargs", lossy)


def _plant_dropped_watermark(patch: pytest.MonkeyPatch) -> None:
    real: Any = CreateTaskInput
    patch.setattr(
        ordering,
        "CreateTaskInput",
        lambda **parts: real(**{name: parts[name] for name in parts if name != "watermark_info"}),
    )


def _plant_unchecked(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(verbs, "check_create", lambda *_: None)
    patch.setattr(verbs, "check_sound", lambda *_: None)


def _plant_minus_one(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(
        replies,
        "_unreadable",
        lambda reason, reply, _: replies.Problem(
            "refused", reason, "never", code=-1, http_status=reply.status_code
        ),
    )


def _plant_no_deadline(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(shared, "WaitPolicy", lambda: WaitPolicy(timeout_s=20_000.0))


def _plant_frozen_interval(patch: pytest.MonkeyPatch) -> None:
    real: list[float] = []

    def frozen_pause(core: Any, watch: Any, limit: Any, at_least: float) -> float:  # noqa: ANN401
        del core, watch, limit
        real.append(at_least or 2.0)
        return real[0]

    patch.setattr(waiting, "_next", frozen_pause)


def _plant_endless_reading(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(drivers._Bounded, "_checked", lambda _, piece: piece)


DEFECTS = (
    Defect("D1", every_end_ends_a_wait, _plant_forgotten_end),
    Defect("D2", an_outage_does_not_end_a_wait, _plant_no_budget),
    Defect("D3", a_deadline_is_kept, _plant_late_deadline),
    Defect("D4", nothing_is_returned_that_has_not_succeeded, _plant_early_result),
    Defect("D5", nothing_is_returned_that_has_not_succeeded, _plant_unknown_is_a_result),
    Defect("D6", a_date_to_retry_after_is_obeyed, _plant_retry_after(_iso_date)),
    Defect("D7", what_is_sent_again_is_the_same, _plant_lost_fields),
    Defect("D8", milliseconds_to_retry_after_are_obeyed, _plant_retry_after(_compared_as_text)),
    Defect("D9", signatures_are_checked_well, _plant_loose_signature),
    Defect("D10", retries_are_counted_as_documented, _plant_wrong_count),
    Defect("D11", a_day_to_retry_after_is_not_waited, _plant_no_cap),
    Defect("D12", seconds_to_retry_after_are_obeyed, _plant_retry_after(lambda _: None)),
    Defect("D12 polls", a_wait_does_not_hammer, _plant_fast_poll),
    Defect("D14", retries_are_on_without_being_asked_for, _plant_no_retries),
    Defect("D15", seconds_to_retry_after_are_obeyed, _plant_no_retries),
    Defect("D16 id", a_create_sends_all_it_was_given, _plant_dropped_id),
    Defect("D16 watermark", a_create_sends_all_it_was_given, _plant_dropped_watermark),
    Defect("D16 unchecked", a_create_sends_all_it_was_given, _plant_unchecked),
    Defect("D16 -1", a_create_sends_all_it_was_given, _plant_minus_one),
    Defect("D17", a_wait_has_a_deadline_and_an_interval_that_adapts, _plant_no_deadline),
    Defect("D17 frozen", a_wait_has_a_deadline_and_an_interval_that_adapts, _plant_frozen_interval),
    Defect("D18", dripping_ends_with_the_limit, _plant_endless_reading),
)
CANNOT_OCCUR: Mapping[str, str] = {
    "D13": "there is no multipart body: audio is sent as base64 in one JSON document",
    "D5 aborted": "a status that is not in the contract becomes a member of its own, not an error",
    "D16 path": "paths come from the generated client, which is made from the spec",
    "D16 both inputs": "`create` takes one `audio`, so two cannot be given",
    "D16 dead option": "each option of RetryPolicy is read in one place, and tested by its effect",
    "D12 caps": "both clients run one policy; `on_both` compares every pause of every example",
    "D13 twins": "the blocking client's text follows from the awaited one's (test_twins)",
}
"""Defects, or parts of one, for which there is no place in this client, with the reason."""


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda defect: defect.name)
def test_the_client_has_none_of_the_defects(defect: Defect) -> None:
    """Each property holds of both clients."""
    defect.holds()


@pytest.mark.filterwarnings("ignore::kling_lipsync.client.waiting.UnknownState")
@pytest.mark.parametrize("defect", DEFECTS, ids=lambda defect: defect.name)
def test_a_planted_copy_is_found(defect: Defect, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the defect written into the client, its property fails."""
    defect.plant(monkeypatch)

    with pytest.raises((AssertionError, pytest.fail.Exception)):
        defect.holds()


def test_no_defect_is_left_out() -> None:
    """All eighteen stand in one of the two tables."""
    listed = {defect.name.split()[0] for defect in DEFECTS} | {
        name.split()[0] for name in CANNOT_OCCUR
    }

    assert listed == {f"D{number}" for number in range(1, 19)}

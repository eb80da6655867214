"""What must hold of both clients, each excluding one of the defects found in other SDKs."""

import base64
import hashlib
import hmac
from collections.abc import Callable
from email.utils import formatdate
from typing import Any

import pytest
from kling_lipsync_api.models import TaskStatus

from kling_lipsync.client import (
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
from kling_lipsync.client.tests.both import Outcome, on_both
from kling_lipsync.client.tests.service import START, Fault, Service, World

SECRET = "whsec_" + base64.b64encode(b"a key of tests").decode()
BODY = (
    b'{"task_id": "t1", "task_status": "succeed", "task_status_msg": "", "created_at": 1,'
    b' "updated_at": 2, "task_info": {"parent_video": {"id": "v", "url": "u", "duration": "8"}}}'
)


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

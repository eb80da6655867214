"""The defects of other SDKs, each written into this client for the length of a test."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

import pytest
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
from kling_lipsync.client.policy import RetryPolicy, WaitPolicy
from kling_lipsync.client.requests import Requests
from kling_lipsync.client.tests.service import START

Plant = Callable[[pytest.MonkeyPatch], None]


def plant_forgotten_end(patch: pytest.MonkeyPatch) -> None:
    """A failed task is no end."""
    patch.setattr(waiting, "is_over", lambda task: task.task_status == TaskStatus.SUCCEED)


def plant_no_budget(patch: pytest.MonkeyPatch) -> None:
    """Three failures in a row end a wait."""
    patch.setattr(shared, "RetryPolicy", lambda: RetryPolicy(poll_failures=3))


def plant_late_deadline(patch: pytest.MonkeyPatch) -> None:
    """The deadline is only looked at after a whole pause."""

    def unbounded(core: Any, watch: Any, limit: Any, at_least: float) -> float:  # noqa: ANN401
        del limit
        pause: float = core.waiting.pause_s(watch.looks, core.environment.chance())
        return max(pause, at_least)

    patch.setattr(waiting, "_next", unbounded)


def plant_early_result(patch: pytest.MonkeyPatch) -> None:
    """Whatever is no longer `submitted` is given back."""
    patch.setattr(waiting, "is_over", lambda task: task.task_status != TaskStatus.SUBMITTED)
    patch.setattr(waiting, "succeeded", lambda watch: watch.task)


def plant_unknown_is_a_result(patch: pytest.MonkeyPatch) -> None:
    """A state that nobody knows is given back."""
    patch.setattr(waiting, "is_over", lambda task: task.task_status not in waiting.OPEN)
    patch.setattr(waiting, "succeeded", lambda watch: watch.task)


def plant_retry_after(
    parse: Callable[[Mapping[str, str]], float | None],
) -> Plant:
    """Return the plant of another reading of the server's wish."""

    def plant(patch: pytest.MonkeyPatch) -> None:
        patch.setattr(replies, "retry_after_s", lambda headers, _now: parse(headers))

    return plant


def iso_date(headers: Mapping[str, str]) -> float | None:
    """Read a date as ISO 8601, which HTTP dates are not."""
    text = headers.get("retry-after", "")
    with suppress(ValueError):
        return datetime.fromisoformat(text).timestamp() - START
    return float(text) if text.isdecimal() else None


def compared_as_text(headers: Mapping[str, str]) -> float | None:
    """Compare the header's text with a number, and swallow what that raises."""
    text: Any = headers.get("retry-after-ms")
    try:
        return float(text) / 1000 if text > 0 else None
    except TypeError:
        return None


def plant_lost_fields(patch: pytest.MonkeyPatch) -> None:
    """Every second request loses a field."""
    real, sent = Requests.api, []

    def lossy(requests: Any, arguments: Any, *rest: Any) -> Any:  # noqa: ANN401
        sent.append(arguments)
        if len(sent) % 2 == 0:
            body = {name: arguments["json"][name] for name in ("session_id", "external_task_id")}
            arguments = {**arguments, "json": body}
        return real(requests, arguments, *rest)

    patch.setattr(Requests, "api", lossy)


def plant_loose_signature(patch: pytest.MonkeyPatch) -> None:
    """A timestamp of the future is fine."""
    patch.setattr(callbacks, "abs", lambda age: age, raising=False)


def plant_wrong_count(patch: pytest.MonkeyPatch) -> None:
    """Attempts are counted from two."""
    real = sending.decide

    def off_by_two(core: Any, problem: Any, sends: int, **rest: Any) -> Any:  # noqa: ANN401
        return real(core, problem, sends + 2, **rest)

    patch.setattr(sending, "decide", off_by_two)


def plant_no_cap(patch: pytest.MonkeyPatch) -> None:
    """The server may ask for any pause."""
    patch.setattr(shared, "RetryPolicy", lambda: RetryPolicy(longest_retry_after_s=1e7))


def plant_fast_poll(patch: pytest.MonkeyPatch) -> None:
    """Ten looks a second."""
    patch.setattr(shared, "WaitPolicy", lambda: WaitPolicy(first_s=0.1, factor=1.0))


def plant_no_retries(patch: pytest.MonkeyPatch) -> None:
    """The default is not to repeat anything."""
    patch.setattr(shared, "RetryPolicy", lambda: RetryPolicy(attempts=1))


def plant_dropped_id(patch: pytest.MonkeyPatch) -> None:
    """The external id is dropped on the way."""
    real = create_lip_sync_task._get_kwargs

    def lossy(body: Any) -> Any:  # noqa: ANN401
        arguments = real(body=body)
        del arguments["json"]["external_task_id"]
        return arguments

    patch.setattr(create_lip_sync_task, "_get_kwargs", lossy)


def plant_dropped_watermark(patch: pytest.MonkeyPatch) -> None:
    """The wish for a watermark is dropped on the way."""
    real: Any = CreateTaskInput
    patch.setattr(
        ordering,
        "CreateTaskInput",
        lambda **parts: real(**{name: parts[name] for name in parts if name != "watermark_info"}),
    )


def plant_unchecked(patch: pytest.MonkeyPatch) -> None:
    """Contradictions are sent as they are."""
    patch.setattr(verbs, "check_create", lambda *_: None)
    patch.setattr(verbs, "check_sound", lambda *_: None)


def plant_minus_one(patch: pytest.MonkeyPatch) -> None:
    """A page of HTML becomes a service code of -1."""
    patch.setattr(
        replies,
        "_unreadable",
        lambda reason, reply, _: replies.Problem(
            "refused", reason, "never", code=-1, http_status=reply.status_code
        ),
    )


def plant_no_deadline(patch: pytest.MonkeyPatch) -> None:
    """A wait without a limit of its own goes on for hours."""
    patch.setattr(shared, "WaitPolicy", lambda: WaitPolicy(timeout_s=20_000.0))


def plant_frozen_interval(patch: pytest.MonkeyPatch) -> None:
    """The first pause is that of all that follow."""
    real: list[float] = []

    def frozen_pause(core: Any, watch: Any, limit: Any, at_least: float) -> float:  # noqa: ANN401
        del core, watch, limit
        real.append(at_least or 2.0)
        return real[0]

    patch.setattr(waiting, "_next", frozen_pause)


def plant_endless_reading(patch: pytest.MonkeyPatch) -> None:
    """Only the next byte has a limit, the whole has none."""
    patch.setattr(drivers._Bounded, "_checked", lambda _, piece: piece)

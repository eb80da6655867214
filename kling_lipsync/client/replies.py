"""What one exchange came to: a value, or a problem with everything known of it."""

from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

import httpx
from attrs import frozen
from kling_lipsync_api.errors import SERVICE_CODES, ApiError, Retry, UnexpectedReply, read_reply

from kling_lipsync.client.effects import Answer, NoAnswer
from kling_lipsync.client.policy import retry_after_s

T = TypeVar("T")

NEVER: Retry = "never"
NEW_TOKEN: Retry = "new-token"  # noqa: S105 - a retry class
BACK_OFF: Retry = "back-off"
QUERY_FIRST: Retry = "query-first"


class Unfitting(ValueError):
    """A reply that is well-formed, and yet no answer to this request."""


@frozen
class Call(Generic[T]):
    """A request, and how its reply is read.

    `arguments` come from the generated client; `read` returns the value, and raises ValueError
    for a reply that does not belong to the request.
    """

    operation: str
    arguments: Mapping[str, Any]
    decode: Callable[[dict[str, Any]], Any]
    read: Callable[[Any], T]


@frozen
class Done(Generic[T]):
    """The call was accepted, and this is what it gave."""

    value: T
    request_id: str = ""


@frozen
class Problem:
    """The call was refused, or it is not known what became of it.

    `retry` is the retry class of the service code; what has no code is `query-first` when the
    service may have carried it out, and `back-off` when it cannot have seen it.
    """

    kind: str
    """`refused`, `unreadable`, `no answer` or `not sent`."""
    reason: str
    retry: Retry
    code: int | None = None
    http_status: int | None = None
    request_id: str | None = None
    rule: str | None = None
    retry_after_s: float | None = None

    @property
    def is_unclear(self) -> bool:
        """Whether the service may have carried the call out."""
        return self.retry == QUERY_FIRST


def outcome_of(call: Call[T], result: Answer | NoAnswer, now_s: float) -> Done[T] | Problem:
    """Return what an exchange came to; `now_s` is the server's clock (Unix s)."""
    if isinstance(result, NoAnswer):
        kind = "no answer" if result.sent else "not sent"
        return Problem(kind, result.reason, QUERY_FIRST if result.sent else BACK_OFF)
    reply = result.reply
    try:
        envelope = read_reply(reply, call.decode).parsed
        return Done(call.read(envelope), envelope.request_id)
    except ApiError as refusal:
        return _refused(refusal, reply, now_s)
    except UnexpectedReply as damage:
        return _unreadable(damage.reason, reply, now_s)
    except Unfitting as damage:
        return _unreadable(str(damage), reply, now_s)


def _refused(refusal: ApiError, reply: httpx.Response, now_s: float) -> Problem:
    known = SERVICE_CODES.get(refusal.code)
    return Problem(
        kind="refused",
        reason=refusal.message,
        retry=(known.retry if known is not None else None) or _guess(reply),
        code=refusal.code,
        http_status=reply.status_code,
        request_id=refusal.request_id,
        rule=reply.headers.get("x-mock-rule"),
        retry_after_s=retry_after_s(reply.headers, now_s),
    )


def _guess(reply: httpx.Response) -> Retry:
    """Return the retry class of a code that no contract knows: only its status is left to go by."""
    return QUERY_FIRST if reply.is_server_error else NEVER


def _unreadable(reason: str, reply: httpx.Response, now_s: float) -> Problem:
    return Problem(
        kind="unreadable",
        reason=f"HTTP {reply.status_code} with an unexpected body: {reason}",
        retry=QUERY_FIRST,
        http_status=reply.status_code,
        retry_after_s=retry_after_s(reply.headers, now_s),
    )

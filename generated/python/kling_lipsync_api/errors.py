# Generated from spec/openapi.yaml by openapi-python-client 0.29.1; do not edit: make client.
"""What a reply is when it is not a success, and the one place where that is decided

    LipSyncApiError
    |-- ApiError          the service answered, and refused: its code, message and request id are known
    `-- UnexpectedReply   the reply is not the service's own, or damaged

When no reply came at all, httpx raises what it always raises, for example httpx.TimeoutException.
"""

from collections.abc import Callable, Mapping
from json import JSONDecodeError
from types import MappingProxyType
from typing import Any, Literal, TypeVar

import httpx
from attrs import frozen

from .types import Response, read_integer

T = TypeVar("T")

Retry = Literal[
    "never",
    "new-token",
    "back-off",
    "query-first",
]


@frozen(kw_only=True)
class ServiceCodeInfo:
    """What the vendor's table says of a service code; `retry` is None for success"""

    code: int
    http_status: int
    definition: str
    explanation: str
    remedy: str
    retry: Retry | None


SERVICE_CODES: Mapping[int, ServiceCodeInfo] = MappingProxyType(
    {
        0: ServiceCodeInfo(
            code=0,
            http_status=200,
            definition="Request successful",
            explanation="The call was accepted",
            remedy="Nothing to do.",
            retry=None,
        ),
        1000: ServiceCodeInfo(
            code=1000,
            http_status=401,
            definition="Authentication failed",
            explanation="Authentication failed",
            remedy="Check that the JWT is signed with the SecretKey that belongs to its AccessKey.",
            retry="never",
        ),
        1001: ServiceCodeInfo(
            code=1001,
            http_status=401,
            definition="Authentication failed",
            explanation="Authorization is empty",
            remedy="Send the Authorization header.",
            retry="never",
        ),
        1002: ServiceCodeInfo(
            code=1002,
            http_status=401,
            definition="Authentication failed",
            explanation="Authorization is invalid",
            remedy="Send the word Bearer, one space and a JWT or an API key.",
            retry="never",
        ),
        1003: ServiceCodeInfo(
            code=1003,
            http_status=401,
            definition="Authentication failed",
            explanation="Authorization is not yet valid",
            remedy="Set nbf a few seconds back, or set the clock right, and sign again.",
            retry="new-token",
        ),
        1004: ServiceCodeInfo(
            code=1004,
            http_status=401,
            definition="Authentication failed",
            explanation="Authorization has expired",
            remedy="Sign a new JWT.",
            retry="new-token",
        ),
        1100: ServiceCodeInfo(
            code=1100,
            http_status=429,
            definition="Account exception",
            explanation="Abnormal account status",
            remedy="Look at the state of the account in the console.",
            retry="never",
        ),
        1101: ServiceCodeInfo(
            code=1101,
            http_status=429,
            definition="Account exception",
            explanation="Account in arrears (postpaid)",
            remedy="Pay what the account owes.",
            retry="never",
        ),
        1102: ServiceCodeInfo(
            code=1102,
            http_status=429,
            definition="Account exception",
            explanation="Resource pack exhausted or expired (prepaid)",
            remedy="Buy another pack, or turn on postpaid billing.",
            retry="never",
        ),
        1103: ServiceCodeInfo(
            code=1103,
            http_status=403,
            definition="Account exception",
            explanation="Unauthorized access to requested resource, such as API/model",
            remedy="Ask for the permission, or use an account that has it.",
            retry="never",
        ),
        1200: ServiceCodeInfo(
            code=1200,
            http_status=400,
            definition="Invalid request parameters",
            explanation="Invalid request parameters",
            remedy="Send one JSON object of the documented form.",
            retry="never",
        ),
        1201: ServiceCodeInfo(
            code=1201,
            http_status=400,
            definition="Invalid request parameters",
            explanation="Invalid parameters, such as an incorrect key or an invalid value",
            remedy="Read the message, which names the field, and correct it.",
            retry="never",
        ),
        1202: ServiceCodeInfo(
            code=1202,
            http_status=404,
            definition="Invalid request parameters",
            explanation="The requested method is invalid",
            remedy="Use a method that the path has.",
            retry="never",
        ),
        1203: ServiceCodeInfo(
            code=1203,
            http_status=404,
            definition="Invalid request parameters",
            explanation="The requested resource does not exist",
            remedy="Check the path and the ids in the request, and that this account made them.",
            retry="never",
        ),
        1300: ServiceCodeInfo(
            code=1300,
            http_status=400,
            definition="Trigger strategy",
            explanation="Request blocked by platform policy",
            remedy="Change the request so that it keeps to the platform's policies.",
            retry="never",
        ),
        1301: ServiceCodeInfo(
            code=1301,
            http_status=400,
            definition="Trigger strategy",
            explanation="Content security policy",
            remedy="Use another video or sound.",
            retry="never",
        ),
        1302: ServiceCodeInfo(
            code=1302,
            http_status=429,
            definition="Trigger strategy",
            explanation="Too many requests; rate limit exceeded",
            remedy="Call less often.",
            retry="back-off",
        ),
        1303: ServiceCodeInfo(
            code=1303,
            http_status=429,
            definition="Trigger strategy",
            explanation="Concurrency or QPS exceeds the prepaid package limit",
            remedy="Wait until one of the open tasks has ended.",
            retry="back-off",
        ),
        1304: ServiceCodeInfo(
            code=1304,
            http_status=429,
            definition="Trigger strategy",
            explanation="IP whitelist policy",
            remedy="Call from an address on the account's list, or have this one added.",
            retry="never",
        ),
        5000: ServiceCodeInfo(
            code=5000,
            http_status=500,
            definition="Internal error",
            explanation="Server internal error",
            remedy="Look the task up by its external_task_id, and send again only if it is not there.",
            retry="query-first",
        ),
        5001: ServiceCodeInfo(
            code=5001,
            http_status=503,
            definition="Internal error",
            explanation="Server temporarily unavailable, usually due to maintenance",
            remedy="Wait, look the task up by its external_task_id, and send again only if it is not there.",
            retry="query-first",
        ),
        5002: ServiceCodeInfo(
            code=5002,
            http_status=504,
            definition="Internal error",
            explanation="Server internal timeout, usually due to a backlog",
            remedy="Wait, look the task up by its external_task_id, and send again only if it is not there.",
            retry="query-first",
        ),
    }
)


class LipSyncApiError(Exception):
    """A reply that is not a success"""

    status_code: int
    headers: httpx.Headers
    body: bytes

    def __repr__(self) -> str:
        body = f"{self.body[:80]!r}" + ("..." if len(self.body) > 80 else "")
        return f"{type(self).__name__}({str(self)!r}, body={body})"


class ApiError(LipSyncApiError):
    """The service refused the call

    `code` says why, and SERVICE_CODES explains it. `retry` says what to do with the same request; it is None for a code
    that is not in the table.
    """

    code: int
    message: str
    request_id: str | None
    retry: Retry | None

    def __init__(
        self, status_code: int, code: int, message: str, request_id: str | None, headers: httpx.Headers, body: bytes
    ) -> None:
        super().__init__(status_code, code, message, request_id, headers, body)
        self.status_code = status_code
        self.code = code
        self.message = message
        self.request_id = request_id
        self.headers = headers
        self.body = body
        self.retry = self.info.retry if self.info else None

    @property
    def info(self) -> ServiceCodeInfo | None:
        """What the table says of the code, or None if it is not there"""
        return SERVICE_CODES.get(self.code)

    def __str__(self) -> str:
        return f"{self.message} (code {self.code}, HTTP {self.status_code}, request_id {self.request_id})"


class UnexpectedReply(LipSyncApiError):
    """The reply is not what the service is documented to send

    For example the HTML page of a gateway, damaged JSON, or an accepted call without its data. Whether the call was
    carried out is not known. `reason` says what is wrong, `__cause__` is the error that was found on decoding.
    """

    reason: str

    def __init__(self, status_code: int, reason: str, headers: httpx.Headers, body: bytes) -> None:
        super().__init__(status_code, reason, headers, body)
        self.status_code = status_code
        self.reason = reason
        self.headers = headers
        self.body = body

    def __str__(self) -> str:
        return f"HTTP {self.status_code} with an unexpected body: {self.reason}"


def read_reply(reply: httpx.Response, decode: Callable[[dict[str, Any]], T]) -> Response[T]:
    """Return the reply with its success envelope decoded, or raise the LipSyncApiError that it is"""
    try:
        parsed = _read_envelope(reply, decode)
    except (KeyError, TypeError, ValueError, RecursionError) as cause:
        raise UnexpectedReply(reply.status_code, _reason(cause), reply.headers, reply.content) from cause
    return Response(status_code=reply.status_code, content=reply.content, headers=reply.headers, parsed=parsed)


def _read_envelope(reply: httpx.Response, decode: Callable[[dict[str, Any]], T]) -> T:
    envelope = reply.json()
    if not isinstance(envelope, dict):
        raise TypeError("the body is not a JSON object")
    code = read_integer({**envelope}, "code")
    if code != 0:
        raise _refusal(reply, code, envelope)
    if not reply.is_success:
        raise ValueError("code 0 does not go with this HTTP status")
    return decode(envelope)


def _reason(cause: Exception) -> str:
    if isinstance(cause, KeyError):
        return f"{cause} is missing"
    if isinstance(cause, (JSONDecodeError, UnicodeDecodeError)):
        return f"it is not JSON ({cause})"
    return str(cause)


def _refusal(reply: httpx.Response, code: int, envelope: dict[str, Any]) -> ApiError:
    # The code is enough to act on, so nothing about the other fields can spoil it.
    message, request_id = (envelope.get(name) for name in ("message", "request_id"))
    return ApiError(
        reply.status_code,
        code,
        "" if message is None else str(message),
        None if request_id is None else str(request_id),
        reply.headers,
        reply.content,
    )


__all__ = ["SERVICE_CODES", "ApiError", "LipSyncApiError", "Retry", "ServiceCodeInfo", "UnexpectedReply"]

"""Everything the client raises, one class for each family of codes and each retry class.

    LipSyncError
    |-- BrokenRule           a rule is broken; nothing was sent
    |-- BudgetExceeded       the call could exceed max_units; nothing was sent
    |-- Refused              the service answered, and refused
    |   |-- NotAuthenticated     10xx: who calls
    |   |   `-- TokenNotValidNow     1003, 1004: retry class new-token
    |   |-- AccountProblem       11xx: what the account may and has; never retried
    |   |-- InvalidRequest       12xx: what was asked; never retried
    |   |   `-- NotFound             1203: an id that names nothing
    |   |-- BlockedByPolicy      13xx of retry class never
    |   |-- LimitReached         13xx of retry class back-off
    |   `-- ServiceProblem       5xxx: retry class query-first
    |-- NoUsableReply        no reply, or none that can be read
    |-- OutcomeUnknown       whether a task was made could not be found out
    |-- TaskFailed           the task ended as failed
    |-- WaitTimeout, WaitStopped   the task goes on; wait for it again by its id
    |-- DownloadFailed       no file was made
    `-- CallbackRejected     a callback that is not one
        |-- BadSignature           its signature is missing, wrong or out of time
        `-- CallbackContradicted   a query says something else

What else comes out: TypeError and ValueError for arguments of the wrong type or range, and OSError
for a local file that cannot be read or written.
"""

from typing import Literal

from attrs import evolve, frozen
from kling_lipsync_api.models import ServiceCode, Task

from kling_lipsync.client.redaction import Shown
from kling_lipsync.client.replies import BACK_OFF, NEW_TOKEN, Problem


@frozen
class Attempt:
    """One request of a call: what it came to (`reason` is "" when accepted), and the pause then.

    `pause_s` is in s; `operation` says whether it was the call itself or a look-up.
    """

    operation: str
    reason: str
    code: int | None = None
    http_status: int | None = None
    pause_s: float = 0.0


@frozen
class Report:
    """Everything that is known of a failure; a part that is None or empty is not known."""

    message: str
    code: int | None = None
    http_status: int | None = None
    request_id: str | None = None
    rule: str | None = None
    value: object = None
    nearest: object = None
    attempts: tuple[Attempt, ...] = ()
    external_task_id: str | None = None
    task: Task | None = None
    request: Shown | None = None


class LipSyncError(Exception):
    """The base of everything the client raises; its parts are attributes, and none is a secret.

    `code` is the service code, `rule` the name of the rule in the rulebook, `value` and `nearest`
    what broke it and a legal value close by, `attempts` every request that was sent,
    `external_task_id` the id by which a task that was made after all can be found.
    """

    def __init__(self, report: Report) -> None:
        super().__init__(report)
        self.report = report
        self.message = report.message
        self.code = report.code
        self.http_status = report.http_status
        self.request_id = report.request_id
        self.rule = report.rule
        self.value = report.value
        self.nearest = report.nearest
        self.attempts = report.attempts
        self.external_task_id = report.external_task_id
        self.task = report.task

    def __str__(self) -> str:
        report = self.report
        facts = {
            "code": report.code,
            "HTTP": report.http_status,
            "request_id": report.request_id,
            "rule": report.rule,
            "external_task_id": report.external_task_id,
            "attempts": len(report.attempts) or None,
        }
        known = ", ".join(f"{name} {value}" for name, value in facts.items() if value is not None)
        return f"{report.message} ({known})" if known else report.message

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self)!r})"

    def reproducer(self, form: Literal["curl"] = "curl") -> str:
        """Return the request as a curl command without secrets; "" when none was made.

        The credential is the shell variable KLING_TOKEN; fields over 2048 characters are cut.
        Raises ValueError for another form.
        """
        if form != "curl":
            msg = f"{form!r} is no form of a reproducer; there is: curl"
            raise ValueError(msg)
        return "" if self.report.request is None else self.report.request.curl()


class BrokenRule(LipSyncError):
    """The call breaks a rule, and was not sent; `rule`, `value` and `nearest` say how."""


class BudgetExceeded(LipSyncError):
    """The call could bring the units spent above max_units, and was not sent."""


class Refused(LipSyncError):
    """The service refused the call, so nothing was made or charged, unless its code is 5xxx."""


class NotAuthenticated(Refused):
    """10xx: the service does not know who calls."""


class TokenNotValidNow(NotAuthenticated):
    """1003, 1004: the token is not valid yet, or no longer, also after it was minted anew."""


class AccountProblem(Refused):
    """11xx: the account may not call, owes money or has no units left."""


class InvalidRequest(Refused):
    """12xx: something in the request is wrong."""


class NotFound(InvalidRequest):
    """1203: an id or a path names nothing of this account."""


class BlockedByPolicy(Refused):
    """13xx, never retried: content, platform policy or address."""


class LimitReached(Refused):
    """13xx, backed off from: too many calls, or too many open tasks."""


class ServiceProblem(Refused):
    """5xxx: the service failed, and may have carried the call out."""


class NoUsableReply(LipSyncError):
    """There was no reply, or none that can be read; a read was repeated as the policy allows."""


class OutcomeUnknown(LipSyncError):
    """A create may have made a task: look it up by `external_task_id` before creating another."""


class TaskFailed(LipSyncError):
    """The task ended as failed; `task` is the task, and the message its reason."""


class WaitTimeout(LipSyncError, TimeoutError):
    """The task did not end in time; `task` is what was last seen, None when nothing was."""


class WaitStopped(LipSyncError):
    """The wait was stopped; `task` is what was last seen, and goes on."""


class DownloadFailed(LipSyncError):
    """The file was not saved, and nothing stands in its place."""


class CallbackRejected(LipSyncError):
    """What came is no callback."""


class BadSignature(CallbackRejected):
    """A callback's signature is missing, wrong or out of time."""


class CallbackContradicted(CallbackRejected):
    """A query of the task says something else than the callback; `task` is the query's answer."""


_FAMILIES: dict[int, type[Refused]] = {
    10: NotAuthenticated,
    11: AccountProblem,
    12: InvalidRequest,
    13: BlockedByPolicy,
    50: ServiceProblem,
}
_SINGLE: dict[int, type[Refused]] = {ServiceCode.VALUE_1203: NotFound}
_RETRIED: dict[tuple[int, str], type[Refused]] = {
    (10, NEW_TOKEN): TokenNotValidNow,
    (13, BACK_OFF): LimitReached,
}


def error_of(problem: Problem, report: Report) -> LipSyncError:
    """Return the error that a problem is raised as, with the parts of the report that it gives."""
    filled = evolve(
        report,
        message=problem.reason or report.message,
        code=problem.code,
        http_status=problem.http_status,
        request_id=problem.request_id,
        rule=problem.rule,
    )
    if problem.code is None:
        return NoUsableReply(filled)
    family = problem.code // 100
    raised = _SINGLE.get(problem.code) or _RETRIED.get((family, problem.retry))
    return (raised or _FAMILIES.get(family) or Refused)(filled)

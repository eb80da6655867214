"""One call as a flow: sent, judged, and sent again as the policy and the service code allow."""

from typing import TypeVar

from attrs import define, evolve, field, frozen

from kling_lipsync.client.core import Core
from kling_lipsync.client.effects import Flow, NoAnswer, Send, Sleep
from kling_lipsync.client.errors import Attempt, LipSyncError, Report, error_of
from kling_lipsync.client.replies import (
    NEVER,
    NEW_TOKEN,
    QUERY_FIRST,
    Call,
    Done,
    Problem,
    outcome_of,
)
from kling_lipsync.client.tokens import Token

T = TypeVar("T")
SHORTEST_LIMIT_S = 0.001


@define
class History:
    """What was sent for one verb, for its errors: attempts, and whether a token was renewed."""

    attempts: list[Attempt] = field(factory=list)
    renewed: bool = False

    def pausing(self, seconds: float) -> None:
        """Note the pause after the last attempt, in s."""
        self.attempts[-1] = evolve(self.attempts[-1], pause_s=seconds)


@frozen
class Again:
    """Send once more, after so many s."""

    pause_s: float


def decide(core: Core, problem: Problem, sends: int, *, repeatable: bool) -> Again | None:
    """Return how a problem is answered after so many sends, None for not again.

    What may have been carried out is only sent again when the call is repeatable.  A new
    token is no matter of attempts: `attempt` has tried one before this is asked.
    """
    if sends >= core.retries.most_sends or problem.retry in (NEVER, NEW_TOKEN):
        return None
    if problem.retry == QUERY_FIRST and not repeatable:
        return None
    chance = core.environment.chance()
    return Again(core.retries.pause_s(sends, chance, problem.retry_after_s))


def attempt(
    core: Core, call: Call[T], history: History, until: float | None = None
) -> Flow[Done[T] | Problem]:
    """Send a call once, and once more with another token when its time was wrong.

    `until` is on the monotonic clock; the exchange is bounded by it and by the client's timeout.
    """
    token = core.tokens.current(core.environment.wall())
    outcome = yield from _exchange(core, call, token, history, until)
    may_renew = core.tokens.renewable and not history.renewed
    if isinstance(outcome, Done) or outcome.retry != NEW_TOKEN or not may_renew:
        return outcome
    token = core.tokens.renew(token, core.environment.wall())
    if core.retries.caller_owns_retries:
        return outcome
    history.renewed = True
    return (yield from _exchange(core, call, token, history, until))


def _exchange(
    core: Core, call: Call[T], token: Token, history: History, until: float | None
) -> Flow[Done[T] | Problem]:
    limit = core.timeout_s
    if until is not None:
        limit = max(SHORTEST_LIMIT_S, min(limit, until - core.environment.monotonic()))
    result = yield Send(call.arguments, token.header, limit)
    if not isinstance(result, NoAnswer):
        core.tokens.learn(result.reply.headers.get("date"), core.environment.wall())
    outcome = outcome_of(call, result, core.server_now())
    if isinstance(outcome, Done):
        history.attempts.append(Attempt(call.operation, ""))
        return outcome
    outcome = _scrubbed(core, outcome)
    history.attempts.append(
        Attempt(call.operation, outcome.reason, outcome.code, outcome.http_status)
    )
    return outcome


def _scrubbed(core: Core, problem: Problem) -> Problem:
    """Return a problem without the secrets that a server may have echoed."""
    return evolve(
        problem,
        reason=core.scrubbed(problem.reason),
        request_id=core.scrubbed(problem.request_id) if problem.request_id else None,
        rule=core.scrubbed(problem.rule) if problem.rule else None,
    )


def send(core: Core, call: Call[T], *, repeatable: bool) -> Flow[Done[T]]:
    """Send a call until it is accepted, or raise the error of its last problem."""
    history = History()
    sends = 0
    while True:
        sends += 1
        outcome = yield from attempt(core, call, history)
        if isinstance(outcome, Done):
            return outcome
        answer = decide(core, outcome, sends, repeatable=repeatable)
        if answer is None:
            raise failure(core, call, outcome, history)
        history.pausing(answer.pause_s)
        yield Sleep(answer.pause_s)


def failure(
    core: Core,
    call: Call[T],
    problem: Problem,
    history: History,
    external_task_id: str | None = None,
) -> LipSyncError:
    """Return the error that a problem is raised as."""
    report = Report(
        message=f"the {call.operation} call failed",
        attempts=tuple(history.attempts),
        external_task_id=external_task_id,
        request=core.shown(call.arguments),
    )
    return error_of(problem, report)

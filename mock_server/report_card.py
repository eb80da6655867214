"""The report card of the client under test: which bad habits its journal shows, and where.

A pure function of journal and deliveries; a habit that needs no mention is not in it.
"""

from attrs import frozen

from mock_server.findings import flow, receiving, retries
from mock_server.findings.values import Habit, History, Seen

HABITS = (
    Habit(
        "polls-too-fast",
        "warning",
        "An open task is queried at most once a second.",
        ("concurrency.rate-limit",),
        ("shortest-poll",),
        flow.polls_too_fast,
    ),
    Habit(
        "no-back-off",
        "error",
        "After 1302 or 1303 a call comes again later, and ever more slowly.",
        ("concurrency.limit", "concurrency.rate-limit"),
        ("shortest-back-off", "steady-retries", "long-wait"),
        retries.without_back_off,
    ),
    Habit(
        "retried-permanent",
        "error",
        "A 429 that waiting does not mend (1100, 1101, 1102, 1304) is not sent again.",
        ("auth.account-status", "auth.ip-allowed", "billing.arrears", "billing.pack-exhausted"),
        ("permanent-for",),
        retries.permanent_retried,
    ),
    Habit(
        "resent-without-external-id",
        "error",
        "A create whose outcome is not known is sent again only with its external_task_id, "
        "or after a look at what there is: otherwise it is done and paid twice.",
        ("create.external-id-unique",),
        (),
        retries.resent_unprotected,
    ),
    Habit(
        "token-expired",
        "error",
        "A token is renewed before its `exp`.",
        ("auth.not-expired",),
        (),
        flow.token_expired,
    ),
    Habit(
        "result-fetched-after-expiry",
        "error",
        "Results are fetched within 30 days after their task ended.",
        ("retention.result-media",),
        (),
        flow.fetched_after_expiry,
    ),
    Habit(
        "slow-callback-receiver",
        "warning",
        "A callback receiver answers first and works afterwards.",
        ("callback.attempts",),
        ("slow-receiver",),
        receiving.slow_receiver,
    ),
    Habit(
        "failing-callback-receiver",
        "error",
        "A callback receiver answers with 2xx: by default nothing is announced twice.",
        ("callback.attempts",),
        (),
        receiving.failing_receiver,
    ),
    Habit(
        "went-on-after-error",
        "error",
        "After a `code` other than 0 there is no data to go on with, whatever the HTTP status.",
        ("envelope.status-and-code",),
        (),
        flow.went_on_after_error,
    ),
    Habit(
        "unread-fields",
        "warning",
        "Every field that is sent is one that the service reads.",
        ("transport.unknown-fields",),
        (),
        flow.unread_fields,
    ),
)


@frozen
class Finding:
    """A habit that showed, and every time that it did."""

    habit: Habit
    evidence: tuple[Seen, ...]


@frozen
class Report:
    """The findings of an account, in the order of HABITS; `calls` is how many were looked at."""

    account: str
    calls: int
    findings: tuple[Finding, ...]

    @property
    def clean(self) -> bool:
        """Whether nothing was found."""
        return not self.findings


def report(history: History) -> Report:
    """Return what the journal and the deliveries of an account show of its client."""
    found = [Finding(habit, tuple(habit.find(history))) for habit in HABITS]
    shown = tuple(finding for finding in found if finding.evidence)
    return Report(history.account, len(history.calls), shown)

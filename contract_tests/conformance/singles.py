"""The single-exchange cases: requests that one answer decides, for any server with credentials.

Each breaks one rule.  The body rules are judged before anything is looked up, so their requests
name a session and media that never were; that makes them safe to send to the real service.
"""

from collections.abc import Mapping
from random import Random
from types import MappingProxyType

from attrs import frozen

from contract_tests import breaking, breaks_media, drawing, exchanges, spec
from contract_tests.conformance import billing_risk, paper
from contract_tests.conformance.paper import NeedsMoreError, Request
from contract_tests.exchanges import Exchange
from contract_tests.ways import Way

DESCRIBED = frozenset({"described-media"})

LONGER: Mapping[str, str] = MappingProxyType(
    {
        "auth.ip-allowed": "the account has to be told which addresses it allows",
        "auth.account-status": "the account has to be in another state",
        "concurrency.rate-limit": "it takes more calls than one",
        "auth.permission": "the account has to be forbidden something",
        "transport.unknown-fields": "it refuses under a reading that is not the default",
        "retention.session-life": "a session has to age",
        "create.face-in-session": "it takes a session",
        "create.audio-id-known": "it takes a session",
        "create.audio-id-age": "it takes a session, and speech that is old",
        "identify.video-id-age": "it takes a generated video that is old",
        "create.sound-file-form": "it takes a session",
        "create.sound-file-reachable": "it takes a session",
        "create.sound-file-size": "it takes a session",
        "create.sound-file-format": "it takes a session",
        "create.audio-duration": "it takes a session",
        "identify.no-face": "it refuses under a reading that is not the default",
        "create.sound-end-within-audio": "it takes a session",
        "create.insert-within-video": "it takes a session",
        "create.overlap-with-face": "it takes a session",
        "create.sound-content": "it takes a session",
        "create.platform-policy": "it has to be staged",
        "create.external-id-unique": "it takes a task",
        "billing.arrears": "the account has to owe something",
        "billing.pack-exhausted": "the account has to have too few units",
        "concurrency.limit": "it takes open tasks",
        "envelope.server-fault": "it has to be staged",
    }
)
"""The refusing rules that one exchange cannot decide, and why."""

SINGLE = tuple(name for name in spec.refusing() if name not in LONGER)
MEDIA = tuple(
    f"identify.video-{fact}"
    for fact in ("size", "format", "duration", "sides", "resolution", "content")
)
"""Those of the single rules for which the server has to know described media."""

NEEDS: Mapping[str, frozenset[str]] = MappingProxyType(
    {name: DESCRIBED if name in MEDIA else frozenset() for name in SINGLE}
)

_ACCEPTED_UNDER: Mapping[str, str] = MappingProxyType(
    {
        "list.page-number": "page-out-of-range",
        "list.page-size": "page-out-of-range",
        "identify.video-resolution": "resolution",
        "identify.video-size": "size-unit",
        "identify.video-format": "media-faults",
        "identify.video-content": "content-faults",
    }
)


@frozen
class Case:
    """A request and the rule that it breaks; None when it is to be accepted."""

    rule: str | None
    operation: str
    request: Request


def broken(name: str, draw: Random) -> Case:
    """Draw a request that breaks this single rule, and that nobody would be billed for."""
    while True:
        way = draw.choice(breaking.BY_RULE[name])
        try:
            case = _on_paper(way, draw)
        except NeedsMoreError:
            continue
        if billing_risk.of(case.request.method, case.request.body) is None:
            return case


def _on_paper(way: Way, draw: Random) -> Case:
    """Damage what one number makes: so it is the damage that is varied, and that shrinks."""
    draft = way.draft(Random(draw.getrandbits(64)))  # noqa: S311 - steered by that number
    if draft.operation in ("identify", "create"):
        breaks_media.by_url(draft)
    way.damage(draft, draw)
    if draft.settings or draft.faults:
        raise NeedsMoreError(way.rule)
    return Case(way.rule, draft.operation, paper.request_of(draft))


def accepted(draw: Random, operation: str = "list") -> Case:
    """Draw a valid request of an operation that nothing has to come before."""
    draft = drawing.valid(operation, draw)
    if operation == "identify":
        breaks_media.by_url(draft)
    return Case(None, operation, paper.request_of(draft))


def due(case: Case) -> list[tuple[int, int]]:
    """Return every pair of HTTP status and code that answers a case rightly."""
    if case.rule is None:
        return [(200, 0)]
    return [(status, code) for _, code, status in exchanges.refusals_by(case.rule)]


def explained(case: Case, answer: Exchange, *, charitable: bool = False) -> str | None:
    """Say which other reading of the documents an answer follows; None when it follows none.

    With charity, an answer to a rule that is only assumed follows the vendor's, unknown to us.
    """
    if case.rule is None:
        return None
    rule, got = spec.rule(case.rule), (answer.status, answer.code)
    if rule.code_reading is not None:
        reading = spec.rulebook().readings[rule.code_reading]
        for choice in reading.choices or ():
            code = rule.code_under({reading.name: choice})
            if got == (spec.status_of(code), code):
                return f"reading {reading.name} = {choice}"
    if got == (200, 0) and case.rule in _ACCEPTED_UNDER:
        return f"reading {_ACCEPTED_UNDER[case.rule]}: accepted under another choice"
    if charitable and rule.evidence == "assumed":
        return f"{case.rule} is assumed, not documented"
    return None

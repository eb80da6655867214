"""What came back from one call, and what must be true of it whatever the call was."""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, NamedTuple

from attrs import frozen

from contract_tests import spec


class NoDataError(KeyError):
    """A call that was to be accepted was refused, so that what follows it cannot be looked at."""


class Verdict(NamedTuple):
    """What a server decided about a call: the rule that it names as broken, code and status."""

    rule: str | None
    code: int
    status: int

    def __repr__(self) -> str:
        decided = "accepted" if self.code == 0 else f"refused by {self.rule or 'an unnamed rule'}"
        return f"{decided} (code {self.code}, HTTP {self.status})"


@frozen(repr=False)
class Exchange:
    """The answer to one request; header names are lower-case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def __repr__(self) -> str:
        return f"<answer: HTTP {self.status}, {len(self.body)} bytes>"

    @cached_property
    def envelope(self) -> dict[str, Any]:
        """The body as the one JSON object that it must be."""
        value = json.loads(self.body)
        if not isinstance(value, dict):
            msg = f"the body is no JSON object: {self.body[:200]!r}"
            raise TypeError(msg)
        return value

    @property
    def code(self) -> int:
        """The service code."""
        return int(self.envelope["code"])

    @property
    def data(self) -> Any:  # noqa: ANN401 - an object, or an array for a list
        """The data of an accepted call; a refused one raises NoDataError."""
        if "data" not in self.envelope:
            msg = f"no data: {self.rule or ''} {self.envelope}"
            raise NoDataError(msg)
        return self.envelope["data"]

    @property
    def rule(self) -> str | None:
        """The rule that the server names as broken, if it names one."""
        return self.headers.get("x-mock-rule")

    @property
    def verdict(self) -> Verdict:
        """Rule, code and HTTP status."""
        return Verdict(self.rule, self.code, self.status)


ACCEPTED = Verdict(None, 0, 200)
"""The verdict of every accepted call."""


def refused_by(name: str, profile: str = "documented") -> Verdict:
    """Return the verdict that the rulebook prescribes for a call that breaks this rule."""
    code = spec.code_of(name, profile)
    return Verdict(name, code, spec.status_of(code))


def refusals_by(name: str) -> list[Verdict]:
    """Return every verdict that a rule can give; only envelope.server-fault has several."""
    codes = {spec.code_of(name), *spec.rule(name).codes[1:]}
    return [Verdict(name, code, spec.status_of(code)) for code in sorted(codes)]


def message_of(name: str, code: int) -> re.Pattern[str]:
    """Return the form that the rulebook gives to a refusal's message."""
    rule = spec.rule(name)
    text = (
        rule.message
        if code in (rule.code, spec.code_of(name))
        else rule.quotes[rule.codes.index(code)]
    )
    parts = (re.escape(part) for part in re.split(r"\{field\}|\{value\}", text))
    return re.compile("(?s:.*)".join(parts))


def faults(exchange: Exchange, operation: str) -> Iterator[str]:
    """Yield what is wrong with a reply, by what holds for each reply of the API."""
    try:
        envelope = exchange.envelope
    except (ValueError, TypeError) as error:
        yield f"no envelope: {error}"
        return
    code = envelope.get("code")
    row = spec.rulebook().codes.get(code) if isinstance(code, int) else None
    if row is None:
        yield f"code {code!r} is not in the vendor's table"
        return
    if row.http_status != exchange.status:
        yield f"HTTP {exchange.status} is not paired with code {code}"
    if exchange.headers.get("content-type") != "application/json":
        yield f"content type {exchange.headers.get('content-type')!r}"
    schema = spec.ENVELOPES[operation] if code == 0 else "ErrorEnvelope"
    if not spec.validator(schema).is_valid(envelope):
        yield f"{schema}: {'; '.join(spec.faults_of(schema, envelope))}"
    yield from _naming_faults(exchange, int(code or 0))


def _naming_faults(exchange: Exchange, code: int) -> Iterator[str]:
    name = exchange.rule
    if code == 0:
        if name is not None:
            yield f"an accepted call names the rule {name}"
    elif name is None or name not in spec.rulebook().rules:
        yield f"a refusal names the rule {name!r}, which the rulebook does not know"
    elif code >= 5000 and exchange.headers.get("x-mock-fault") != str(code):
        yield f"code {code} although nobody staged it"

"""An account of which every exchange is held against the model."""

import json
from collections.abc import Mapping
from typing import Any

from contract_tests import spec
from contract_tests.callers import Fields
from contract_tests.exchanges import Exchange, faults
from contract_tests.oracle import judge
from contract_tests.oracle.account import Account
from contract_tests.oracle.taking import TAKERS, name_of, query_of
from contract_tests.watching import operation_of

SHOWN = 400
TOLD_ALONE = frozenset(
    {
        "transport.json-body",
        "transport.content-type",
        "transport.known-path",
        "transport.known-method",
    }
)
"""Rules after which nothing of a call can be judged."""


class Modelled(Account):
    """An account that holds each reply against the one that its world says is due.

    `breaking` is a rule that the next call with headers of its own breaks beside those that the
    model finds.
    """

    breaking: str | None = None
    last: Exchange | None = None

    def request(
        self,
        method: str,
        path: str,
        *,
        body: bytes = b"",
        headers: Mapping[str, str | None] | None = None,
    ) -> Exchange:
        """Send a request, and hold its reply against what the model says is due."""
        exchange = super().request(method, path, body=body, headers=headers)
        self.last = exchange
        sent, answer = (part.decode("utf-8", "replace")[:SHOWN] for part in (body, exchange.body))
        self.note(f"{method} {path} {sent} -> {exchange.status} {answer}")
        extra = self.breaking if headers is not None else None
        operation = operation_of(method, path)
        self.hold(("envelope.fields", text) for text in faults(exchange, operation))
        fields = {} if extra in TOLD_ALONE else _object(body)
        broken = [] if extra in TOLD_ALONE else self._broken(operation, path, fields)
        rule = judge.first([*broken, *([extra] if extra else [])])
        self._hold_verdict(rule, exchange)
        if rule is None and self.struck in ("", "after"):
            TAKERS[operation](self, path, fields, exchange)
        return exchange

    def _broken(self, operation: str, path: str, fields: Fields) -> list[str]:
        if operation == "identify":
            return list(judge.of_identify(self.world, fields))
        if operation == "create":
            return list(judge.of_create(self.world, fields))
        if operation == "list":
            return list(judge.of_query(query_of(path)))
        return [] if self.world.found(name_of(path)) else ["get.known-task"]

    def _hold_verdict(self, rule: str | None, exchange: Exchange) -> None:
        if rule is None and self.struck:
            due: set[tuple[int, int]] = {(5000, 500)}
        elif rule is None:
            due = {(0, 200)}
        else:
            codes = spec.rule(rule).codes if rule == "envelope.server-fault" else ()
            due = {
                (c, spec.status_of(c)) for c in codes or [spec.code_of(rule, self.world.profile)]
            }
        told_rule = exchange.rule
        wanted = "envelope.server-fault" if rule is None and self.struck else rule
        self.expect(
            rule or exchange.rule or "envelope.status-and-code",
            holds=(exchange.code, exchange.status) in due and told_rule in (wanted, None),
            fault=f"due is {wanted} {sorted(due)}, told is {exchange.verdict}",
        )


def _object(body: bytes) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(body or b"{}")
    return value

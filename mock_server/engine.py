"""One call, from arrival to reply: who calls, what falls due, what is wanted, what changes.

The engine is synchronous and fast: it waits for nothing.  A medium that has to be fetched
is handed to the shell as `Wanted`, and the call is asked again when it is there.
"""

from collections.abc import Mapping

from attrs import frozen

from kling_lipsync.contract import Contract
from kling_lipsync.rulebook import Choice, Rulebook
from kling_lipsync.rules import Refusal, Row, first_refusal, rows
from kling_lipsync.rules.facts import Facts, Standing, Transport
from kling_lipsync.schema import Schemas
from mock_server import render
from mock_server.clock import account_now
from mock_server.context import (
    OPERATION_NAMES,
    Accepted,
    Context,
    Effect,
    Got,
    Tables,
    Wanted,
)
from mock_server.credentials import Credentials, Identified
from mock_server.faults import STAGED, Match, meet, staged_refusal, strikes_at_once
from mock_server.ids import Ids
from mock_server.media_urls import Links
from mock_server.operations import OPERATIONS
from mock_server.parsing import BodyFault, JsonObject, parse_body
from mock_server.replies import ReplyCheck
from mock_server.routes import Route, find_route
from mock_server.settling import settle, units_spent
from mock_server.store import Change, Put, Store
from mock_server.values import Account, Call, Explanation, Fault, Operation, Physics, Reply

_NO_PHYSICS = Physics()
_READINGS_KEPT = 1024
_ENTRY_STEPS = ("credential", "account", "route")
_BODY_RULES = ("transport.content-type", "transport.json-body")


@frozen
class Answer:
    """The reply to a call, or the medium to be had first; and what the shell has to do."""

    reply: Reply | Wanted
    effects: tuple[Effect, ...] = ()


@frozen
class _Arrived:
    """A call whose caller is known, on its way to an operation."""

    call: Call
    route: Route
    operation: Operation
    account: Account
    now: int
    facts: Facts


class Engine:
    """Answers calls against a store; one engine serves all accounts."""

    def __init__(
        self, contract: Contract, store: Store, profile: Mapping[str, Choice], check: ReplyCheck
    ) -> None:
        self.contract = contract
        self.store = store
        self.renders = False
        self._profile = profile
        self._check = check
        self._credentials = Credentials(self._find_account)
        self._ids: dict[str, Ids] = {}
        self._schemas: dict[tuple[str, ...], Schemas] = {}
        self._schemas_of: dict[int, tuple[Mapping[str, Choice], Schemas]] = {}
        self._calls: dict[str, tuple[int, int]] = {}
        rules = contract.rulebook.rules
        self._life_ms = int(rules["retention.result-media"].limits["days"]) * 86_400_000
        self._deepest = int(rules["transport.json-body"].limits["deepest_nesting"])
        self._largest = int(rules["transport.json-body"].limits["largest_bytes"])
        self._entry = _entry_rows(contract.rulebook)
        self._body_rows = rows(contract.rulebook, _BODY_RULES)
        self._tables = {name: _tables(contract.rulebook, name) for name in OPERATION_NAMES}

    def answer(self, call: Call, got: Mapping[Wanted, Got]) -> Answer:
        """Answer a call, or say which medium has to be had first."""
        route = find_route(call)
        who = self._credentials.identify(call.authorization)
        account = who.account
        readings = account.readings if account is not None else self._profile
        facts = self._entry_facts(call, route, who)
        refusal = first_refusal(self._entry, facts, readings)
        if refusal is not None:
            return Answer(self._refuse(account, facts.now, route, refusal))
        if account is None or route.operation is None:
            msg = "the entry rules let a call without account or operation through"
            raise LookupError(msg)
        arrived = _Arrived(call, route, route.operation, account, facts.now, facts)
        effects = self.settle_account(account.access_key, facts.now, call.base_url)
        outcome, following = self._outcome(arrived, got)
        return Answer(outcome, (*effects, *following))

    def settle_account(self, access_key: str, until: int, base_url: str) -> list[Effect]:
        """Perform everything that falls due up to an instant of the account, in due order."""
        effects: list[Effect] = []
        while True:
            held = self.store.held(access_key)
            event = self.store.next_due(access_key) if held is not None else None
            if held is None or event is None or event.at > until:
                return effects
            links = self.links(held.account, base_url)
            settled = settle(held.account, self.store, event, links, self.ids(held.account))
            if self.store.apply(access_key, held.version, settled.changes):
                effects += settled.effects

    def links(self, account: Account, base_url: str) -> Links:
        """Return the writer of an account's media URLs."""
        return Links(base_url, account.public_id, self._life_ms)

    def ids(self, account: Account | None) -> Ids:
        """Return the account's source of ids, or that of callers without one."""
        key = "" if account is None else account.access_key
        ids = self._ids.get(key)
        if ids is None:
            seed = 0 if account is None else account.seed
            ids = self._ids[key] = Ids(f"{seed} {key}")
        return ids

    def forget(self, access_key: str) -> None:
        """Drop what the engine keeps beside the store for an account."""
        self._ids.pop(access_key, None)
        self._calls.pop(access_key, None)

    def schemas(self, readings: Mapping[str, Choice]) -> Schemas:
        """Return the schemas for these readings, compiled once for each set of patches."""
        known = self._schemas_of.get(id(readings))
        if known is not None and known[0] is readings:
            return known[1]
        if len(self._schemas_of) > _READINGS_KEPT:
            self._schemas_of.clear()
        schemas = self._compiled(readings)
        self._schemas_of[id(readings)] = (readings, schemas)
        return schemas

    def _compiled(self, readings: Mapping[str, Choice]) -> Schemas:
        key = tuple(
            f"{name}={readings[name]}"
            for name, reading in self.contract.rulebook.readings.items()
            if reading.patches and str(readings[name]) in reading.patches
        )
        schemas = self._schemas.get(key)
        if schemas is None:
            schemas = self._schemas[key] = Schemas(self.contract, readings)
        return schemas

    def _find_account(self, key: str) -> Account | None:
        held = self.store.held(key)
        return None if held is None else held.account

    def _entry_facts(self, call: Call, route: Route, who: Identified) -> Facts:
        transport = Transport(
            path=call.path,
            method=call.method,
            known_path=route.known_path,
            known_method=route.operation is not None,
            has_body=route.has_body,
            content_type=call.content_type,
        )
        account = who.account
        if account is None:
            return Facts(call.host_now, transport=transport, credential=who.credential)
        now = account_now(account.clock, call.host_now)
        return Facts(
            now=now,
            transport=transport,
            credential=who.credential,
            instants=_instants(str(account.readings["token-clock"]), now, call.host_now),
            standing=self._standing(account, call, route, now),
        )

    def _standing(self, account: Account, call: Call, route: Route, now: int) -> Standing | None:
        physics, key = account.physics, account.access_key
        if physics is _NO_PHYSICS or physics == _NO_PHYSICS:
            return None
        units_left = None if physics.units is None else physics.units - units_spent(self.store, key)
        open_tasks = 0
        if physics.slots is not None:
            open_tasks = len(self.store.page(key, "open_tasks", 1, physics.slots + 1))
        second, calls = self._calls.get(key, (0, 0))
        calls = calls if second == now // 1000 else 0
        self._calls[key] = (now // 1000, calls + 1)
        return Standing(
            client_ip=call.client_ip,
            allowed_ips=physics.allowed_ips,
            status=physics.status,
            operation=route.operation or "",
            forbidden_operations=physics.forbidden_operations,
            rate_limit=physics.rate_per_second,
            calls_this_second=calls,
            in_arrears=physics.in_arrears,
            units_left=units_left,
            slots=physics.slots,
            open_tasks=open_tasks,
        )

    def _outcome(
        self, arrived: _Arrived, got: Mapping[Wanted, Got]
    ) -> tuple[Reply | Wanted, tuple[Effect, ...]]:
        account, key = arrived.account, arrived.account.access_key
        match = self._meet_fault(key, arrived.operation)
        body = self._body(arrived)
        if isinstance(body, Refusal):
            return self._refuse(account, arrived.now, arrived.route, body), ()
        queue: tuple[Change, ...] = (Put("faults", "queue", match.queue),) if match.moved else ()
        fault = match.fault
        if fault is not None and strikes_at_once(fault):
            self._apply(key, queue)
            return self._refuse_staged(arrived, fault), ()
        outcome = OPERATIONS[arrived.operation](self._context(arrived, body, got, fault))
        if isinstance(outcome, Refusal):
            if fault is None or outcome.finding.value != STAGED:
                return self._refuse(account, arrived.now, arrived.route, outcome), ()
            self._apply(key, queue)
            return self._refuse_staged(arrived, fault), ()
        if not isinstance(outcome, Accepted):
            return outcome, ()
        self._apply(key, (*outcome.changes, *queue))
        if fault is not None and fault.phase == "after" and not fault.fail_task:
            return self._refuse_staged(arrived, fault), outcome.effects
        return self._accept(arrived, outcome), outcome.effects

    def _meet_fault(self, access_key: str, operation: Operation) -> Match:
        queue = self.store.get(access_key, "faults", "queue")
        return meet(queue, operation) if queue else Match(None, ())

    def _body(self, arrived: _Arrived) -> JsonObject | Refusal:
        """Return the body of a POST, or the refusal that its form earns; others have none."""
        if not arrived.route.has_body:
            return {}
        call = arrived.call
        body: JsonObject | BodyFault = (
            BodyFault(f"more than {self._largest} bytes")
            if call.body_too_large
            else parse_body(call.body, self._deepest)
        )
        fault = body.reason if isinstance(body, BodyFault) else None
        transport = Transport(
            path=call.path,
            method=call.method,
            known_path=True,
            known_method=True,
            has_body=True,
            content_type=call.content_type,
            body_fault=fault,
        )
        facts = Facts(arrived.now, transport=transport)
        refusal = first_refusal(self._body_rows, facts, arrived.account.readings)
        if refusal is not None:
            return refusal
        return body if isinstance(body, dict) else {}

    def _context(
        self,
        arrived: _Arrived,
        body: JsonObject,
        got: Mapping[Wanted, Got],
        fault: Fault | None,
    ) -> Context:
        account = arrived.account
        in_place = fault is not None and fault.phase == "before"
        return Context(
            call=arrived.call,
            now=arrived.now,
            account=account,
            readings=account.readings,
            store=self.store,
            ids=self.ids(account),
            links=self.links(account, arrived.call.base_url),
            tables=self._tables[arrived.operation],
            schemas=self.schemas(account.readings),
            rulebook=self.contract.rulebook,
            standing=arrived.facts.standing,
            body=body,
            path_id=arrived.route.path_id,
            staged_code=fault.code if fault is not None and in_place else None,
            staged_failure=fault.fail_task if fault is not None else "",
            got=got,
            renders=self.renders,
        )

    def _apply(self, access_key: str, changes: tuple[Change, ...]) -> None:
        held = self.store.held(access_key)
        if held is not None and changes:
            self.store.apply(access_key, held.version, changes)

    def _accept(self, arrived: _Arrived, outcome: Accepted) -> Reply:
        request_id = self.ids(arrived.account).request_id()
        reply = Reply(
            status=200,
            code=0,
            body=render.accepted(request_id, outcome.data),
            request_id=request_id,
            now=arrived.now,
            access_key=arrived.account.access_key,
            operation=arrived.operation,
            task_id=outcome.task_id,
        )
        return self._check.reply(reply)

    def _refuse(self, account: Account | None, now: int, route: Route, refusal: Refusal) -> Reply:
        finding = refusal.finding
        message = render.refusal_message(refusal.rule.message, finding)
        return self._refusal(account, now, route, refusal, message, staged=False)

    def _refuse_staged(self, arrived: _Arrived, fault: Fault) -> Reply:
        refusal = staged_refusal(self.contract.rulebook, fault)
        message = fault.message or refusal.rule.message
        if not fault.message and (refusal.rule.code != fault.code or "{" in message):
            message = self.contract.rulebook.codes[fault.code].explanation
        return self._refusal(
            arrived.account, arrived.now, arrived.route, refusal, message, staged=True
        )

    def _refusal(
        self,
        account: Account | None,
        now: int,
        route: Route,
        refusal: Refusal,
        message: str,
        *,
        staged: bool,
    ) -> Reply:
        request_id = self.ids(account).request_id()
        finding = refusal.finding
        reply = Reply(
            status=self.contract.rulebook.codes[refusal.code].http_status,
            code=refusal.code,
            body=render.refused(request_id, refusal.code, message),
            request_id=request_id,
            now=now,
            access_key="" if account is None else account.access_key,
            operation=route.operation or "",
            explanation=Explanation(
                rule=refusal.rule.name,
                field=finding.field,
                value="" if finding.value is None else str(finding.value),
                nearest="" if finding.nearest is None else str(finding.nearest),
                staged=staged,
            ),
        )
        return self._check.reply(reply)

    def own_fault(self, call: Call) -> Reply:
        """Return the reply to a call that our own code failed on: 500/5000."""
        rule = self.contract.rulebook.rules["envelope.server-fault"]
        request_id = self.ids(None).request_id()
        return Reply(
            status=self.contract.rulebook.codes[5000].http_status,
            code=5000,
            body=render.refused(request_id, 5000, rule.message),
            request_id=request_id,
            now=call.host_now,
            explanation=Explanation(rule.name, "", "a bug of the mock; see its console", ""),
        )


def _instants(clock: str, account_ms: int, host_ms: int) -> tuple[float, ...]:
    """Return the instants (Unix s) by one of which a token must be valid."""
    if clock == "account":
        return (account_ms / 1000,)
    if clock == "host":
        return (host_ms / 1000,)
    return (account_ms / 1000, host_ms / 1000)


def _entry_rows(rulebook: Rulebook) -> tuple[Row, ...]:
    return rows(rulebook, [n for n in rulebook.order if rulebook.steps[n] in _ENTRY_STEPS])


def _tables(rulebook: Rulebook, operation: str) -> Tables:
    names = [
        name
        for name in rulebook.order
        if operation in rulebook.rules[name].operations
        and rulebook.steps[name] not in _ENTRY_STEPS
        and name not in _BODY_RULES
    ]
    table = rows(rulebook, names)
    first_media = next(
        place for place, name in enumerate(rulebook.order) if rulebook.steps[name] == "media"
    )
    return Tables(table, tuple(row for row in table if row.position < first_media))

"""One call, from arrival to reply: who calls, what falls due, what is wanted, what changes.

The engine is synchronous and fast: it waits for nothing.  A medium that has to be fetched
is handed to the shell as `Wanted`, and the call is asked again when it is there.
"""

from collections.abc import Mapping, Sequence

from attrs import evolve, frozen

from kling_lipsync.contract import Contract
from kling_lipsync.rulebook import Choice
from kling_lipsync.rules import Refusal, first_refusal
from kling_lipsync.rules.facts import Standing, Transport
from kling_lipsync.schema import SchemaCache
from mock_server.answers import Answers
from mock_server.context import Accepted, Context, Effect, Got, Pause, Wanted
from mock_server.credentials import Credentials
from mock_server.entry import Entry, transport_of
from mock_server.faults import MAINTENANCE, NO_MATCH, STAGED, Asked, meet
from mock_server.ids import Ids
from mock_server.media_urls import Links, links_of
from mock_server.operations import OPERATIONS
from mock_server.parsing import BodyFault, JsonObject, parse_body
from mock_server.render import TaskPages
from mock_server.replies import ReplyCheck
from mock_server.routes import Route, find_route
from mock_server.settling import settle
from mock_server.staged import Fault
from mock_server.store import Change, Store, step
from mock_server.striking import Match
from mock_server.tables import RuleTables
from mock_server.values import Account, Call, Operation, Reply


@frozen(slots=False)
class Answer:
    """The reply to a call, or what has to come first: a medium, a pause; and what to do."""

    reply: Reply | Wanted | Pause
    effects: tuple[Effect, ...] = ()


@frozen(slots=False)
class _Arrived:
    """A call whose caller is known, on its way to an operation."""

    call: Call
    route: Route
    operation: Operation
    account: Account
    now: int
    standing: Standing | None


class Engine:
    """Answers calls against a store; one engine serves all accounts."""

    def __init__(
        self, contract: Contract, store: Store, profile: Mapping[str, Choice], check: ReplyCheck
    ) -> None:
        self.contract = contract
        self.store = store
        self.renders = False
        self._profile = profile
        self._answers = Answers(contract, check)
        self._arrivals = Entry(store)
        self._credentials = Credentials(self._find_account)
        self._ids: dict[str, Ids] = {}
        self._schemas = SchemaCache(contract)
        self._pages = TaskPages()
        rules = contract.rulebook.rules
        self._life_ms = int(rules["retention.result-media"].limits["days"]) * 86_400_000
        self._deepest = int(rules["transport.json-body"].limits["deepest_nesting"])
        self._largest = int(rules["transport.json-body"].limits["largest_bytes"])
        self._tables = RuleTables(contract.rulebook)

    def answer(self, call: Call, got: Mapping[Wanted, Got], paused: Fault | None = None) -> Answer:
        """Answer a call, or say what has to come first; `paused` is a fault that held it up."""
        route = find_route(call)
        who = self._credentials.identify(call.authorization)
        account = who.account
        now, standing = self._arrivals.known(call, route, who), None
        if now is None:
            readings = account.readings if account is not None else self._profile
            facts = self._arrivals.facts(call, route, who, again=bool(got or paused))
            refusal = first_refusal(self._tables.entry, facts, readings)
            if refusal is not None:
                name = route.operation or ""
                reply = self._answers.refused(account, self.ids(account), facts.now, name, refusal)
                return Answer(reply)
            self._arrivals.let_in(who, route)
            now, standing = facts.now, facts.standing
        if account is None or route.operation is None:
            msg = "the entry rules let a call without account or operation through"
            raise LookupError(msg)
        arrived = _Arrived(call, route, route.operation, account, now, standing)
        effects = self.settle_account(account.access_key, now, call.base_url)
        outcome, following = self._outcome(arrived, got, paused)
        return Answer(outcome, (*effects, *following) if effects else following)

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
        return links_of(base_url, account.public_id, self._life_ms, account.secret_key)

    def ids(self, account: Account | None) -> Ids:
        """Return the account's source of ids, or that of callers without one."""
        key = "" if account is None else account.access_key
        ids = self._ids.get(key)
        if ids is None:
            seed = 0 if account is None else account.seed
            ids = self._ids[key] = Ids(f"{seed} {key}", lambda: self.store.reserve(key))
        return ids

    def retry_delays(self, account: Account) -> Sequence[int]:
        """Return the ms from each attempt to announce to the next; none where each is sent once."""
        if account.callback_retries is not None:
            return account.callback_retries
        if account.readings["callback-attempts"] == "one":
            return ()
        rule = self.contract.rulebook.rules["callback.attempts"]
        return [seconds * 1000 for seconds in rule.limits["retry_after_seconds"]]

    def forget(self, access_key: str) -> None:
        """Drop what the engine keeps beside the store for an account."""
        self._ids.pop(access_key, None)
        self._pages.forget()

    def _find_account(self, key: str) -> Account | None:
        held = self.store.held(key)
        return None if held is None else held.account

    def _outcome(
        self, arrived: _Arrived, got: Mapping[Wanted, Got], paused: Fault | None
    ) -> tuple[Reply | Wanted | Pause, tuple[Effect, ...]]:
        key = arrived.account.access_key
        if arrived.account.physics.maintenance:
            return self._staged(arrived, MAINTENANCE), ()
        queue = self.store.get(key, "faults", "queue") if paused is None else None
        if queue and not got:
            met = self._meet(arrived, judged=False)
            self._apply(key, met.changes(self.store, key))
            if met.fault is not None:
                held = met.fault.only_delays
                return (Pause(met.fault) if held else self._staged(arrived, met.fault)), ()
        match = self._meet(arrived, judged=True) if queue else NO_MATCH
        outcome = OPERATIONS[arrived.operation](self._context(arrived, got, match.fault))
        if isinstance(outcome, Refusal):
            if match.fault is None or outcome.finding.value != STAGED:
                return self._refused(arrived, outcome, paused), ()
            self._apply(key, match.changes(self.store, key))
            return self._staged(arrived, match.fault), ()
        if not isinstance(outcome, Accepted):
            return outcome, ()
        moved = match.changes(self.store, key) if match.moved else ()
        self._apply(key, (*outcome.changes, *moved))
        return self._accepted(arrived, outcome, match.fault or paused), outcome.effects

    def own_fault(self, call: Call) -> Reply:
        """Return the reply to a call that our own code failed on: 500/5000."""
        return self._answers.own_fault(call, self.ids(None))

    def _accepted(self, arrived: _Arrived, outcome: Accepted, fault: Fault | None) -> Reply:
        ids = self.ids(arrived.account)
        reply = self._answers.accepted(
            arrived.account, ids, arrived.now, arrived.operation, outcome
        )
        return reply if fault is None else self._answers.struck(reply, arrived.account, ids, fault)

    def _refused(self, arrived: _Arrived, refusal: Refusal, fault: Fault | None) -> Reply:
        ids = self.ids(arrived.account)
        reply = self._answers.refused(arrived.account, ids, arrived.now, arrived.operation, refusal)
        return reply if fault is None else evolve(reply, fault=fault)

    def _staged(self, arrived: _Arrived, fault: Fault) -> Reply:
        ids = self.ids(arrived.account)
        return self._answers.staged(arrived.account, ids, arrived.now, arrived.operation, fault)

    def _meet(self, arrived: _Arrived, *, judged: bool) -> Match:
        account, call = arrived.account, arrived.call
        asked = Asked(
            operation=arrived.operation,
            path_id=arrived.route.path_id,
            query=call.query,
            body=lambda: self._body(arrived)[0],
            seed=f"{account.seed} {account.access_key}",
        )
        queue = self.store.get(account.access_key, "faults", "queue")
        return meet(queue, asked, judged=judged)

    def _body(self, arrived: _Arrived) -> tuple[JsonObject, Transport | None]:
        """Return the body of a POST, and how the call arrived, with the fault of its body."""
        call, route = arrived.call, arrived.route
        if not route.has_body:
            return {}, None
        if call.body_too_large:
            return {}, transport_of(call, route, f"more than {self._largest} bytes")
        body = parse_body(call.body, self._deepest)
        if isinstance(body, BodyFault):
            return {}, transport_of(call, route, body.reason)
        return body, transport_of(call, route)

    def _context(
        self,
        arrived: _Arrived,
        got: Mapping[Wanted, Got],
        fault: Fault | None,
    ) -> Context:
        account, call, standing = arrived.account, arrived.call, arrived.standing
        body, transport = self._body(arrived)
        in_place = fault is not None and fault.phase == "before"
        return Context(
            call,
            arrived.now,
            account,
            account.readings,
            self.store,
            self.ids(account),
            self.links(account, call.base_url),
            self._tables.operations[arrived.operation],
            self._schemas.get(account.readings),
            self.contract.rulebook,
            transport,
            None if standing is None else self._arrivals.balance(account, standing),
            body,
            arrived.route.path_id,
            fault.code if fault is not None and in_place else None,
            fault.fail_task if fault is not None else "",
            got,
            self.renders,
            self._pages,
        )

    def _apply(self, access_key: str, changes: tuple[Change, ...]) -> None:
        if changes:
            step(self.store, access_key, lambda _held: changes)

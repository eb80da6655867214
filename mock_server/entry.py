"""What is known of a call before its operation is asked: the caller, the clocks, the standing."""

from functools import lru_cache

from attrs import evolve

from kling_lipsync.rules.facts import Facts, Standing, Transport
from mock_server.clock import account_now
from mock_server.credentials import Identified
from mock_server.routes import Route
from mock_server.settling import units_spent
from mock_server.store import Held, Put, Store, step
from mock_server.values import Account, Call

_REMEMBERED = 4096


class Entry:
    """Gathers the facts of the first three steps of judgement, and counts calls for the rate."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._let_in: dict[tuple[int, str | None], Identified] = {}

    def let_in(self, who: Identified, route: Route) -> None:
        """Remember that the entry rules had nothing against this caller and operation.

        For an account without limits they depend on nothing but the times of its token.
        """
        if who.account is not None and who.account.physics.unlimited:
            if len(self._let_in) >= _REMEMBERED:
                self._let_in.clear()
            self._let_in[id(who), route.operation] = who

    def known(self, call: Call, route: Route, who: Identified) -> int | None:
        """Return the instant of a call that was let in before, and whose token is good now."""
        account = who.account
        if account is None or self._let_in.get((id(who), route.operation)) is not who:
            return None
        now = account_now(account.clock, call.host_now)
        start, end = who.credential.not_before, who.credential.expires
        if start is None or end is None:
            return now
        for instant in _instants(str(account.readings["token-clock"]), now, call.host_now):
            if start <= instant < end:
                return now
        return None

    def facts(self, call: Call, route: Route, who: Identified, *, again: bool = False) -> Facts:
        """Return what the credential, the account and the route say.

        A call that is asked `again`, with a medium that it wanted, is counted only once.
        """
        transport = transport_of(call, route)
        account = who.account
        if account is None:
            return Facts(call.host_now, transport=transport, credential=who.credential)
        now = account_now(account.clock, call.host_now)
        return Facts(
            now=now,
            transport=transport,
            credential=who.credential,
            instants=_instants(str(account.readings["token-clock"]), now, call.host_now),
            standing=self._standing(account, call, route, now, again=again),
        )

    def balance(self, account: Account, standing: Standing) -> Standing:
        """Return the standing with what is left of units and slots at this instant."""
        physics, key = account.physics, account.access_key
        units_left = (
            None if physics.units is None else physics.units - units_spent(self._store, key)
        )
        open_tasks = 0
        if physics.slots is not None:
            open_tasks = len(self._store.page(key, "open_tasks", 1, physics.slots + 1))
        return evolve(standing, units_left=units_left, slots=physics.slots, open_tasks=open_tasks)

    def _standing(
        self, account: Account, call: Call, route: Route, now: int, *, again: bool
    ) -> Standing | None:
        physics = account.physics
        if physics.unlimited:
            return None
        return Standing(
            client_ip=call.client_ip,
            allowed_ips=physics.allowed_ips,
            status=physics.status,
            operation=route.operation or "",
            forbidden_operations=physics.forbidden_operations,
            rate_limit=None if again else physics.rate_per_second,
            calls_this_second=0 if again else self._counted(account.access_key, now),
            in_arrears=physics.in_arrears,
        )

    def _counted(self, access_key: str, now: int) -> int:
        """Count a call, and return how many came before it in the same second."""
        before = 0

        def one_more(_held: Held) -> tuple[Put]:
            nonlocal before
            second, calls = self._store.get(access_key, "counts", "rate") or (0, 0)
            before = calls if second == now // 1000 else 0
            return (Put("counts", "rate", (now // 1000, before + 1)),)

        step(self._store, access_key, one_more)
        return before


def transport_of(call: Call, route: Route, body_fault: str | None = None) -> Transport:
    """Return how a call arrived."""
    if body_fault is None and route.has_body:
        return _usual(call.path, call.method, call.content_type)
    return Transport(
        path=call.path,
        method=call.method,
        known_path=route.known_path,
        known_method=route.operation is not None,
        has_body=route.has_body,
        content_type=call.content_type,
        body_fault=body_fault,
    )


@lru_cache(maxsize=256)
def _usual(path: str, method: str, content_type: str | None) -> Transport:
    """Return how a call of an operation with a body arrives; most arrive alike."""
    return Transport(
        path=path,
        method=method,
        known_path=True,
        known_method=True,
        has_body=True,
        content_type=content_type,
    )


def _instants(clock: str, account_ms: int, host_ms: int) -> tuple[float, ...]:
    """Return the instants (Unix s) by one of which a token must be valid."""
    if clock == "account":
        return (account_ms / 1000,)
    if clock == "host":
        return (host_ms / 1000,)
    return (account_ms / 1000, host_ms / 1000)

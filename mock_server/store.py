"""Where accounts and their records are kept: the seam, and the reference in memory.

A store keeps values and hands them back; it knows no rule, no clock and no HTTP.  Whatever
stands behind the seam, `apply` is one atomic step: all changes, or none because somebody
else was faster.
"""

import heapq
import itertools
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Literal, Protocol

from attrs import field, frozen, mutable

from mock_server.sharded import ShardedTable
from mock_server.values import Account, Event

Kind = Literal[
    "sessions",
    "tasks",
    "external_ids",
    "open_tasks",
    "videos",
    "results",
    "audios",
    "deliveries",
    "held_back",
    "ledger",
    "totals",
    "faults",
    "counts",
    "outbox",
    "renders",
]
_ORDERED = ("tasks", "deliveries", "ledger")
"""Kinds whose records are many, and listed in pages."""
_UNORDERED = ("external_ids", "results")
"""Kinds whose records are many, and never listed."""
LARGE = 16_384
"""So many records of such a kind are kept in a ShardedTable."""
ATTEMPTS = 1000
"""How often a step is tried again because somebody else was faster."""


@frozen
class Put:
    """Keep a record under a key of its kind; a record with that key is replaced."""

    kind: Kind
    key: str
    record: Any


@frozen
class Drop:
    """Forget a record."""

    kind: Kind
    key: str


@frozen
class Schedule:
    """Remember something that falls due."""

    event: Event


@frozen
class Done:
    """The event that falls due first has been performed."""

    event: Event


@frozen
class Keep:
    """Keep the account itself, new or changed."""

    account: Account


@frozen
class Forget:
    """Drop the account with everything that belongs to it."""


Change = Put | Drop | Schedule | Done | Keep | Forget


class Held(Protocol):
    """An account as a store holds it; the version changes with every applied step."""

    account: Account
    version: int


class ContendedError(RuntimeError):
    """Others were faster each time that a step was tried."""


class Store(Protocol):
    """Seven methods, the first five of which change nothing."""

    def accounts(self) -> list[str]:
        """Return the AccessKeys of all accounts."""

    def held(self, key: str) -> Held | None:
        """Return the account that has this AccessKey, API key or public id."""

    def get(self, access_key: str, kind: Kind, key: str) -> Any:  # noqa: ANN401 - any record
        """Return a record, or None."""

    def page(
        self, access_key: str, kind: Kind, number: int, size: int, *, newest_first: bool = True
    ) -> list[Any]:
        """Return page `number` (from 1) of the records of a kind, in the order of their making."""

    def next_due(self, access_key: str) -> Event | None:
        """Return what falls due first; of several at one instant, what was scheduled first."""

    def apply(self, access_key: str, expected_version: int, changes: Iterable[Change]) -> bool:
        """Make all changes and return True, or none and False when the version is another.

        An account that does not exist yet has version 0.
        """

    def reserve(self, access_key: str) -> int:
        """Return a number, from 0 up, that nobody was given before in this life of the account."""


def step(store: Store, access_key: str, make: Callable[[Held], Iterable[Change]]) -> bool:
    """Apply what is made of the account as it stands; False when there is no account.

    It is made again as often as somebody else was faster, at most `ATTEMPTS` times; then
    ContendedError is raised.
    """
    for _ in range(ATTEMPTS):
        held = store.held(access_key)
        if held is None:
            return False
        if store.apply(access_key, held.version, make(held)):
            return True
    msg = f"the account {access_key!r} changed {ATTEMPTS} times while one step was tried"
    raise ContendedError(msg)


@mutable
class _Tenant:
    """One account's records; satisfies `Held`."""

    account: Account
    version: int = 0
    tables: dict[str, Any] = field(factory=dict)
    """Records by kind, and then by key: in a dict, or in a ShardedTable."""
    order: dict[str, list[str]] = field(factory=dict)
    agenda: list[tuple[int, int, Event]] = field(factory=list)
    reserved: int = 0


class MemoryStore:
    """The reference: dictionaries in one process, used from one thread."""

    def __init__(self) -> None:
        self._tenants: dict[str, _Tenant] = {}
        self._keys: dict[str, _Tenant] = {}
        self._sequence = itertools.count()
        self._strangers = itertools.count()

    def accounts(self) -> list[str]:
        """Return the AccessKeys of all accounts."""
        return list(self._tenants)

    def held(self, key: str) -> Held | None:
        """Return the account that has this AccessKey, API key or public id."""
        return self._keys.get(key)

    def get(self, access_key: str, kind: Kind, key: str) -> Any:  # noqa: ANN401 - any record
        """Return a record, or None."""
        table = self._tenants[access_key].tables.get(kind)
        return None if table is None else table.get(key)

    def page(
        self, access_key: str, kind: Kind, number: int, size: int, *, newest_first: bool = True
    ) -> list[Any]:
        """Return page `number` (from 1) of the records of a kind, in the order of their making."""
        tenant = self._tenants[access_key]
        table = tenant.tables.get(kind, {})
        if kind not in _ORDERED:
            start = (number - 1) * size
            return list(itertools.islice(table.values(), start, start + size))
        keys: Sequence[str] = tenant.order.get(kind, ())
        if newest_first:
            end = max(0, len(keys) - (number - 1) * size)
            chosen = keys[max(0, end - size) : end][::-1]
        else:
            chosen = keys[(number - 1) * size : number * size]
        if isinstance(table, ShardedTable):
            return table.pick(chosen)
        return [table[key] for key in chosen]

    def next_due(self, access_key: str) -> Event | None:
        """Return what falls due first; of several at one instant, what was scheduled first."""
        agenda = self._tenants[access_key].agenda
        return agenda[0][2] if agenda else None

    def apply(self, access_key: str, expected_version: int, changes: Iterable[Change]) -> bool:
        """Make all changes and return True, or none and False when the version is another."""
        tenant = self._tenants.get(access_key)
        if (tenant.version if tenant is not None else 0) != expected_version:
            return False
        for change in changes:
            if isinstance(change, Put) and tenant is not None:
                self._put(tenant, change.kind, change.key, change.record)
            elif isinstance(change, Keep):
                tenant = self._keep(tenant, change.account)
            elif isinstance(change, Forget):
                self._forget(access_key)
            elif tenant is not None:
                self._change(tenant, change)
        if tenant is not None:
            tenant.version += 1
        return True

    def reserve(self, access_key: str) -> int:
        """Return a number, from 0 up, that nobody was given before in this life of the account."""
        tenant = self._tenants.get(access_key)
        if tenant is None:
            return next(self._strangers)
        tenant.reserved += 1
        return tenant.reserved - 1

    def _put(self, tenant: _Tenant, kind: Kind, key: str, record: object) -> None:
        table = tenant.tables.get(kind)
        if table is None:
            table = tenant.tables[kind] = {}
        if kind in _ORDERED and key not in table:
            tenant.order.setdefault(kind, []).append(key)
        table[key] = record
        large = type(table) is dict and len(table) >= LARGE
        if large and (kind in _ORDERED or kind in _UNORDERED):
            tenant.tables[kind] = ShardedTable(table)

    def _change(self, tenant: _Tenant, change: Change) -> None:
        if isinstance(change, Schedule):
            heapq.heappush(tenant.agenda, (change.event.at, next(self._sequence), change.event))
        elif isinstance(change, Drop):
            tenant.tables.get(change.kind, {}).pop(change.key, None)
        elif isinstance(change, Done) and tenant.agenda and tenant.agenda[0][2] == change.event:
            heapq.heappop(tenant.agenda)

    def _keep(self, tenant: _Tenant | None, account: Account) -> _Tenant:
        if tenant is None:
            tenant = self._tenants[account.access_key] = _Tenant(account)
        for key in tenant.account.api_keys:
            self._keys.pop(key, None)
        tenant.account = account
        for key in keys_of(account):
            self._keys[key] = tenant
        return tenant

    def _forget(self, access_key: str) -> None:
        tenant = self._tenants.pop(access_key, None)
        if tenant is not None:
            for key in keys_of(tenant.account):
                self._keys.pop(key, None)


def keys_of(account: Account) -> tuple[str, ...]:
    """Return every key that leads to an account."""
    return (account.access_key, account.public_id, *account.api_keys)

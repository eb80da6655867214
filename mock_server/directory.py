"""The accounts of a server: made, shown, changed, reset and dropped.

Everything that belongs to an account hangs on its AccessKey, so dropping it is the reset.
"""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from attrs import asdict, evolve

from kling_lipsync.contract import Contract
from kling_lipsync.media import Video
from mock_server.accounts import birth, new_account, pace_text, read_pace
from mock_server.clock import account_now, host_now, span_ms, start_clock
from mock_server.credentials import mint_token
from mock_server.settings import Settings, SettingsError
from mock_server.signing import read_secret
from mock_server.store import Forget, Held, Keep, Store, step
from mock_server.values import Account, Physics

Listener = Callable[[Account], None]


class Directory:
    """All accounts of one server; `gone` tells others who keep something for them."""

    def __init__(
        self,
        settings: Settings,
        contract: Contract,
        store: Store,
        sample: Video,
        sample_path: str,
        gone: Listener,
    ) -> None:
        self.local_key = settings.access_key
        self._settings = settings
        self._rulebook = contract.rulebook
        self._physics = contract.physics
        self._store = store
        self._sample = sample
        self._sample_path = sample_path
        self._gone = gone

    def create(self, fields: Mapping[str, Any]) -> Account:
        """Make an account; raise SettingsError when one of its keys is taken."""
        api_keys = tuple(fields.get("api_keys", ()))
        self._check_free((fields["access_key"], *api_keys), owner="")
        account = new_account(
            self._settings,
            self._rulebook,
            host_now(),
            access_key=fields["access_key"],
            secret_key=fields["secret_key"],
            api_keys=api_keys,
            profile=fields.get("profile"),
            readings=fields.get("readings"),
            time=fields.get("time"),
            pace=fields.get("pace"),
            physics=_physics(self._defaults(), fields),
        )
        account = _called_back(account, fields)
        self._bear(account)
        return account

    def found_local(self) -> None:
        """Make the local account, unless the store has kept it."""
        settings = self._settings
        if self._store.held(settings.access_key) is None:
            keys = {"access_key": settings.access_key, "secret_key": settings.secret_key}
            try:
                self.create({**keys, "api_keys": [settings.api_key]})
            except SettingsError:
                if self._store.held(settings.access_key) is None:
                    raise  # nobody else made it at the same moment

    def held(self, access_key: str) -> Held:
        """Return an account as the store holds it; raise LookupError when there is none."""
        held = self._store.held(access_key)
        if held is None or held.account.access_key != access_key:
            msg = f"no account has the AccessKey {access_key[:80]!r}"
            raise LookupError(msg)
        return held

    def account(self, access_key: str) -> Account:
        """Return an account; raise LookupError when there is none."""
        return self.held(access_key).account

    def change(self, access_key: str, fields: Mapping[str, Any]) -> Account:
        """Change what is given and nothing else."""
        self.held(access_key)
        self._check_free(fields.get("api_keys", ()), owner=access_key)

        def changes(held: Held) -> tuple[Keep]:
            return (Keep(self._changed(held.account, fields)),)

        step(self._store, access_key, changes)
        return self.account(access_key)

    def _changed(self, account: Account, fields: Mapping[str, Any]) -> Account:
        profile = fields.get("profile", account.profile)
        if "profile" in fields or "readings" in fields:
            kept = {} if "profile" in fields else dict(account.readings)
            readings = self._rulebook.profile(profile, {**kept, **fields.get("readings", {})})
            account = evolve(account, profile=profile, readings=readings)
        if "pace" in fields:
            account = evolve(account, pace=read_pace(fields["pace"], profile))
        account = evolve(
            account,
            physics=_physics(account.physics, fields),
            api_keys=tuple(fields.get("api_keys", account.api_keys)),
        )
        return _called_back(account, fields)

    def reset(self, access_key: str) -> Account:
        """Make an account as it was born, with the settings that it has now."""
        account = self.account(access_key)
        mode = account.clock.mode.value
        setting = f"x{account.clock.factor:g}" if mode == "scaled" else mode
        account = evolve(account, clock=start_clock(setting, host_now()))
        self.drop(access_key)
        self._bear(account)
        return account

    def drop(self, access_key: str) -> None:
        """Drop an account with everything that belongs to it."""
        held = self.held(access_key)
        self._gone(held.account)
        step(self._store, access_key, lambda _held: (Forget(),))

    def shown(self, account: Account) -> dict[str, object]:
        """Return an account for people, with a token minted on its clock, without its secrets."""
        now = account_now(account.clock, host_now())
        physics = account.physics
        return {
            "access_key": account.access_key,
            "public_id": account.public_id,
            "now": now,
            "time": account.clock.mode.value,
            "profile": account.profile,
            "readings": dict(account.readings),
            "pace": pace_text(account.pace),
            "slots": physics.slots,
            "units": None if physics.units is None else str(physics.units),
            "rate": physics.rate_per_second,
            "forbidden_operations": sorted(physics.forbidden_operations),
            "allowed_ips": None if physics.allowed_ips is None else sorted(physics.allowed_ips),
            "status": physics.status,
            "in_arrears": physics.in_arrears,
            "maintenance": physics.maintenance,
            "callback_retries": account.callback_retries,
            "token": mint_token(account, now // 1000),
        }

    def _check_free(self, keys: Iterable[str], owner: str) -> None:
        for key in keys:
            held = self._store.held(key)
            taken = held is not None and held.account.access_key != owner
            if taken or key == owner:
                msg = f"the key {key!r} belongs to an account; drop that one or choose another"
                raise SettingsError(msg)

    def _bear(self, account: Account) -> None:
        changes = birth(account, self._sample, self._sample_path)
        if not self._store.apply(account.access_key, 0, changes):
            self._check_free((account.access_key,), owner="")

    def physics(self, access_key: str) -> list[dict[str, object]]:
        """Return every number that holds for an account, with the evidence for its default."""
        shown = self.shown(self.account(access_key))
        return [
            asdict(number) | {"value": shown.get(number.name, number.value)}
            for number in self._physics.values()
        ]

    def _defaults(self) -> Physics:
        settings = self._settings
        flags = {"slots": settings.slots, "units": settings.units or None, "rate": settings.rate}
        given = {name: value for name, value in flags.items() if value is not None}
        own = {name: number.value for name, number in self._physics.items() if not number.limit}
        return _physics(Physics(), own | given)


def read_units(value: object) -> Decimal | None:
    """Read a number of units from 0 up; None and empty text mean without limit."""
    if value is None or value == "":
        return None
    try:
        units = Decimal(str(value))
    except InvalidOperation:
        units = Decimal(-1)
    if not units.is_finite() or units < 0:
        msg = f"units {value!r} is not a number from 0 up, such as 100 or 0.5"
        raise SettingsError(msg)
    return units


def _called_back(account: Account, fields: Mapping[str, Any]) -> Account:
    """Return an account with its callbacks signed and tried again as the fields say."""
    if "webhook_secret" in fields and "webhook_secrets" in fields:
        msg = "give `webhook_secret` or `webhook_secrets` (the newest first), not both"
        raise SettingsError(msg)
    changes: dict[str, Any] = {}
    if "webhook_secret" in fields or "webhook_secrets" in fields:
        one = fields.get("webhook_secret")
        secrets = fields.get("webhook_secrets", [] if one is None else [one])
        for secret in secrets:
            read_secret(secret)
        changes["webhook_secrets"] = tuple(secrets)
    if "callback_retries" in fields:
        spans = fields["callback_retries"]
        changes["callback_retries"] = None if spans is None else tuple(map(span_ms, spans))
    return evolve(account, **changes)


def _physics(base: Physics, fields: Mapping[str, Any]) -> Physics:
    changes: dict[str, Any] = {}
    for name in ("slots", "status", "in_arrears", "maintenance"):
        if name in fields:
            changes[name] = fields[name]
    if "rate" in fields:
        changes["rate_per_second"] = fields["rate"]
    if "units" in fields:
        changes["units"] = read_units(fields["units"])
    if "forbidden_operations" in fields:
        changes["forbidden_operations"] = frozenset(fields["forbidden_operations"])
    if "allowed_ips" in fields:
        ips = fields["allowed_ips"]
        changes["allowed_ips"] = None if ips is None else frozenset(ips)
    return evolve(base, **changes)

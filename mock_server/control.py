"""The control API: accounts, clocks, failures and media on demand, and what happened.

Requests are checked against spec/control.yaml.  It answers only to loopback callers whose
Host header names a loopback host (so that no web page reaches it), or to the control token.
"""

import hmac
import json
import re
import secrets
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import parse_qs

import jsonschema_rs
from attrs import asdict

from kling_lipsync.contract import Contract
from kling_lipsync.rulebook import SpecError
from mock_server.clock import ClockError
from mock_server.directory import Directory
from mock_server.faults import FaultError
from mock_server.happenings import Happenings
from mock_server.http import Body, Response, Scope, header, json_response
from mock_server.journal import Journal, explain
from mock_server.settings import SettingsError
from mock_server.signing import SecretError
from mock_server.values import Account

PREFIX = "/__mock__"
LARGEST_UPLOAD = 128 * 1024 * 1024
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_LOOPBACK_HOST = re.compile(r"(127\.0\.0\.1|localhost|\[::1\])(:[0-9]{1,5})?")

Fields = dict[str, Any]
Handler = Callable[[Fields, str, str], Awaitable[Response]]


class ControlError(ValueError):
    """A control request that cannot be done; the text names the value and the remedy."""


class Control:
    """Answers what lies under /__mock__/."""

    largest_body = LARGEST_UPLOAD

    def __init__(
        self,
        contract: Contract,
        directory: Directory,
        happenings: Happenings,
        journal: Journal,
        token: str,
    ) -> None:
        self._contract = contract
        self._directory = directory
        self._happenings = happenings
        self._journal = journal
        self._token = token
        self._validators: jsonschema_rs.ValidatorMap | None = None
        self._handlers: Mapping[tuple[str, str], Handler] = {
            ("POST", "/accounts"): self._create_account,
            ("GET", "/accounts/{access_key}"): self._show_account,
            ("PATCH", "/accounts/{access_key}"): self._change_account,
            ("DELETE", "/accounts/{access_key}"): self._drop_account,
            ("POST", "/reset"): self._reset,
            ("POST", "/clock"): self._clock,
            ("POST", "/faults"): self._stage_fault,
            ("DELETE", "/faults"): self._clear_faults,
            ("POST", "/media"): self._seed_medium,
            ("GET", "/health"): self._health,
            ("GET", "/explain/{request_id}"): self._explain,
            ("GET", "/journal"): self._show_journal,
            ("GET", "/ledger"): self._show_ledger,
            ("GET", "/deliveries"): self._show_deliveries,
            ("GET", "/openapi.json"): self._contract_document,
            ("GET", "/control.json"): self._control_document,
        }

    async def answer(self, scope: Scope, body: Body) -> Response:
        """Answer one control request; every error says what could be given instead."""
        if not self._allowed(scope):
            return _error(
                403,
                "the control API answers to loopback with a matching Host header, "
                "or to the bearer of --control-token",
            )
        if body.too_large:
            return _error(413, f"a body has at most {LARGEST_UPLOAD} bytes")
        try:
            return await self._route(scope, body)
        except (
            ControlError,
            FaultError,
            ClockError,
            SettingsError,
            SecretError,
            SpecError,
        ) as error:
            return _error(400, str(error))
        except LookupError as error:
            return _error(404, str(error.args[0]))

    def _allowed(self, scope: Scope) -> bool:
        sent = (header(scope, b"authorization") or "").removeprefix("Bearer ")
        if self._token and hmac.compare_digest(sent.encode(), self._token.encode()):
            return True
        client = scope.get("client")
        from_here = client is not None and client[0] in _LOOPBACK
        page = header(scope, b"origin")
        site = header(scope, b"sec-fetch-site") or "none"
        own_page = page is None or _loopback_host(page.rpartition("//")[2])
        if not (from_here and own_page and site in ("none", "same-origin")):
            return False
        return _loopback_host(header(scope, b"host") or "")

    async def _route(self, scope: Scope, body: Body) -> Response:
        method, path = scope["method"], scope["path"].removeprefix(PREFIX)
        query = parse_qs(scope["query_string"].decode("latin-1"))
        account = query.get("account", [self._directory.local_key])[0]
        collection, _, name = path.removeprefix("/").partition("/")
        if method == "PUT" and collection == "media" and name:
            return json_response(201, await self._happenings.put(account, name, body.content))
        template = path
        if (method, path) not in self._handlers and name:
            key = "request_id" if collection == "explain" else "access_key"
            template = f"/{collection}/{{{key}}}"
        handler = self._handlers.get((method, template))
        if handler is None:
            msg = (
                f"{method} {PREFIX}{path} is unknown; GET {PREFIX}/control.json lists what there is"
            )
            raise LookupError(msg)
        return await handler(self._fields(method, template, body.content), account, name)

    def _fields(self, method: str, path: str, body: bytes) -> Fields:
        """Return the checked body of a request; an empty one counts as `{}`."""
        if method in ("GET", "DELETE"):
            return {}
        try:
            fields = json.loads(body or b"{}", parse_float=_number)
        except (ValueError, RecursionError) as error:
            msg = f"the body is not JSON: {error}"
            raise ControlError(msg) from None
        if self._validators is None:
            self._validators = jsonschema_rs.validator_map_for(self._contract.control)
        operation = self._contract.control["paths"][PREFIX + path][method.lower()]
        schema = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"]
        for fault in self._validators[schema].iter_errors(fields):
            place = "/".join(map(str, fault.instance_path)) or "the body"
            msg = f"{place}: {fault.message[:300]}"
            raise ControlError(msg)
        return dict(fields)

    async def _create_account(self, fields: Fields, _account: str, _name: str) -> Response:
        fields.setdefault("access_key", f"ak-{secrets.token_hex(8)}")
        fields.setdefault("secret_key", f"sk-{secrets.token_hex(16)}")
        account = self._directory.create(fields)
        return json_response(201, self._shown(account, secret=True))

    async def _show_account(self, _fields: Fields, _account: str, name: str) -> Response:
        return json_response(200, self._shown(self._directory.account(name)))

    async def _change_account(self, fields: Fields, _account: str, name: str) -> Response:
        return json_response(200, self._shown(self._directory.change(name, fields)))

    async def _drop_account(self, _fields: Fields, _account: str, name: str) -> Response:
        self._directory.drop(name)
        return json_response(200, {"dropped": name})

    async def _reset(self, fields: Fields, account: str, _name: str) -> Response:
        return json_response(
            200, self._shown(self._directory.reset(fields.get("account", account)))
        )

    async def _clock(self, fields: Fields, account: str, _name: str) -> Response:
        key = fields.pop("account", account)
        return json_response(200, await self._happenings.move_clock(key, fields))

    async def _stage_fault(self, fields: Fields, account: str, _name: str) -> Response:
        key = fields.pop("account", account)
        fault = self._happenings.stage(key, fields)
        return json_response(201, {**asdict(fault), "operations": sorted(fault.operations)})

    async def _clear_faults(self, _fields: Fields, account: str, _name: str) -> Response:
        self._happenings.clear_faults(account)
        return json_response(200, {"cleared": account})

    async def _seed_medium(self, fields: Fields, account: str, _name: str) -> Response:
        key = fields.get("account", account)
        return json_response(201, self._happenings.seed(key, fields["url"]))

    async def _health(self, _fields: Fields, _account: str, _name: str) -> Response:
        return json_response(200, self._happenings.health())

    async def _explain(self, _fields: Fields, _account: str, name: str) -> Response:
        entry = self._journal.find(name)
        if entry is None:
            msg = f"no call with the request_id {name[:80]!r} is in a journal"
            raise LookupError(msg)
        return json_response(200, explain(entry, self._contract))

    async def _show_journal(self, _fields: Fields, account: str, _name: str) -> Response:
        self._directory.account(account)
        entries = [asdict(entry) for entry in self._journal.entries(account)]
        return json_response(200, {"account": account, "calls": entries})

    async def _show_ledger(self, _fields: Fields, account: str, _name: str) -> Response:
        return json_response(200, self._happenings.ledger(account))

    async def _show_deliveries(self, _fields: Fields, account: str, _name: str) -> Response:
        return json_response(200, self._happenings.deliveries(account))

    async def _contract_document(self, _fields: Fields, _account: str, _name: str) -> Response:
        return json_response(200, self._contract.bundle())

    async def _control_document(self, _fields: Fields, _account: str, _name: str) -> Response:
        return json_response(200, self._contract.control)

    def _shown(self, account: Account, *, secret: bool = False) -> dict[str, object]:
        shown = self._directory.shown(account)
        if secret:
            shown["secret_key"] = account.secret_key
            shown["api_keys"] = list(account.api_keys)
        return shown


def _loopback_host(host: str) -> bool:
    return _LOOPBACK_HOST.fullmatch(host) is not None


def _number(text: str) -> float:
    """Read 5.0 as 5, as JSON Schema does."""
    value = float(text)
    return int(value) if value.is_integer() else value


def _error(status: int, text: str) -> Response:
    return json_response(status, {"error": text})

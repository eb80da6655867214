"""The part of the control API that makes, shows, changes, resets and drops accounts."""

import secrets

from mock_server.control_call import ControlCall, Routes
from mock_server.directory import Directory
from mock_server.http import Response, json_response
from mock_server.values import Account


class AccountControls:
    """Handlers under /__mock__/accounts, and the reset."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory

    def routes(self) -> Routes:
        """Return the handlers."""
        return {
            ("POST", "/accounts"): self._create,
            ("GET", "/accounts/{access_key}"): self._show,
            ("PATCH", "/accounts/{access_key}"): self._change,
            ("DELETE", "/accounts/{access_key}"): self._drop,
            ("POST", "/reset"): self._reset,
        }

    async def _create(self, call: ControlCall) -> Response:
        fields = call.fields
        fields.setdefault("access_key", f"ak-{secrets.token_hex(8)}")
        fields.setdefault("secret_key", f"sk-{secrets.token_hex(16)}")
        account = self._directory.create(fields)
        secret = {"secret_key": account.secret_key, "api_keys": list(account.api_keys)}
        return json_response(201, self._shown(account) | secret)

    async def _show(self, call: ControlCall) -> Response:
        return json_response(200, self._shown(self._directory.account(call.params["access_key"])))

    async def _change(self, call: ControlCall) -> Response:
        changed = self._directory.change(call.params["access_key"], call.fields)
        return json_response(200, self._shown(changed))

    async def _drop(self, call: ControlCall) -> Response:
        self._directory.drop(call.params["access_key"])
        return json_response(200, {"dropped": call.params["access_key"]})

    async def _reset(self, call: ControlCall) -> Response:
        return json_response(200, self._shown(self._directory.reset(call.account)))

    def _shown(self, account: Account) -> dict[str, object]:
        return self._directory.shown(account)

"""Targets with one account and no control: a server at a URL, or the mock treated like one."""

from collections.abc import Mapping
from typing import Any

import httpx

from contract_tests.conformance import billing_risk
from contract_tests.exchanges import Exchange
from contract_tests.targets import PREFIX, ControlRefused, Credentials, Remote, Target

VARIABLES = ("KLING_ACCESS_KEY", "KLING_SECRET_KEY", "KLING_API_KEY")


class MissingCredentialError(ValueError):
    """The environment does not say how an account proves itself."""


class WouldBillError(RuntimeError):
    """A request was about to be sent that could cost money; it was not sent."""


def credentials_in(environment: Mapping[str, str]) -> Credentials:
    """Return the account of the three variables; the key pair is a must, the API key is not."""
    access, secret, api_key = (environment.get(name, "") for name in VARIABLES)
    if not (access and secret):
        msg = f"set {VARIABLES[0]} and {VARIABLES[1]} to the account's key pair"
        raise MissingCredentialError(msg)
    return Credentials(access, secret, (api_key,) if api_key else ())


class Foreign(Remote):
    """A server at a base URL, which somebody else runs."""

    def __init__(self, origin: str, credentials: Credentials, capabilities: frozenset[str]) -> None:
        super().__init__(origin)
        self.capabilities = capabilities
        self._credentials = credentials

    @property
    def credentials(self) -> Credentials:
        """The account that the caller named."""
        return self._credentials


class Limited(Target):
    """The mock as somebody sees it who knows nothing but a URL and one set of credentials."""

    capabilities = frozenset({"described-media"})

    def __init__(self, inner: Target) -> None:
        self.origin = inner.origin
        self._inner = inner
        self._credentials = inner.credentials

    @property
    def credentials(self) -> Credentials:
        """The one account."""
        return self._credentials

    def request(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
    ) -> Exchange:
        """Send one request, but none to the control API."""
        if path.startswith(PREFIX):
            msg = f"{method} {path}: a black box has no control API"
            raise ControlRefused(msg)
        return self._inner.request(method, path, headers=headers, body=body)

    def close(self) -> None:
        """Stop the server."""
        self._inner.close()


class Guarded(Target):
    """A target that nothing is sent to that could be billed."""

    def __init__(self, inner: Target) -> None:
        self.origin = inner.origin
        self.capabilities = inner.capabilities - {"described-media"}
        self._inner = inner

    @property
    def credentials(self) -> Credentials:
        """The account that the caller named."""
        return self._inner.credentials

    def request(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
    ) -> Exchange:
        """Send one request, or raise WouldBillError."""
        risk = billing_risk.of(method, body)
        if risk:
            msg = f"not sent: {method} {path}: {risk}"
            raise WouldBillError(msg)
        return self._inner.request(method, path, headers=headers, body=body)

    def control(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        """Refuse: a real service has no control API."""
        msg = f"{method} {path} {body}: the real service has no control API"
        raise ControlRefused(msg)

    def transport(self) -> httpx.BaseTransport | None:
        """Refuse: what goes past `request` cannot be guarded."""
        raise WouldBillError("clients of httpx are not guarded")  # noqa: EM101 - one place

    def close(self) -> None:
        """Close the connection; the server goes on."""
        self._inner.close()

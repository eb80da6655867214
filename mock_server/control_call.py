"""One request of the control API, checked, and what answers or notes it; no behaviour.

Whatever a handler is given was checked against spec/control.yaml: parameters and body have the
types that are written there, and nothing that is not.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from attrs import frozen

from mock_server.http import Response


class ControlError(ValueError):
    """A control request that cannot be done; the text names the value and the remedy."""


@frozen
class ControlCall:
    """One request: for which account, with which parameters, fields and bytes."""

    account: str
    """AccessKey of the account that is meant: of the body, else of the query, else the local."""
    params: Mapping[str, Any]
    """The parameters of path and query by name."""
    fields: dict[str, Any]
    """The JSON body without `account`; empty where there is none."""
    content: bytes
    """The body as it came."""


@frozen
class Command:
    """A request that may have changed something, after it was answered; `path` is decoded."""

    operation: str
    method: str
    path: str
    query: str
    call: ControlCall
    status: int
    milliseconds: float


Handler = Callable[[ControlCall], Awaitable[Response]]

Routes = Mapping[tuple[str, str], Handler]
"""Handlers by method and path template, such as `("GET", "/accounts/{access_key}")`."""

Note = Callable[[Command], None]
"""Notes what was commanded."""

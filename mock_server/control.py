"""The control API: accounts, clocks, failures and media on demand, and what happened.

Requests are checked against spec/control.yaml.  It answers only to loopback callers whose
Host header names a loopback host (so that no web page reaches it), or to the control token.
"""

import hmac
import json
import re
from collections.abc import Awaitable, Iterable, Mapping
from typing import Any
from urllib.parse import parse_qs

import jsonschema_rs

from kling_lipsync.contract import Contract
from kling_lipsync.rulebook import SpecError
from mock_server.clock import ClockError, stopwatch
from mock_server.control_call import Command, ControlCall, ControlError, Handler, Note, Routes
from mock_server.deliveries import MischiefError
from mock_server.http import Body, Response, Scope, header, json_response
from mock_server.settings import SettingsError
from mock_server.signing import SecretError
from mock_server.staging import FaultError

PREFIX = "/__mock__"
LARGEST_UPLOAD = 128 * 1024 * 1024
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_LOOPBACK_HOST = re.compile(r"(127\.0\.0\.1|localhost|\[::1\])(:[0-9]{1,5})?")

Fields = dict[str, Any]

_WRONG = (
    ControlError,
    FaultError,
    MischiefError,
    ClockError,
    SettingsError,
    SecretError,
    SpecError,
)
"""What a command raises that cannot be done; the text says what can."""


class Control:
    """Answers what lies under /__mock__/: whatever control.yaml states and a part handles."""

    largest_body = LARGEST_UPLOAD

    def __init__(
        self, contract: Contract, parts: Iterable[Routes], note: Note, local_key: str, token: str
    ) -> None:
        self._handlers = {key: handler for part in parts for key, handler in part.items()}
        self._document = contract.control
        self._patterns = _patterns(self._document["paths"])
        self._note = note
        self._local_key = local_key
        self._token = token
        self._validators: jsonschema_rs.ValidatorMap | None = None

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
        return await _answered(self._route(scope, body.content))

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

    async def _route(self, scope: Scope, content: bytes) -> Response:
        method, path = scope["method"], scope["path"].removeprefix(PREFIX)
        handler, template, named = self._find(method, path)
        operation = self._document["paths"][PREFIX + template][method.lower()]
        given = self._query(operation, scope["query_string"].decode("latin-1"))
        fields = self._fields(operation, content)
        account = fields.pop("account", given.pop("account", self._local_key))
        call = ControlCall(account, {**given, **named}, fields, content)
        if method == "GET":
            return await handler(call)
        started = stopwatch()
        response = await _answered(handler(call))
        self._note(
            Command(
                operation=operation["operationId"],
                method=method,
                path=scope["path"],
                query=scope["query_string"].decode("latin-1"),
                call=call,
                status=response.status,
                milliseconds=(stopwatch() - started) * 1000,
            )
        )
        return response

    def _find(self, method: str, path: str) -> tuple[Handler, str, Mapping[str, str]]:
        for template, pattern in self._patterns:
            match = pattern.fullmatch(path)
            handler = self._handlers.get((method, template))
            if match is not None and handler is not None:
                return handler, template, match.groupdict()
        msg = f"{method} {PREFIX}{path} is unknown; GET {PREFIX}/control.json lists what there is"
        raise LookupError(msg)

    def _query(self, operation: Fields, query: str) -> Fields:
        """Return the parameters of the query, read as their schemas say."""
        stated = {
            item["name"]: item for item in map(self._resolved, operation.get("parameters", ()))
        }
        given: Fields = {}
        for name, values in parse_qs(query, keep_blank_values=True).items():
            if name not in stated:
                known = ", ".join(stated) or "none"
                msg = f"the parameter {name[:80]!r} is unknown; there is: {known}"
                raise ControlError(msg)
            given[name] = _read(name, values[0], stated[name]["schema"])
        return given

    def _resolved(self, item: Fields) -> Fields:
        name = item.get("$ref", "").rpartition("/")[2]
        return self._document["components"]["parameters"][name] if name else item

    def _fields(self, operation: Fields, body: bytes) -> Fields:
        """Return the checked JSON body of a request; an empty one counts as `{}`."""
        stated = operation.get("requestBody", {}).get("content", {}).get("application/json")
        if stated is None:
            return {}
        try:
            fields = json.loads(body or b"{}", parse_float=_number)
        except (ValueError, RecursionError) as error:
            msg = f"the body is not JSON: {error}"
            raise ControlError(msg) from None
        if self._validators is None:
            self._validators = jsonschema_rs.validator_map_for(self._document)
        for fault in self._validators[stated["schema"]["$ref"]].iter_errors(fields):
            place = "/".join(map(str, fault.instance_path)) or "the body"
            msg = f"{place}: {fault.message[:300]}"
            raise ControlError(msg)
        return dict(fields)


async def _answered(step: Awaitable[Response]) -> Response:
    """Return what a step answers; what it cannot do is 400, what it does not find 404."""
    try:
        return await step
    except _WRONG as error:
        return _error(400, str(error))
    except LookupError as error:
        return _error(404, str(error.args[0]))


def _patterns(paths: Mapping[str, Fields]) -> list[tuple[str, re.Pattern[str]]]:
    """Return the path templates with their patterns, the most particular first.

    A parameter at the end of a path may hold slashes.
    """
    templates = [path.removeprefix(PREFIX) for path in paths]
    templates.sort(key=lambda text: ("{" in text, -text.count("/")))
    return [(text, _pattern(text)) for text in templates]


def _pattern(template: str) -> re.Pattern[str]:
    inner = re.sub(r"\{(\w+)\}(?=/)", r"(?P<\1>[^/]+)", template)
    return re.compile(re.sub(r"\{(\w+)\}$", r"(?P<\1>.+)", inner), re.DOTALL)


def _read(name: str, text: str, schema: Fields) -> object:
    """Read a parameter of the query: a whole number or a text, one of an enum if it has one."""
    if schema["type"] == "integer":
        low, high = schema.get("minimum", 0), schema.get("maximum", 10**9)
        if not text.isdecimal() or not low <= int(text) <= high:
            msg = f"the parameter {name} {text[:80]!r} is no whole number from {low} to {high}"
            raise ControlError(msg)
        return int(text)
    if "enum" in schema and text not in schema["enum"]:
        msg = f"the parameter {name} {text[:80]!r} is none of: {', '.join(schema['enum'])}"
        raise ControlError(msg)
    return text


def _loopback_host(host: str) -> bool:
    return _LOOPBACK_HOST.fullmatch(host) is not None


def _number(text: str) -> float:
    """Read 5.0 as 5, as JSON Schema does."""
    value = float(text)
    return int(value) if value.is_integer() else value


def _error(status: int, text: str) -> Response:
    return json_response(status, {"error": text})

"""Which operation a method and a path name; paths are case-sensitive."""

from collections.abc import Mapping
from types import MappingProxyType
from urllib.parse import unquote_to_bytes

from attrs import frozen

from mock_server.values import Call, Operation

IDENTIFY_PATH = "/v1/videos/identify-face"
TASKS_PATH = "/v1/videos/advanced-lip-sync"
_TASKS_RAW = TASKS_PATH.encode() + b"/"

_METHODS: Mapping[str, Mapping[str, Operation]] = MappingProxyType(
    {
        IDENTIFY_PATH: MappingProxyType({"POST": "identify"}),
        TASKS_PATH: MappingProxyType({"POST": "create", "GET": "list"}),
    }
)
_TASK_METHODS: Mapping[str, Operation] = MappingProxyType({"GET": "get"})


@frozen(slots=False)
class Route:
    """Where a call leads; the operation is None when path or method is unknown."""

    operation: Operation | None
    known_path: bool
    path_id: str = ""
    has_body: bool = False
    """Whether the operation reads a body."""


_ROUTES: Mapping[tuple[str, str], Route] = MappingProxyType(
    {
        (path, method): Route(operation, known_path=True, has_body=method == "POST")
        for path, methods in _METHODS.items()
        for method, operation in methods.items()
    }
)


def find_route(call: Call) -> Route:
    """Return where a call leads."""
    route = _ROUTES.get((call.path, call.method))
    if route is not None:
        return route
    if call.path in _METHODS:
        return Route(None, known_path=True)
    if call.raw_path.startswith(_TASKS_RAW):
        name = call.raw_path[len(_TASKS_RAW) :]
        if name and b"/" not in name:
            path_id = name.decode("ascii") if name.isalnum() else _unquoted(name)
            return Route(_TASK_METHODS.get(call.method), known_path=True, path_id=path_id)
    return Route(None, known_path=False)


def _unquoted(name: bytes) -> str:
    return unquote_to_bytes(name).decode("utf-8", "replace")

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


@frozen
class Route:
    """Where a call leads; the operation is None when path or method is unknown."""

    operation: Operation | None
    known_path: bool
    path_id: str = ""

    @property
    def has_body(self) -> bool:
        """Whether the operation reads a body."""
        return self.operation in ("identify", "create")


def find_route(call: Call) -> Route:
    """Return where a call leads."""
    methods = _METHODS.get(call.path)
    if methods is not None:
        return Route(methods.get(call.method), known_path=True)
    if call.raw_path.startswith(_TASKS_RAW):
        name = call.raw_path[len(_TASKS_RAW) :]
        if name and b"/" not in name:
            path_id = unquote_to_bytes(name).decode("utf-8", "replace")
            return Route(_TASK_METHODS.get(call.method), known_path=True, path_id=path_id)
    return Route(None, known_path=False)

"""Records as bytes and back: MessagePack of fields in their order, driven by the types.

The layout is that of the frozen values themselves, so whoever changes one changes the layout:
`FORMAT` counts these changes, and a store that was written in another format is refused.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from enum import Enum
from functools import cache
from operator import attrgetter
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

import attrs
import msgspec

from mock_server.attempts import Delivery
from mock_server.staged import Fault
from mock_server.store import Kind
from mock_server.values import LedgerEntry, Session, StoredAudio, StoredVideo, Task

FORMAT = 2
"""The number of the layout; see `layout`."""

TYPES: Mapping[Kind, Any] = {
    "sessions": Session,
    "tasks": Task,
    "external_ids": str,
    "open_tasks": str,
    "videos": StoredVideo,
    "results": str,
    "audios": StoredAudio,
    "deliveries": Delivery,
    "held_back": tuple[str, ...],
    "ledger": LedgerEntry,
    "totals": Decimal,
    "faults": tuple[Fault, ...],
    "counts": tuple[int, ...],
    "outbox": str,
    "renders": str,
}
"""What the records of each kind are."""

Value = TypeVar("Value")
_Step = Callable[[Any], Any]
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder().decode


def write(kind: Kind, record: Any) -> bytes:  # noqa: ANN401 - any record
    """Return a record of a kind as bytes."""
    return dumps(TYPES[kind], record)


def read(kind: Kind, data: bytes) -> Any:  # noqa: ANN401 - any record
    """Return the record that `write` was given."""
    return loads(TYPES[kind], data)


def dumps(cls: Any, value: object) -> bytes:  # noqa: ANN401 - any type
    """Return a value of a type as bytes."""
    packing = _steps(cls)[0]
    return _encode(value if packing is None else packing(value))


def loads(cls: Callable[..., Value], data: bytes) -> Value:
    """Return the value that `dumps` was given."""
    value: Value = _steps(cls)[1](_decode(data))
    return value


def layout(cls: Any, seen: dict[str, Any] | None = None) -> dict[str, Any]:  # noqa: ANN401 - any type
    """Return the fields, by class, of everything that a value of a type is made of."""
    found = {} if seen is None else seen
    if attrs.has(cls) and cls.__name__ not in found:
        hints = get_type_hints(cls)
        found[cls.__name__] = [(name, str(hints[name])) for name in _names(cls)]
        for name in _names(cls):
            layout(hints[name], found)
    for part in get_args(cls):
        layout(part, found)
    return found


@cache
def _steps(cls: Any) -> tuple[_Step | None, _Step]:  # noqa: ANN401 - any type
    """Return how to turn a value into what MessagePack has, if it is not that, and back."""
    origin, parts = get_origin(cls), get_args(cls)
    if origin in (Union, UnionType):
        return _union([part for part in parts if part is not NoneType])
    if origin is tuple:
        return _tuple(parts)
    if origin is frozenset:
        return sorted, frozenset
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return dict, _same
    if attrs.has(cls):
        return _fields(cls)
    if isinstance(cls, type) and issubclass(cls, Enum):
        return attrgetter("value"), cls
    if cls is Decimal:
        return str, Decimal
    if origin is Literal or cls in (str, int, float, bool, bytes, Any):
        return None, _same
    msg = f"no layout for {cls!r}"
    raise TypeError(msg)


def _union(parts: list[Any]) -> tuple[_Step | None, _Step]:
    """None, plain values, or one class of several, which stands before the value by its place."""
    if len(parts) == 1:
        pack, unpack = _steps(parts[0])
        packed = None if pack is None else (lambda value: None if value is None else pack(value))
        return packed, lambda value: None if value is None else unpack(value)
    if not any(map(attrs.has, parts)):
        return None, _same
    steps = [_steps(part) for part in parts]
    places = {part: place for place, part in enumerate(parts)}

    def pack_one(value: object) -> tuple[int, Any]:
        place = places[type(value)]
        pack = steps[place][0]
        return place, value if pack is None else pack(value)

    return pack_one, lambda pair: steps[pair[0]][1](pair[1])


def _tuple(parts: tuple[Any, ...]) -> tuple[_Step | None, _Step]:
    if parts[-1] is not ...:
        return None, tuple  # of plain values, as in a header's name and value
    pack, unpack = _steps(parts[0])
    if unpack is _same:
        return None, tuple
    packed = None if pack is None else (lambda values: [pack(value) for value in values])
    return packed, lambda values: tuple([unpack(value) for value in values])


def _names(cls: Any) -> list[str]:  # noqa: ANN401 - an attrs class
    return [attribute.name for attribute in attrs.fields(cls) if attribute.init]


def _fields(cls: Any) -> tuple[_Step, _Step]:  # noqa: ANN401 - an attrs class
    names, hints = _names(cls), get_type_hints(cls)
    steps = [_steps(hints[name]) for name in names]
    packing = [(place, pack) for place, (pack, _) in enumerate(steps) if pack is not None]
    unpacking = [(place, unpack) for place, (_, unpack) in enumerate(steps) if unpack is not _same]
    getters = [attrgetter(name) for name in names]

    def pack_fields(value: object) -> list[Any]:
        packed = [get(value) for get in getters]
        for place, pack in packing:
            packed[place] = pack(packed[place])
        return packed

    def unpack_fields(packed: list[Any]) -> object:
        for place, unpack in unpacking:
            packed[place] = unpack(packed[place])
        return cls(*packed)

    return pack_fields, unpack_fields


def _same(value: Any) -> Any:  # noqa: ANN401 - whatever it is
    return value

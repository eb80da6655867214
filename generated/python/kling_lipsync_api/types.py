# Generated from spec/openapi.yaml by openapi-python-client 0.29.1; do not edit: make client.
"""Contains some shared types for properties"""

from collections.abc import Callable, Mapping, MutableMapping
from typing import IO, Any, BinaryIO, Generic, Literal, TypeVar
from urllib.parse import quote

from attrs import define


class Unset:
    """The type of UNSET, which stands for a field or an argument that is left out."""

    def __bool__(self) -> Literal[False]:
        return False

    def __repr__(self) -> str:
        return "UNSET"

    def __reduce__(self) -> str:
        """Copies and pickles of UNSET are UNSET itself"""
        return "UNSET"


UNSET: Unset = Unset()

# The types that `httpx.Client(files=)` can accept, copied from that library.
FileContent = IO[bytes] | bytes | str
FileTypes = (
    # (filename, file (or bytes), content_type)
    tuple[str | None, FileContent, str | None]
    # (filename, file (or bytes), content_type, headers)
    | tuple[str | None, FileContent, str | None, Mapping[str, str]]
)
RequestFiles = list[tuple[str, FileTypes]]


@define
class File:
    """Contains information for file uploads"""

    payload: BinaryIO
    file_name: str | None = None
    mime_type: str | None = None

    def to_tuple(self) -> FileTypes:
        """Return a tuple representation that httpx will accept for multipart/form-data"""
        return self.file_name, self.payload, self.mime_type


T = TypeVar("T")


@define
class Response(Generic[T]):
    """A response from an endpoint"""

    status_code: int
    content: bytes
    headers: MutableMapping[str, str]
    parsed: T


def path_segment(value: object) -> str:
    """Percent-encode a value so that it is exactly one segment of a path, also if it is `.` or `..`"""
    text = quote(str(value), safe="")
    return text if text.strip(".") else text.replace(".", "%2E")


# What `from_dict` takes fields out of a JSON object with. Each removes one field and returns it as the type that its
# name says, or raises KeyError if it is missing and TypeError if it is something else.


def read_text(fields: dict[str, Any], name: str) -> str:
    """Take a string. A number is taken for its digits: prices and durations have been seen as both."""
    value = fields.pop(name)
    if isinstance(value, str):
        return value
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    raise _not(name, "a string", value)


def read_integer(fields: dict[str, Any], name: str) -> int:
    """Take a whole number; in JSON, 5.0 is one."""
    value = fields.pop(name)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    raise _not(name, "a whole number", value)


def read_number(fields: dict[str, Any], name: str) -> float:
    """Take a number."""
    value = fields.pop(name)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return value
    raise _not(name, "a number", value)


def read_flag(fields: dict[str, Any], name: str) -> bool:
    """Take true or false."""
    value = fields.pop(name)
    if isinstance(value, bool):
        return value
    raise _not(name, "true or false", value)


def read_object(fields: dict[str, Any], name: str) -> dict[str, Any]:
    """Take an object."""
    value = fields.pop(name)
    if isinstance(value, dict):
        return value
    raise _not(name, "an object", value)


def read_array(fields: dict[str, Any], name: str) -> list[Any]:
    """Take an array."""
    value = fields.pop(name)
    if isinstance(value, list):
        return value
    raise _not(name, "an array", value)


def read_any(fields: dict[str, Any], name: str) -> Any:
    """Take whatever is there."""
    return fields.pop(name)


def read_optional(read: Callable[[dict[str, Any], str], Any], fields: dict[str, Any], name: str) -> Any:
    """Take what `read` takes, or UNSET if the field is missing or null."""
    if fields.get(name) is None:
        fields.pop(name, None)
        return UNSET
    return read(fields, name)


def _not(name: str, expected: str, value: object) -> TypeError:
    return TypeError(f"'{name}' is {value!r:.80}, expected {expected}")


__all__ = ["UNSET", "File", "FileTypes", "RequestFiles", "Response", "Unset"]

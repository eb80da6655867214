"""Range requests (RFC 9110, section 14): which part of a file was asked for."""

import re

from attrs import frozen

_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")


@frozen
class Part:
    """The bytes from `start` up to `end` (exclusive) of a file of `size` bytes."""

    start: int
    end: int
    size: int

    @property
    def content_range(self) -> str:
        """The Content-Range header of a 206."""
        return f"bytes {self.start}-{self.end - 1}/{self.size}"


@frozen
class Unsatisfiable:
    """No byte of the file lies in the range that was asked for: 416."""

    size: int


def part_of(size: int, asked: str | None) -> Part | Unsatisfiable | None:
    """Return which part of `size` bytes a Range header asks for; None means all of it.

    Several ranges, other units and what is not understood count as no header at all.
    """
    match = _RANGE.fullmatch(asked.strip()) if asked is not None else None
    if match is None or match[1] == match[2] == "":
        return None
    if match[1] == "":
        last = int(match[2])
        return Part(max(0, size - last), size, size) if last and size else Unsatisfiable(size)
    start = int(match[1])
    end = min(size, int(match[2]) + 1) if match[2] else size
    if match[2] and int(match[2]) < start:
        return None
    return Part(start, end, size) if start < size else Unsatisfiable(size)

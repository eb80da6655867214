"""Bounded reading of files whose every number may lie.

A `Source` hands out bytes and MP4 boxes, and counts both: whoever nests, repeats or promises
too much is `Malformed`, and so is whoever points behind the end of the file.  Nothing is read
that nobody asked for; `mdat` is only stepped over.
"""

from collections.abc import Iterator
from os import SEEK_END
from typing import BinaryIO

from attrs import frozen

MAX_BOXES = 8000
# Pairs for 262,144 samples: a length of its own for each frame of 72 minutes at 60 Hz.
MAX_TABLE_BYTES = 2 << 20


class Malformed(ValueError):
    """The bytes contradict themselves or their format; the text is a clause for people."""


@frozen
class Box:
    """A box of an MP4 or MOV file; its content is [start, end) in bytes from the file's start."""

    kind: bytes
    start: int
    end: int

    @property
    def name(self) -> str:
        """The four letters of its kind, for messages."""
        return repr(self.kind)[2:-1]


class Source:
    """An open file, of which at most 8000 boxes and 2 MB of tables are read."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.size = file.seek(0, SEEK_END)
        self._boxes_left = MAX_BOXES
        self._table_bytes_left = MAX_TABLE_BYTES

    def read(self, start: int, count: int) -> bytes:
        """Give exactly `count` bytes from `start` on."""
        if start + count > self.size:
            msg = f"truncated: {start + count - self.size} bytes more are promised than there are"
            raise Malformed(msg)
        self._file.seek(start)
        return self._file.read(count)

    def content(self, box: Box, count: int, *, skip: int = 0) -> bytes:
        """Give `count` bytes of a box's content after the first `skip`."""
        if box.start + skip + count > box.end:
            msg = f"the {box.name} box is too short"
            raise Malformed(msg)
        return self.read(box.start + skip, count)

    def number(self, box: Box, skip: int, count: int = 4) -> int:
        """Give an unsigned number of `count` bytes from a box's content."""
        return int.from_bytes(self.content(box, count, skip=skip), "big")

    def table(self, box: Box, skip: int, count: int, width: int) -> bytes:
        """Give `count` entries of `width` bytes from a box's content after the first `skip`."""
        self._table_bytes_left -= count * width
        if self._table_bytes_left < 0:
            msg = f"the tables up to the {box.name} box are larger than {MAX_TABLE_BYTES} bytes"
            raise Malformed(msg)
        return self.content(box, count * width, skip=skip)

    def boxes(self, start: int, end: int) -> Iterator[Box]:
        """Walk the boxes in [start, end); fewer than 8 bytes at the end are padding."""
        while start + 8 <= end:
            box = self._box(start, end)
            if box.end > end:
                cause = "truncated: " if end == self.size else ""
                msg = f"{cause}the {box.name} box is {box.end - end} bytes too long"
                raise Malformed(msg)
            yield box
            start = box.end

    def children(self, parent: Box, kind: bytes) -> Iterator[Box]:
        """Walk the boxes of one kind directly inside another."""
        return (box for box in self.boxes(parent.start, parent.end) if box.kind == kind)

    def find(self, parent: Box, *path: bytes) -> Box | None:
        """Give the first box at a path of kinds below another, or None."""
        box: Box | None = parent
        for kind in path:
            if box is None:
                return None
            box = next(self.children(box, kind), None)
        return box

    def need(self, parent: Box, *path: bytes) -> Box:
        """Give the first box at a path of kinds below another, which must be there."""
        box = self.find(parent, *path)
        if box is None:
            msg = f"no {path[-1].decode('latin-1')} box"
            raise Malformed(msg)
        return box

    def _box(self, at: int, end: int) -> Box:
        self._boxes_left -= 1
        if self._boxes_left < 0:
            msg = f"more than {MAX_BOXES} boxes"
            raise Malformed(msg)
        head = self.read(at, 8)
        length, kind, header = int.from_bytes(head[:4], "big"), head[4:], 8
        if length == 1:
            length, header = int.from_bytes(self.read(at + 8, 8), "big"), 16
        elif length == 0:
            length = end - at  # the last box may say "up to the end"
        if length < header:
            msg = f"a box of {length} bytes, shorter than its own header"
            raise Malformed(msg)
        return Box(kind, at + header, at + length)

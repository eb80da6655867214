"""Generators that do not draw but visit: every alternative of a builder, one after the other.

A builder asks a `random.Random` to choose.  A `Tour` gives the alternative that its script has at
that place, and the first one after the script's end; what is no small choice is drawn from a seed.
"""

from collections.abc import Iterator, Sequence
from itertools import islice
from random import Random
from typing import TypeVar

from contract_tests.drafts import Draft
from contract_tests.ways import Way

Chosen = TypeVar("Chosen")
SMALL = 32
"""A range of more numbers than this is no choice."""
MOST = 300
"""Of the alternatives of one way, in one operation, these are visited."""


class Tour(Random):
    """Chooses by a script, and notes of each choice which of how many it was."""

    def __init__(self, script: Sequence[int]) -> None:
        super().__init__(repr(tuple(script)))
        self._script = script
        self.taken: list[tuple[int, int]] = []

    def choice(self, seq: Sequence[Chosen]) -> Chosen:  # type: ignore[override]  # sequences do
        """Return the alternative that the script has here."""
        return seq[self._next(len(seq))]

    def randint(self, a: int, b: int) -> int:
        """Return a number of a small range by the script, and any other at random."""
        return a + self._next(b - a + 1) if b - a < SMALL else super().randint(a, b)

    def _next(self, count: int) -> int:
        place = len(self.taken)
        index = self._script[place] if place < len(self._script) else 0
        self.taken.append((index, count))
        return index


def breaks(way: Way, operation: str) -> Iterator[Draft]:
    """Yield requests to an operation that a rule refuses, one for each alternative of a way."""
    return islice(_breaks(way, operation), MOST)


def _breaks(way: Way, operation: str) -> Iterator[Draft]:
    script: list[int] | None = []
    while script is not None:
        draw = Tour(script)
        draft = way.draft(Random(repr(script)), operation)  # noqa: S311 - a legal request
        way.damage(draft, draw)
        script = _following(draw.taken)
        yield draft


def _following(taken: Sequence[tuple[int, int]]) -> list[int] | None:
    """Return the script after the one that led to these choices; None after the last one."""
    for place in range(len(taken) - 1, -1, -1):
        index, count = taken[place]
        if index + 1 < count:
            return [*(at for at, _ in taken[:place]), index + 1]
    return None

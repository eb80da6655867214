"""Values of a stream together with those just before and behind them."""

from collections import deque
from collections.abc import Iterator
from typing import Generic, TypeVar

from attrs import frozen

T = TypeVar("T")


@frozen
class Neighbourhood(Generic[T]):
    """Some values in a row, of which the one with a number is meant."""

    values: tuple[T, ...]
    number: int

    @property
    def middle(self) -> T:
        """The value that is meant."""
        return self.values[self.number]


def neighbourhoods(values: Iterator[T], reach: int) -> Iterator[Neighbourhood[T]]:
    """Yield each value with up to `reach` of them before it and behind it."""
    held: deque[T] = deque(maxlen=2 * reach + 1)
    number = -reach
    for value in values:
        held.append(value)
        if number >= 0:
            yield Neighbourhood(tuple(held), min(number, reach))
        number += 1
    for behind in range(min(reach, len(held)), 0, -1):
        yield Neighbourhood(tuple(held), len(held) - behind)
